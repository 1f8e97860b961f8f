"""A file descriptor → its text as a ``.proto`` file; what protoc makes of the text is the same descriptor again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from google.protobuf.message import Message

from decision_tables.contracts.options import known_options

Field = FieldDescriptorProto
_SCALARS: Final = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in Field.Type.items()
    if name not in ("TYPE_MESSAGE", "TYPE_ENUM", "TYPE_GROUP")
}
Lines = Iterator[str]
Path = tuple[int, ...]


def proto_text(file: FileDescriptorProto) -> str:
    """The text of a file in proto3."""
    return "\n".join(_Printer(file).lines()) + "\n"


class _Printer:
    """Prints one file; knows the comments by the path of what they stand at."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._file = file
        self._comments = {
            tuple(location.path): location.leading_comments
            for location in file.source_code_info.location
            if location.leading_comments
        }

    def lines(self) -> Lines:
        file = self._file
        yield 'syntax = "proto3";'
        yield ""
        yield from self._comment((2,))
        yield f"package {file.package};"
        yield from _apart([f'import "{name}";' for name in file.dependency])
        yield from _apart([f"option {text};" for text in self._options(file.options)])
        for index, field in enumerate(file.extension):
            yield from self._extension((7, index), field)
        for index, service in enumerate(file.service):
            yield from self._service((6, index), service)
        for index, message in enumerate(file.message_type):
            yield ""
            yield from self._message((4, index), message)
        for index, enum in enumerate(file.enum_type):
            yield ""
            yield from self._enum((5, index), enum)

    def _comment(self, path: Path) -> Lines:
        for line in self._comments.get(path, "").splitlines():
            yield f"//{line}".rstrip()

    def _extension(self, path: Path, field: FieldDescriptorProto) -> Lines:
        yield ""
        yield f"extend {field.extendee.removeprefix('.')} {{"
        yield from _indented([*self._comment(path), self._field(field, is_extension=True)])
        yield "}"

    def _service(self, path: Path, service: ServiceDescriptorProto) -> Lines:
        yield ""
        yield from self._comment(path)
        yield f"service {service.name} {{"
        for index, method in enumerate(service.method):
            if index:
                yield ""
            yield from _indented(self._method((*path, 2, index), method))
        yield "}"

    def _method(self, path: Path, method: MethodDescriptorProto) -> Lines:
        yield from self._comment(path)
        asked = f"{'stream ' if method.client_streaming else ''}{self._name(method.input_type)}"
        answered = f"{'stream ' if method.server_streaming else ''}{self._name(method.output_type)}"
        options = [f"  option {text};" for text in self._options(method.options)]
        head = f"rpc {method.name}({asked}) returns ({answered})"
        yield from [f"{head} {{", *options, "}"] if options else [f"{head};"]

    def _message(self, path: Path, message: DescriptorProto) -> Lines:
        yield from self._comment(path)
        yield f"message {message.name} {{"
        yield from _indented(self._inside(path, message))
        yield "}"

    def _inside(self, path: Path, message: DescriptorProto) -> Lines:
        yield from _reserved([(r.start, r.end - 1) for r in message.reserved_range], message.reserved_name)
        for index, enum in enumerate(message.enum_type):
            yield from self._enum((*path, 4, index), enum)
        for index, nested in enumerate(message.nested_type):
            if not nested.options.map_entry:
                yield from self._message((*path, 3, index), nested)
        shown: set[int] = set()
        for index, field in enumerate(message.field):
            if not field.HasField("oneof_index") or field.proto3_optional:
                yield from self._comment((*path, 2, index))
                yield self._field(field, message)
            elif field.oneof_index not in shown:
                shown.add(field.oneof_index)
                yield from self._oneof(path, message, field.oneof_index)

    def _oneof(self, path: Path, message: DescriptorProto, number: int) -> Lines:
        yield from self._comment((*path, 8, number))
        yield f"oneof {message.oneof_decl[number].name} {{"
        for index, field in enumerate(message.field):
            if field.HasField("oneof_index") and field.oneof_index == number:
                yield from _indented([*self._comment((*path, 2, index)), self._field(field, message)])
        yield "}"

    def _field(
        self, field: FieldDescriptorProto, message: DescriptorProto | None = None, *, is_extension: bool = False
    ) -> str:
        entry = _map_entry(field, message)
        if entry is not None:
            key, value = (self._type(part) for part in entry.field)
            kind = f"map<{key}, {value}>"
        else:
            kind = f"{self._label(field, is_extension=is_extension)}{self._type(field)}"
        options = list(self._options(field.options))
        shown = f" [{', '.join(options)}]" if options else ""
        return f"{kind} {field.name} = {field.number}{shown};"

    def _label(self, field: FieldDescriptorProto, *, is_extension: bool) -> str:
        if field.label == Field.LABEL_REPEATED:
            return "repeated "
        return "optional " if field.proto3_optional or is_extension else ""

    def _type(self, field: FieldDescriptorProto) -> str:
        return _SCALARS[field.type] if field.type in _SCALARS else self._name(field.type_name)

    def _name(self, full: str) -> str:
        """A type as it is named inside this file; with a leading dot where a part of its package would hide it."""
        package = f".{self._file.package}."
        if full.startswith(package):
            return full.removeprefix(package)
        hidden = full.split(".")[1] in self._file.package.split(".")[1:]
        return full if hidden else full.removeprefix(".")

    def _options(self, options: Message) -> Lines:
        """Each option as ``name = value``; ours, which are extensions, last and in brackets."""
        for field, value in known_options(options).ListFields():
            name = f"({self._name(f'.{field.full_name}')})" if field.is_extension else field.name
            yield f"{name} = {_value(field, value)}"

    def _enum(self, path: Path, enum: EnumDescriptorProto) -> Lines:
        yield from self._comment(path)
        yield f"enum {enum.name} {{"
        yield from _indented(f"option {text};" for text in self._options(enum.options))
        yield from _indented(_reserved([(r.start, r.end) for r in enum.reserved_range], enum.reserved_name))
        for index, value in enumerate(enum.value):
            yield from _indented(self._comment((*path, 2, index)))
            options = list(self._options(value.options))
            shown = f" [{', '.join(options)}]" if options else ""
            yield f"  {value.name} = {value.number}{shown};"
        yield "}"


