"""Requests read strictly: protobuf drops what it does not know, and a decision would miss what the caller said."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from decision_tables_server.errors import ServerReason, fault


def parse(read: Callable[[bytes], Message], raw: bytes) -> Message:
    """The message in ``raw``; refuses bytes that are none, unknown fields and unknown enum numbers, at any depth."""
    try:
        message = read(raw)
    except DecodeError:
        raise fault(
            ServerReason.MALFORMED_REQUEST,
            "请求不是有效的 protobuf 消息，或其中的文本不是 UTF-8 编码。",
            "The request is not a valid protobuf message, or a text in it is not UTF-8.",
        ) from None
    unknown = first_unknown(message)
    if unknown is not None:
        raise fault(
            ServerReason.UNKNOWN_REQUEST_FIELD,
            f"请求含有本服务器不认识的内容：{unknown}。请检查接口版本。",
            f"The request holds something that this server does not know: {unknown}. Check the contract's version.",
            field=unknown,
        )
    return message


def first_unknown(message: Message) -> str | None:
    """The path of the first unknown field or enum number, such as ``inputs.age.99``; None where all is known."""
    if not _has_enums(message.DESCRIPTOR) and not _drops_fields(message):
        return None
    return next(_unknown(message), None)


def _drops_fields(message: Message) -> bool:
    """Whether there are unknown fields anywhere; much faster than to look for them."""
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    return known.ByteSize() != message.ByteSize()


@functools.lru_cache(maxsize=256)  # types of typed contracts come and go with their pools
def _has_enums(descriptor: Descriptor) -> bool:
    """Whether the type can hold an enum, at any depth."""
    seen: set[str] = set()
    waiting = [descriptor]
    while waiting:
        current = waiting.pop()
        if current.full_name in seen:
            continue
        seen.add(current.full_name)
        if any(field.enum_type is not None for field in current.fields):
            return True
        waiting += [field.message_type for field in current.fields if field.message_type is not None]
    return False


def _unknown(message: Message) -> Iterator[str]:
    unknown = UnknownFieldSet(message)
    yield from (str(unknown[index].field_number) for index in range(len(unknown)))
    for field, value in message.ListFields():
        for step, kind, item in _items(field, value):
            yield from (f"{step}.{inner}" for inner in _unknown_inside(kind, item))


def _unknown_inside(kind: FieldDescriptor, item: Any) -> Iterator[str]:
    if isinstance(item, Message):
        yield from _unknown(item)
    elif kind.enum_type is not None and item not in kind.enum_type.values_by_number:
        yield str(item)


def _items(field: FieldDescriptor, value: Any) -> Iterator[tuple[str, FieldDescriptor, Any]]:
    """The single values of a field, each with its path and what it is; of a map only its values."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        kind = field.message_type.fields_by_name["value"]
        yield from ((f"{field.name}.{key}", kind, value[key]) for key in value)
    elif isinstance(value, Message | str | bytes | int | float):
        yield field.name, field, value
    else:
        yield from ((f"{field.name}[{index}]", field, item) for index, item in enumerate(value))
