"""One decision: each kind of table at each size, everyone asked the same."""

from __future__ import annotations

import gc
import importlib.util
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from benchmarks import single
from benchmarks.effort import Effort
from benchmarks.page import Lines, refuse_differences, say, shown, table
from benchmarks.tables import LARGEST, Rules, complete, questions, wild
from benchmarks.timing import Measured, alternating

HERE = Path(__file__).parent

MAX_PYDMNRULES = 90
"""Seconds that pyDMNrules may take to load a table and answer."""

CONTESTANTS = ("decision-tables", "naive loop", "zen-engine", "zen-engine, batch", "pyDMNrules")
OURS = "decision-tables"

Found: TypeAlias = dict[str, dict[int, dict[str, Measured]]]
"""Kind of table → rules → contestant → time of a decision."""

KINDS: dict[str, Callable[[int], Rules]] = {
    "4 inputs, complete": lambda n: complete(n, 4),
    "8 inputs, complete": lambda n: complete(n, 8),
    "8 inputs, half of the conditions absent": lambda n: wild(n, 8),
}


def one_decision(effort: Effort, pydmnrules: Path | None) -> Found:
    """Measure each kind of table at each size."""
    found: Found = {}
    for kind, make in KINDS.items():
        for size in effort.sizes:
            rules = make(size)
            measured = _decisions(rules, effort, pydmnrules if kind.startswith("4") else None)
            found.setdefault(kind, {})[len(rules.rows)] = measured
            say(f"{kind}: {len(rules.rows):,} rules measured")
    return found


def page_of(found: Found, new: dict[str, tuple[Measured, Measured]]) -> Lines:
    """The part of the page."""
    lines = ["", "## One decision"]
    for kind, sizes in found.items():
        rows = [
            [f"{rules:,}", *(shown(times[name]) if name in times else "–" for name in CONTESTANTS)]
            for rules, times in sizes.items()
        ]
        lines += ["", f"### {kind}", *table(["rules", *CONTESTANTS], rows)]
    lines += ["", "![one decision](one_decision.svg)", "", "### Questions never asked before"]
    words = (
        "Ours alone, no two questions alike: of values that were met before in other questions, and, to a model that "
        "has just been loaded, of numbers that were hardly ever given before. In the tables above, the same questions "
        "come again in every round."
    )
    rows = [[kind, shown(met), shown(values)] for kind, (met, values) in new.items()]
    return [*lines, "", words, *table(["table", "values met before", "new values"], rows)]


def series_of(found: Found) -> dict[str, list[tuple[float, float]]]:
    """Lines for the chart: contestants on complete tables of four inputs, and ours on the others."""
    series: dict[str, list[tuple[float, float]]] = {}
    for rules, times in found["4 inputs, complete"].items():
        for name, measured in times.items():
            series.setdefault(name, []).append((rules, measured.median))
    others = [kind for kind in found if not kind.startswith("4")]
    series |= {
        f"ours, {kind.partition(', half')[0]}{'' if 'complete' in kind else ', wild'}": [
            (r, t[OURS].median) for r, t in found[kind].items()
        ]
        for kind in others
    }
    return series


def new_questions(effort: Effort) -> dict[str, tuple[Measured, Measured]]:
    """Times of questions that were never asked before, of values that were met and of new ones too, by kind of table.

    For the largest tables of up to 30,000 rules.
    """
    size = max(size for size in effort.sizes if size <= 30_000)
    return {f"{kind}, {size:,} rules": _new_questions(make(size), effort) for kind, make in KINDS.items()}


def _new_questions(rules: Rules, effort: Effort) -> tuple[Measured, Measured]:
    fresh, count = single.fresh(rules), min(effort.questions, 1_000)
    known = random.Random(7).sample(range(LARGEST + 1), 300)
    met, new = [], []
    for number in range(effort.rounds):
        decide = fresh()
        for question in questions(rules, 2 * count, seed=50, numbers=known):
            decide(question)
        met.append(_each(decide, questions(rules, count, seed=100 + number, numbers=known)))
        decide = fresh()
        decide(questions(rules, 1, seed=50)[0])
        new.append(_each(decide, questions(rules, count, seed=200 + number)))
    return _measured(met), _measured(new)


