"""Locks and shapes as JSON: the same bytes for the same record, always, and strict when they are read again."""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from decision_tables.cells import Place
from decision_tables.contracts.contract import Lock, Shape

FORMAT: Final = "contract-lock/1"
_SHAPE: Final = "contract-shape/1"
_MAX_BYTES: Final = 64 * 1024 * 1024

Found = TypeVar("Found")


class LockUnreadable(Exception):
    """What is no lock, is damaged, or was written by a newer program; the message says which."""


def lock_bytes(lock: Lock) -> bytes:
    """A lock as a file that people can read and compare."""
    document = {"format": FORMAT, **_plain(lock, with_places=False)}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def read_lock(content: bytes) -> Lock:
    """The lock in a file. Raises ``LockUnreadable``."""
    lock = _read(content, FORMAT, Lock)
    versions = [contract.version for contract in lock.contracts]
    if not versions or versions != list(range(1, len(versions) + 1)):
        raise LockUnreadable(f"the versions of the contract are {versions}")
    for contract in lock.contracts:
        for method in contract.methods:
            for members in (method.inputs, method.results):
                _check_numbers(method.name, [member.number for member in members])
        for found in contract.lists:
            _check_numbers(found.name, [value.number for value in found.values])
    return lock


def _check_numbers(name: str, numbers: list[int]) -> None:
    if len(set(numbers)) != len(numbers) or any(number < 1 for number in numbers):
        raise LockUnreadable(f"a number of {name or 'a message'} is missing or given twice")


def shape_bytes(shape: Shape) -> bytes:
    """A shape with the places of its parts, to be handed from one process to another."""
    return json.dumps({"format": _SHAPE, **_plain(shape, with_places=True)}, ensure_ascii=True).encode("ascii")


def read_shape(content: bytes) -> Shape:
    """The shape that ``shape_bytes`` wrote. Raises ``LockUnreadable``."""
    return _read(content, _SHAPE, Shape)


def _plain(value: Any, *, with_places: bool) -> Any:
    match value:
        case Place():
            return [value.sheet, value.row, value.column]
        case enum.Enum():
            return value.value
        case tuple():
            return [_plain(each, with_places=with_places) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                field.name: _plain(found, with_places=with_places)
                for field in dataclasses.fields(value)
                if (found := getattr(value, field.name)) != field.default and (with_places or field.compare)
            }
    return value


def _read(content: bytes, format_: str, type_: type[Found]) -> Found:
    if len(content) > _MAX_BYTES:
        raise LockUnreadable("the file is too large")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LockUnreadable(f"no JSON: {error}") from None
    if not isinstance(document, dict) or document.pop("format", None) != format_:
        raise LockUnreadable(f"not of the format {format_}")
    try:
        return typing.cast(Found, _record(document, type_))
    except (TypeError, ValueError, KeyError) as error:
        raise LockUnreadable(f"damaged: {error}") from None


def _record(found: Any, type_: Any) -> Any:
    if dataclasses.is_dataclass(type_) and type_ is not Place:
        if not isinstance(found, Mapping):
            raise TypeError(f"{found!r} where a record is expected")
        wanted = typing.get_type_hints(type_)
        unknown = set(found) - set(wanted)
        if unknown:
            raise TypeError(f"unknown {sorted(unknown)}")
        return type_(**{name: _record(value, wanted[name]) for name, value in found.items()})  # type: ignore[operator]
    if type_ is Place:
        sheet, row, column = found
        return Place(_record(sheet, str), _record(row, int), _record(column, int))
    if isinstance(type_, type) and issubclass(type_, enum.Enum):
        return type_(found)
    if isinstance(type_, types.GenericAlias):
        if not isinstance(found, list):
            raise TypeError(f"{found!r} where a list is expected")
        return tuple(_record(each, typing.get_args(type_)[0]) for each in found)
    if type(found) is not type_:
        raise TypeError(f"{found!r} where {type_.__name__} is expected")
    return found
