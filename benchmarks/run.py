"""Measures everything and writes ``benchmarks/results/``: a page with tables, and a chart.

``python -m benchmarks.run`` takes some ten minutes on a machine that has nothing else to do; ``--short`` leaves out the
largest tables; ``--quick`` tries every part on small ones in seconds. Who takes long over a question is asked fewer, so
that no round of one contestant takes much more than a second. Contestants that are not installed are left out. Their
answers are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa

from benchmarks import chart, different, single, whole
from benchmarks.large_workbooks import write_book
from benchmarks.machine import measured_here
from benchmarks.tables import Rules, complete, definition, questions, wild
from benchmarks.timing import Measured, alternating, written
from decision_tables.compiler import compile_model
from decision_tables.model.builder import build_model
from decision_tables.problems import Problems
from decision_tables.workbook import read_workbook

HERE = Path(__file__).parent
Lines = list[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: ``few`` questions for those who take long over one, and fewer where these would take more
    than ``seconds``.
    """

    sizes: tuple[int, ...] = (30, 300, 3_000, 30_000, 100_000)
    rounds: int = 5
    questions: int = 2_000
    few: int = 200
    rows: int = 1_000_000
    rules_of_population: int = 3_000
    books: tuple[int, ...] = (10_000, 100_000)
    zen_up_to: int = 36_000
    pydmnrules_up_to: int = 3_600
    seconds: float = 1.0
    quick: bool = False
    different: int = 200_000


MAX_PYDMNRULES = 90
"""Seconds that pyDMNrules may take to load a table and answer."""

WHOLE = Effort()
SHORT = Effort(
    sizes=(30, 300, 3_000, 30_000),
    rounds=3,
    questions=500,
    few=50,
    books=(10_000,),
    pydmnrules_up_to=400,
    seconds=0.5,
    different=50_000,
)
QUICK = Effort((30, 300), 2, 20, 20, 2_000, 300, (200,), pydmnrules_up_to=40, quick=True, different=200)


