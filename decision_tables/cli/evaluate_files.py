"""``decision-tables evaluate FILE --in PEOPLE --out RESULTS``: every row of a file, into a file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from decision_tables.cli.output import cannot_read, say, shown_progress
from decision_tables.engine import Model
from decision_tables.evaluator.refusal import Refusal
from decision_tables.text import Bilingual

if TYPE_CHECKING:
    from decision_tables.bulk.population import Job, Summary

NOT_INSTALLED = Bilingual(
    "处理整个文件需要附加组件：pip install 'decision-tables[bulk]'。",
    "whole files need an extra: pip install 'decision-tables[bulk]'.",
)
_DECIDING = Bilingual("逐行决策", "deciding rows")
_ALONE = ("input", "json_lines", "explain", "rule")
_WITH = ("target", "keep", "keep_all", "as_of_column", "rejected", "restart", "force", "encoding", "delimiter", "sheet")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for whole files."""
    group = parser.add_argument_group("whole files (.csv, .parquet, .xlsx)")
    group.add_argument("--in", dest="source", metavar="PEOPLE", help="a file of rows, columns named by key or label")
    group.add_argument("--out", dest="target", metavar="RESULTS", help="where the results go")
    group.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="carry a column through")
    group.add_argument("--keep-all", action="store_true", help="carry every column through")
    group.add_argument("--as-of-column", metavar="COLUMN", help="the column with each row's as-of date")
    group.add_argument("--rejected", metavar="FILE", help="where rows that cannot be decided go")
    group.add_argument("--restart", action="store_true", help="forget a run that was stopped")
    group.add_argument("--force", action="store_true", help="write over files that are there")
    group.add_argument("--encoding", help="of a CSV file (default: found out)")
    group.add_argument("--delimiter", help="of a CSV file (default: found out)")
    group.add_argument("--sheet", help="of an Excel file (default: the first one with content)")


def check_options(arguments: argparse.Namespace) -> None:
    """Options that do not go together end the program, as other wrong usage does."""
    given = [name for name in _WITH if getattr(arguments, name)]
    if arguments.source is None:
        if given:
            arguments.parser.error("options for whole files need --in PEOPLE --out RESULTS")
        return
    if arguments.target is None:
        arguments.parser.error("--in goes with --out RESULTS")
    if arguments.table is None:
        arguments.parser.error("--in goes with --table KEY")
    if arguments.delimiter is not None and len(arguments.delimiter) != 1:
        arguments.parser.error("--delimiter is a single character")
    if any(getattr(arguments, name) for name in _ALONE):
        arguments.parser.error("--in goes without --input, --json-lines, --explain and --rule")


def run(arguments: argparse.Namespace, model: Model) -> int:
    """Decide every row; 0 if all were answered, 1 if some were set aside, 2 if a file cannot be used."""
    try:
        from decision_tables.bulk.refused import FileRefused  # noqa: PLC0415 - an extra

        job = _job(arguments, model)
    except ImportError:
        say(NOT_INSTALLED, arguments.lang)
        return 2
    try:
        with _progress(arguments.lang) as on_progress:
            summary = model.evaluate_file(job, on_progress)
    except (FileRefused, Refusal) as refused:
        say(refused.message, arguments.lang)
        return 2 if isinstance(refused, FileRefused) else 1
    except OSError as error:
        say(cannot_read(str(error.filename or arguments.source), error), arguments.lang)
        return 2
    _tell(summary, job, arguments)
    return 1 if summary.set_aside else 0


def _job(arguments: argparse.Namespace, model: Model) -> Job:
    from decision_tables.bulk.files import Reading  # noqa: PLC0415 - an extra
    from decision_tables.bulk.frames import Question  # noqa: PLC0415
    from decision_tables.bulk.headings import Wanted  # noqa: PLC0415
    from decision_tables.bulk.population import Job, begun_on  # noqa: PLC0415

    target = Path(arguments.target)
    earlier = None if arguments.restart else begun_on(target)
    return Job(
        source=Path(arguments.source),
        target=target,
        rejected=Path(arguments.rejected) if arguments.rejected else target.with_name(f"{target.name}.rejected.csv"),
        question=Question(arguments.table, arguments.as_of or earlier or model.today()),
        reading=Reading(arguments.encoding, arguments.delimiter, arguments.sheet),
        wanted=Wanted(tuple(arguments.keep), arguments.keep_all, arguments.as_of_column),
        restart=arguments.restart,
        force=arguments.force,
    )


@contextmanager
def _progress(language: str) -> Iterator[Any]:
    with shown_progress(language) as report:
        yield lambda done, size: report(_DECIDING, done, size)


def _tell(summary: Summary, job: Job, arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        print(json.dumps(_as_json(summary, job, arguments.lang), ensure_ascii=False))
        return
    for note in summary.notes:
        say(note, arguments.lang)
    for line in _lines(summary, job):
        print(line.in_language(arguments.lang))


def _as_json(summary: Summary, job: Job, language: str) -> dict[str, Any]:
    return {
        "read": summary.read,
        "matched": summary.matched,
        "no_match": summary.no_match,
        "set_aside": summary.set_aside,
        "blank": summary.blank,
        "reasons": summary.reasons,
        "as_of": summary.as_of.isoformat(),
        "out": str(job.target),
        "rejected": str(job.rejected) if summary.set_aside else None,
        "continued": summary.continued,
        "notes": [note.in_language(language) for note in summary.notes],
    }


def _lines(summary: Summary, job: Job) -> Iterator[Bilingual]:
    s = summary
    if s.continued:
        yield Bilingual(
            f"接着上次没有完成的运行做，前 {s.continued:,} 行上次已经做完。",
            f"Continued a run that was stopped; it had done the first {s.continued:,} rows.",
        )
    yield Bilingual(
        f"读入 {s.read:,} 行，基准日 {s.as_of}：命中 {s.matched:,}，无匹配 {s.no_match:,}，"
        f"退回 {s.set_aside:,}，空行 {s.blank:,}。",
        f"{s.read:,} rows read, as of {s.as_of}: {s.matched:,} matched, {s.no_match:,} without a match, "
        f"{s.set_aside:,} set aside, {s.blank:,} blank.",
    )
    yield Bilingual(f"结果：{job.target}", f"Results: {job.target}")
    if s.set_aside:
        yield Bilingual(f"退回的行和原因：{job.rejected}", f"Rows set aside, with reasons: {job.rejected}")
        for reason, count in s.reasons.items():
            yield Bilingual(f"    {reason}：{count:,}", f"    {reason}: {count:,}")
