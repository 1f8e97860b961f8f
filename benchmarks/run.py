"""Measures everything and writes ``benchmarks/results/``: a page with tables, and a chart.

``python -m benchmarks.run`` takes some ten minutes on a machine that has nothing else to do; ``--short`` leaves out the
largest tables; ``--quick`` tries every part on small ones in seconds. Who takes long over a question is asked fewer, so
that no round of one contestant takes much more than a second. Contestants that are not installed are left out. Their
answers are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from pathlib import Path

import pyarrow as pa

from benchmarks import chart, decisions, different, whole
from benchmarks.compiling import compiling, from_workbooks
from benchmarks.effort import QUICK, SHORT, WHOLE, Effort
from benchmarks.figures import Figure, figures_page, of_decisions, of_population
from benchmarks.graphs import whole_models
from benchmarks.machine import measured_here
from benchmarks.page import Lines, refuse_differences, say, shown, table
from benchmarks.tables import complete
from benchmarks.timing import alternating, written

HERE = Path(__file__).parent


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
    rows, of_rows = many_rows(effort)
    found = decisions.one_decision(effort, pydmnrules)
    new = decisions.new_questions(effort)
    models, of_models = whole_models(effort)
    compiled, of_compiled = compiling(effort)
    books, of_books = from_workbooks(effort)
    asked = [] if effort.quick else [*of_decisions(found, new), *of_models, *of_rows, *of_books, *of_compiled]
    page = [*head, *figures_page(asked), *decisions.page_of(found, new), *models, *rows, *compiled, *books]
    page += ["", f"All of it took {(time.monotonic() - start) / 60:.0f} minutes."]
    series = decisions.series_of(found)
    (out / "one_decision.svg").write_text(
        chart.line_chart("One decision (4 inputs where nothing else is said)", "rules", series), encoding="utf-8"
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


# Many rows ----------------------------------------------------------------------------------------------------------


def many_rows(effort: Effort) -> tuple[Lines, list[Figure]]:
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
        refuse_differences({"expected": expected, name: whole.cents_of(answer())})
    found = alternating(contestants, effort.rounds)
    say(f"{effort.rows:,} rows measured")
    base = found["class codes known"].median
    rows = [[name, shown(m), f"{base / m.median:.2f}"] for name, m in found.items()]
    words = (
        f"{effort.rows:,} rows, 4 inputs with names, {len(population.rules.rows):,} rules, one core; three results, "
        "and with ours the rules, what is missing and refusals besides."
    )
    heads = ["contestant", "time", "relative to known codes"]
    page = ["", "## A population at once", "", words, *table(heads, rows), *_at_two(population), *_different(effort)]
    return page, of_population(found)


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
        say(f"{people.num_rows:,} rows that differ measured")
        rows.append([f"{missing:.0%}", written(together), written(alone), f"{alone / together:.0f}"])
    words = (
        f"{effort.different:,} people who all differ, {people.num_columns} inputs behind the contribution of Wujiang, "
        "met by a model for the first time."
    )
    return ["", "## Rows that all differ", "", words, *table(["missing", "a row", "a row alone", "times"], rows)]


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    main()
