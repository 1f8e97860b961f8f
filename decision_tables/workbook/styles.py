"""Cell styles, of which only the number format matters."""

from __future__ import annotations

from decision_tables.workbook.formats import BUILT_IN, GENERAL
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.package import Package
from decision_tables.workbook.refused import damaged
from decision_tables.workbook.xml import SPREADSHEET, elements

_WANTED = ("styleSheet", "numFmts", "numFmt", "cellStyleXfs", "cellXfs", "xf", "dxf")
_LONGEST_CODE = 1_000


def read_formats(package: Package, part: str | None, limits: Limits) -> list[str]:
    """The format code of each cell style, by the index that cells name; one general style without a styles part."""
    if part is None:
        return [GENERAL]
    found = elements(package, part, SPREADSHEET, _WANTED, limits)
    if found[0].name != "styleSheet":
        raise damaged(part)
    codes = {str(number): code for number, code in BUILT_IN.items()}
    for parent, name, attributes in found:
        if (parent, name) == ("numFmts", "numFmt"):
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)[:_LONGEST_CODE]
    used = [
        attributes.get("numFmtId", "0") for parent, name, attributes in found if (parent, name) == ("cellXfs", "xf")
    ]
    return [codes.get(number, GENERAL) for number in used or ["0"]]
