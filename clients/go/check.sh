#!/usr/bin/env bash
# Compile and test the Go client, and look for mistakes of style.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

unformatted=$("$(go env GOROOT)/bin/gofmt" -l .)
if [[ -n $unformatted ]]; then
    echo "Not in Go's format, run gofmt -w on: $unformatted" >&2
    exit 1
fi
go mod verify >/dev/null
go mod tidy -diff
go vet ./...
go test ./...
