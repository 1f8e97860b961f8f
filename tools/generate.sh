#!/bin/sh
# Write the Python package decisiontables.v1, and the engine's module for compiled models, from protos/.
#
#     tools/generate.sh [DIRECTORY [DIRECTORY]]        default: clients/python/src decision_tables/compiler
set -eu
cd "$(dirname "$0")/.."

output=${1:-clients/python/src}

rm -rf "$output/decisiontables"
mkdir -p "$output"
tools/protoc.sh --python_out="$output" --mypy_out="quiet:$output" protos/decisiontables/v1/*.proto
tools/protoc.sh --grpc_python_out="$output" --mypy_grpc_out="quiet:$output" protos/decisiontables/v1/*_service.proto
echo '"""The decision tables contract, generated from protos/ by make generate."""' > "$output/decisiontables/__init__.py"
echo '"""Version 1 of the decision tables contract."""' > "$output/decisiontables/v1/__init__.py"
: > "$output/decisiontables/py.typed"

# The compiled form is the engine's own: one file without imports, so that the module may stand in any package.
engine=${2:-decision_tables/compiler}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$engine"
tools/protoc.sh --python_out="$scratch" --mypy_out="quiet:$scratch" protos/decisiontables/compiled/v1/compiled_model.proto
cp "$scratch"/decisiontables/compiled/v1/compiled_model_pb2.py* "$engine"
