"""A version of a contract → its file descriptor, with its comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from decision_tables.contracts import names, nouns
from decision_tables.contracts.commenting import add_comments
from decision_tables.contracts.contract import Contract, FrozenList, Kind, Many, Member, Method
from decision_tables.contracts.options import set_option

Field = FieldDescriptorProto
AS_OF, RELEASE, KNOWN_AT, DECISION = 1001, 1002, 1003, 1001
"""The numbers of the fields that every request, or response, has."""

_SCALARS: Final = {
    Kind.TEXT: Field.TYPE_STRING,
    Kind.CODE: Field.TYPE_STRING,
    Kind.INT32: Field.TYPE_INT32,
    Kind.INT64: Field.TYPE_INT64,
    Kind.BOOLEAN: Field.TYPE_BOOL,
}
_MESSAGES: Final = {Kind.DECIMAL: ".google.type.Decimal", Kind.DATE: ".google.type.Date"}


def file_of(contract: Contract) -> FileDescriptorProto:
    """The file of a contract: its service, a request and a response for each RPC, its enums."""
    package = names.package_of(contract.model, contract.version)
    part = names.package_part(contract.model)
    file = FileDescriptorProto(name=path_of(contract), package=package, syntax="proto3")
    _set_languages(file, contract, part)
    _add_service(file, contract)
    for method in _served(contract):
        file.message_type.extend((_request(method, package, contract), _response(method, package, contract)))
    file.enum_type.extend(_enum(found) for found in contract.lists if not found.retired)
    file.dependency.extend(_imports(file))
    add_comments(file, contract)
    return file


def path_of(contract: Contract) -> str:
    """The path of a contract's file, which follows its package."""
    part = names.package_part(contract.model)
    return f"decisiontables/models/{part}/v{contract.version}/{part}.proto"


def service_path(contract: Contract) -> str:
    """The full name of a contract's service."""
    return f"{names.package_of(contract.model, contract.version)}.{names.service_of(contract.model)}"


def descriptor_set(files: Iterable[FileDescriptorProto]) -> FileDescriptorSet:
    """Files with everything that they import, each after what it imports."""
    return FileDescriptorSet(file=[*nouns.nouns().values(), *files])


def _served(contract: Contract) -> list[Method]:
    return [method for method in contract.methods if not method.retired]


def _set_languages(file: FileDescriptorProto, contract: Contract, part: str) -> None:
    version = contract.version
    file.options.java_package = f"dev.decisiontables.models.{part}.v{version}"
    file.options.java_multiple_files = True
    file.options.go_package = f"decisiontables.dev/models/{part}/v{version};{part.replace('_', '')}v{version}"
    file.options.csharp_namespace = f"DecisionTables.Models.{names.camel(part)}.V{version}"
    set_option(file.options, "model", key=contract.model, title=contract.title, version=version)


def _add_service(file: FileDescriptorProto, contract: Contract) -> None:
    package = file.package
    service = file.service.add(name=names.service_of(contract.model))
    for method in _served(contract):
        rpc = service.method.add(
            name=method.name,
            input_type=f".{package}.{method.name}Request",
            output_type=f".{package}.{method.name}Response",
        )
        set_option(rpc.options, "table", key=method.key, title=method.title)


def _request(method: Method, package: str, contract: Contract) -> DescriptorProto:
    message = DescriptorProto(name=f"{method.name}Request")
    for member in method.inputs:
        _add_member(message, member, package, contract)
    _own(message, "as_of", AS_OF, ".google.type.Date")
    release = _own(message, "release", RELEASE, "")
    release.type = Field.TYPE_STRING
    _own(message, "known_at", KNOWN_AT, ".google.protobuf.Timestamp")
    _close(message, method.inputs)
    return message


def _response(method: Method, package: str, contract: Contract) -> DescriptorProto:
    message = DescriptorProto(name=f"{method.name}Response")
    for member in method.results:
        _add_member(message, member, package, contract)
    _own(message, "decision", DECISION, ".decisiontables.v1.Decision")
    _close(message, method.results)
    return message


