"""A decision as callers keep it, the JSON form of the contract's messages → a stored answer that can be repeated.

A decision does not say what was asked: the request is kept beside it, or its inputs and its table are given again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from decision_tables.text import Bilingual


class NotKept(Exception):
    """The JSON is no decision that could be repeated; the message says what is missing."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(zh, en)


def stored_answer(
    document: Any, request: Any = None, inputs: Mapping[str, Any] | None = None, table: str | None = None
) -> dict[str, Any]:
    """The stored answer of a Decision, of a response with one, or of an object with ``request`` and ``response``.

    ``request`` is the JSON of the request; ``inputs`` and ``table`` stand in for it, or add to it. Raises ``NotKept``.
    """
    whole = _object(document)
    asked = _object(request if request is not None else whole.get("request", {}))
    response = _object(whole.get("response", whole))
    decision = _object(response.get("decision", response))
    decided = _decided(decision, results_apart="decision" in response and len(response) > 1)
    given = {name: _plain(value) for name, value in _object(asked.get("inputs", {})).items()} | dict(inputs or {})
    return {
        "release": _digest(decision),
        "semantics": decision.get("semantics"),
        "table": table or asked.get("table") or _only_table(decided),
        "as_of": decided["as_of"],
        "inputs": {name: value for name, value in given.items() if value is not None},
        "decision": decided,
    }


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise NotKept("这不是 JSON 对象", "it is no JSON object")
    return value


def _get(message: Mapping[str, Any], name: str, default: Any = None) -> Any:
    """A field by its name in the proto or in camel case; protobuf leaves out what is empty."""
    first, *others = name.split("_")
    camel = first + "".join(part.capitalize() for part in others)
    return message.get(camel, message.get(name, default))


def _digest(decision: Mapping[str, Any]) -> str:
    digest = _object(decision.get("release") or {}).get("digest")
    if not digest:
        raise NotKept(
            "这个决策没有写明版本：它来自直接使用文件夹的服务器，没有存下的版本可以重演；"
            "可用 decision-tables evaluate 对当时的工作簿再问一次",
            "it names no release: it came from a server of a folder, and there is no stored release to repeat it by; "
            "ask the workbook of that time again by decision-tables evaluate",
        )
    return str(digest)


def _only_table(decided: Mapping[str, Any]) -> str | None:
    """The table that was asked, where only one answered; where several did, all were asked unless somebody says so."""
    tables = list(decided["tables"])
    return tables[0] if len(tables) == 1 else None


def _decided(decision: Mapping[str, Any], *, results_apart: bool) -> dict[str, Any]:
    """The decision as the engine's own plain data."""
    if "status" not in decision or _get(decision, "as_of") is None:
        raise NotKept(
            "里面没有决策（应有 status 和 asOf）",
            "there is no decision in it, which would have a status and an as-of date",
        )
    found = {
        "status": _word(decision["status"], "DECISION_STATUS_"),
        "tables": {key: _word(each, "TABLE_STATUS_") for key, each in _get(decision, "tables", {}).items()},
        "matched": [_match(_object(each)) for each in _get(decision, "matches", [])],
        **{name: list(_get(decision, name, [])) for name in ("missing", "overridden", "unused")},
        "as_of": _day(_get(decision, "as_of")),
        "model": decision.get("model", ""),
        "digest": _get(decision, "model_digest", ""),
    }
    results = {key: _plain(value) for key, value in _get(decision, "results", {}).items()}
    return found if results_apart and not results else found | {"results": results}


def _word(written: Any, prefix: str) -> str:
    return str(written).removeprefix(prefix).lower()


def _match(match: Mapping[str, Any]) -> dict[str, Any]:
    cited = [_object(each) for each in _get(match, "citations", [])]
    return {
        "table": match.get("table", ""),
        "rule": match.get("rule", ""),
        "cell": match.get("cell", ""),
        "sources": [f"{each.get('source', '')} {each.get('locator', '')}".strip() for each in cited],
        "status": _word(match.get("status", ""), "RULE_STATUS_"),
        "default": bool(match.get("default", False)),
        "dissent": bool(match.get("dissent", False)),
    }


def _day(written: Any) -> str:
    """A date in ISO form, from a message or a text."""
    if isinstance(written, str):
        return written
    day = _object(written)
    try:
        return datetime.date(int(day["year"]), int(day["month"]), int(day["day"])).isoformat()
    except (KeyError, ValueError, TypeError) as error:
        raise NotKept(f"里面的日期不完整：{dict(day)}", f"a date in it is not complete: {dict(day)}") from error


def _plain(value: Any) -> Any:
    """A value as plain data, from its message or its plain form."""
    if not isinstance(value, Mapping):
        return str(value) if isinstance(value, float) else value
    for kind, read in _KINDS.items():
        if kind in value:
            return read(value[kind])
    return None


def _sequence(found: Any) -> list[Any]:
    return [_plain(each) for each in _object(found).get("values", [])]


_KINDS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": str,
    "code": str,
    "boolean": bool,
    "integer": int,
    "decimal": lambda found: str(found["value"] if isinstance(found, Mapping) else found),
    "date": _day,
    "codes": lambda found: list(_object(found).get("codes", [])),
    "sequence": _sequence,
    "missing": lambda _: None,
}
