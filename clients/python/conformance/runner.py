"""Put the conformance cases to the Python client: ``runner.py sync|asyncio CASES_FOLDER SERVERS_FILE``.

clients/conformance/README.md has the contract of such a program.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import itertools
import json
import pathlib
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from decision_tables_client import (
    Ask,
    ColumnAnswers,
    DeadlineExceeded,
    DecisionTablesError,
    Explained,
    RequestRefused,
    Row,
    ServiceUnavailable,
    Tls,
    aio,
    connect,
)
from decisiontables.v1.release_pb2 import ReleasePolicy
from google.protobuf.json_format import MessageToDict

Plain = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Answer every case with a line of JSON."""
    mode, folder, servers = arguments
    known = json.loads(pathlib.Path(servers).read_text(encoding="utf-8"))
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for case in content["cases"]:
            began = time.monotonic()
            answer = answer_of(Asking(case, known), mode)
            seconds = round(time.monotonic() - began, 3)
            line = {"case": f"{content['feature']}/{case['name']}", "answer": answer, "seconds": seconds}
            print(json.dumps(line, ensure_ascii=False))
    return 0


class Asking:
    """One case, and how it is put to either client.

    A call of a case is a function from a client to what it gives, the form of the case's answer apart: a value, or an
    iterator; of the asyncio client an awaitable, or an asynchronous iterator.
    """

    def __init__(self, case: Plain, servers: Plain) -> None:
        self.case = case
        self.ask: Plain = case.get("ask", {})
        self.servers = servers

    def answer(self) -> Plain:
        """Connect, call, and give what came in the form of the cases."""
        with connect(self._target(), **self._options()) as client:
            found = self.call(client)
            if isinstance(found, Iterator):
                found = list(itertools.islice(found, self.case.get("take")))
            return self.form(found)

    async def answer_async(self) -> Plain:
        """The same with the asyncio client."""
        async with aio.connect(self._target(), **self._options()) as client:
            found = self.call(client)
            found = await self._taken(found) if isinstance(found, AsyncIterator) else await found
            return self.form(found)

    async def _taken(self, found: AsyncIterator[Any]) -> list[Any]:
        taken: list[Any] = []
        async for item in found:
            taken.append(item)
            if len(taken) == self.case.get("take"):
                break
        return taken

    def call(self, client: Any) -> Any:
        """What the client gives for the case."""
        return _CALLS[self.case["call"]](client, self)

    def form(self, found: Any) -> Plain:
        """What was given, in the form of the cases."""
        return _FORMS.get(self.case["call"], item)(found)

    def _target(self) -> str:
        how = self.case.get("connect", {})
        return str(how.get("target") or self.servers["addresses"][how.get("server", "main")])

    def _options(self) -> Plain:
        how = self.case.get("connect", {})
        options: Plain = {"timeout": how.get("timeout", 30), "token": how.get("token")}
        if options["timeout"] is None:
            del options["timeout"]
        if "retries" in how:
            options["retries"] = how["retries"]
        if "tls" in how:
            options["tls"] = self._tls(how["tls"])
        return options

    def _tls(self, files: Mapping[str, str]) -> Tls:
        parts = {name: pathlib.Path(self.servers["files"][file]).read_bytes() for name, file in files.items()}
        return Tls(parts.get("roots"), parts.get("key"), parts.get("chain"))

    @property
    def question(self) -> Ask:
        """What is asked besides the inputs."""
        question: Ask = {"model": self.ask.get("model"), "table": self.ask.get("table")}
        if "as_of" in self.ask:
            question["as_of"] = datetime.date.fromisoformat(self.ask["as_of"])
        if "release" in self.ask:
            question["release"] = self.ask["release"]
        if "known_at" in self.ask:
            question["known_at"] = datetime.datetime.fromisoformat(self.ask["known_at"])
        return question

    @property
    def said(self) -> Plain:
        """What a call of publishing says."""
        said = dict(self.ask)
        if "as_of" in said:
            said["as_of"] = datetime.date.fromisoformat(said["as_of"])
        if "start_time" in said:
            said["start_time"] = datetime.datetime.fromisoformat(said["start_time"])
        return said

    @property
    def file(self) -> bytes:
        """The file that is handed in."""
        return pathlib.Path(self.servers["files"][self.case["file"]]).read_bytes()

    @property
    def inputs(self) -> Plain:
        """The inputs as Python values."""
        return inputs_of(self.case["inputs"])

    @property
    def rows(self) -> list[Row]:
        """The rows of a batch or a stream."""
        return list(map(row_of, self.case["rows"])) * int(self.case.get("repeat", 1))

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The columns as Python values."""
        repeat = int(self.case.get("repeat", 1))
        return {name: list(map(value_of, values)) * repeat for name, values in self.case["columns"].items()}

    @property
    def sized(self) -> Plain:
        """The size of the chunks, where the case has one."""
        return {"chunk_size": self.case["chunk_size"]} if "chunk_size" in self.case else {}


_ACTS = (
    *("approve", "reject", "activate", "cancel_activation", "roll_back", "withdraw"),
    *("diff", "download", "set_shadow", "audit_entries"),
)


def _act(name: str) -> Callable[[Any, Asking], Any]:
    return lambda client, asking: getattr(client.publishing, name)(**asking.said)


def _with_population(asking: Asking) -> Plain:
    return asking.said | ({"population": asking.file} if "file" in asking.case else {})


_CALLS: dict[str, Callable[[Any, Asking], Any]] = {
    "evaluate": lambda client, asking: client.evaluate(asking.inputs, **asking.question),
    "evaluate_batch": lambda client, asking: client.evaluate_batch(asking.rows, **asking.sized, **asking.question),
    "evaluate_stream": lambda client, asking: client.evaluate_stream(asking.rows, **asking.sized, **asking.question),
    "evaluate_columns": lambda client, asking: client.evaluate_columns(asking.columns, **asking.question),
    "explain": lambda client, asking: client.explain(asking.inputs, rule=asking.ask.get("rule"), **asking.question),
    "explore": lambda client, asking: client.explore(asking.inputs, **asking.question),
    "models": lambda client, asking: client.models(),
    "model": lambda client, asking: client.model(asking.ask.get("model")),
    "tables": lambda client, asking: client.tables(asking.ask.get("model")),
    "table": lambda client, asking: client.table(asking.ask["table"], asking.ask.get("model")),
    "fields": lambda client, asking: client.fields(asking.ask.get("model")),
    "value_lists": lambda client, asking: client.value_lists(asking.ask.get("model")),
    "values": lambda client, asking: client.values(asking.ask["list"], asking.ask.get("model")),
    "sources": lambda client, asking: client.sources(asking.ask.get("model")),
    "problems": lambda client, asking: client.problems(asking.ask.get("model")),
    "releases": lambda client, asking: client.releases(asking.ask.get("model")),
    "release": lambda client, asking: client.release(asking.ask["release"]),
    "watch_releases": lambda client, asking: client.watch_releases(filter(None, [asking.ask.get("model")])),
    "template": lambda client, asking: client.template(asking.ask.get("model")),
    "contract": lambda client, asking: client.contract(asking.ask.get("model"), asking.ask.get("version", 0)),
    "check_workbook": lambda client, asking: client.publishing.check_workbook(asking.file, **asking.said),
    "propose": lambda client, asking: client.publishing.propose(asking.file, **asking.said),
    "impact_of": lambda client, asking: client.publishing.impact_of(**_with_population(asking)),
    "set_policy": lambda client, asking: client.publishing.set_policy(
        asking.ask["model"], ReleasePolicy(**asking.ask["policy"]), reason=asking.ask["reason"]
    ),
    **{name: _act(name) for name in _ACTS},
}


def answer_of(asking: Asking, mode: str) -> Plain:
    """What came of a case; errors are answers too."""
    try:
        return asyncio.run(asking.answer_async()) if mode == "asyncio" else asking.answer()
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
            "refusal": error.refusal,
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


def columns_json(answers: ColumnAnswers) -> Plain:
    return {
        "statuses": answers.statuses,
        "results": {key: [value_json(value) for value in values] for key, values in answers.results.items()},
        "rules": answers.rules,
        "missing": answers.missing,
        "dissents": answers.dissents,
        "errors": {str(row): error_json(refused) for row, refused in answers.refused.items()},
        "as_of": answers.as_of.isoformat(),
        "model": answers.model,
        "model_digest": answers.model_digest,
        "release": dataclasses.asdict(answers.release) if answers.release is not None else None,
    }


def explained_json(explained: Explained) -> Plain:
    explained.explanation.ClearField("error")
    plain = {"explanation": message_json(explained.explanation)}
    if explained.decision is not None:
        plain["decision"] = decision_json(explained.decision)
    if explained.refused is not None:
        plain["refused"] = error_json(explained.refused)
    return plain


def message_json(message: Any) -> Plain:
    return MessageToDict(message, preserving_proto_field_name=True)


def file_json(file: bytes) -> Plain:
    return {"begins": file[:4].hex(), "size": len(file)}


def item(found: Any) -> Plain:
    if isinstance(found, list):
        return {"items": [message_json(message) for message in found]}
    return {"item": message_json(found)}


_FORMS: dict[str, Callable[[Any], Plain]] = {
    "evaluate": lambda decision: {"decision": decision_json(decision)},
    "evaluate_batch": lambda outcomes: {"outcomes": [outcome_json(outcome) for outcome in outcomes]},
    "evaluate_stream": lambda outcomes: {"outcomes": [outcome_json(outcome) for outcome in outcomes]},
    "evaluate_columns": columns_json,
    "explain": explained_json,
    "explore": lambda exploration: {"exploration": message_json(exploration)},
    "template": file_json,
    "download": file_json,
    "check_workbook": lambda checked: {"report": message_json(checked.report)} | file_json(checked.annotated),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
