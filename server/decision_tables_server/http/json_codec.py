"""JSON → message and back: the JSON mapping of protobuf, strict, with plain scalars allowed for inputs and dates."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from decision_tables_server.errors import RequestFault, ServerReason, fault

MAX_DEPTH: Final = 32
"""How deeply a request may be nested; no message of ours needs half of it."""

MAX_DIGITS: Final = 400
"""The longest number that is read; longer ones would only cost time."""

_VALUE: Final = "decisiontables.v1.Value"
_DATE: Final = "google.type.Date"
_INT64: Final = range(-(2**63), 2**63)
_WELL_KNOWN: Final = "google.protobuf."


def read(message: Message, content: bytes, fixed: Mapping[str, str]) -> Message:
    """Fill a message from a JSON object; ``fixed`` are fields that the URL gives. Raises RequestFault."""
    tree = _parse(content) if content.strip() else {}
    if not isinstance(tree, dict):
        raise _malformed("请求应为 JSON 对象。", "The request must be a JSON object.")
    return fill(message, tree, fixed)


def fill(message: Message, tree: Mapping[str, Any], fixed: Mapping[str, str]) -> Message:
    """Fill a message from what JSON gave. Raises RequestFault."""
    whole = _with_fixed(message.DESCRIPTOR, tree, fixed)
    try:
        json_format.ParseDict(_plain(message.DESCRIPTOR, whole, ()), message, ignore_unknown_fields=False)
    except json_format.ParseError as error:
        raise _malformed(f"请求与接口不符：{error}", f"The request does not fit its message: {error}") from None
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _malformed("请求与接口不符。", "The request does not fit its message.") from None
    return message


def write(message: Message) -> bytes:
    """A message as JSON, with everything that it could hold but for what is not set."""
    tree = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _with_fixed(kind: Any, tree: Mapping[str, Any], fixed: Mapping[str, str]) -> dict[str, Any]:
    whole = dict(tree)
    for name, value in fixed.items():
        for written in (name, kind.fields_by_name[name].json_name):
            if whole.pop(written, value) not in (value, "", None):
                raise fault(
                    ServerReason.MALFORMED_REQUEST,
                    f"“{written}”与网址里的“{value}”不同。",
                    f"“{written}” differs from “{value}” in the URL.",
                    field=name,
                )
        whole[name] = value
    return whole


def _parse(content: bytes) -> Any:
    try:
        text = content.decode("utf-8")
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_constant,
            object_pairs_hook=_without_repeats,
        )
    except RequestFault:
        raise
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _malformed(f"请求不是合法的 JSON：{error}", f"The request is no valid JSON: {error}") from None


def _number(text: str) -> int | Decimal:
    """Exact, and an ``int`` only where the wire has room for one."""
    if len(text) > MAX_DIGITS:
        raise _malformed(f"一个数的位数超过 {MAX_DIGITS}。", f"A number has more than {MAX_DIGITS} digits.")
    if text.lstrip("-").isdigit() and int(text) in _INT64:
        return int(text)
    return Decimal(text)


def _no_constant(name: str) -> Any:
    raise _malformed(f"{name} 不是数。", f"{name} is no number.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _malformed(f"“{twice}”出现了两次。", f"“{twice}” is given twice.")
    return found


# From plain JSON to what protobuf's own mapping reads


def _plain(kind: Any, tree: Any, path: tuple[str, ...]) -> Any:
    """A tree for ``ParseDict``: plain values of inputs and dates in their long form, unknown names refused."""
    if len(path) > MAX_DEPTH:
        raise _too_deep()
    if kind.full_name == _VALUE and not isinstance(tree, dict):
        return _value(tree, path)
    if kind.full_name == _DATE and isinstance(tree, str):
        return _date(tree, path)
    if not isinstance(tree, dict) or kind.full_name.startswith(_WELL_KNOWN):
        return _written(tree)
    return dict(_fields(kind, tree, path))


def _fields(kind: Any, tree: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    known = {name: field for field in kind.fields for name in (field.name, field.json_name)}
    for name, value in tree.items():
        field = known.get(name)
        if field is None:
            raise _unknown((*path, name))
        yield name, _field(field, value, (*path, field.name))


def _field(field: FieldDescriptor, value: Any, path: tuple[str, ...]) -> Any:
    kind = field.message_type
    if kind is None:
        return _written(value)
    if kind.GetOptions().map_entry and isinstance(value, dict):
        inner = kind.fields_by_name["value"]
        return {key: _item(inner, item, (*path, key)) for key, item in value.items()}
    if field.is_repeated and isinstance(value, list):
        return [_item(field, item, (*path, str(number))) for number, item in enumerate(value)]
    return _item(field, value, path)


def _item(field: FieldDescriptor, value: Any, path: tuple[str, ...]) -> Any:
    kind = field.message_type
    return _written(value) if kind is None else _plain(kind, value, path)


def _value(plain: Any, path: tuple[str, ...]) -> dict[str, Any]:
    """An input as the command line takes it in JSON lines: null is missing, a list is a set."""
    match plain:
        case None:
            return {"missing": {}}
        case bool():
            return {"boolean": plain}
        case int():
            return {"integer": str(plain)}
        case Decimal():
            return {"decimal": {"value": str(plain)}}
        case str():
            return {"text": plain}
        case list() if all(isinstance(member, str) for member in plain):
            return {"codes": {"codes": plain}}
        case _:
            name = ".".join(path)
            raise _malformed(f"“{name}”不是值。", f"“{name}” is no value; a list may hold texts only.", name)


def _date(text: str, path: tuple[str, ...]) -> dict[str, int]:
    try:
        day = datetime.date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError
    except ValueError:
        name = ".".join(path)
        raise _malformed(
            f"“{name}”应为 2025-01-31 这样的日期。", f"“{name}” must be a date such as 2025-01-31.", name
        ) from None
    return {"year": day.year, "month": day.month, "day": day.day}


def _written(value: Any) -> Any:
    """Numbers as texts, so that none is rounded on its way; protobuf reads them."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [_written(item) for item in value]
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    return value


def _unknown(path: tuple[str, ...]) -> RequestFault:
    name = ".".join(path)
    return fault(
        ServerReason.UNKNOWN_REQUEST_FIELD,
        f"请求含有本服务器不认识的内容：{name}。请检查接口版本。",
        f"The request holds something that this server does not know: {name}. Check the contract's version.",
        field=name,
    )


def _too_deep() -> RequestFault:
    return _malformed("JSON 嵌套过深。", "The JSON is nested too deeply.")


def _malformed(zh: str, en: str, field: str = "") -> RequestFault:
    return fault(ServerReason.MALFORMED_REQUEST, zh, en, field=field)
