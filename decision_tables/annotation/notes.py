"""Remarks as the text of comments: runs of text with their looks."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from decision_tables.annotation import wording
from decision_tables.annotation.markup import text_content
from decision_tables.annotation.remarks import Remark
from decision_tables.model.words import PROBLEM_LIST_TITLE
from decision_tables.problems import Problem, Severity, hint_of, message_of, severity_of

MARK = f"◆ {PROBLEM_LIST_TITLE}"
"""Begins whatever we write into a comment; from here on it is ours and may be written anew."""

MOST_PROBLEMS = 5
LONGEST = 400
NARROW, WIDE = 6.2, 12.2
"""Widths of letters and of Chinese characters in pixels, at 9 points."""


class Look(enum.Enum):
    """How a run of text looks: its colour, and whether it is bold."""

    TITLE = ("FF7F7F7F", True)
    ERROR = ("FFC00000", True)
    WARNING = ("FF9C5700", True)
    INFO = ("FF1F4E79", True)
    PLAIN = ("FF000000", False)
    SECOND = ("FF595959", False)


class Run(NamedTuple):
    """A piece of text in one look."""

    text: str
    look: Look


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


def runs_xml(runs: list[Run]) -> str:
    """The runs as they stand in a comment."""
    return "".join(
        f'<r><rPr>{"<b/>" if run.look.value[1] else ""}<sz val="9"/><color rgb="{run.look.value[0]}"/>'
        f'<rFont val="微软雅黑"/><family val="2"/><charset val="134"/></rPr>'
        f'<t xml:space="preserve">{text_content(run.text)}</t></r>'
        for run in runs
    )


def lines_of(text: str, width: float) -> int:
    """How many lines a text fills at 9 points and so many pixels wide."""
    return sum(1 + int(_length(line) / width) for line in text.split("\n"))


def _length(line: str) -> float:
    return sum(WIDE if ord(letter) > 0x2E7F else NARROW for letter in line)
