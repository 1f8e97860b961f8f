"""What is done apart from the process that asked: preparing, checking, comparing, counting.

Compiled models and files travel one after the other in the bytes of a task; its question says how long each is.
"""

from __future__ import annotations

import datetime
import pathlib
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from decision_tables.checking import Report, check_bytes
from decision_tables.checking.cases import CASE_FAILURES
from decision_tables.compiler import CompiledRefused
from decision_tables.engine import PROGRAM, Model, WorkbookRejected, diff, load_compiled, measure_impact, model_of
from decision_tables.evaluator.refusal import Refusal
from decision_tables.problems import record_of, report_json
from decision_tables.releases.confined import Answer, Task, TaskRefused, preparing
from decision_tables.releases.reasons import ReleaseReason
from decision_tables.releases.tasks import CHECK, DIFF, FILE_UNUSABLE, IMPACT, LOAD, PREPARE, parted
from decision_tables.values import plain

LANGUAGES: Final = ("zh", "en")


def check_task(question: Mapping[str, Any], content: bytes) -> Answer:
    """Check a workbook; the answer's bytes are its annotated copy, if that is wanted and can be made."""
    report = check_bytes(content)
    failed = len({(one.place.sheet, one.place.row) for one in report.problems if one.code in CASE_FAILURES})
    definition = report.definition
    answer = {
        "report": report_json(report.problems),
        "usable": definition is not None and not report.has_errors,
        "model": definition.key if definition else "",
        "cases_passed": max(len(report.examined.cases) - failed, 0),
        "cases_failed": failed,
    }
    return answer, _annotated(content, report) if question["annotate"] else b""


def _annotated(content: bytes, report: Report) -> bytes:
    from decision_tables.annotation import CannotAnnotate, annotate  # noqa: PLC0415 - slow to load, seldom wanted

    try:
        return annotate(content, report, language="zh")
    except CannotAnnotate:
        return b""


def load_task(question: Mapping[str, Any], content: bytes) -> Answer:
    """Make a workbook ready to be served: its findings and test cases, and its model in compiled form.

    There are no bytes where it cannot be served. Test cases of its own that fail do not stop it.
    """
    try:
        model = model_of(check_bytes(content), allow_failing_tests=True)
    except WorkbookRejected as rejected:
        return {"problems": [record_of(problem) for problem in rejected.problems], "cases": []}, b""
    cases = [
        {
            "table": case.table,
            "inputs": {name: _written(value) for name, value in case.inputs.items() if value is not None},
            "as_of": case.as_of.isoformat() if case.as_of is not None else None,
        }
        for case in model.definition.cases[: question["most_cases"]]
    ]
    return {"problems": [record_of(problem) for problem in model.problems], "cases": cases}, model.to_bytes()


def _written(value: object) -> str:
    """An input as text, which the engine reads by the field's type."""
    match value:
        case bool():
            return "是" if value else "否"
        case int() | Decimal():
            return plain(value)
        case datetime.date():
            return value.isoformat()
        case frozenset() | list() | tuple():
            return "、".join(sorted(str(member) for member in value))
        case _:
            return str(value)


def diff_task(question: Mapping[str, Any], body: bytes) -> Answer:
    """Compare two compiled models."""
    old, new = map(_loaded, parted(question["lengths"], body))
    try:
        found = diff(old, new, table=question["table"], as_of=_day(question["as_of"]))
    except Refusal as refusal:
        raise _refused(refusal) from refusal
    return {language: found.as_json(language) for language in LANGUAGES}, b""


def impact_task(question: Mapping[str, Any], body: bytes) -> Answer:
    """Measure what the second of two compiled models changes for the rows of a file."""
    from decision_tables.bulk.refused import FileRefused  # noqa: PLC0415 - pyarrow is an extra
    from decision_tables.impact.words import summary  # noqa: PLC0415 - see above

    old, new, rows = parted(question["lengths"], body)
    with tempfile.TemporaryDirectory(prefix="decision-tables-") as folder:
        path = pathlib.Path(folder) / f"population{question['ending']}"
        path.write_bytes(rows)
        try:
            found = measure_impact(
                _loaded(old),
                _loaded(new),
                path,
                table=question["table"],
                by=question["by"],
                as_of=_day(question["as_of"]),
            )
        except FileRefused as refused:
            raise TaskRefused(FILE_UNUSABLE, refused.message) from refused
        except Refusal as refusal:
            raise _refused(refusal) from refusal
    lines = list(summary(found))
    said = {language: [line.in_language(language) for line in lines] for language in LANGUAGES}
    return {"summary": said, **{language: found.as_json(language) for language in LANGUAGES}}, b""


def _loaded(compiled: bytes) -> Model:
    try:
        return load_compiled(compiled)
    except CompiledRefused as refused:
        raise TaskRefused(ReleaseReason.NOT_LOADABLE.value, refused.message) from refused


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _refused(refusal: Refusal) -> TaskRefused:
    return TaskRefused(refusal.reason.value, refusal.message, refusal.field or "", refusal.suggestions)


TASKS: Final[Mapping[str, Task]] = {
    PREPARE: preparing(PROGRAM.prepare),
    CHECK: check_task,
    DIFF: diff_task,
    IMPACT: impact_task,
    LOAD: load_task,
}
"""What a child can do, by name."""
