#!/bin/sh
# Write the Python package decisiontables.v1, and the engine's module for compiled models, from protos/.
#
#     tools/generate.sh [DIRECTORY [DIRECTORY [DIRECTORY]]]
#     default: clients/python/src decision_tables/compiler decision_tables/contracts
set -eu
cd "$(dirname "$0")/.."

output=${1:-clients/python/src}

rm -rf "$output/decisiontables"
mkdir -p "$output"
tools/protoc.sh --python_out="$output" --mypy_out="quiet:$output" \
    protos/decisiontables/v1/*.proto protos/decisiontables/options/v1/*.proto
tools/protoc.sh --grpc_python_out="$output" --mypy_grpc_out="quiet:$output" protos/decisiontables/v1/*_service.proto
cat > "$output/decisiontables/__init__.py" <<'END'
"""The decision tables contract, generated from protos/ by make generate."""

from pkgutil import extend_path

# Stubs of typed contracts, decisiontables.models, may lie elsewhere on the path.
__path__ = extend_path(__path__, __name__)
END
echo '"""Version 1 of the decision tables contract."""' > "$output/decisiontables/v1/__init__.py"
echo '"""The options of typed contracts."""' > "$output/decisiontables/options/__init__.py"
echo '"""Version 1 of the options of typed contracts."""' > "$output/decisiontables/options/v1/__init__.py"
: > "$output/decisiontables/py.typed"

# The compiled form is the engine's own: one file without imports, so that the module may stand in any package.
engine=${2:-decision_tables/compiler}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$engine"
tools/protoc.sh --python_out="$scratch" --mypy_out="quiet:$scratch" protos/decisiontables/compiled/v1/compiled_model.proto
cp "$scratch"/decisiontables/compiled/v1/compiled_model_pb2.py* "$engine"

# What typed contracts import, with its comments.
nouns=${3:-decision_tables/contracts}
mkdir -p "$nouns"
tools/protoc.sh --include_imports --include_source_info --descriptor_set_out="$nouns/nouns.binpb" \
    decisiontables/v1/decision.proto decisiontables/options/v1/options.proto
