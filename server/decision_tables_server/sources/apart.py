"""A workbook → a model, made in a process of its own: the server loads compiled bytes and never reads a workbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from decision_tables.engine import Model, load_compiled
from decision_tables.problems import Problem, problem_in
from decision_tables.releases.confined import Bounds, run_confined
from decision_tables.releases.tasks import LOAD
from decision_tables_server.snapshot import Example

MOST_CASES: Final = 50
"""How many of a workbook's test cases are looked at for one that can be shown as an example."""


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What a workbook gave. ``model`` is None if it cannot be served; ``problems`` are all that was found."""

    model: Model | None
    problems: tuple[Problem, ...]
    examples: tuple[Example, ...] = ()


def load_apart(content: bytes, bounds: Bounds) -> Loaded:
    """The workbook loaded. Raises ``ReleaseRefused`` if that takes more than the bounds, or brings the child down."""
    answer, compiled = run_confined(LOAD, {"most_cases": MOST_CASES}, content, bounds)
    problems = tuple(map(problem_in, answer["problems"]))
    if not compiled:
        return Loaded(None, problems)
    model = dataclasses.replace(load_compiled(compiled), problems=problems)
    return Loaded(model, problems, tuple(map(_example, answer["cases"])))


def _example(case: Mapping[str, Any]) -> Example:
    return Example(case["table"], case["inputs"], case["as_of"])
