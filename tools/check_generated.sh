#!/bin/sh
# Fail if the committed stubs are not what the protos give.
set -eu
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
tools/generate.sh "$fresh"
if ! diff -r -q -x __pycache__ "$fresh/decisiontables" clients/python/src/decisiontables; then
    echo "The generated code differs from protos/: run 'make generate' and commit the result." >&2
    exit 1
fi
