"""A module for Go: protos, and one command that makes the code with pinned plugins."""

from __future__ import annotations

from decision_tables.contracts.bundle import own_files
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.names import camel
from decision_tables.contracts.packages.filling import README, Filling, filling_of

_MODULE = """module decisiontables.dev/models/@part@

go 1.24.0

require (
	google.golang.org/genproto v0.0.0-20251029180050-ab9386a59fda
	google.golang.org/grpc v1.78.0
	google.golang.org/protobuf v1.36.11
)
"""
_GENERATE = """#!/bin/sh
# Make the code from proto/; needs Go and npm.
set -eu
cd "$(dirname "$0")"
export GOBIN="$PWD/.bin"
go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.11
go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
npx --yes @bufbuild/buf@1.75.0 generate proto
go mod tidy
"""
_BUF = """version: v2
modules:
  - path: proto
  - path: third_party
"""
_PLUGINS = """version: v2
plugins:
  - local: .bin/protoc-gen-go
    out: .
    opt: [module=decisiontables.dev/models/@part@@mappings@]
  - local: .bin/protoc-gen-go-grpc
    out: .
    opt: [module=decisiontables.dev/models/@part@@mappings@]
"""
_EXAMPLE = """// Asks one table: go run ./example [ADDRESS]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	contract "decisiontables.dev/models/@part@/v@version@"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/prototext"
)

func main() {
	address := "127.0.0.1:50051"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	request := &contract.@method@Request{}
@fill@	answer, err := contract.New@service@Client(connection).@method@(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(prototext.Format(answer))
}
"""


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the module."""
    filling = filling_of(lock)
    readme = {"language": "Go", "command": "sh generate.sh && go run ./example 127.0.0.1:50051"}
    return filling.sources() | {
        "go.mod": filling.fill(_MODULE),
        "generate.sh": filling.fill(_GENERATE),
        "buf.yaml": filling.fill(_BUF),
        "buf.gen.yaml": filling.fill(_PLUGINS, mappings=_mappings(filling)),
        "example/main.go": filling.fill(_EXAMPLE, fill=_fill(filling)),
        "README.md": filling.fill(README, **readme),
    }


def _mappings(filling: Filling) -> str:
    """Our own nouns lie in the module too, each proto package in a folder of its own."""
    found = []
    for file in own_files(filling.contract):
        if file.name != filling.proto:
            folder = "/".join(file.name.split("/")[:-1])
            name = "".join(file.package.split(".")[-2:])
            found.append(f", M{file.name}=decisiontables.dev/models/{filling.part}/{folder};{name}")
    return "".join(found)


def _fill(filling: Filling) -> str:
    if filling.input is None:
        return ""
    value = "int64(30)" if filling.input.form.kind.value == "int64" else "int32(30)" if filling.is_number else '"…"'
    return f"\tvalue := {value}\n\trequest.{_field(filling.input.name)} = &value\n"


def _field(name: str) -> str:
    """The field of a struct, as protoc-gen-go names it: a digit that follows an underscore keeps it."""
    parts = name.split("_")
    return camel(parts[0]) + "".join(f"_{part}" if part[:1].isdigit() else camel(part) for part in parts[1:])
