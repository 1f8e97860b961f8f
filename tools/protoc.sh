#!/bin/sh
# Run the protoc that the stubs are made with, on protos/ and Google's own: tools/protoc.sh OPTIONS FILES
# It lives in an environment of its own, since the stubs must be made by an older protobuf than the one that the project
# runs on.
set -eu
cd "$(dirname "$0")/.."

environment=build/generate
requirements=tools/generate-requirements.txt

if ! cmp -s "$requirements" "$environment/installed.txt"; then
    .venv/bin/python -m venv --clear "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
    cp "$requirements" "$environment/installed.txt"
fi

google_protos=$("$environment/bin/python" -c 'import google.rpc; print(list(google.rpc.__path__)[0] + "/../..")')
PATH="$PWD/$environment/bin:$PATH" exec "$environment/bin/python" -m grpc_tools.protoc \
    --proto_path=protos --proto_path="$google_protos" "$@"