def _apart(lines: list[str]) -> list[str]:
    """Lines with a blank one before them, if there are any."""
    return ["", *lines] if lines else []


def _indented(lines: Iterable[str]) -> Lines:
    return (f"  {line}" if line else line for line in lines)


def _reserved(ranges: Sequence[tuple[int, int]], names: Iterable[str]) -> Lines:
    if ranges:
        texts = (str(first) if first == last else f"{first} to {last}" for first, last in ranges)
        yield f"reserved {', '.join(texts)};"
    if names:
        yield f"reserved {', '.join(quoted(name) for name in names)};"


def _map_entry(field: FieldDescriptorProto, message: DescriptorProto | None) -> DescriptorProto | None:
    """The hidden message behind a map, if the field is one."""
    last = field.type_name.rpartition(".")[2]
    nested = message.nested_type if message is not None else ()
    return next((each for each in nested if each.options.map_entry and each.name == last), None)


def _value(field: Any, value: Any) -> str:
    if isinstance(value, Message):
        inside = ", ".join(f"{inner.name}: {_value(inner, found)}" for inner, found in value.ListFields())
        return f"{{{inside}}}"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(field.enum_type.values_by_number[value].name) if field.enum_type is not None else str(value)


def quoted(text: str) -> str:
    """A text as a literal of the proto language; what is no plain letter or sign is escaped."""
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else _bytes(c)) for c in text) + '"'


def _bytes(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8"))
