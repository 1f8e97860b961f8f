"""The text of comments: runs of text with their looks."""

from __future__ import annotations

import enum
from typing import NamedTuple

from decision_tables.editing.markup import text_content

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
