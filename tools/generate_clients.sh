#!/usr/bin/env bash
# Write the stubs of the clients in other languages than Python, from protos/.
#
#     tools/generate_clients.sh LANGUAGE [DIRECTORY]        default: where the client keeps its stubs
#
# To add a language: a function of its name that writes all of the client's generated code below a directory, and a line
# at the end with the usual one.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

readonly go_package=decisiontables.dev/go/decisiontables

make_go() {
    local options="module=$go_package" file
    for file in protos/decisiontables/v1/*.proto; do
        options+=",M${file#protos/}=$go_package/decisiontablesv1"
    done
    # Typed contracts import the options; a program has this code once, so the client brings it for them.
    options+=",Mdecisiontables/options/v1/options.proto=$go_package/decisiontablesoptionsv1"
    go build -C tools/go -o "$PWD/build/tools/" google.golang.org/protobuf/cmd/protoc-gen-go \
        google.golang.org/grpc/cmd/protoc-gen-go-grpc
    rm -rf "$1/decisiontablesv1" "$1/decisiontablesoptionsv1"
    mkdir -p "$1"
    tools/protoc.sh --plugin=protoc-gen-go=build/tools/protoc-gen-go --go_out="$1" --go_opt="$options" \
        protos/decisiontables/v1/*.proto protos/decisiontables/options/v1/*.proto
    tools/protoc.sh --plugin=protoc-gen-go-grpc=build/tools/protoc-gen-go-grpc --go-grpc_out="$1" \
        --go-grpc_opt="$options" protos/decisiontables/v1/*_service.proto
    .venv/bin/python tools/client_reasons.py go | "$(go env GOROOT)/bin/gofmt" >"$1/reasons.go"
}

make_typescript() {
    local plugin=clients/typescript/node_modules/.bin/protoc-gen-es
    [[ -x $plugin ]] || npm --prefix clients/typescript ci --no-audit --no-fund --loglevel=error
    rm -rf "$1/gen"
    mkdir -p "$1/gen"
    # Google's messages have no package of their own in this language, so the client brings them.
    tools/protoc.sh --plugin=protoc-gen-es="$plugin" --es_out="$1/gen" --es_opt=target=ts,import_extension=js \
        protos/decisiontables/v1/*.proto google/type/{date,decimal}.proto google/rpc/{status,error_details}.proto
    .venv/bin/python tools/client_reasons.py typescript >"$1/gen/reasons.ts"
}

make_rust() {
    local descriptors
    descriptors=$(mktemp)
    tools/protoc.sh --include_imports --include_source_info --descriptor_set_out="$descriptors" \
        protos/decisiontables/v1/*.proto google/rpc/error_details.proto
    rm -rf "$1/gen"
    cargo run --quiet --locked --manifest-path clients/rust/Cargo.toml --package generate -- "$descriptors" "$1/gen"
    rm "$descriptors"
}

case ${1:-} in
    go) make_go "${2:-clients/go}" ;;
    rust) make_rust "${2:-clients/rust/src}" ;;
    typescript) make_typescript "${2:-clients/typescript/src}" ;;
    *)
        echo "usage: tools/generate_clients.sh go|rust|typescript [DIRECTORY]" >&2
        exit 2
        ;;
esac
