"""``decision-tables check``: everything that is wrong with workbooks."""

from __future__ import annotations

import argparse
import json
from typing import Any

from decision_tables.checking import Report
from decision_tables.cli.output import cannot_read, print_problems, say, shown_progress
from decision_tables.engine import check
from decision_tables.problems import report_json


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser("check", parents=[common], help="report every problem of workbooks")
    parser.add_argument("files", nargs="+", metavar="FILE", help="workbooks (.xlsx)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check all files; 0 if none has an error, 1 otherwise, 2 if a file cannot be read."""
    unreadable = False
    reports: list[tuple[str, Report]] = []
    for path in arguments.files:
        try:
            with shown_progress(arguments.lang) as progress:
                reports.append((path, check(path, progress)))
        except OSError as error:
            say(cannot_read(path, error), arguments.lang)
            unreadable = True
    if arguments.format == "json":
        print(json.dumps(_as_json(reports), ensure_ascii=False))
    else:
        for path, report in reports:
            print_problems(report.problems, arguments.lang, file=path if len(reports) > 1 else "")
    if unreadable:
        return 2
    return 1 if any(report.has_errors for _, report in reports) else 0


def _as_json(reports: list[tuple[str, Report]]) -> dict[str, Any]:
    """One report for all files; each problem names its file where there are several."""
    combined = report_json([problem for _, report in reports for problem in report.problems])
    if len(reports) > 1:
        files = [path for path, report in reports for _ in report.problems]
        for path, problem in zip(files, combined["problems"], strict=True):
            problem["file"] = path
    return combined
