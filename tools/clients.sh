#!/usr/bin/env bash
# Check the clients in other languages than Python: their generated code, that they compile, their own tests.
#
#     tools/clients.sh [LANGUAGE...]        default: all
#
# The cases that all clients share are put to them by tests/conformance. To add a language: its name and programs below,
# a function in tools/generate_clients.sh, and clients/LANGUAGE/check.sh, which compiles and tests.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

# The language, what it needs, and where its generated code lies, in parts relative to clients/LANGUAGE; "-" where it is
# made when the client is compiled.
languages() {
    cat <<'END'
go          go          .    decisiontablesv1 decisiontablesoptionsv1 reasons.go
java        javac,mvn   -
rust        cargo       src  gen
typescript  node,npm    src  gen
cpp         cmake,g++,pkg-config,protoc,grpc_cpp_plugin  -
csharp      protoc      -
END
}

missing() {
    local program
    for program in ${1//,/ }; do
        command -v "$program" >/dev/null || echo "$program"
    done
}

check_generated() {
    local language=$1 folder=$2 fresh part
    [[ $folder != - ]] || return 0
    shift 2
    fresh=$(mktemp -d)
    tools/generate_clients.sh "$language" "$fresh"
    for part in "$@"; do
        if ! diff -r -q "$fresh/$part" "clients/$language/$folder/$part"; then
            echo "The generated code of the $language client differs from protos/: run 'make generate' and commit the result." >&2
            return 1
        fi
    done
    rm -rf "$fresh"
}

while read -r language programs folder parts; do
    if (($# > 0)) && [[ " $* " != *" $language "* ]]; then
        continue
    fi
    absent=$(missing "$programs")
    if [[ -n $absent ]]; then
        echo "The $language client is not checked: ${absent//$'\n'/, } not found; 'make toolchains' installs what is needed."
        [[ -z ${CI:-} ]] || exit 1
        continue
    fi
    # shellcheck disable=SC2086 - the parts are words
    check_generated "$language" "$folder" $parts </dev/null
    "clients/$language/check.sh" </dev/null
    echo "The $language client: generated code, compiling and tests are fine."
done < <(languages)
