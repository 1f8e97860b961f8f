"""``decision-tables impact``: what a new workbook means for a population."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.bar import Bar as Drawn
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Sheet

from decision_tables.cli.diff import add_pair, load_pair
from decision_tables.cli.output import cannot_read, say
from decision_tables.engine import measure_impact
from decision_tables.evaluator.refusal import Refusal
from decision_tables.text import Bilingual

if TYPE_CHECKING:
    from decision_tables.impact import Impact
    from decision_tables.impact.sheets import Figures, Item

MAX_SHOWN = 25
"""The most rows of one table that are printed as text."""

_ON_TERMINAL = 40


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("impact", parents=[common], help="count what changes for a population")
    add_pair(parser)
    parser.add_argument("--population", metavar="FILE", required=True, help="people, one a row: .csv, .parquet, .xlsx")
    parser.add_argument("--by", metavar="COLUMN", help="break the figures down by a column of the file")
    parser.add_argument("--out", metavar="FILE", help="write a report as well: .xlsx or .html")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of an Excel file (default: the first)")
    parser.add_argument("--encoding", metavar="NAME", help="the encoding of a CSV file (default: found out)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure; 1 if a workbook or the file cannot be used, 2 if a file cannot be read or written."""
    language = arguments.lang
    if arguments.out and Path(arguments.out).suffix.lower() not in (".xlsx", ".html"):
        say(Bilingual("--out 请用 .xlsx 或 .html。", "--out takes .xlsx or .html."), language)
        return 2
    try:
        from decision_tables.bulk.refused import FileRefused  # noqa: PLC0415 - pyarrow is an extra
    except ModuleNotFoundError as error:
        say(
            Bilingual(
                f"缺少 {error.name}：pip install decision-tables[bulk]",
                f"{error.name} is missing: pip install decision-tables[bulk]",
            ),
            language,
        )
        return 2
    models = load_pair(arguments.old, arguments.new, language)
    if isinstance(models, int):
        return models
    try:
        with _shown_progress(language) as progress:
            found = measure_impact(
                *models,
                arguments.population,
                table=arguments.table,
                by=arguments.by,
                as_of=arguments.as_of,
                old_as_of=arguments.old_as_of,
                new_as_of=arguments.new_as_of,
                sheet=arguments.sheet,
                encoding=arguments.encoding,
                progress=progress,
            )
    except OSError as error:
        say(cannot_read(arguments.population, error), language)
        return 2
    except (FileRefused, Refusal) as refusal:
        say(refusal.message, language)
        return 1
    return _told(found, arguments)


def _told(found: Impact, arguments: argparse.Namespace) -> int:
    try:
        if arguments.out:
            _write(found, Path(arguments.out), arguments.lang)
    except OSError as error:
        why = error.strerror or str(error)
        say(Bilingual(f"无法写入 {arguments.out}：{why}", f"cannot write {arguments.out}: {why}"), arguments.lang)
        return 2
    if arguments.format == "json":
        print(json.dumps(found.as_json(arguments.lang), ensure_ascii=False))
    else:
        _print(found, arguments.lang)
    return 0


def _write(found: Impact, path: Path, language: str) -> None:
    from decision_tables.impact.page import page_of  # noqa: PLC0415 - only where a report is asked for
    from decision_tables.impact.workbook import workbook_of  # noqa: PLC0415 - see above

    if path.suffix.lower() == ".html":
        path.write_text(page_of(found, language), encoding="utf-8")
    else:
        path.write_bytes(workbook_of(found, language))


def _print(found: Impact, language: str) -> None:
    from decision_tables.impact.sheets import tables_of  # noqa: PLC0415 - see above
    from decision_tables.impact.words import summary  # noqa: PLC0415 - see above

    console = Console(highlight=False)
    console.print(f"{found.title} ({found.table})", style="bold", markup=False)
    for line in summary(found):
        console.print(line.in_language(language), markup=False, soft_wrap=True)
    for figures in tables_of(found):
        console.print(_sheet(figures, language))


def _sheet(figures: Figures, language: str) -> Sheet:
    sheet = Sheet(title=figures.title.in_language(language), title_justify="left")
    numeric = [_is_number(item) for item in figures.rows[0]]
    for name, is_number in zip(figures.headings, numeric, strict=True):
        sheet.add_column(name.in_language(language), justify="right" if is_number else "left", overflow="fold")
    is_chart = figures.kind == "bars"
    if is_chart:
        sheet.add_column(width=_ON_TERMINAL)
    longest = max((row[1] for row in figures.rows if isinstance(row[1], int)), default=1) if is_chart else 1
    for row in figures.rows[:MAX_SHOWN]:
        cells: list[Any] = [_text(item, language) for item in row]
        if is_chart and isinstance(row[1], int):
            cells.append(Drawn(longest, 0, row[1], width=_ON_TERMINAL))
        sheet.add_row(*cells)
    if len(figures.rows) > MAX_SHOWN:
        more = len(figures.rows) - MAX_SHOWN
        sheet.add_row(Bilingual(f"另有 {more} 项", f"and {more} more").in_language(language))
    return sheet


def _is_number(item: Item) -> bool:
    return isinstance(item, int | Decimal)


def _text(item: Item, language: str) -> str:
    from decision_tables.impact.words import amount  # noqa: PLC0415 - see above

    if isinstance(item, int | Decimal):
        return amount(Decimal(item))
    return item.in_language(language) if isinstance(item, Bilingual) else item or ""


@contextmanager
def _shown_progress(language: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, size: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(Bilingual("测算", "measuring").in_language(language), total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size or None)
