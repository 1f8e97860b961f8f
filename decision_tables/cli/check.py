"""``decision-tables check``: everything that is wrong with workbooks."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from decision_tables.checking import Report, check_bytes
from decision_tables.checking.promises import with_promises
from decision_tables.cli.locks import Unusable, lock_before
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.coverage import coverage_lines, measure
from decision_tables.problems import report_json
from decision_tables.text import Bilingual

if TYPE_CHECKING:
    from decision_tables.drafting import Suggestion


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("check", parents=[common], help="report every problem of workbooks")
    parser.add_argument("files", nargs="+", metavar="FILE", help="workbooks (.xlsx)")
    parser.add_argument(
        "--annotate", metavar="OUT.xlsx", help="also write a copy with the problems at their cells and a list in front"
    )
    parser.add_argument(
        "--readings", action="store_true", help="with --annotate: show at each condition how it was understood"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="also list the rules, bounds and values that no test reaches"
    )
    parser.add_argument(
        "--suggest", metavar="OUT.xlsx", help="also write a copy with keys and tests proposed for what is lacking"
    )
    parser.add_argument(
        "--lock",
        metavar="LOCK.json",
        help="also tell what changes for the programs that call the tables, against this contract lock "
        "(default: contracts/MODEL.lock.json beside the workbook, if there is one)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check all files; 0 if none has an error, 1 otherwise, 2 if a file cannot be read or written."""
    wrong = _wrong_usage(arguments)
    if wrong is not None:
        say(wrong, arguments.lang)
        return 2
    reports: list[tuple[str, Report]] = []
    contents: list[bytes] = []
    for path in arguments.files:
        try:
            with shown_progress(arguments.lang) as progress:
                contents.append(Path(path).read_bytes())
                reports.append((path, _with_promises(check_bytes(contents[-1], progress), path, arguments)))
        except OSError as error:
            say(cannot_read(path, error), arguments.lang)
        except Unusable as unusable:
            say(unusable.message, arguments.lang)
    if len(reports) < len(arguments.files):
        _print(reports, arguments, None)
        return 2
    suggested = _suggested(contents[0], reports[0][1], arguments) if arguments.suggest else None
    _print(reports, arguments, suggested)
    if arguments.annotate and not _write_copy(contents[0], reports[0][1], arguments):
        return 2
    if arguments.suggest and not _write_suggestion(suggested, arguments):
        return 2
    return 1 if any(report.has_errors for _, report in reports) else 0


def _with_promises(report: Report, path: str, arguments: argparse.Namespace) -> Report:
    """The report with what changes for callers, if there is a contract to compare with. Raises ``Unusable``."""
    key = report.definition.key if report.definition is not None else ""
    lock = lock_before(path, arguments.lock, key) if key else None
    return with_promises(report, lock) if lock is not None else report


def _wrong_usage(arguments: argparse.Namespace) -> Bilingual | None:
    """What is wrong about ``--annotate``, ``--readings`` and ``--suggest`` together with the files."""
    if arguments.readings and arguments.annotate is None:
        return Bilingual("--readings 要和 --annotate 一起用", "--readings needs --annotate")
    copies = {"--annotate": arguments.annotate, "--suggest": arguments.suggest}
    for option, name in copies.items():
        wrong = _wrong_copy(option, name, arguments.files) if name is not None else None
        if wrong is not None:
            return wrong
    if None not in copies.values() and Path(arguments.annotate).resolve() == Path(arguments.suggest).resolve():
        return Bilingual(
            "--annotate 和 --suggest 要写到两个不同的文件", "--annotate and --suggest need two different files"
        )
    return None


def _wrong_copy(option: str, name: str, files: list[str]) -> Bilingual | None:
    """What is wrong about the name of a copy."""
    if len(files) > 1:
        return Bilingual(f"{option} 一次只能用于一个文件", f"{option} takes one file at a time")
    original, copy = Path(files[0]), Path(name)
    if copy.resolve() == original.resolve():
        return Bilingual(
            f"{option} 的结果不能写回原文件，请换一个文件名", f"the copy of {option} needs a name of its own"
        )
    if original.suffix and copy.suffix.lower() != original.suffix.lower():
        return Bilingual(
            f"{option} 的文件名要以 {original.suffix} 结尾", f"the name after {option} has to end in {original.suffix}"
        )
    return None


def _print(reports: list[tuple[str, Report]], arguments: argparse.Namespace, suggested: Suggestion | None) -> None:
    if arguments.format == "json":
        combined = _as_json(reports, with_coverage=arguments.coverage)
        if suggested is not None:
            combined["suggested"] = suggested.as_json()
        print(json.dumps(combined, ensure_ascii=False))
        return
    for path, report in reports:
        print_problems(report.problems, arguments.lang, file=path if len(reports) > 1 else "")
        for line in coverage_lines(measure(report), details=arguments.coverage):
            print(line.in_language(arguments.lang))


def _write_copy(content: bytes, report: Report, arguments: argparse.Namespace) -> bool:
    """Write the annotated copy; whether the file could be written. A file that is no workbook has no copy."""
    from decision_tables.annotation import CannotAnnotate, annotate  # noqa: PLC0415 - slow to load, seldom wanted

    try:
        copy = annotate(content, report, language=arguments.lang, readings=arguments.readings)
    except CannotAnnotate:
        say(NO_ANNOTATION, arguments.lang)
        return True
    said = Bilingual(f"已写出标注结果：{arguments.annotate}", f"Wrote the annotated copy: {arguments.annotate}")
    return _write(arguments.annotate, copy, [said], arguments.lang)


NO_ANNOTATION = Bilingual(
    "文件打不开，没有写出标注结果。", "The file does not open as a workbook; no copy was written."
)
NO_SUGGESTION = Bilingual("文件打不开，没有写出建议。", "The file does not open as a workbook; no copy was written.")


def _suggested(content: bytes, report: Report, arguments: argparse.Namespace) -> Suggestion | None:
    """The suggestions; None for a file that is no workbook."""
    from decision_tables.drafting import CannotSuggest, suggest  # noqa: PLC0415 - slow to load, seldom wanted

    try:
        with shown_progress(arguments.lang) as progress:
            return suggest(content, report, progress=progress)
    except CannotSuggest:
        return None


def _write_suggestion(suggested: Suggestion | None, arguments: argparse.Namespace) -> bool:
    """Write the copy with suggestions; whether the file could be written. A file that is no workbook has no copy."""
    if suggested is None:
        say(NO_SUGGESTION, arguments.lang)
        return True
    from decision_tables.drafting import suggestion_lines  # noqa: PLC0415 - slow to load, seldom wanted

    return _write(arguments.suggest, suggested.content, suggestion_lines(suggested, arguments.suggest), arguments.lang)


def _write(target: str, content: bytes, said: Iterable[Bilingual], language: str) -> bool:
    try:
        Path(target).write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        say(Bilingual(f"无法写入文件 {target}：{why}", f"cannot write {target}: {why}"), language)
        return False
    for line in said:
        say(line, language)
    return True


def _as_json(reports: list[tuple[str, Report]], *, with_coverage: bool) -> dict[str, Any]:
    """One report for all files; each problem names its file where there are several. Coverage by file if asked for."""
    combined = report_json([problem for _, report in reports for problem in report.problems])
    if len(reports) > 1:
        files = [path for path, report in reports for _ in report.problems]
        for path, problem in zip(files, combined["problems"], strict=True):
            problem["file"] = path
    if with_coverage:
        combined["coverage"] = [{"file": path} | measure(report).as_json() for path, report in reports]
    return combined
