#!/bin/sh
# Write the Python package decisiontables.v1, and the engine's module for compiled models, from protos/. The tools live in an environment of their own, since the
# stubs must be made by an older protobuf than the one that the project runs on.
#
#     tools/generate.sh [DIRECTORY [DIRECTORY]]        default: clients/python/src decision_tables/compiler
set -eu
cd "$(dirname "$0")/.."

python=.venv/bin/python
environment=build/generate
requirements=tools/generate-requirements.txt
output=${1:-clients/python/src}

if ! cmp -s "$requirements" "$environment/installed.txt"; then
    "$python" -m venv --clear "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
    cp "$requirements" "$environment/installed.txt"
fi

google_protos=$("$environment/bin/python" -c 'import google.rpc; print(list(google.rpc.__path__)[0] + "/../..")')
protoc() {
    PATH="$PWD/$environment/bin:$PATH" "$environment/bin/python" -m grpc_tools.protoc \
        --proto_path=protos --proto_path="$google_protos" "$@"
}

rm -rf "$output/decisiontables"
mkdir -p "$output"
protoc --python_out="$output" --mypy_out="quiet:$output" protos/decisiontables/v1/*.proto
protoc --grpc_python_out="$output" --mypy_grpc_out="quiet:$output" protos/decisiontables/v1/*_service.proto
echo '"""The decision tables contract, generated from protos/ by make generate."""' > "$output/decisiontables/__init__.py"
echo '"""Version 1 of the decision tables contract."""' > "$output/decisiontables/v1/__init__.py"
: > "$output/decisiontables/py.typed"

# The compiled form is the engine's own: one file without imports, so that the module may stand in any package.
engine=${2:-decision_tables/compiler}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$engine"
protoc --python_out="$scratch" --mypy_out="quiet:$scratch" protos/decisiontables/compiled/v1/compiled_model.proto
cp "$scratch"/decisiontables/compiled/v1/compiled_model_pb2.py* "$engine"
