"""``decision-tables evaluate``: decisions from a workbook, one JSON object a line."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TextIO

from decision_tables.checking.cases import CASE_FAILURES
from decision_tables.cli import evaluate_files
from decision_tables.cli.models import open_model
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.compiler import CompiledRefused
from decision_tables.engine import Model, WorkbookRejected
from decision_tables.evaluator.decision import refusal_json
from decision_tables.evaluator.messages import shown
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.evaluator.telling import explanation_text
from decision_tables.problems import has_errors
from decision_tables.text import Bilingual

TOO_DEEP = Bilingual("这一行的 JSON 嵌套过深。", "the JSON of the line is nested too deeply.")
MAX_INT_DIGITS = 400
"""Longer whole numbers of a line are kept as decimals, which any length can be read into."""
_REQUEST_KEYS = ("table", "inputs", "as_of")


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("evaluate", parents=[common], help="decide for inputs")
    parser.add_argument("file", metavar="FILE", help="a workbook (.xlsx) or a compiled model (.dtc)")
    parser.add_argument("--table", metavar="KEY", help="one table; without it every table answers")
    add_inputs(parser)
    parser.add_argument("--json-lines", metavar="FILE", help="one request a line; - is standard input")
    parser.add_argument("--explain", action="store_true", help="say how the decision came about")
    parser.add_argument("--rule", metavar="[TABLE:]RULE", help="explain what became of one rule too")
    evaluate_files.add_options(parser)
    parser.set_defaults(run=run, parser=parser)


def add_inputs(parser: argparse.ArgumentParser, *, with_date: bool = True) -> None:
    """Add the options that give inputs and, if it may be given, the as-of date."""
    parser.add_argument(
        "--input", action="append", default=[], metavar="KEY=VALUE", type=_pair, help="an input, by key or label"
    )
    if with_date:
        parser.add_argument(
            "--as-of", metavar="DATE", type=date_option, help="the date whose rules apply (default: today)"
        )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not KEY=VALUE")
    return name.strip(), value


def date_option(text: str) -> datetime.date:
    """A date given on the command line."""
    try:
        return iso_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no date such as 2025-01-31") from error


def iso_date(text: str) -> datetime.date:
    """A date written as 2025-01-31 and in no other way. Raises ``ValueError``."""
    day = datetime.date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def run(arguments: argparse.Namespace) -> int:
    """Decide; 0 if every evaluation was answered, 1 if one was refused or the workbook has errors."""
    evaluate_files.check_options(arguments)
    if arguments.json_lines is not None and (arguments.input or arguments.table or arguments.as_of):
        arguments.parser.error("--json-lines goes without --input, --table and --as-of")
    try:
        with shown_progress(arguments.lang) as progress:
            model = open_model(arguments.file, progress)
    except OSError as error:
        say(cannot_read(arguments.file, error), arguments.lang)
        return 2
    except WorkbookRejected as rejected:
        print_problems(rejected.problems, arguments.lang, to_stderr=True)
        return 1
    except CompiledRefused as refused:
        say(refused.message, arguments.lang)
        return 1
    if has_errors(model.problems):
        print_problems([p for p in model.problems if p.code in CASE_FAILURES], arguments.lang, to_stderr=True)
    if arguments.source is not None:
        return evaluate_files.run(arguments, model)
    answering = Answering(model, arguments.lang, arguments.explain or arguments.rule is not None, arguments.rule)
    if arguments.json_lines is None:
        inputs = dict(joined_pairs(arguments.input))
        if answering.explains and arguments.format != "json":
            return _print_explanation(answering, inputs, arguments.table, arguments.as_of)
        return _print_all([answering.answer(inputs, arguments.table, arguments.as_of)])
    try:
        with _lines(arguments.json_lines) as lines:
            return _print_all(answering.answer_line(line) for line in lines if line.strip())
    except OSError as error:
        say(cannot_read(arguments.json_lines, error), arguments.lang)
        return 2


def joined_pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs; a name given twice gets its values joined, so that a set may be given piece by piece."""
    joined: dict[str, list[str]] = {}
    for name, value in pairs:
        joined.setdefault(name, []).append(value)
    return ((name, "、".join(values)) for name, values in joined.items())


@contextmanager
def _lines(path: str) -> Iterator[TextIO]:
    if path == "-":
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
        yield sys.stdin
        return
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
        yield file


