#!/usr/bin/env bash
# See that protoc makes C# of every proto. There is no .NET among the tools of the checks.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/../.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
google=$(.venv/bin/python -c 'import google.rpc, pathlib; print(pathlib.Path(google.rpc.__path__[0]).parents[1])')
protoc --proto_path=protos --proto_path="$google" --csharp_out="$out" protos/decisiontables/v1/*.proto
made=$(find "$out" -name '*.cs' | wc -l)
wanted=$(find protos/decisiontables/v1 -name '*.proto' | wc -l)
if ((made != wanted)); then
    echo "protoc made $made files of C# from $wanted protos" >&2
    exit 1
fi
if grep -L 'namespace DecisionTables.V1' "$out"/*.cs | grep .; then
    echo "The files above are not in the namespace DecisionTables.V1" >&2
    exit 1
fi
