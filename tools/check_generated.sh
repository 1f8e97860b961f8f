#!/bin/sh
# Fail if the committed stubs are not what the protos give.
set -eu
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
tools/generate.sh "$fresh" "$fresh/compiler" "$fresh/contracts"
different=0
diff -r -q -x __pycache__ "$fresh/decisiontables" clients/python/src/decisiontables || different=1
for file in "$fresh"/compiler/*; do
    cmp "$file" "decision_tables/compiler/$(basename "$file")" || different=1
done
cmp "$fresh/contracts/nouns.binpb" decision_tables/contracts/nouns.binpb || different=1
if [ "$different" = 1 ]; then
    echo "The generated code differs from protos/: run 'make generate' and commit the result." >&2
    exit 1
fi
