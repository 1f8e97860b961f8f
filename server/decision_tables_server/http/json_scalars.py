"""Single values of JSON, held against the type of their field."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from decision_tables.text import Bilingual, nearest
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.http.json_text import malformed

Path: TypeAlias = tuple[str, ...]
Write: TypeAlias = Callable[[Any], Any]

LONGEST: Final = 100
"""So much of what a caller wrote is repeated in a message."""


class _Unfit(Exception):
    """The value is not of the type."""


def written_scalar(field: FieldDescriptor, value: Any, path: Path) -> Any:
    """The value as protobuf's own mapping reads it; numbers become texts, so that none is rounded on its way."""
    if field.enum_type is not None:
        return _enum(field.enum_type, value, path)
    write, words = _KINDS[field.type]
    try:
        return write(value)
    except _Unfit:
        name = shown(".".join(path))
        raise malformed(f"“{name}”应为{words.zh}。", f"“{name}” must be {words.en}.", name) from None


def is_text(value: object) -> bool:
    """Whether a text can travel; whatever is no text can."""
    if not isinstance(value, str):
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(text: str) -> str:
    """What a caller wrote, fit for a message: valid, and not too long."""
    valid = text.encode("utf-8", "replace").decode()
    return valid if len(valid) <= LONGEST else f"{valid[: LONGEST - 1]}…"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not is_text(value):
        raise _Unfit
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unfit
    return value


def _whole(bits: int, lowest: int) -> Write:
    bounds = range(lowest, lowest + 2**bits)

    def write(value: Any) -> int:
        number = _exact(value)
        if number != number.to_integral_value() or int(number) not in bounds:
            raise _Unfit
        return int(number)

    return write


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise _Unfit
    if isinstance(value, str) and not (value.isascii() and value == value.strip() and len(value) <= LONGEST):
        raise _Unfit
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _Unfit from None
    if not number.is_finite() or number.adjusted() > LONGEST:
        raise _Unfit
    return number


def _float(value: Any) -> float:
    return float(_exact(value))


def _bytes(value: Any) -> str:
    text = _text(value)
    try:
        base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _Unfit from None
    return text


_INT32 = (_whole(32, -(2**31)), Bilingual("整数，如 30", "a whole number, such as 30"))
_INT64 = (_whole(64, -(2**63)), Bilingual('整数，如 30 或 "30"', 'a whole number, such as 30 or "30"'))
_UINT32 = (_whole(32, 0), Bilingual("不小于 0 的整数，如 30", "a whole number from 0 on, such as 30"))
_UINT64 = (_whole(64, 0), Bilingual("不小于 0 的整数，如 30", "a whole number from 0 on, such as 30"))
_DOUBLE = (_float, Bilingual("数，如 1.5", "a number, such as 1.5"))

_KINDS: Final[Mapping[int, tuple[Write, Bilingual]]] = {
    FieldDescriptor.TYPE_STRING: (_text, Bilingual('文本，如 "…"', 'a text in valid Unicode, such as "…"')),
    FieldDescriptor.TYPE_BOOL: (_boolean, Bilingual("true 或 false", "true or false")),
    FieldDescriptor.TYPE_BYTES: (_bytes, Bilingual("base64 编码的文本", "a text in base 64")),
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_SFIXED32: _INT32,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SINT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
    FieldDescriptor.TYPE_DOUBLE: _DOUBLE,
    FieldDescriptor.TYPE_FLOAT: _DOUBLE,
}


def _enum(kind: EnumDescriptor, value: Any, path: Path) -> str | int:
    """A name of the enum, or its number; others are refused, as they are over gRPC."""
    name = shown(".".join(path))
    if isinstance(value, str) and value in kind.values_by_name:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value in kind.values_by_number:
        return value
    if isinstance(value, str | int) and not isinstance(value, bool):
        raise _unknown_name(kind, shown(str(value)), name)
    known = "、".join(kind.values_by_name), ", ".join(kind.values_by_name)
    raise malformed(f"“{name}”应为以下之一：{known[0]}。", f"“{name}” must be one of {known[1]}.", name)


def _unknown_name(kind: EnumDescriptor, given: str, name: str) -> RequestFault:
    near = tuple(nearest(given, kind.values_by_name)) or tuple(kind.values_by_name)[:5]
    return fault(
        ServerReason.UNKNOWN_REQUEST_FIELD,
        f"“{name}”没有“{given}”这个值；最接近的是：{'、'.join(near)}。",
        f"“{name}” has no value “{given}”. Nearest: {', '.join(near)}.",
        field=name,
        suggestions=near,
    )
