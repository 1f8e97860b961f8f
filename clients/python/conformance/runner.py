"""Put the conformance cases to the Python client: ``runner.py sync|async CASES_FOLDER SERVERS_FILE``.

clients/conformance/README.md has the contract of such a program.
"""

from __future__ import annotations

import datetime
import itertools
import json
import pathlib
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from decision_tables_client import (
    Client,
    DeadlineExceeded,
    DecisionTablesError,
    RequestRefused,
    Row,
    ServiceUnavailable,
    Tls,
    connect,
)
from google.protobuf.json_format import MessageToDict

Plain = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Answer every case with a line of JSON."""
    mode, folder, servers = arguments
    asking = {"sync": Asking}[mode]
    known = json.loads(pathlib.Path(servers).read_text(encoding="utf-8"))
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for case in content["cases"]:
            began = time.monotonic()
            answer = answer_of(asking(case, known))
            seconds = round(time.monotonic() - began, 3)
            line = {"case": f"{content['feature']}/{case['name']}", "answer": answer, "seconds": seconds}
            print(json.dumps(line, ensure_ascii=False))
    return 0


class Asking:
    """One case and the client that is asked."""

    def __init__(self, case: Plain, servers: Plain) -> None:
        self.case = case
        self.ask: Plain = case.get("ask", {})
        self.servers = servers

    def answer(self) -> Plain:
        """Connect, call, and give what came in the form of the cases."""
        with self._connect() as client:
            call: Callable[[Client], Plain] = getattr(self, self.case["call"])
            return call(client)

    def _connect(self) -> Client:
        how = self.case.get("connect", {})
        options: Plain = {"timeout": how.get("timeout", 30), "token": how.get("token")}
        if options["timeout"] is None:
            del options["timeout"]
        if "retries" in how:
            options["retries"] = how["retries"]
        if "tls" in how:
            options["tls"] = self._tls(how["tls"])
        return connect(how.get("target") or self.servers["addresses"][how.get("server", "main")], **options)

    def _tls(self, files: Mapping[str, str]) -> Tls:
        parts = {name: pathlib.Path(self.servers["files"][file]).read_bytes() for name, file in files.items()}
        return Tls(parts.get("roots"), parts.get("key"), parts.get("chain"))

    def _asked(self, *names: str) -> Plain:
        asked = {name: self.ask[name] for name in names if name in self.ask}
        if "as_of" in asked:
            asked["as_of"] = datetime.date.fromisoformat(asked["as_of"])
        if "known_at" in asked:
            asked["known_at"] = datetime.datetime.fromisoformat(asked["known_at"])
        return asked

    def evaluate(self, client: Client) -> Plain:
        inputs = inputs_of(self.case["inputs"])
        return {"decision": decision_json(client.evaluate(inputs, **self._asked("model", "table", "as_of")))}

    def evaluate_batch(self, client: Client) -> Plain:
        rows = itertools.chain.from_iterable(itertools.repeat(self.case["rows"], self.case.get("repeat", 1)))
        options = {"chunk_size": self.case["chunk_size"]} if "chunk_size" in self.case else {}
        found = client.evaluate_batch(map(row_of, rows), **self._asked("model", "table", "as_of"), **options)
        return {"outcomes": [outcome_json(outcome) for outcome in found]}

    def models(self, client: Client) -> Plain:
        return items(client.models())

    def model(self, client: Client) -> Plain:
        return item(client.model(**self._asked("model")))

    def tables(self, client: Client) -> Plain:
        return items(client.tables(**self._asked("model")))

    def table(self, client: Client) -> Plain:
        return item(client.table(**self._asked("model", "table")))

    def fields(self, client: Client) -> Plain:
        return items(client.fields(**self._asked("model")))

    def value_lists(self, client: Client) -> Plain:
        return items(client.value_lists(**self._asked("model")))

    def values(self, client: Client) -> Plain:
        return items(client.values(self.ask["list"], **self._asked("model")))

    def sources(self, client: Client) -> Plain:
        return items(client.sources(**self._asked("model")))

    def problems(self, client: Client) -> Plain:
        return items(client.problems(**self._asked("model")))


def answer_of(asking: Asking) -> Plain:
    """What came of a case; errors are answers too."""
    try:
        return asking.answer()
    except DecisionTablesError as error:
        return {"error": error_json(error)}
    except TypeError as error:
        return {"error": unsendable(error)}
    except ValueError as error:
        return {"error": unsendable(error) if "cannot be sent" in str(error) or "64 bits" in str(error) else MISUSE}


MISUSE = {"kind": "misuse"}


def unsendable(error: Exception) -> Plain:
    return {"kind": "unsendable", "field": str(error).partition(":")[0]}


def error_json(error: DecisionTablesError) -> Plain:
    """An error in the form of the cases."""
    plain: Plain = {"code": error.code.name, "message": error.message, "request_id": error.request_id}
    if isinstance(error, RequestRefused):
        return plain | {
            "kind": "refused",
            "reason": error.reason,
            "message_zh": error.message_zh,
            "violations": [{"field": each.field, "description": each.description} for each in error.violations],
            "suggestions": list(error.suggestions),
            "table": error.details.table,
            "model": error.details.model,
            "cells": list(error.details.cells),
        }
    kinds = {ServiceUnavailable: "unavailable", DeadlineExceeded: "deadline_exceeded"}
    return plain | {"kind": kinds.get(type(error), "failed")}


def inputs_of(values: Plain) -> Plain:
    """Inputs in the form of the cases as Python values."""
    return {name: value_of(value) for name, value in values.items()}


def value_of(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, written)] = value.items()
    return _KINDS[kind](written)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "date": datetime.date.fromisoformat,
    "codes": list,
    "float": float,
    "moment": datetime.datetime.fromisoformat,
}


def row_of(row: Plain) -> Row:
    as_of = datetime.date.fromisoformat(row["as_of"]) if "as_of" in row else None
    return Row(inputs_of(row["inputs"]), row.get("table"), as_of)


def value_json(value: Any) -> Any:
    """A value of an answer in the form of the cases."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return {"integer": str(value)}
        case Decimal():
            return {"decimal": format(value, "f")}
        case datetime.date():
            return {"date": value.isoformat()}
        case frozenset():
            return {"codes": sorted(value)}
        case tuple():
            return {"sequence": [value_json(each) for each in value]}
    raise TypeError(f"a {type(value).__name__} in an answer")


def decision_json(decision: Any) -> Plain:
    """A decision in the form of the cases."""
    plain: Plain = decision.as_json()
    return plain | {"results": {key: value_json(value) for key, value in decision.results.items()}}


def outcome_json(outcome: Any) -> Plain:
    if outcome.error is not None:
        return {"error": error_json(outcome.error)}
    return {"decision": decision_json(outcome.decision)}


def items(messages: Iterable[Any]) -> Plain:
    return {"items": [MessageToDict(message, preserving_proto_field_name=True) for message in messages]}


def item(message: Any) -> Plain:
    return {"item": MessageToDict(message, preserving_proto_field_name=True)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