def _print_all(answers: Iterable[dict[str, Any]]) -> int:
    refused = 0
    for answer in answers:
        print(json.dumps(answer, ensure_ascii=False))
        refused += answer["status"] == "error"
    return 1 if refused else 0


def _print_explanation(
    answering: Answering, inputs: Mapping[str, object], table: str | None, as_of: datetime.date | None
) -> int:
    try:
        explanation = answering.model.explain(inputs, table=table, as_of=as_of, rule=answering.rule)
    except Refusal as refusal:
        say(refusal.message, answering.language)
        return 1
    print(explanation_text(explanation, answering.language))
    return 1 if explanation.refusal else 0


@dataclasses.dataclass(frozen=True, slots=True)
class Answering:
    """How requests are answered: by which model, in which language, and whether with an explanation."""

    model: Model
    language: str
    explains: bool = False
    rule: str | None = None

    def answer_line(self, line: str) -> dict[str, Any]:
        """The answer to one line of JSON."""
        try:
            request = _parse_request(line)
        except Refusal as refusal:
            return _refused(self.model, refusal, None, self.language)
        return self.answer(request.get("inputs", {}), request.get("table"), request.get("as_of"))

    def answer(self, inputs: Mapping[str, object], table: str | None, as_of: datetime.date | None) -> dict[str, Any]:
        """The decision, or its refusal in the shape of one; the explanation beside it."""
        answer = _decide(self.model, inputs, table, as_of, self.language)
        if not self.explains:
            return answer
        try:
            explanation = self.model.explain(inputs, table=table, as_of=as_of, rule=self.rule)
        except Refusal as refusal:
            return _refused(self.model, refusal, as_of, self.language)
        return answer | {"explanation": explanation.as_json(self.language)}


def _parse_request(line: str) -> dict[str, Any]:
    """One line as a request. Raises ``Refusal`` for what is no request."""
    try:
        request = json.loads(
            line,
            parse_float=Decimal,
            parse_int=_whole_number,
            parse_constant=_no_constant,
            object_pairs_hook=_without_repeats,
        )
    except RecursionError as error:
        raise _malformed(TOO_DEEP) from error
    except (ValueError, ArithmeticError) as error:
        raise _malformed(Bilingual(f"这一行不是合法的 JSON：{error}", f"the line is no valid JSON: {error}")) from error
    if not isinstance(request, dict) or not isinstance(request.get("inputs", {}), dict):
        raise _malformed(
            Bilingual("应为带有 inputs 对象的 JSON 对象。", "a JSON object with an object “inputs” is wanted.")
        )
    unknown = [key for key in request if key not in _REQUEST_KEYS]
    if unknown:
        names = shown(", ".join(unknown))
        raise _malformed(Bilingual(f"不认识的键：{names}。", f"unknown keys: {names}."))
    if not isinstance(request.get("table"), str | None):
        raise _malformed(Bilingual("table 应为文字。", "“table” must be a text."))
    if request.get("as_of") is not None:
        request["as_of"] = _as_of(request["as_of"])
    return request


def _as_of(value: object) -> datetime.date:
    try:
        return iso_date(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        text = shown(value)
        message = Bilingual(
            f"as_of“{text}”不是 2025-01-31 这样的日期。", f"“as_of” {text} is no date such as 2025-01-31."
        )
        raise Refusal(Reason.INVALID_REQUEST, message, field="as_of") from error


def _whole_number(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MAX_INT_DIGITS else Decimal(digits)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice")
    return found


def _malformed(message: Bilingual) -> Refusal:
    return Refusal(Reason.INVALID_REQUEST, message)


def _decide(
    model: Model, inputs: Mapping[str, object], table: str | None, as_of: datetime.date | None, language: str
) -> dict[str, Any]:
    try:
        return model.evaluate(inputs, table=table, as_of=as_of).as_json()
    except Refusal as refusal:
        return _refused(model, refusal, as_of, language)


def _refused(model: Model, refusal: Refusal, as_of: datetime.date | None, language: str) -> dict[str, Any]:
    """A refused evaluation in the shape of a decision."""
    nothing: dict[str, Any] = {
        "results": {},
        "tables": {},
        "matched": [],
        "missing": [],
        "overridden": [],
        "unused": [],
    }
    return {
        "status": "error",
        **nothing,
        "as_of": (as_of or model.today()).isoformat(),
        "model": model.key,
        "digest": model.definition.digest,
        "error": refusal_json(refusal, language),
    }
