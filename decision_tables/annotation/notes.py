"""Remarks as the text of comments."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.annotation import wording
from decision_tables.annotation.remarks import Remark
from decision_tables.editing.notes import Look, Run
from decision_tables.model.words import PROBLEM_LIST_TITLE
from decision_tables.problems import Problem, Severity, hint_of, message_of, severity_of

MARK = f"◆ {PROBLEM_LIST_TITLE}"
"""Begins whatever we write into a comment; from here on it is ours and may be written anew."""

MOST_PROBLEMS = 5
LONGEST = 400


def note_of(remark: Remark, language: str) -> list[Run]:
    """What a comment says: the problems of the cell, then how the cell was read."""
    runs = [Run(MARK, Look.TITLE)]
    for number, problem in enumerate(remark.problems[:MOST_PROBLEMS]):
        runs += _problem(problem, language, "\n\n" if number else "\n")
    hidden = len(remark.problems) - MOST_PROBLEMS
    if hidden > 0:
        runs.append(Run(f"\n\n{wording.both(wording.more_in_list(hidden), language)}", Look.SECOND))
    if remark.reading:
        gap = "\n\n" if remark.problems else "\n"
        runs.append(Run(f"{gap}{wording.both(wording.READ_AS, language)}: ", Look.INFO))
        runs.append(Run(shortened(remark.reading), Look.PLAIN))
    return runs


def _problem(problem: Problem, language: str, gap: str) -> Iterator[Run]:
    severity = severity_of(problem)
    for number, name in enumerate(wording.order(language)):
        label = f"{wording.SEVERITIES[severity].in_language(name)} {problem.code} "
        body = f"{shortened(message_of(problem, name))}\n→ {shortened(hint_of(problem, name))}"
        yield Run(("\n" if number else gap) + label, _LABELS[severity])
        yield Run(body, Look.SECOND if number else Look.PLAIN)


_LABELS = {Severity.ERROR: Look.ERROR, Severity.WARNING: Look.WARNING, Severity.INFO: Look.INFO}


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, cut where it is very long."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
