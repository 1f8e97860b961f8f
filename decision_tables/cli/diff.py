"""``decision-tables diff``: what changes for people if one workbook replaces another, then what changed in cells."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table as Sheet

from decision_tables.cli.evaluate import date_option
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.comparison import Answer, CellChange, Change, Comparison, Kind
from decision_tables.engine import Model, WorkbookRejected, diff, load
from decision_tables.evaluator.refusal import Refusal
from decision_tables.text import Bilingual
from decision_tables.values import plain

MAX_SHOWN = 60
"""The most changes of one table that are printed as text, and the most cells."""

MAX_RULES = 4
"""The most rules that are named on one side."""


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("diff", parents=[common], help="show what changes for people, then what in cells")
    add_pair(parser)
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if anything changes for people")
    parser.set_defaults(run=run)


def add_pair(parser: argparse.ArgumentParser) -> None:
    """Add the two workbooks and the options that say what of them is compared."""
    parser.add_argument("old", metavar="OLD", help="the workbook in force")
    parser.add_argument("new", metavar="NEW", help="the workbook that is to replace it")
    parser.add_argument("--table", metavar="KEY", help="compare one table (default: all)")
    for name, of in (("--as-of", "both"), ("--old-as-of", "the old workbook"), ("--new-as-of", "the new one")):
        parser.add_argument(name, metavar="DATE", type=date_option, help=f"the date whose rules of {of} apply")


def run(arguments: argparse.Namespace) -> int:
    """Compare; 1 if a workbook has errors or the table is unknown, 2 if a file cannot be read."""
    models = load_pair(arguments.old, arguments.new, arguments.lang)
    if isinstance(models, int):
        return models
    try:
        found = diff(
            *models,
            table=arguments.table,
            as_of=arguments.as_of,
            old_as_of=arguments.old_as_of,
            new_as_of=arguments.new_as_of,
        )
    except Refusal as refusal:
        say(refusal.message, arguments.lang)
        return 1
    if arguments.format == "json":
        print(json.dumps(found.as_json(arguments.lang), ensure_ascii=False))
    else:
        print_comparison(found, arguments.lang)
    return int(arguments.exit_code and bool(found.changes))


def load_pair(old: str, new: str, language: str) -> tuple[Model, Model] | int:
    """Both models, or the exit code where one cannot be used, the reason printed."""
    models: list[Model] = []
    for path in (old, new):
        try:
            with shown_progress(language) as progress:
                models.append(load(path, progress, allow_failing_tests=True))
        except OSError as error:
            say(cannot_read(path, error), language)
            return 2
        except WorkbookRejected as rejected:
            print_problems(rejected.problems, language, file=path, to_stderr=True)
            return 1
    return models[0], models[1]


def print_comparison(found: Comparison, language: str) -> None:
    """What changes for people, then what changed in cells."""
    console = Console(highlight=False, soft_wrap=False)
    title = Bilingual("一、对人的影响", "1. What changes for people")
    console.print(title.in_language(language), style="bold")
    if not found.changes:
        nothing = Bilingual("没有变化：任何输入的结果都一样。", "Nothing: every input is answered as before.")
        console.print(nothing.in_language(language) if found.exact else _unsure(language), soft_wrap=True)
    for key, changes in groupby(found.changes, key=lambda change: change.table):
        _print_table(console, key, list(changes), language)
    for line in (*found.notes, *_remarks(found)):
        console.print(f"· {line.in_language(language)}", markup=False, soft_wrap=True)
    console.print()
    title = Bilingual("二、单元格的改动", "2. What changed in cells")
    console.print(title.in_language(language), style="bold")
    if found.cells:
        console.print(_cells(found.cells, language))
    else:
        console.print(Bilingual("没有改变意思的改动。", "Nothing that changes a meaning.").in_language(language))


def _unsure(language: str) -> str:
    return Bilingual("没有发现变化。", "No change was found.").in_language(language)


def _remarks(found: Comparison) -> Iterator[Bilingual]:
    if not found.exact:
        yield Bilingual(
            "有的公式或条件只能取样比较：没有列出的变化不能排除。",
            "Some formulas or conditions could only be compared by samples: other changes cannot be ruled out.",
        )
    if not found.finished:
        yield Bilingual("组合太多，没有比完。", "Not finished: there were too many combinations.")


def _print_table(console: Console, key: str, changes: Sequence[Change], language: str) -> None:
    shown = _worth_showing(changes)
    days = {_when(change) for change in shown}
    title = _title(key, changes[0], days if len(days) == 1 else set(), language)
    sheet = _sheet(title, _headings(len(days) > 1), language)
    for change in shown[:MAX_SHOWN]:
        when = [_when(change).in_language(language)] if len(days) > 1 else []
        sheet.add_row(*_row(change, language), *when)
    console.print(sheet)
    for words in _left_out(len(shown) - MAX_SHOWN, len(changes) - len(shown)):
        console.print(words.in_language(language))


def _title(key: str, change: Change, days: set[Bilingual], language: str) -> str:
    parts = [f"{change.title} ({key})"]
    if change.kind is not Kind.RESULTS:
        added = change.kind is Kind.TABLE_ADDED
        words = Bilingual("新增的表", "a new table") if added else Bilingual("不再有这张表", "a table that is gone")
        parts.append(words.in_language(language))
    return "  ".join([*parts, *(day.in_language(language) for day in days)])


def _left_out(more: int, only_if_missing: int) -> Iterator[Bilingual]:
    if more > 0:
        yield Bilingual(f"另有 {more} 处，见 --format json", f"and {more} more, see --format json")
    if only_if_missing:
        yield Bilingual(
            f"另有 {only_if_missing} 处同样的变化，只在某项未填时出现。",
            f"The same changes occur in {only_if_missing} more cases in which something is not given.",
        )


def _worth_showing(changes: Sequence[Change]) -> list[Change]:
    """The changes without those that need a missing input and happen to others as well."""
    told = {_outcomes(change) for change in changes if not change.only_if_missing}
    return [change for change in changes if not change.only_if_missing or _outcomes(change) not in told]


def _outcomes(change: Change) -> tuple[str, str]:
    return change.old.shown.zh, change.new.shown.zh


def _headings(with_days: bool) -> list[Bilingual]:
    names = [
        Bilingual("哪些人", "who"),
        Bilingual("原来 → 现在", "old → new"),
        Bilingual("例如", "for example"),
        Bilingual("规则", "rules"),
    ]
    return [*names, Bilingual("何时", "when")] if with_days else names


def _row(change: Change, language: str) -> list[str]:
    unsure = "" if change.exact else Bilingual("（约）", " (about)").in_language(language)
    return [
        change.region.in_language(language) + unsure,
        _told(change, language),
        change.shown_example.in_language(language),
        _basis(change),
    ]


def _told(change: Change, language: str) -> str:
    """The results that change, one a line; a refusal or a missing match as a whole."""
    if change.old.status is not change.new.status or not change.old.results:
        return f"{change.old.shown.in_language(language)}\n→ {change.new.shown.in_language(language)}"
    keys = [key for key, value in change.new.results.items() if change.old.results.get(key, value) != value]
    return "\n".join(_result(change, key, language) for key in keys)


def _result(change: Change, key: str, language: str) -> str:
    sides = [_part(answer, key, language) for answer in (change.old, change.new)]
    label = change.new.labels.get(key, key)
    return f"{label} {sides[0]} → {sides[1]}{_difference(change, key)}"


def _part(answer: Answer, key: str, language: str) -> str:
    shown = answer.parts[key].in_language(language)
    if key not in answer.formulas:
        return shown
    formula = answer.formulas[key].in_language(language)
    return Bilingual(f"{formula}（例：{shown}）", f"{formula} (example: {shown})").in_language(language)


def _difference(change: Change, key: str) -> str:
    """By how much a number moves."""
    old, new = change.old.results.get(key), change.new.results.get(key)
    if isinstance(old, bool) or not isinstance(old, Decimal | int) or not isinstance(new, Decimal | int):
        return ""
    by = Decimal(new) - Decimal(old)
    return f" ({'+' if by > 0 else ''}{plain(by)})"


def _when(change: Change) -> Bilingual:
    first, last = change.period.first, change.period.last
    days = Bilingual("", "")
    if change.old_as_of != change.new_as_of:
        days = Bilingual(
            f"\n旧 {change.old_as_of}，新 {change.new_as_of}", f"\nold {change.old_as_of}, new {change.new_as_of}"
        )
    if first is None and last is None:
        return Bilingual(f"始终{days.zh}", f"always{days.en}")
    if first == last:
        return Bilingual(f"{first}{days.zh}", f"{first}{days.en}")
    zh = [f"{first} 起" if first else "", f"至 {last}" if last else ""]
    en = [f"from {first}" if first else "", f"until {last}" if last else ""]
    return Bilingual(" ".join(filter(None, zh)) + days.zh, " ".join(filter(None, en)) + days.en)


def _basis(change: Change) -> str:
    """The rules of the table itself that decide on both sides, with cells and sources; one line if they are alike."""
    lines = []
    for answer in (change.old, change.new):
        own = [match for match in answer.matched if match.table == change.table and not match.dissent]
        named = [f"{match.rule} {match.cell}" for match in own[:MAX_RULES]]
        cited = dict.fromkeys(source for match in own[:MAX_RULES] for source in match.sources)
        lines.append("\n".join([", ".join(named) or "–", *(f"[{source}]" for source in cited)]))
    return lines[0] if lines[0] == lines[1] else f"{lines[0]}\n→ {lines[1]}"


def _cells(cells: Sequence[CellChange], language: str) -> Sheet:
    names = (
        Bilingual("何处", "where"),
        Bilingual("旧单元格", "old cell"),
        Bilingual("新单元格", "new cell"),
        Bilingual("原来", "old"),
        Bilingual("现在", "new"),
    )
    sheet = _sheet("", names, language)
    for cell in cells[:MAX_SHOWN]:
        sides = [side.in_language(language) if side is not None else "–" for side in (cell.old, cell.new)]
        where = f"{cell.table}: " if cell.table else ""
        sheet.add_row(f"{where}{cell.what.in_language(language)}", cell.old_cell or "–", cell.new_cell or "–", *sides)
    if len(cells) > MAX_SHOWN:
        more = len(cells) - MAX_SHOWN
        sheet.add_row(Bilingual(f"另有 {more} 处", f"and {more} more").in_language(language))
    return sheet


def _sheet(title: str, names: Sequence[Bilingual], language: str) -> Sheet:
    sheet = Sheet(title=title or None, title_justify="left", show_lines=True)
    for name in names:
        sheet.add_column(name.in_language(language), overflow="fold")
    return sheet
