"""Problems as plain data that says everything, for the way between two processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from decision_tables.cells import Place
from decision_tables.problems.problem import Argument, Problem, Severity
from decision_tables.text import Bilingual


def record_of(problem: Problem) -> dict[str, Any]:
    """A problem as plain data; ``problem_in`` gives the same problem back."""
    return {
        "code": problem.code,
        "place": dataclasses.astuple(problem.place),
        "arguments": {name: _plain(value) for name, value in problem.arguments.items()},
        "related": [dataclasses.astuple(place) for place in problem.related],
        "severity": problem.severity.value if problem.severity is not None else None,
    }


def problem_in(record: Mapping[str, Any]) -> Problem:
    """The problem that ``record_of`` wrote down."""
    return Problem(
        record["code"],
        Place(*record["place"]),
        {name: _argument(value) for name, value in record["arguments"].items()},
        tuple(Place(*place) for place in record["related"]),
        Severity(record["severity"]) if record["severity"] is not None else None,
    )


def _plain(value: Argument) -> Any:
    return {"zh": value.zh, "en": value.en} if isinstance(value, Bilingual) else value


def _argument(value: Any) -> Argument:
    return Bilingual(value["zh"], value["en"]) if isinstance(value, Mapping) else value
