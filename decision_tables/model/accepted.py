"""Reads the accepted block: findings that the bureau knows and lives with."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from decision_tables.cells import Place
from decision_tables.model import words
from decision_tables.model.blocks import Block
from decision_tables.model.headers import read_entries
from decision_tables.problems import CATALOGUE, Problem, Problems, Severity, severity_of
from decision_tables.text import nearest, normalise

_CELL = re.compile(r"(?:'?(?P<sheet>[^!']+)'?!)?\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})")


@dataclasses.dataclass(frozen=True, slots=True)
class Acceptance:
    """One accepted finding: its code, its cell, why, and where that is written."""

    code: str
    cell: Place
    reason: str
    place: Place


def read_accepted(block: Block, problems: Problems) -> list[Acceptance]:
    """The rows of one block; a row that names no known code, no cell or no reason is a problem."""
    accepted: list[Acceptance] = []
    for entry in read_entries(block, words.ACCEPTED_HEADERS, ["code", "cell", "reason"], problems):
        code, cell, reason = (entry.text(name, problems) for name in ("code", "cell", "reason"))
        place = _place_named(cell, block.head.sheet.name)
        if code.upper() not in CATALOGUE:
            known = "、".join(nearest(code.upper(), CATALOGUE) or ["DT801"])
            problems.add("DT711", entry.cell("code").place, text=code, known=known)
        elif place is None:
            problems.add("DT712", entry.cell("cell").place, text=cell)
        elif not reason:
            problems.add("DT713", entry.row.place(entry.columns["reason"]))
        else:
            accepted.append(Acceptance(code.upper(), place, reason, entry.row.place(1)))
    return accepted


def _place_named(text: str, sheet: str) -> Place | None:
    match = _CELL.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match["column"].upper():
        column = column * 26 + ord(letter) - 64
    return Place(match["sheet"] or sheet, int(match["row"]), column)


def accept(found: Iterable[Problem], accepted: Sequence[Acceptance], problems: Problems) -> list[Problem]:
    """The findings, those accepted turned into information; what matches nothing, or is an error, is a problem."""
    by_name = {_name(acceptance.code, acceptance.cell): acceptance for acceptance in accepted}
    used: set[tuple[str, Place]] = set()
    result: list[Problem] = []
    for problem in found:
        name = _name(problem.code, problem.place)
        acceptance = by_name.get(name)
        if acceptance is not None:
            used.add(name)
            if severity_of(problem) is Severity.ERROR:
                problems.add("DT714", acceptance.place, finding=problem.code, cell=str(problem.place))
                acceptance = None
        result.append(dataclasses.replace(problem, severity=Severity.INFO) if acceptance else problem)
    for name, acceptance in by_name.items():
        if name not in used:
            problems.add("DT715", acceptance.place, finding=acceptance.code, cell=str(acceptance.cell))
    return result


def _name(code: str, place: Place) -> tuple[str, Place]:
    """A finding as it is compared: sheet names are texts, so full-width and half-width forms are equal."""
    return code, dataclasses.replace(place, sheet=normalise(place.sheet))
