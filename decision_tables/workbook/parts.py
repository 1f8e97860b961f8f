"""The parts of a workbook that say where everything is: relationships, sheets, date system."""

from __future__ import annotations

import dataclasses
import posixpath

from decision_tables.cells import Place
from decision_tables.text import Bilingual
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.package import Package
from decision_tables.workbook.refused import Refused, damaged
from decision_tables.workbook.xml import RELATIONSHIPS, SPREADSHEET, Attributes, elements

_ROOT_RELATIONSHIPS = "_rels/.rels"


@dataclasses.dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a sheet is stored, its name, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclasses.dataclass(frozen=True, slots=True)
class WorkbookParts:
    """The workbook part and what it tells: its sheets in order, where strings and styles are, the date system."""

    workbook: str
    sheets: tuple[SheetPart, ...]
    strings: str | None
    styles: str | None
    counts_from_1904: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Relationship:
    kind: str
    target: str


def find_parts(package: Package, limits: Limits) -> WorkbookParts:
    """The parts of the workbook in a package."""
    workbook = _workbook_part(package, limits)
    relationships = _relationships(package, workbook, limits)
    found = elements(package, workbook, SPREADSHEET, {"workbook", "workbookPr", "sheets", "sheet"}, limits)
    if found[0].name != "workbook":
        raise damaged(workbook)
    listed = [element.attributes for element in found if (element.parent, element.name) == ("sheets", "sheet")]
    if len(listed) > limits.sheets:
        raise Refused("DT112", what=Bilingual("工作表数", "sheets"), actual=len(listed), limit=limits.sheets)
    properties = [
        element.attributes for element in found if (element.parent, element.name) == ("workbook", "workbookPr")
    ]
    return WorkbookParts(
        workbook=workbook,
        sheets=_sheets(listed, relationships, workbook),
        strings=_target_of_kind(relationships, "sharedStrings"),
        styles=_target_of_kind(relationships, "styles"),
        counts_from_1904=any(is_true(attributes.get("date1904")) for attributes in properties),
    )


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text in ("1", "true", "on")


def _workbook_part(package: Package, limits: Limits) -> str:
    for relationship in _relationships(package, "", limits).values():
        if relationship.kind == "officeDocument":
            return relationship.target
    raise Refused("DT108", part="xl/workbook.xml")


def _relationships(package: Package, source: str, limits: Limits) -> dict[str, _Relationship]:
    """The inner relationships of a part, by id; the package's own for the empty name."""
    folder, name = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{name}.rels") if source else _ROOT_RELATIONSHIPS
    return {
        attributes.get("Id", ""): _Relationship(
            kind=attributes.get("Type", "").rpartition("/")[2],
            target=_resolved(folder, attributes.get("Target", "")),
        )
        for _, name, attributes in elements(package, part, RELATIONSHIPS, {"Relationship"}, limits)
        if name == "Relationship" and attributes.get("TargetMode") != "External"
    }


def _resolved(folder: str, target: str) -> str:
    path = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
    return path.lstrip("/")


def _target_of_kind(relationships: dict[str, _Relationship], kind: str) -> str | None:
    return next((one.target for one in relationships.values() if one.kind == kind), None)


def _sheets(listed: list[Attributes], relationships: dict[str, _Relationship], workbook: str) -> tuple[SheetPart, ...]:
    sheets: dict[str, SheetPart] = {}
    for attributes in listed:
        name = attributes.get("name", "")
        relationship = relationships.get(_relationship_id(attributes))
        if not name or relationship is None:
            raise damaged(workbook)
        if relationship.kind != "worksheet":
            continue
        if name.casefold() in sheets:
            raise Refused("DT114", Place(name), name=name)
        hidden = attributes.get("state", "visible") != "visible"
        sheets[name.casefold()] = SheetPart(name, relationship.target, hidden)
    if not sheets:
        raise Refused("DT116")
    return tuple(sheets.values())


def _relationship_id(attributes: Attributes) -> str:
    return next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")