def main() -> None:
    """Run the parts one after another and write what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", dest="effort", action="store_const", const=QUICK, default=WHOLE)
    parser.add_argument("--short", dest="effort", action="store_const", const=SHORT, help="some minutes")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--pydmnrules", type=Path, help="the Python of the environment that has pyDMNrules")
    arguments = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "1"  # every contestant on one core
    pa.set_cpu_count(1)
    python = arguments.pydmnrules
    run(arguments.effort, arguments.out, python if python is not None and python.exists() else None)


def run(effort: Effort, out: Path, pydmnrules: Path | None = None) -> Path:
    """Measure and write; the page."""
    out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    head = _head(effort)
    rows = many_rows(effort)
    lines, series = one_decision(effort, pydmnrules)
    page = [*head, *lines, *rows, *compiling(effort), *from_workbooks(effort)]
    page += ["", f"All of it took {(time.monotonic() - start) / 60:.0f} minutes."]
    (out / "one_decision.svg").write_text(
        chart.line_chart("One decision", "rules (logarithmic)", series), encoding="utf-8"
    )
    path = out / "results.md"
    path.write_text("\n".join([*page, ""]), encoding="utf-8")
    print(path)
    return path


def _head(effort: Effort) -> Lines:
    quick = " (a quick run: the figures mean nothing)" if effort.quick else ""
    words = (
        f"{measured_here()}{quick}. "
        "Processor time, medians of alternating rounds; the spread is slowest minus fastest round, as a share of the "
        f"median. The load was {os.getloadavg()[0]:.1f} at the start."
    )
    return ["# Results", "", words]


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    return [
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(r) + " |" for r in rows),
    ]


def _shown(measured: Measured) -> str:
    return f"{written(measured.median)} (±{measured.spread * 50:.0f} %)"


# One decision -------------------------------------------------------------------------------------------------------


def one_decision(effort: Effort, pydmnrules: Path | None) -> tuple[Lines, dict[str, list[tuple[float, float]]]]:
    """Each kind of table at each size."""
    kinds: list[tuple[str, Callable[[int], Rules]]] = [
        ("4 inputs, complete", lambda n: complete(n, 4)),
        ("8 inputs, complete", lambda n: complete(n, 8)),
        ("8 inputs, half of the conditions absent", lambda n: wild(n, 8)),
    ]
    series: dict[str, list[tuple[float, float]]] = {}
    lines = ["", "## One decision"]
    for kind, make in kinds:
        rows = []
        for size in effort.sizes:
            rules = make(size)
            found = _decisions(rules, effort, pydmnrules if kind.startswith("4") else None)
            _say(f"{kind}: {len(rules.rows):,} rules measured")
            rows.append([f"{len(rules.rows):,}", *(_shown(found[n]) if n in found else "–" for n in _SINGLE)])
            for name, measured in found.items() if kind.startswith("4") else ():
                series.setdefault(name, []).append((len(rules.rows), measured.median))
        lines += ["", f"### {kind}", *_table(["rules", *_SINGLE], rows)]
    return [*lines, "", "![one decision](one_decision.svg)"], series


_SINGLE = ("decision-tables", "naive loop", "zen-engine", "pyDMNrules")


def _decisions(rules: Rules, effort: Effort, pydmnrules: Path | None) -> dict[str, Measured]:
    asked = questions(rules, effort.questions)
    few = asked[: effort.few]
    makers = {"decision-tables": single.ours, "naive loop": single.naive}
    if importlib.util.find_spec("zen") and len(rules.rows) <= effort.zen_up_to:
        makers["zen-engine"] = single.zen_engine
    deciders = {name: make(rules) for name, make in makers.items()}
    compared = few[: max(20, _bearable(deciders["naive loop"], few, effort.seconds))]
    answers = {name: [single.cents(decide(question)) for question in compared] for name, decide in deciders.items()}
    _refuse_differences(answers)
    own = {
        name: asked if name == "decision-tables" else few[: _bearable(decide, few, effort.seconds)]
        for name, decide in deciders.items()
    }
    runs = {name: _asking(decide, own[name]) for name, decide in deciders.items()}
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


def _asking(decide: single.Decide, asked: Sequence[single.Inputs]) -> Callable[[], None]:
    def run_all() -> None:
        for question in asked:
            decide(question)

    return run_all


def _refuse_differences(answers: dict[str, list[int]]) -> None:
    first, *others = answers.values()
    for name, other in zip(list(answers)[1:], others, strict=True):
        if other != first:
            raise AssertionError(f"{name} answers otherwise")


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
            _say(f"pyDMNrules was not done with {len(rules.rows):,} rules after {MAX_PYDMNRULES} seconds")
            return None
    found = json.loads(told.splitlines()[-1])
    _refuse_differences({"expected": expected, "pyDMNrules": found["answers"]})
    seconds = sorted(found["seconds"])
    return Measured(seconds[len(seconds) // 2], seconds[0], seconds[-1])


# Many rows ----------------------------------------------------------------------------------------------------------


def many_rows(effort: Effort) -> Lines:
    """A population over a complete table of names."""
    population = whole.Population(complete(effort.rules_of_population, 4, names_only=True), effort.rows)
    contestants = {"class codes known": population.known_codes(), **whole.ours(population)}
    contestants["pandas merge"] = whole.pandas_merge(population)
    if importlib.util.find_spec("polars"):
        contestants["polars join"] = whole.polars_join(population)
    if importlib.util.find_spec("duckdb"):
        contestants["DuckDB join"] = whole.duckdb_join(population)
    expected = population.expected_cents().tolist()
    for name, answer in contestants.items():
        _refuse_differences({"expected": expected, name: whole.cents_of(answer())})
    found = alternating(contestants, effort.rounds)
    _say(f"{effort.rows:,} rows measured")
    base = found["class codes known"].median
    rows = [[name, _shown(m), f"{base / m.median:.2f}"] for name, m in found.items()]
    words = (
        f"{effort.rows:,} rows, 4 inputs with names, {len(population.rules.rows):,} rules, one core; three results, "
        "and with ours the rules, what is missing and refusals besides."
    )
    heads = ["contestant", "time", "relative to known codes"]
    return ["", "## A population at once", "", words, *_table(heads, rows), *_at_two(population), *_different(effort)]


def _at_two(population: whole.Population) -> Lines:
    """The time on the clock where two callers share the rows, each with half of them."""
    one, two = whole.on_the_clock(population)
    return ["", f"Arrow strings on the clock: {written(one)} by one thread, {written(two)} by two that share the rows."]


def _different(effort: Effort) -> Lines:
    """Rows that all differ, met for the first time."""
    rows = []
    for missing in (0.0, 0.1):
        people = different.people(effort.different, missing)
        together, alone = different.seconds_a_row(people)
        _say(f"{people.num_rows:,} rows that differ measured")
        rows.append([f"{missing:.0%}", written(together), written(alone), f"{alone / together:.0f}"])
    words = (
        f"{effort.different:,} people who all differ, {people.num_columns} inputs behind the contribution of Wujiang, "
        "met by a model for the first time."
    )
    return ["", "## Rows that all differ", "", words, *_table(["missing", "a row", "a row alone", "times"], rows)]


# Compiling ----------------------------------------------------------------------------------------------------------


def compiling(effort: Effort) -> Lines:
    """Time and memory of compiling."""
    rows = []
    for kind, make in (("4 inputs, complete", complete), ("8 inputs, wild", wild)):
        for size in effort.sizes:
            model = definition(make(size, int(kind[0])))
            start = time.process_time()
            compile_model(model)
            seconds = time.process_time() - start
            tracemalloc.start()
            compiled = compile_model(model)
            kept, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            del compiled
            rows.append([kind, f"{len(model.tables[0].rules):,}", written(seconds), _megabytes(kept), _megabytes(peak)])
    return ["", "## Compiling", *_table(["table", "rules", "time", "kept", "at most"], rows)]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def from_workbooks(effort: Effort) -> Lines:
    """From a workbook's bytes to the compiled model, beside reading it with openpyxl."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in effort.books:
            path = Path(folder) / f"{size}.xlsx"
            write_book(path, size, distinct=False)
            steps = dict(_steps(path))
            rows.append([f"{size:,}", *(written(seconds) for seconds in steps.values())])
            heads = ["rules", *steps]
    return ["", "## From workbook to compiled", *_table(heads, rows)]


def _steps(path: Path) -> Iterator[tuple[str, float]]:
    start = time.process_time()
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()
    yield "openpyxl reads it", time.process_time() - start
    start = time.process_time()
    problems = Problems()
    grid = read_workbook(path, problems)
    read = time.process_time()
    model = build_model(grid, problems).model if grid is not None else None
    built = time.process_time()
    if model is None:
        raise AssertionError(f"{path} has errors")
    compile_model(model)
    compiled = time.process_time()
    yield "read", read - start
    yield "built", built - read
    yield "compiled", compiled - built
    yield "together", compiled - start


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    main()
