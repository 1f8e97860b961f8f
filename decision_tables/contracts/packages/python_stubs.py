"""Python modules for files, as protoc would make them: messages, a gRPC stub, and types that a checker reads.

Written here and not by protoc, so that a package can be made wherever the command line runs: the protoc of grpcio-tools
that old runtimes accept cannot be installed beside a new one.

Python has one pool of descriptors, in which a path may be defined once. The messages that all contracts share lie in
modules of each package's own, so that two packages never own one file, and whichever is loaded first defines them.
"""

from __future__ import annotations

import dataclasses
import functools
import keyword
from collections.abc import Iterator
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from decision_tables.contracts.nouns import nouns

Field = FieldDescriptorProto
_DOTTED: Final = "_dot_"
_NUMBERS: Final = {Field.TYPE_INT32, Field.TYPE_INT64, Field.TYPE_UINT32, Field.TYPE_UINT64, Field.TYPE_SINT64}
_SCALARS: Final = {Field.TYPE_STRING: "str", Field.TYPE_BOOL: "bool", Field.TYPE_BYTES: "bytes"}


@dataclasses.dataclass(frozen=True, slots=True)
class Modules:
    """The modules of one contract, whose proto package is ``package``."""

    package: str

    def module_of(self, path: str) -> str:
        """The module of a proto: ``a/b.proto`` → ``a.b_pb2``; what contracts share lies below the contract's own."""
        if _is_shared(path):
            return f"{self.package}.shared.{path.rpartition('/')[2].removesuffix('.proto')}_pb2"
        return _usual_module(path)

    def stubs_of(self, file: FileDescriptorProto) -> dict[str, str]:
        """The modules for one file by their paths."""
        stem = self.module_of(file.name).replace(".", "/")
        found = {f"{stem}.py": _messages(file, self), f"{stem}.pyi": _types(file, self)}
        if file.service:
            found[f"{stem}_grpc.py"] = _services(file, self)
            found[f"{stem}_grpc.pyi"] = _service_types(file, self)
        return found

    def import_of(self, path: str) -> str:
        """The line that imports the module of a proto, under an alias that no other proto has."""
        package, _, name = self.module_of(path).rpartition(".")
        return f"from {package} import {name} as {_alias(path)}"


def _is_shared(path: str) -> bool:
    return path.startswith("decisiontables/") and not path.startswith("decisiontables/models/")


def _usual_module(path: str) -> str:
    return path.removesuffix(".proto").replace("/", ".").replace("-", "_") + "_pb2"


_OWN: Final = """DESCRIPTOR = _descriptor_pool.Default().AddSerializedFile(CONTENT)
"""
_SHARED: Final = """# Other packages have this too: the general client's is taken, else that which was loaded first.
try:
    import {module}  # noqa: F401
except ImportError:
    pass
try:
    DESCRIPTOR = _descriptor_pool.Default().FindFileByName("{path}")
except KeyError:
    DESCRIPTOR = _descriptor_pool.Default().AddSerializedFile(CONTENT)
"""


def _alias(path: str) -> str:
    return _usual_module(path).replace("_", "__").replace(".", _DOTTED)


def _messages(file: FileDescriptorProto, modules: Modules) -> str:
    bare = FileDescriptorProto()
    bare.CopyFrom(file)
    bare.ClearField("source_code_info")
    imports = "\n".join(f"{modules.import_of(path)}  # noqa: F401" for path in file.dependency)
    content = repr(bare.SerializeToString(deterministic=True))
    defined = _SHARED.format(path=file.name, module=_usual_module(file.name)) if _is_shared(file.name) else _OWN
    return f'''"""Generated from {file.name}; not to be edited."""

from google.protobuf import descriptor_pool as _descriptor_pool
from google.protobuf.internal import builder as _builder

{imports}

{defined.replace("CONTENT", content)}
_builder.BuildMessageAndEnumDescriptors(DESCRIPTOR, globals())
_builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, {modules.module_of(file.name)!r}, globals())
'''


# gRPC


def _services(file: FileDescriptorProto, modules: Modules) -> str:
    paths = dict.fromkeys([file.name, *file.dependency])
    imports = "\n".join(f"{modules.import_of(path)}  # noqa: F401" for path in paths)
    parts = [f'"""Generated from {file.name}; not to be edited."""\n\nimport grpc\n\n{imports}\n']
    for service in file.service:
        lines = [f"\n\nclass {service.name}Stub:", "    def __init__(self, channel):"]
        for method in service.method:
            asked, answered = (_class(name, file, "") for name in (method.input_type, method.output_type))
            lines += [
                f"        self.{method.name} = channel.unary_unary(",
                f'            "/{file.package}.{service.name}/{method.name}",',
                f"            request_serializer={asked}.SerializeToString,",
                f"            response_deserializer={answered}.FromString,",
                "        )",
            ]
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _service_types(file: FileDescriptorProto, modules: Modules) -> str:
    lines = [f'"""Generated from {file.name}; not to be edited."""', "", "import grpc", "import grpc.aio", ""]
    lines += [modules.import_of(file.name), ""]
    for service in file.service:
        lines += [f"class {service.name}Stub:"]
        lines += ["    def __init__(self, channel: grpc.Channel | grpc.aio.Channel) -> None: ..."]
        for method in service.method:
            asked, answered = (_class(name, file, "") for name in (method.input_type, method.output_type))
            lines.append(f"    {method.name}: grpc.UnaryUnaryMultiCallable[{asked}, {answered}]")
        lines.append("")
    return "\n".join(lines)


