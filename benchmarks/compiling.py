"""Time and memory of compiling, of a loaded model, and from workbook to compiled."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl

from benchmarks.effort import Effort
from benchmarks.figures import Figure
from benchmarks.large_workbooks import write_book
from benchmarks.page import Lines, megabytes, say, table
from benchmarks.tables import Rules, complete, definition, questions, wild
from benchmarks.timing import written
from decision_tables.compiler import CompiledModel, compile_model, to_bytes
from decision_tables.model.builder import build_model
from decision_tables.problems import Problems
from decision_tables.workbook import read_workbook

KINDS: dict[str, Callable[[int], Rules]] = {
    "4 inputs, complete": functools.partial(complete, width=4),
    "8 inputs, wild": functools.partial(wild, width=8),
}
HEADS = ("table", "rules", "compiling", "look-up structures", "while compiling", "file", "loading")
LOADED = ("loaded model", "process grew by", "at most, while loading")

WORDS = (
    "Look-up structures and loaded model are Python's own count of what is kept; a loaded model has everything that an "
    "answer names. What the process grew by, at the end and at most, was read from the system in a process that only "
    "loads the file and decides once."
)


def compiling(effort: Effort) -> tuple[Lines, list[Figure]]:
    """Compile tables of each size, load what was compiled."""
    rows, figures = [], []
    for kind, make in KINDS.items():
        for size in effort.sizes:
            rules = make(size)
            cells, kept, loaded = _compiled(rules)
            rows.append([kind, f"{len(rules.rows):,}", *cells])
            if kind.startswith("4") and size == 30_000:
                figures = [
                    Figure("look-up structures, 30,000 rules × 4 inputs", 10, kept / 1e6, " MB"),
                    Figure("loaded model, 30,000 rules × 4 inputs", 60, loaded / 1e6, " MB"),
                ]
    say("compiling measured")
    return ["", "## Compiling and loading", "", WORDS, *table([*HEADS, *LOADED], rows)], figures


def _compiled(rules: Rules) -> tuple[list[str], int, int]:
    model = definition(rules)
    start = time.process_time()
    compile_model(model)
    seconds = time.process_time() - start
    tracemalloc.start()
    compiled = compile_model(model)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    content, traced, whole = _loaded(compiled, rules)
    cells = [written(seconds), megabytes(kept), megabytes(most), megabytes(content), written(whole["seconds"])]
    return [*cells, *map(megabytes, (traced["kept"], whole["kept"], whole["most"]))], kept, int(traced["kept"])


def _loaded(compiled: CompiledModel, rules: Rules) -> tuple[int, dict[str, float], dict[str, float]]:
    """The length of the file; what loading it took, as Python counts it and as the system does."""
    content = to_bytes(compiled)
    question = json.dumps(questions(rules, 1)[0])
    with tempfile.NamedTemporaryFile(suffix=".dtc") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.loaded_model", file.name, question]
        told = [
            subprocess.run([*command, *more], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
            for more in (["--trace"], [])
        ]
    traced, whole = (json.loads(text) for text in told)
    return len(content), traced, whole


def from_workbooks(effort: Effort) -> tuple[Lines, list[Figure]]:
    """From a workbook's bytes to the compiled model, beside reading it with openpyxl."""
    rows, figures = [], []
    with tempfile.TemporaryDirectory() as folder:
        for distinct in (False, True):
            for size in effort.books:
                path = Path(folder) / f"{size}.xlsx"
                write_book(path, size, distinct=distinct)
                steps = dict(_steps(path))
                kind = "every cell differs" if distinct else "usual"
                rows.append([kind, f"{size:,}", *(written(seconds) for seconds in steps.values())])
                figures += _book_figures(size, steps) if not distinct else []
                say(f"workbook of {size:,} rules measured ({kind})")
    heads = ["cells", "rules", *steps]
    return ["", "## From workbook to compiled", *table(heads, rows)], figures


def _book_figures(size: int, steps: dict[str, float]) -> list[Figure]:
    whole = steps["together"]
    if size == 10_000:
        times = whole / steps["openpyxl reads it"]
        return [Figure("10,000 rules from workbook to compiled, beside openpyxl's reading", 2, times, "×")]
    return [Figure("100,000 rules from workbook to compiled", 6, whole, "s")] if size == 100_000 else []


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
