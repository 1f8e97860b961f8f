"""Plain data → what protobuf's own JSON mapping reads, checked against the shape of a message on the way.

Inputs, dates and decimals may be given plainly. What is not as it should be is refused with the place where it stands
and the form that would be right; protobuf's own words would say neither.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables.text import Bilingual, nearest
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.http.json_scalars import is_text, shown, written_scalar
from decision_tables_server.http.json_text import MAX_DEPTH, malformed, too_deep

Path: TypeAlias = tuple[str, ...]
Unknown: TypeAlias = Callable[[Any, str, Path], "RequestFault | None"]
"""Why a message has no field of a name, where there is more to say than that."""

VALUE: Final = "decisiontables.v1.Value"
DECIMAL: Final = "google.type.Decimal"
DATE: Final = "google.type.Date"
TIMESTAMP: Final = "google.protobuf.Timestamp"


def shaped(kind: Any, tree: Any, gone: Unknown | None = None) -> dict[str, Any]:
    """The tree as ``ParseDict`` reads it. Raises RequestFault where it is no message of this kind."""
    found: dict[str, Any] = _Shaping(gone).message(kind, tree, ())
    return found


class _Shaping:
    """The shaping of one request."""

    def __init__(self, gone: Unknown | None) -> None:
        self._gone = gone

    def message(self, kind: Any, tree: Any, path: Path) -> Any:
        """A message, in its plain form or as an object."""
        if len(path) > MAX_DEPTH:
            raise too_deep()
        plain = _PLAIN.get(kind.full_name)
        if plain is not None and not isinstance(tree, dict):
            return plain(tree, path)
        if not isinstance(tree, dict):
            raise wrong(path, *_object_words(kind))
        return dict(self._fields(kind, tree, path))

    def _fields(self, kind: Any, tree: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Any]]:
        known = {name: field for field in kind.fields for name in (field.name, field.json_name)}
        given: dict[object, str] = {}
        for name, value in tree.items():
            field = known.get(name)
            if field is None:
                raise (self._gone and self._gone(kind, name, path)) or _unknown(path, name, known)
            if value is None and not _is_value(field):
                continue
            self._refuse_second(given, field, name, path)
            yield field.name, self._field(field, value, (*path, field.name))

    def _refuse_second(self, given: dict[object, str], field: FieldDescriptor, name: str, path: Path) -> None:
        """Refuse a field given under both its names, and a second one where there is room for one of several."""
        one_of = field.containing_oneof.name if field.containing_oneof is not None else field.name
        if one_of in given:
            first, where = given[one_of], _where(path)
            raise malformed(
                f"{where.zh}里“{first}”和“{name}”只能给一个。",
                f"Only one of “{first}” and “{name}” may be given{where.en}.",
                ".".join(path),
            )
        given[one_of] = name

    def _field(self, field: FieldDescriptor, value: Any, path: Path) -> Any:
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            return self._map(kind.fields_by_name["value"], value, path)
        if field.is_repeated:
            if not isinstance(value, list):
                raise wrong(path, "一个列表，如 […]", "a list, such as […]")
            return [self._one(field, item, (*path, str(number))) for number, item in enumerate(value)]
        return self._one(field, value, path)

    def _map(self, inner: FieldDescriptor, value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong(path, '一个对象，如 {"名称": 值}', 'an object, such as {"NAME": VALUE}')
        for key in value:
            if not is_text(key):
                raise wrong(path, "名称都是合法文本的对象", "an object whose names are valid Unicode")
        return {key: self._one(inner, item, (*path, key)) for key, item in value.items()}

    def _one(self, field: FieldDescriptor, value: Any, path: Path) -> Any:
        if field.message_type is not None:
            return self.message(field.message_type, value, path)
        return written_scalar(field, value, path)


def _is_value(field: FieldDescriptor) -> bool:
    """Whether null says something there: that an input is missing."""
    return field.message_type is not None and field.message_type.full_name == VALUE


# Plain forms


def _value(plain: Any, path: Path) -> dict[str, Any]:
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
        case str() if is_text(plain):
            return {"text": plain}
        case list() if all(isinstance(member, str) and is_text(member) for member in plain):
            return {"codes": {"codes": plain}}
        case _:
            raise wrong(
                path,
                "文本、数、true 或 false、null，或者文本的列表（多选）",
                "a text, a number, true or false, null, or a list of texts (a set)",
            )


def _decimal(plain: Any, path: Path) -> dict[str, str]:
    if isinstance(plain, bool) or not isinstance(plain, int | Decimal | str) or not is_text(plain):
        raise wrong(path, '一个数，如 1.6 或 "1.6"', 'a number, such as 1.6 or "1.6"')
    return {"value": str(plain)}


def _date(plain: Any, path: Path) -> dict[str, int]:
    try:
        day = datetime.date.fromisoformat(plain)
        if day.isoformat() != plain:
            raise ValueError
    except (ValueError, TypeError):
        raise wrong(path, "2025-01-31 这样的日期", "a date such as 2025-01-31") from None
    return {"year": day.year, "month": day.month, "day": day.day}


def _timestamp(plain: Any, path: Path) -> str:
    try:
        Timestamp().FromJsonString(plain)
    except (ValueError, TypeError, AttributeError):
        raise wrong(
            path, "2025-01-31T08:00:00+08:00 这样的时刻", "a moment such as 2025-01-31T08:00:00+08:00"
        ) from None
    return str(plain)


_PLAIN: Final[Mapping[str, Callable[[Any, Path], Any]]] = {
    VALUE: _value,
    DECIMAL: _decimal,
    DATE: _date,
    TIMESTAMP: _timestamp,
}


# Words


def wrong(path: Path, zh: str, en: str) -> RequestFault:
    """What stands at ``path`` is not what it has to be."""
    name = shown(".".join(path))
    if not path:
        return malformed(f"请求应为{zh}。", f"The request must be {en}.")
    return malformed(f"“{name}”应为{zh}。", f"“{name}” must be {en}.", name)


def _object_words(kind: Any) -> tuple[str, str]:
    names = [field.json_name for field in kind.fields]
    some = ", ".join(f'"{name}": …' for name in names[:3]) + (", …" if len(names) > 3 else "")
    form = f"{{{some}}}"
    return f"一个对象，如 {form}", f"an object, such as {form}"


def _where(path: Path) -> Bilingual:
    name = shown(".".join(path))
    return Bilingual(f"“{name}”" if path else "请求", f" in “{name}”" if path else "")


def _unknown(path: Path, name: str, known: Mapping[str, FieldDescriptor]) -> RequestFault:
    whole = shown(".".join((*path, name)))
    near = tuple(nearest(shown(name), [field.json_name for field in dict.fromkeys(known.values())]))
    zh = f"最接近的是：{'、'.join(near)}。" if near else "请检查接口版本。"
    en = f"Nearest: {', '.join(near)}." if near else "Check the contract's version."
    return fault(
        ServerReason.UNKNOWN_REQUEST_FIELD,
        f"请求含有本服务器不认识的内容：{whole}。{zh}",
        f"The request holds something that this server does not know: {whole}. {en}",
        field=whole,
        suggestions=near,
    )
