"""A workbook → a model, made in a process of its own: the server loads compiled bytes and never reads a workbook."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from decision_tables.engine import Model, load_compiled
from decision_tables.problems import Problem, problem_in
from decision_tables.releases.confined import Answer, Bounds, run_confined
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.tasks import LOAD
from decision_tables_server.snapshot import Example
from decision_tables_server.sources.kept import Kept

MOST_CASES: Final = 50
"""How many of a workbook's test cases are looked at for one that can be shown as an example."""
TOO_MUCH: Final = "too_much"
"""The key under which it is kept why a workbook could not be worked on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What a workbook gave. ``model`` is None if it cannot be served; ``problems`` are all that was found."""

    model: Model | None
    problems: tuple[Problem, ...]
    examples: tuple[Example, ...] = ()


def load_apart(content: bytes, bounds: Bounds, kept: Kept | None = None) -> Loaded:
    """The workbook loaded. Raises ``ReleaseRefused`` if that takes more than the bounds, or brings the child down.

    Where workers keep what they made, it is made once, and a workbook that is too much is so for all of them.
    """
    if kept is None:
        return _loaded(_made(content, bounds))
    digest = hashlib.sha256(content).hexdigest()
    with kept.alone(digest):
        answer = kept.answer(digest)
        if answer is None:
            answer = _made_or_refused(content, bounds)
            kept.keep(digest, answer)
    return _loaded(answer)


def load_kept(digest: str, kept: Kept) -> Loaded | None:
    """What a worker has made of the workbook of that digest; None if it is not there any more."""
    answer = kept.answer(digest)
    return _loaded(answer) if answer is not None else None


def _made(content: bytes, bounds: Bounds) -> Answer:
    return run_confined(LOAD, {"most_cases": MOST_CASES}, content, bounds)


def _made_or_refused(content: bytes, bounds: Bounds) -> Answer:
    try:
        return _made(content, bounds)
    except ReleaseRefused as refused:
        return {TOO_MUCH: refused.reason.value, "words": refused.words}, b""


def _loaded(answer: Answer) -> Loaded:
    header, compiled = answer
    if TOO_MUCH in header:
        raise ReleaseRefused(ReleaseReason(header[TOO_MUCH]), **header["words"])
    problems = tuple(map(problem_in, header["problems"]))
    if not compiled:
        return Loaded(None, problems)
    model = dataclasses.replace(load_compiled(compiled), problems=problems)
    return Loaded(model, problems, tuple(map(_example, header["cases"])))


def _example(case: Mapping[str, Any]) -> Example:
    return Example(case["table"], case["inputs"], case["as_of"])