def _class(full: str, file: FileDescriptorProto, prefix: str) -> str:
    """A class of a request or response, which stands in the same file as the service."""
    return f"{prefix or _alias(file.name)}.{full.removeprefix(f'.{file.package}.')}"


# Types


def _types(file: FileDescriptorProto, modules: Modules) -> str:
    lines = [
        f'"""Generated from {file.name}; not to be edited."""',
        "",
        "import collections.abc",
        "import typing",
        "",
        "import google.protobuf.descriptor",
        "import google.protobuf.internal.containers",
        "import google.protobuf.internal.enum_type_wrapper",
        "import google.protobuf.message",
        *[f"import {modules.module_of(path)}" for path in file.dependency],
        "",
        "DESCRIPTOR: google.protobuf.descriptor.FileDescriptor",
    ]
    for enum in file.enum_type:
        lines += ["", *_enum_types(enum)]
    for message in file.message_type:
        lines += ["", *_message_types(message, file, modules)]
    for extension in file.extension:
        lines += ["", f"{extension.name}: google.protobuf.descriptor.FieldDescriptor"]
    return "\n".join(lines) + "\n"


def _enum_types(enum: EnumDescriptorProto) -> Iterator[str]:
    wrapper = "google.protobuf.internal.enum_type_wrapper._EnumTypeWrapper"
    yield f"class _{enum.name}Type({wrapper}[typing.Any], type): ..."
    yield f"class {enum.name}(int, metaclass=_{enum.name}Type): ..."
    yield from (f"{value.name}: {enum.name}" for value in enum.value)


def _message_types(message: DescriptorProto, file: FileDescriptorProto, modules: Modules) -> Iterator[str]:
    yield f"class {message.name}(google.protobuf.message.Message):"
    yield "    DESCRIPTOR: google.protobuf.descriptor.Descriptor"
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from (f"    {line}" for line in _message_types(nested, file, modules))
    fields = [
        (field, _type(field, message, file, modules)) for field in message.field if not keyword.iskeyword(field.name)
    ]
    for field, (held, _) in fields:
        if _is_scalar(field) and field.label != Field.LABEL_REPEATED:
            yield f"    {field.name}: {held}"
        else:
            yield "    @property"
            yield f"    def {field.name}(self) -> {held}: ..."
    given = "".join(f", {field.name}: {taken} | None = ..." for field, (_, taken) in fields)
    yield f"    def __init__(self{', *' if given else ''}{given}) -> None: ..."
    names = ", ".join(repr(field.name) for field in message.field if _has_presence(field))
    if names:
        yield f"    def HasField(self, field_name: typing.Literal[{names}]) -> bool: ..."
    every = ", ".join(repr(field.name) for field in message.field)
    if every:
        yield f"    def ClearField(self, field_name: typing.Literal[{every}]) -> None: ..."
    real = message.oneof_decl[: len(message.oneof_decl) - sum(field.proto3_optional for field in message.field)]
    for number, oneof in enumerate(real):
        inside = [f for f in message.field if f.HasField("oneof_index") and f.oneof_index == number]
        choices = ", ".join(repr(field.name) for field in inside)
        group = f"oneof_group: typing.Literal[{oneof.name!r}]"
        yield f"    def WhichOneof(self, {group}) -> typing.Literal[{choices}] | None: ..."


def _is_scalar(field: FieldDescriptorProto) -> bool:
    return field.type != Field.TYPE_MESSAGE


def _has_presence(field: FieldDescriptorProto) -> bool:
    if field.label == Field.LABEL_REPEATED:
        return False
    return field.type == Field.TYPE_MESSAGE or field.HasField("oneof_index")


def _type(
    field: FieldDescriptorProto, message: DescriptorProto, file: FileDescriptorProto, modules: Modules
) -> tuple[str, str]:
    """What a field holds, and what may be given for it."""
    entry = next(
        (n for n in message.nested_type if n.options.map_entry and field.type_name.endswith(f".{n.name}")), None
    )
    if entry is not None:
        key, value = (_type(part, message, file, modules)[0] for part in entry.field)
        return f"collections.abc.MutableMapping[{key}, {value}]", f"collections.abc.Mapping[{key}, {value}]"
    one = _one(field, file, modules)
    if field.label != Field.LABEL_REPEATED:
        return one, one
    containers = "google.protobuf.internal.containers"
    kind = "RepeatedScalarFieldContainer" if _is_scalar(field) else "RepeatedCompositeFieldContainer"
    return f"{containers}.{kind}[{one}]", f"collections.abc.Iterable[{one}]"


def _one(field: FieldDescriptorProto, file: FileDescriptorProto, modules: Modules) -> str:
    if field.type in _NUMBERS:
        return "int"
    if field.type in _SCALARS:
        return _SCALARS[field.type]
    path, name = _homes().get(field.type_name, ("", ""))
    if path and path != file.name:
        return f"{modules.module_of(path)}.{name}"
    return name or field.type_name.removeprefix(f".{file.package}.")


@functools.cache
def _homes() -> dict[str, tuple[str, str]]:
    """The proto and the name in it of every message and enum that contracts import."""
    found: dict[str, tuple[str, str]] = {}
    for file in nouns().values():
        parts = [*(message.name for message in file.message_type), *(enum.name for enum in file.enum_type)]
        found |= {f".{file.package}.{name}": (file.name, name) for name in parts}
    return found
