#!/usr/bin/env bash
# Check the protos with buf: `tools/check_protos.sh` looks for faults of style and for changes that break callers of the
# protos last published; `tools/check_protos.sh publish` makes the protos as they are now the published ones.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

readonly image=build/protos.binpb published=tools/buf/published.binpb config=tools/buf/buf.yaml
mapfile -t files < <(find protos -name '*.proto' | sort)
mkdir -p build

buf() {
    local code=0
    tools/buf/buf.sh "$@" || code=$?
    if ((code == 3)) && [[ -z ${CI:-} ]]; then
        echo "buf is not checked: npm is absent or cannot install it; 'make toolchains' installs npm." >&2
        exit 0
    fi
    return "$code"
}

if [[ ${1:-} == publish ]]; then
    tools/protoc.sh --include_imports --descriptor_set_out="$published" "${files[@]}"
    exit 0
fi
tools/protoc.sh --include_imports --include_source_info --descriptor_set_out="$image" "${files[@]}"
buf lint "$image" --config "$config"
buf breaking "$image" --against "$published" --config "$config" || {
    echo "The protos break callers of those last published; see docs/recipes.md, “A new RPC”." >&2
    exit 1
}