def _each(decide: single.Decide, asked: Sequence[single.Inputs]) -> float:
    gc.collect()
    start = time.process_time()
    for question in asked:
        decide(question)
    return (time.process_time() - start) / len(asked)


def _measured(times: Sequence[float]) -> Measured:
    return Measured(statistics.median(times), min(times), max(times))


def _decisions(rules: Rules, effort: Effort, pydmnrules: Path | None) -> dict[str, Measured]:
    asked = questions(rules, effort.questions)
    few = asked[: effort.few]
    makers = {OURS: single.ours, "naive loop": single.naive}
    has_zen = importlib.util.find_spec("zen") is not None and len(rules.rows) <= effort.zen_up_to
    if has_zen:
        makers["zen-engine"] = single.zen_engine
    deciders = {name: make(rules) for name, make in makers.items()}
    compared = few[: max(20, _bearable(deciders["naive loop"], few, effort.seconds))]
    answers = {name: [single.cents(decide(question)) for question in compared] for name, decide in deciders.items()}
    own = {
        name: asked if name == OURS else few[: _bearable(decide, few, effort.seconds)]
        for name, decide in deciders.items()
    }
    runs = {name: _asking(decide, own[name]) for name, decide in deciders.items()}
    if has_zen:
        name, batch = "zen-engine, batch", single.zen_batch(rules)
        answers[name] = [single.cents(fee) for fee in batch(compared)]
        own[name] = own["zen-engine"]
        runs[name] = lambda: batch(own[name])
    refuse_differences(answers)
    found = alternating(runs, effort.rounds, {name: len(questions) for name, questions in own.items()})
    if pydmnrules is not None and len(rules.rows) <= effort.pydmnrules_up_to:
        measured = _pydmnrules(rules, few[:20], answers["naive loop"][:20], pydmnrules)
        found |= {"pyDMNrules": measured} if measured is not None else {}
    return found


def _bearable(decide: single.Decide, asked: Sequence[single.Inputs], seconds: float) -> int:
    """How many of the questions take about so long; at least ten."""
    start = time.process_time()
    for question in asked[:5]:
        decide(question)
    each = (time.process_time() - start) / 5
    return max(10, min(len(asked), int(seconds / max(each, 1e-6))))


def _asking(decide: single.Decide, asked: Sequence[single.Inputs]) -> Callable[[], object]:
    def run_all() -> None:
        for question in asked:
            decide(question)

    return run_all


def _pydmnrules(rules: Rules, asked: Sequence[single.Inputs], expected: list[int], python: Path) -> Measured | None:
    """What pyDMNrules takes; None where it is not done in time."""
    cells = [
        [f'"{d}"' if isinstance(d, str) else f"[{d[0]}..{d[1]}]" if d else None for d in row] for row in rules.rows
    ]
    case = {
        "rounds": 3,
        "inputs": rules.inputs,
        "questions": asked,
        "cells": cells,
        "cents": [rules.results(row)[0] for row in range(len(rules.rows))],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(case, file)
        file.flush()
        command = [str(python), str(HERE / "pydmnrules_peer.py"), file.name]
        try:
            told = subprocess.run(  # noqa: S603 - our own script
                command, capture_output=True, text=True, check=True, timeout=MAX_PYDMNRULES
            ).stdout
        except subprocess.TimeoutExpired:
            say(f"pyDMNrules was not done with {len(rules.rows):,} rules after {MAX_PYDMNRULES} seconds")
            return None
    found = json.loads(told.splitlines()[-1])
    refuse_differences({"expected": expected, "pyDMNrules": found["answers"]})
    seconds = sorted(found["seconds"])
    return Measured(seconds[len(seconds) // 2], seconds[0], seconds[-1])
