"""The looks that we use: colours of marked cells, and the cells of the list of problems."""

from __future__ import annotations

import dataclasses

from decision_tables.editing.styles import StyleLists
from decision_tables.problems import Severity

FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C", Severity.INFO: "FFDDEBF7"}
INKS = {Severity.ERROR: "FF9C0006", Severity.WARNING: "FF7F5000", Severity.INFO: "FF1F4E79"}
_NAVY, _GREY, _LINE = "FF1F4E79", "FF7F7F7F", "FFD9D9D9"
_SIDES = ("left", "right", "top", "bottom")
_TOP = '<alignment vertical="top" wrapText="1"/>'
_CENTRED = '<alignment horizontal="center" vertical="top" wrapText="1"/>'


@dataclasses.dataclass(frozen=True, slots=True)
class ListLooks:
    """The cell styles of the list of problems, by their index."""

    title: int
    summary: int
    explanation: int
    header: int
    number: int
    text: int
    centred: int
    link: int
    severities: dict[Severity, int]


def mark_looks(styles: StyleLists) -> dict[Severity, int]:
    """The conditional formats that colour marked cells, by severity."""
    return {severity: styles.place("dxfs", _mark(severity)) for severity in Severity}


def _mark(severity: Severity) -> str:
    ink, fill = INKS[severity], FILLS[severity]
    pattern = f'<patternFill patternType="solid"><fgColor rgb="{fill}"/><bgColor rgb="{fill}"/></patternFill>'
    return f'<dxf><font><color rgb="{ink}"/></font><fill>{pattern}</fill>{_border("thin", ink)}</dxf>'


def _border(style: str, colour: str) -> str:
    sides = "".join(f'<{side} style="{style}"><color rgb="{colour}"/></{side}>' for side in _SIDES)
    return f"<border>{sides}</border>"


def list_looks(styles: StyleLists) -> ListLooks:
    """The looks of the list of problems."""
    line = styles.place("borders", _border("thin", _LINE))
    return ListLooks(
        title=_look(styles, _font(16, _NAVY, "<b/>")),
        summary=_look(styles, _font(11, "FF000000", "<b/>")),
        explanation=_look(styles, _font(9, _GREY)),
        header=_look(styles, _font(10, "FFFFFFFF", "<b/>"), _NAVY, line, _CENTRED.replace("top", "center")),
        number=_look(styles, _font(10, "FF000000"), "", line, _CENTRED, is_text=False),
        text=_look(styles, _font(10, "FF000000"), "", line, _TOP),
        centred=_look(styles, _font(10, "FF000000"), "", line, _CENTRED),
        link=_look(styles, _font(10, "FF0563C1", "<u/>"), "", line, _CENTRED),
        severities={
            severity: _look(styles, _font(10, INKS[severity], "<b/>"), FILLS[severity], line, _CENTRED)
            for severity in Severity
        },
    )


def _font(size: int, colour: str, extra: str = "") -> str:
    name = '<name val="微软雅黑"/><family val="2"/><charset val="134"/>'
    return f'<font>{extra}<sz val="{size}"/><color rgb="{colour}"/>{name}</font>'


def _look(
    styles: StyleLists, font: str, fill: str = "", border: int = 0, alignment: str = "", *, is_text: bool = True
) -> int:
    """A cell style; ``quotePrefix`` keeps a text a text even where somebody edits it."""
    font_index = styles.place("fonts", font)
    fill_index = styles.place("fills", _solid(fill)) if fill else 0
    quoted = ' quotePrefix="1"' if is_text else ""
    return styles.place(
        "cellXfs",
        f'<xf numFmtId="0" fontId="{font_index}" fillId="{fill_index}" borderId="{border}"{quoted} '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</xf>',
    )


def _solid(colour: str) -> str:
    pattern = f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
    return f"<fill>{pattern}</fill>"
