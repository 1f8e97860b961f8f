"""A module for Go that makes its own code: from the descriptors, by plugins that its ``go.mod`` pins."""

from __future__ import annotations

import importlib.resources

from decision_tables.contracts.bundle import described, own_files
from decision_tables.contracts.contract import Kind
from decision_tables.contracts.packages import casing
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

SHARED = "decisiontables.dev/go/decisiontables"
"""The module of the messages that all contracts share, which the general client is too."""

_MODULE = """module decisiontables.dev/models/@part@

go 1.24.0

require (
	decisiontables.dev/go/decisiontables v0.1.0
	google.golang.org/genproto v0.0.0-20251029180050-ab9386a59fda
	google.golang.org/grpc v1.78.0
	google.golang.org/protobuf v1.36.11
)

require (
	golang.org/x/net v0.47.0 // indirect
	golang.org/x/sys v0.38.0 // indirect
	golang.org/x/text v0.31.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20251029180050-ab9386a59fda // indirect
)

// The messages that all contracts share. A program has them once: it says in its own go.mod where.
replace decisiontables.dev/go/decisiontables => ./decisiontables
"""
_SHARED_MODULE = """module decisiontables.dev/go/decisiontables

go 1.24.0

require (
	google.golang.org/genproto v0.0.0-20251029180050-ab9386a59fda
	google.golang.org/protobuf v1.36.11
)
"""
_PLUGINS = """module decisiontables.dev/models/@part@/generate

go 1.25.0

tool (
	google.golang.org/grpc/cmd/protoc-gen-go-grpc
	google.golang.org/protobuf/cmd/protoc-gen-go
)

require google.golang.org/protobuf v1.36.11

require google.golang.org/grpc/cmd/protoc-gen-go-grpc v1.6.2 // indirect
"""
_GENERATE = """// Command generate makes the code of the contract from its descriptors: go run -C generate .
package main

import (
	"bytes"
	"errors"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// Where our own messages lie, by the path of their proto.
const mappings = "@mappings@"

func main() {
	log.SetFlags(0)
	raw, err := os.ReadFile("../contract.binpb")
	check(err)
	var files descriptorpb.FileDescriptorSet
	check(proto.Unmarshal(raw, &files))
	shared := []string{
@shared@	}
	run("protoc-gen-go", "../decisiontables", "module=@shared_module@"+mappings, shared, &files)
	for _, plugin := range []string{"protoc-gen-go", "protoc-gen-go-grpc"} {
		run(plugin, "..", "module=decisiontables.dev/models/@part@"+mappings, []string{"@proto@"}, &files)
	}
}

func run(plugin, folder, parameter string, wanted []string, files *descriptorpb.FileDescriptorSet) {
	request, err := proto.Marshal(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: wanted, Parameter: &parameter, ProtoFile: files.File,
	})
	check(err)
	command := exec.Command("go", "tool", plugin)
	command.Stdin, command.Stderr = bytes.NewReader(request), os.Stderr
	answer, err := command.Output()
	check(err)
	var response pluginpb.CodeGeneratorResponse
	check(proto.Unmarshal(answer, &response))
	if response.Error != nil {
		check(errors.New(*response.Error))
	}
	for _, file := range response.File {
		path := filepath.Join(folder, filepath.FromSlash(file.GetName()))
		check(os.MkdirAll(filepath.Dir(path), 0o755))
		check(os.WriteFile(path, []byte(file.GetContent()), 0o644))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
"""
_EXAMPLE = """// Command example asks one table: go run ./example [ADDRESS]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	contract "decisiontables.dev/models/@part@/v@version@"
@imports@	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/prototext"
@proto_import@)

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
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	answer, err := contract.New@go_service@Client(connection).@go_method@(ctx, &contract.@go_request@{
@fill@	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(prototext.Format(answer))
}
"""
_BESIDE = """
Make the code once and keep it with the package. The `go.mod` of the program says where both modules lie:

    go mod edit -require decisiontables.dev/models/@part@@v0.0.0 -replace decisiontables.dev/models/@part@=PATH
    go mod edit -replace decisiontables.dev/go/decisiontables=PATH/decisiontables
    go mod tidy

The messages that all contracts share, such as `Decision`, are in the module `decisiontables.dev/go/decisiontables`, and
a program has one of it, however many contracts it calls: that of any of them, or `clients/go`, the general client,
which is the same module with more in it.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the module."""
    resources = importlib.resources.files("decision_tables.contracts.packages")
    return filling.own_sources() | {
        "go.mod": filling.fill(_MODULE),
        "go.sum": resources.joinpath("go_module.sum").read_bytes(),
        "contract.binpb": described(filling.lock),
        "decisiontables/go.mod": _SHARED_MODULE.encode(),
        "generate/go.mod": filling.fill(_PLUGINS),
        "generate/go.sum": resources.joinpath("go_plugins.sum").read_bytes(),
        "generate/main.go": filling.fill(_GENERATE, **_generate(filling)),
        "example/main.go": filling.fill(_EXAMPLE, **_example(filling)),
        "README.md": filling.readme(
            "Go",
            "Go 1.25 or newer",
            "go run -C generate . && go run ./example 127.0.0.1:50051",
            _BESIDE,
        ),
    }


def _generate(filling: Filling) -> dict[str, str]:
    shared = [file for file in own_files(filling.contract) if file.name != filling.proto]
    folders = {file.name: f"{SHARED}/{'decisiontables' + ''.join(file.package.split('.')[1:])}" for file in shared}
    return {
        "mappings": "".join(f",M{name}={folder}" for name, folder in folders.items()),
        "shared": joined((f'"{name}",' for name in folders), "\t\t"),
        "shared_module": SHARED,
    }


def _example(filling: Filling) -> dict[str, str]:
    kinds = {Kind.DATE: "date", Kind.DECIMAL: "decimal"}
    used = [word for kind, word in kinds.items() if filling.holds(kind)]
    pointed = any(not given.is_list and given.kind in _POINTERS for given in filling.given)
    return {
        "go_service": casing.go(filling.service),
        "go_method": casing.go(filling.method.name),
        "go_request": casing.go(f"{filling.method.name}Request"),
        "imports": joined((f'"google.golang.org/genproto/googleapis/type/{word}"' for word in used), "\t"),
        "proto_import": '\t"google.golang.org/protobuf/proto"\n' if pointed else "",
        "fill": joined((f"{casing.go(given.name)}: {_value(given)}," for given in filling.given), "\t\t"),
    }


_POINTERS = {
    Kind.TEXT: "String",
    Kind.CODE: "String",
    Kind.INT32: "Int32",
    Kind.INT64: "Int64",
    Kind.BOOLEAN: "Bool",
}


def _value(given: Given) -> str:
    enum = casing.go(given.enum)
    if given.is_list:
        type_ = f"contract.{enum}" if given.enum else "string"
        return f"[]{type_}{{{', '.join(_one(given, value, enum) for value in given.values)}}}"
    (value,) = given.values
    if given.kind in _POINTERS:
        return f"proto.{_POINTERS[given.kind]}({_one(given, value, enum)})"
    return f"{_one(given, value, enum)}.Enum()" if given.enum else _one(given, value, enum)


def _one(given: Given, value: object, enum: str) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"&date.Date{{Year: {year}, Month: {month}, Day: {day}}}"
        case {"value": number}:
            return f'&decimal.Decimal{{Value: "{number}"}}'
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"contract.{enum}_{value}"
        case str() if given.kind is not Kind.INT64:
            return quoted(value)
    return str(value)
