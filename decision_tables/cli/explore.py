"""``decision-tables explore``: what a table can still answer, and what is still worth asking."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table as Sheet

from decision_tables.cli.evaluate import add_inputs, joined_pairs
from decision_tables.cli.models import open_model
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.compiler import CompiledRefused
from decision_tables.engine import WorkbookRejected
from decision_tables.evaluator.exploration import Exploration, PossibleOutcome, Question
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import ModelDefinition
from decision_tables.text import Bilingual

MAX_SHOWN = 30
"""The most outcomes, and the most answers of one question, that are printed as text."""


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("explore", parents=[common], help="show possible outcomes and what is worth asking")
    parser.add_argument("file", metavar="FILE", help="a workbook (.xlsx) or a compiled model (.dtc)")
    parser.add_argument("--table", metavar="KEY", required=True, help="the table to explore")
    add_inputs(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Explore; 1 if the inputs are refused or the workbook has errors, 2 if the file cannot be read."""
    try:
        with shown_progress(arguments.lang) as progress:
            model = open_model(arguments.file, progress)
        inputs = dict(joined_pairs(arguments.input))
        found = model.explore(inputs, table=arguments.table, as_of=arguments.as_of)
    except OSError as error:
        say(cannot_read(arguments.file, error), arguments.lang)
        return 2
    except WorkbookRejected as rejected:
        print_problems(rejected.problems, arguments.lang, to_stderr=True)
        return 1
    except CompiledRefused as refused:
        say(refused.message, arguments.lang)
        return 1
    except Refusal as refusal:
        say(refusal.message, arguments.lang)
        return 1
    if arguments.format == "json":
        print(json.dumps(found.as_json(arguments.lang), ensure_ascii=False))
    else:
        _print(found, model.definition, arguments.lang)
    return 0


def _print(found: Exploration, model: ModelDefinition, language: str) -> None:
    console = Console(highlight=False, soft_wrap=False)
    console.print(_outcomes(found.outcomes, language))
    if found.questions:
        console.print(_questions(found.questions, language))
    for line in _remarks(found, model):
        console.print(line.in_language(language), markup=False, soft_wrap=True)


def _outcomes(outcomes: Sequence[PossibleOutcome], language: str) -> Sheet:
    title = Bilingual(f"可能的结果（{len(outcomes)} 种）", f"Possible outcomes ({len(outcomes)})")
    names = (
        Bilingual("序号", "no."),
        Bilingual("结果", "outcome"),
        Bilingual("规则", "rules"),
        Bilingual("例如", "for example"),
    )
    sheet = _sheet(title, names, language)
    for n, outcome in enumerate(outcomes[:MAX_SHOWN], start=1):
        example = _example(outcome).in_language(language)
        sheet.add_row(str(n), _shown(outcome).in_language(language), ", ".join(outcome.rules), example)
    if len(outcomes) > MAX_SHOWN:
        sheet.add_row("…", *_more(len(outcomes) - MAX_SHOWN, language))
    return sheet


def _shown(outcome: PossibleOutcome) -> Bilingual:
    if outcome.status is None or outcome.status.value == "matched":
        return outcome.shown
    if not outcome.formulas and all(value is None for value in outcome.results.values()):
        return Bilingual("没有规则命中", "no match")
    return Bilingual(f"没有规则命中：{outcome.shown.zh}", f"no match: {outcome.shown.en}")


def _example(outcome: PossibleOutcome) -> Bilingual:
    shown = outcome.shown_example
    if not outcome.only_if_missing:
        return shown
    if not outcome.example:
        return Bilingual("其余不填", "the rest unanswered")
    return Bilingual(f"{shown.zh}，其余不填", f"{shown.en}, the rest unanswered")


def _questions(questions: Sequence[Question], language: str) -> Sheet:
    title = Bilingual("还值得问的输入，最能缩小范围的在前", "Inputs still worth asking for, best first")
    names = (
        Bilingual("输入", "input"),
        Bilingual("问后平均剩下", "outcomes left"),
        Bilingual("回答", "answer"),
        Bilingual("还可能的结果", "then possible"),
    )
    sheet = _sheet(title, names, language)
    for question in questions:
        rows = _answers(question, language)
        label = f"{question.label} *" if question.required else question.label
        for n, row in enumerate(rows):
            head = (label, f"{question.expected_outcomes:.1f}") if n == 0 else ("", "")
            sheet.add_row(*head, *row)
    return sheet


def _answers(question: Question, language: str) -> list[tuple[str, str]]:
    """A line for each class of answers; a field that is worked out from the input is named."""
    rows: list[tuple[str, str]] = []
    for answer in question.answers[:MAX_SHOWN]:
        reading = answer.reading.in_language(language)
        named = reading if answer.field == question.field else f"{answer.label} {reading}"
        rows.append((named, ", ".join(str(n + 1) for n in answer.outcomes)))
    if len(question.answers) > MAX_SHOWN:
        rows.append(_more(len(question.answers) - MAX_SHOWN, language))
    if question.enters_formula:
        rows.append((Bilingual("进入公式，值本身有影响", "enters a formula").in_language(language), ""))
    return rows or [("", "")]


def _more(count: int, language: str) -> tuple[str, str]:
    return Bilingual(f"另有 {count} 种", f"and {count} more").in_language(language), ""


def _sheet(title: Bilingual, names: Sequence[Bilingual], language: str) -> Sheet:
    sheet = Sheet(title=title.in_language(language), title_justify="left")
    for name in names:
        sheet.add_column(name.in_language(language), overflow="fold")
    return sheet


def _remarks(found: Exploration, model: ModelDefinition) -> list[Bilingual]:
    labels = [model.fields[key].label for key in found.no_longer_matter]
    gone = [_shown(outcome) for outcome in found.excluded]
    lines: list[Bilingual] = []
    if labels:
        names = "、".join(labels)
        lines.append(Bilingual(f"不再影响结果，不必再问：{names}", f"No longer of any influence: {names}"))
    if gone:
        shown, more = gone[:MAX_SHOWN], len(gone) - MAX_SHOWN
        zh, en = "；".join(s.zh for s in shown), "; ".join(s.en for s in shown)
        zh, en = (f"{zh}；另有 {more} 种", f"{en}; and {more} more") if more > 0 else (zh, en)
        lines.append(Bilingual(f"已经排除的结果：{zh}", f"Outcomes already excluded: {en}"))
    if found.assumed:
        names = "、".join(model.fields[key].label for key in found.assumed)
        lines.append(Bilingual(f"按缺省值计：{names}", f"Taken at their defaults: {names}"))
    if any(question.required for question in found.questions):
        lines.append(Bilingual("带 * 的是必填项。", "Inputs with * are required."))
    if found.is_decided:
        lines.append(Bilingual("结果已经确定。", "The outcome is settled."))
    if not found.finished:
        lines.append(Bilingual("组合太多，没有查完：可能还有别的结果。", "Not finished: there may be other outcomes."))
    if not found.exact:
        lines.append(
            Bilingual(
                "有的条件取决于尚未确定的计算值，列出的结果不一定都能出现。",
                "Some conditions rest on computed values that are open; not every outcome listed need occur.",
            )
        )
    return lines
