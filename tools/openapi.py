"""Write server/decision_tables_server/http/openapi.json from the protos and the list of URLs; --check only compares."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
)

ROOT: Final = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "server")]
from decision_tables_server.http.routes import ROUTES, Route  # noqa: E402

OUTPUT: Final = ROOT / "server" / "decision_tables_server" / "http" / "openapi.json"
Schema: TypeAlias = dict[str, Any]

_SCALARS: Final[dict[int, Schema]] = {
    FieldDescriptorProto.TYPE_STRING: {"type": "string"},
    FieldDescriptorProto.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptorProto.TYPE_INT32: {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
    FieldDescriptorProto.TYPE_SINT32: {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
    FieldDescriptorProto.TYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptorProto.TYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptorProto.TYPE_SINT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptorProto.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptorProto.TYPE_DOUBLE: {"type": "number"},
}
_OF_GOOGLE: Final[dict[str, Schema]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "required": ["@type"],
        "additionalProperties": True,
    },
}
_PLAIN_VALUE: Final[list[Schema]] = [
    {"type": "string", "description": "Text, or any other value in its written form."},
    {"type": "number", "description": "A whole number or a decimal, read exactly."},
    {"type": "boolean"},
    {"type": "null", "description": "Missing."},
    {"type": "array", "items": {"type": "string"}, "description": "The members of a set."},
]
"""What may stand for a Value in a request; answers have its long form."""


class Protos:
    """All messages, enums and methods of the protos, with their comments."""

    def __init__(self, files: FileDescriptorSet) -> None:
        self.messages: dict[str, DescriptorProto] = {}
        self.enums: dict[str, EnumDescriptorProto] = {}
        self.methods: dict[str, MethodDescriptorProto] = {}
        self.comments: dict[str, str] = {}
        for file in files.file:
            self._add_file(file)

    def _add_file(self, file: FileDescriptorProto) -> None:
        comments = {tuple(at.path): " ".join(at.leading_comments.split()) for at in file.source_code_info.location}
        for number, message in enumerate(file.message_type):
            self._add_message(f"{file.package}.{message.name}", message, (4, number), comments)
        for number, enum in enumerate(file.enum_type):
            self.enums[f"{file.package}.{enum.name}"] = enum
            self.comments[f"{file.package}.{enum.name}"] = comments.get((5, number), "")
        for number, service in enumerate(file.service):
            for place, method in enumerate(service.method):
                path = f"/{file.package}.{service.name}/{method.name}"
                self.methods[path] = method
                self.comments[path] = comments.get((6, number, 2, place), "")

    def _add_message(
        self, name: str, message: DescriptorProto, at: tuple[int, ...], comments: dict[tuple[int, ...], str]
    ) -> None:
        self.messages[name] = message
        self.comments[name] = comments.get(at, "")
        for place, field in enumerate(message.field):
            self.comments[f"{name}.{field.name}"] = comments.get((*at, 2, place), "")
        for place, inner in enumerate(message.nested_type):
            self._add_message(f"{name}.{inner.name}", inner, (*at, 3, place), comments)


class Schemas:
    """The schemas that have been asked for, and those that they need."""

    def __init__(self, protos: Protos) -> None:
        self._protos = protos
        self.made: dict[str, Schema] = {}

    def of_message(self, name: str) -> Schema:
        """A reference to the schema of a message."""
        if name in _OF_GOOGLE:
            return _OF_GOOGLE[name]
        key = name.rpartition(".")[2]
        if key not in self.made:
            self.made[key] = {}  # first, since messages may hold themselves
            self.made[key] = self._message(name)
        return {"$ref": f"#/components/schemas/{key}"}

    def _message(self, name: str) -> Schema:
        message = self._protos.messages[name]
        properties = {field.json_name: self.of_field(name, field) for field in message.field}
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        description = self._protos.comments[name]
        if name == "decisiontables.v1.Value":
            schema = {"anyOf": [schema | {"minProperties": 1, "maxProperties": 1}, *_PLAIN_VALUE]}
        elif name == "google.type.Date":
            day = {"type": "string", "format": "date", "description": "2025-01-31; answers have the long form."}
            schema = {"anyOf": [schema, day]}
            description = "A calendar date."
        elif name == "google.type.Decimal":
            plain = [{"type": "string"}, {"type": "number", "description": "Read exactly."}]
            schema = {"anyOf": [schema, *plain]}
            description = "An exact decimal; answers have the long form."
        return {"description": description} | schema if description else schema

    def of_field(self, owner: str, field: FieldDescriptorProto) -> Schema:
        """The schema of a field, with its comment."""
        schema = self._repeated(field) if field.label == FieldDescriptorProto.LABEL_REPEATED else self._single(field)
        comment = self._protos.comments[f"{owner}.{field.name}"]
        if not comment or not owner.startswith("decisiontables."):
            return schema
        return {"description": comment} | schema

    def _repeated(self, field: FieldDescriptorProto) -> Schema:
        entry = self._protos.messages.get(field.type_name.lstrip("."))
        if entry is not None and entry.options.map_entry:
            return {"type": "object", "additionalProperties": self._single(entry.field[1])}
        return {"type": "array", "items": self._single(field)}

    def _single(self, field: FieldDescriptorProto) -> Schema:
        name = field.type_name.lstrip(".")
        if field.type == FieldDescriptorProto.TYPE_MESSAGE:
            return self.of_message(name)
        if field.type == FieldDescriptorProto.TYPE_ENUM:
            return {"type": "string", "enum": [value.name for value in self._protos.enums[name].value]}
        return _SCALARS[field.type]


def document(protos: Protos) -> Schema:
    """The OpenAPI document."""
    schemas = Schemas(protos)
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        url = route.template
        for field in route.fields:
            url = url.replace(f"{{{field}}}", f"{{{_camel(field)}}}")
        paths.setdefault(url, {})[route.method.lower()] = _operation(route, protos, schemas)
    error = schemas.of_message("google.rpc.Status")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Decision tables",
            "version": "1",
            "description": "The calls of the gRPC services as JSON, by the JSON mapping of protobuf. Unknown names are "
            "refused. Every error is a google.rpc.Status whose google.rpc.ErrorInfo has a reason.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.made.items())),
            "responses": {"Error": {"description": "Why there is no answer.", "content": _json(error)}},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, protos: Protos, schemas: Schemas) -> Schema:
    method = protos.methods[route.rpc]
    summary, _, errors = protos.comments[route.rpc].partition("Errors")
    answer = schemas.of_message(method.output_type.lstrip("."))
    operation: Schema = {
        "operationId": method.name,
        "tags": [route.rpc.split("/")[1].rpartition(".")[2]],
        "summary": summary.strip(),
        "responses": {
            "200": {"description": "The answer.", "content": _json(answer)},
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if errors:
        operation["description"] = f"Errors{errors}"
    parameters = list(_parameters(route, method, protos, schemas))
    if parameters:
        operation["parameters"] = parameters
    if route.method == "POST":
        body = schemas.of_message(method.input_type.lstrip("."))
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _parameters(route: Route, method: MethodDescriptorProto, protos: Protos, schemas: Schemas) -> Iterator[Schema]:
    owner = method.input_type.lstrip(".")
    for field in protos.messages[owner].field:
        in_path = field.name in route.fields
        if not in_path and route.method != "GET":
            continue
        schema = schemas.of_field(owner, field)
        description = schema.pop("description", "") if "description" in schema else ""
        if in_path:
            schema = schema | {"minLength": 1, "pattern": "^[^/:?#]+$"}
        yield {
            "name": _camel(field.name),
            "in": "path" if in_path else "query",
            "required": in_path,
            "description": description,
            "schema": schema,
        }


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _read_protos() -> Protos:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "protos.binpb"
        files = sorted(path.name for path in (ROOT / "protos" / "decisiontables" / "v1").glob("*.proto"))
        options = ["--include_imports", "--include_source_info", f"--descriptor_set_out={output}"]
        subprocess.run(
            [str(ROOT / "tools" / "protoc.sh"), *options, *(f"decisiontables/v1/{name}" for name in files)], check=True
        )
        return Protos(FileDescriptorSet.FromString(output.read_bytes()))


def main() -> int:
    """Write the document, or say whether it is up to date."""
    text = json.dumps(document(_read_protos()), ensure_ascii=False, indent=1) + "\n"
    if "--check" not in sys.argv[1:]:
        OUTPUT.write_text(text, encoding="utf-8")
        return 0
    if OUTPUT.read_text(encoding="utf-8") != text:
        print(f"{OUTPUT.relative_to(ROOT)} is not what the protos give: run 'make docs' and commit the result.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