def _own(message: DescriptorProto, name: str, number: int, type_name: str) -> FieldDescriptorProto:
    return message.field.add(
        name=name,
        json_name=names.json_name(name),
        number=number,
        label=Field.LABEL_OPTIONAL,
        type=Field.TYPE_MESSAGE,
        type_name=type_name or None,
    )


def _add_member(message: DescriptorProto, member: Member, package: str, contract: Contract) -> None:
    if member.retired:
        if member.name:
            message.reserved_name.append(member.name)
        return
    field = message.field.add(name=member.name, json_name=names.json_name(member.name), number=member.number)
    if member.form.many.is_sequence:
        nested = _hit(member, package, contract)
        message.nested_type.append(nested)
        field.label, field.type = Field.LABEL_REPEATED, Field.TYPE_MESSAGE
        field.type_name = f".{package}.{message.name}.{nested.name}"
    else:
        _set_form(field, member, package, contract)
    set_option(
        field.options,
        "field",
        key=member.key,
        label=member.label,
        unit=member.unit,
        domain=member.domain,
        value_list=member.value_list,
        required=member.required,
        personal=member.personal,
    )


def _hit(member: Member, package: str, contract: Contract) -> DescriptorProto:
    """What one rule that matched gives: a value that may be missing, or the values of a set."""
    nested = DescriptorProto(name=f"{names.camel(member.name)}Hit")
    name = "values" if member.form.many is Many.SETS else "value"
    _set_form(nested.field.add(name=name, json_name=name, number=1), member, package, contract)
    _close(nested, ())
    return nested


def _set_form(field: FieldDescriptorProto, member: Member, package: str, contract: Contract) -> None:
    form = member.form
    field.label = Field.LABEL_REPEATED if form.many in (Many.SET, Many.SETS) else Field.LABEL_OPTIONAL
    if form.kind in _MESSAGES:
        field.type, field.type_name = Field.TYPE_MESSAGE, _MESSAGES[form.kind]
    elif form.kind is Kind.ENUM:
        field.type, field.type_name = Field.TYPE_ENUM, f".{package}.{_enum_name(form.enum, contract)}"
    else:
        field.type = _SCALARS[form.kind]
    if field.label == Field.LABEL_OPTIONAL and form.kind not in _MESSAGES:
        field.proto3_optional = True


def _enum_name(key: str, contract: Contract) -> str:
    return next(found.name for found in contract.lists if found.key == key and not found.retired)


def _close(message: DescriptorProto, members: Iterable[Member]) -> None:
    """Give each field with presence its own oneof, as protoc does, and put what is reserved in order."""
    for field in message.field:
        if field.proto3_optional:
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field.name}")
    for number in sorted(member.number for member in members if member.retired):
        message.reserved_range.add(start=number, end=number + 1)


def _enum(found: FrozenList) -> EnumDescriptorProto:
    enum = EnumDescriptorProto(name=found.name)
    prefix = names.enum_prefix(found.name)
    set_option(enum.options, "list", key=found.key, label=found.label)
    enum.value.add(name=f"{prefix}UNSPECIFIED", number=0)
    for value in found.values:
        if value.retired:
            enum.reserved_range.add(start=value.number, end=value.number)
            if value.name:
                enum.reserved_name.append(f"{prefix}{value.name.upper()}")
        else:
            added = enum.value.add(name=f"{prefix}{value.name.upper()}", number=value.number)
            set_option(added.options, "value", key=value.key, label=value.label)
    return enum


def _imports(file: FileDescriptorProto) -> list[str]:
    """The files whose types this one uses, in order."""
    fields = [field for message in file.message_type for field in message.field]
    fields += [field for message in file.message_type for nested in message.nested_type for field in nested.field]
    used = {field.type_name for field in fields}
    wanted = [nouns.OPTIONS, nouns.DECISION, nouns.TIMESTAMP, nouns.DATE]
    if ".google.type.Decimal" in used:
        wanted.append(nouns.DECIMAL)
    return wanted
