"""Reads the glossary of a workbook: the model block, sources, value lists and fields."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import re
import zoneinfo
from collections.abc import Iterable
from typing import TypeAlias

from decision_tables.cells import Cell, Place
from decision_tables.grammar import Entry as Name
from decision_tables.grammar import Subject, Vocabulary, parse_condition, parse_literal
from decision_tables.model import words
from decision_tables.model.blocks import Block, text_of
from decision_tables.model.headers import Entry, read_entries, read_settings, refuse_extra_cells
from decision_tables.model.model import ALWAYS, Field, ListValue, Period, Source, ValueList
from decision_tables.model.proposals import propose_key
from decision_tables.problems import Finding, Problems
from decision_tables.regions import Interval, Ordered
from decision_tables.text import folded, nearest
from decision_tables.values import FieldType, Value

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SEPARATORS = re.compile(r"[、;，,\n]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DATE = Subject(key="date", label="日期", type=FieldType.DATE)
_BOOLEAN = Subject(key="boolean", label="是否", type=FieldType.BOOLEAN)


def add_findings(findings: Iterable[Finding], place: Place, problems: Problems) -> None:
    """Give findings their place."""
    for finding in findings:
        problems.add_finding(finding.code, place, finding.arguments)


def read_model_rows(block: Block, problems: Problems) -> dict[str, str]:
    """The model block as canonical name → text."""
    rows = read_settings(block.rows, words.MODEL_ROWS, problems)
    for row in rows.values():
        refuse_extra_cells(row, 2, problems)
    texts = {name: text_of(row.cell(2), problems) for name, row in rows.items()}
    key_place = rows["key"].place(2) if "key" in rows else block.place
    title = texts.get("title", "")
    texts["key"] = checked_key(texts.get("key", ""), title, key_place, problems)
    if texts.get("currency") and not _CURRENCY.fullmatch(texts["currency"]):
        problems.add("DT303", rows["currency"].place(2), text=texts["currency"])
    if texts.get("time zone") and not _is_time_zone(texts["time zone"]):
        problems.add("DT304", rows["time zone"].place(2), text=texts.pop("time zone"))
    return texts


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def checked_key(key: str, label: str, place: Place, problems: Problems) -> str:
    """The key if it is one; a missing or ill-formed key is a problem whose hint proposes one."""
    if not key:
        problems.add("DT301", place, label=label, proposal=propose_key(label))
    elif not _KEY.fullmatch(key):
        problems.add("DT302", place, key=key, proposal=propose_key(key))
    return key


def read_sources(blocks: Iterable[Block], problems: Problems) -> dict[str, Source]:
    """The sources of all blocks by id."""
    sources: dict[str, Source] = {}
    for block in blocks:
        for entry in read_entries(block, words.SOURCE_HEADERS, ["id"], problems):
            texts = {name: entry.text(name, problems) for name in words.SOURCE_HEADERS.values()}
            place = entry.cell("id").place
            if not texts["id"]:
                problems.add("DT305", place)
            elif texts["id"] in sources:
                problems.add("DT306", place, name=texts["id"], related=[sources[texts["id"]].place])
            else:
                sources[texts["id"]] = Source(**texts, place=place)
    return sources


def read_lists(blocks: Iterable[Block], problems: Problems) -> dict[str, ValueList]:
    """The value lists by key."""
    lists: dict[str, ValueList] = {}
    list_names: list[Names] = []
    for block in blocks:
        label = text_of(block.head.own(3), problems)
        key = checked_key(text_of(block.head.own(2), problems), label, block.head.place(2), problems) or label
        values = _read_values(block, problems)
        list_names.append([(key, block.head.place(2)), (label, block.head.place(3))])
        lists.setdefault(key, ValueList(key, label or key, values, block.place, not block.head.own(4).is_blank))
    check_names(list_names, problems)
    return lists


def _read_values(block: Block, problems: Problems) -> tuple[ListValue, ...]:
    values: list[ListValue] = []
    parents: list[tuple[str, Place]] = []
    names: list[Names] = []
    for entry in read_entries(block, words.VALUE_HEADERS, ["label"], problems):
        label = entry.text("label", problems)
        place = entry.cell("label").place
        if not label:
            problems.add("DT307", place)
            continue
        key_place = entry.cell("key").place
        key = checked_key(entry.text("key", problems), label, key_place, problems) or label
        aliases = tuple(filter(None, (a.strip() for a in _SEPARATORS.split(entry.text("aliases", problems)))))
        period = read_period(entry.cell("effective from"), entry.cell("effective until"), problems)
        group_only = read_boolean(entry.cell("group only"), problems)
        parents.append((entry.text("parent", problems), entry.cell("parent").place))
        values.append(ListValue(key, label, None, aliases, group_only, period, place))
        alias_place = entry.cell("aliases").place
        names.append([(key, key_place), (label, place), *((alias, alias_place) for alias in aliases)])
    if block.rows and not values:
        problems.add("DT308", block.place)
    check_names(names, problems)
    return _with_parents(values, parents, problems)


def _with_parents(
    values: list[ListValue], parents: list[tuple[str, Place]], problems: Problems
) -> tuple[ListValue, ...]:
    keys = {name: value.key for value in values for name in (*value.aliases, value.key, value.label)}
    linked: list[ListValue] = []
    for value, (parent, place) in zip(values, parents, strict=True):
        if parent and parent not in keys:
            problems.add("DT309", place, text=parent, known="、".join(nearest(parent, keys) or list(keys)[:5]))
        linked.append(dataclasses.replace(value, parent=keys.get(parent)))
    above = {value.key: value.parent for value in linked}
    for value, (_, place) in zip(linked, parents, strict=True):
        if _returns_to(value.key, above):
            problems.add("DT310", place, name=value.label)
    return tuple(linked)


def _returns_to(key: str, above: dict[str, str | None]) -> bool:
    ancestor, steps = above[key], 0
    while ancestor is not None and ancestor != key and steps <= len(above):
        ancestor, steps = above.get(ancestor), steps + 1
    return ancestor == key


Names: TypeAlias = list[tuple[str, Place]]
"""The names of one entry, each with its cell."""


def check_names(entries: Iterable[Names], problems: Problems) -> None:
    """Keys, labels and aliases of one scope must differ from those of every other entry."""
    owners: dict[str, tuple[int, Place]] = {}
    for index, names in enumerate(entries):
        for name, place in names:
            owner = owners.setdefault(name, (index, place))
            if name and owner[0] != index:
                problems.add("DT306", place, name=name, related=[owner[1]])


def read_boolean(cell: Cell, problems: Problems) -> bool:
    """Yes or no; blank is no."""
    if cell.is_blank:
        return False
    literal = parse_literal(cell, _BOOLEAN)
    add_findings(literal.findings, cell.place, problems)
    return literal.value is True


def read_period(first: Cell, last: Cell, problems: Problems) -> Period:
    """The days between two cells, both inclusive; a month or year counts from its first or to its last day."""
    start, end = _bound(first, problems, is_end=False), _bound(last, problems, is_end=True)
    if start is None and end is None:
        return ALWAYS
    if start is not None and end is not None and end < start:
        problems.add("DT311", last.place, first=start.isoformat(), last=end.isoformat(), related=[first.place])
    return Period(start, end)


def _bound(cell: Cell, problems: Problems, *, is_end: bool) -> datetime.date | None:
    if cell.is_blank:
        return None
    condition, findings = parse_condition(cell, _DATE)
    add_findings(findings, cell.place, problems)
    if condition is None or not isinstance(condition.region, Ordered):
        return None
    intervals = condition.region.intervals
    if len(intervals) == 1 and _is_single_date(intervals[0]):
        day: datetime.date | None = intervals[0].high if is_end else intervals[0].low
        if day is not None:
            return day
    problems.add("DT312", cell.place, reading=condition.reading)
    return None


def _is_single_date(interval: Interval) -> bool:
    """A day, a month, a year, or all days from or up to one; not a range from one date to another."""
    low, high = interval.low, interval.high
    if not (interval.low_closed and interval.high_closed):
        return False
    if low is None or high is None or low == high:
        return True
    after = high + datetime.timedelta(days=1)
    months = (after.year - low.year) * 12 + after.month - low.month
    return bool(low.day == after.day == 1 and (months == 1 or (months == 12 and low.month == 1)))


def read_date(cell: Cell, problems: Problems) -> datetime.date | None:
    """A single day; blank is none."""
    if cell.is_blank:
        return None
    literal = parse_literal(cell, _DATE)
    add_findings(literal.findings, cell.place, problems)
    return literal.value if isinstance(literal.value, datetime.date) else None


def vocabulary_of(value_list: ValueList) -> Vocabulary:
    """A value list as the grammar sees it."""
    entries = tuple(Name(value.key, value.label, value.aliases) for value in value_list.values)
    return Vocabulary(key=value_list.key, label=value_list.label, entries=entries, below=value_list.below)


def subject_of(field: Field, lists: dict[str, ValueList], currency: str) -> Subject:
    """A field as the grammar sees it."""
    return Subject(
        key=field.key,
        label=field.label,
        type=field.type,
        unit=field.unit,
        currency=currency,
        vocabulary=vocabulary_of(lists[field.value_list]) if field.value_list else None,
        domain=field.domain,
    )


@dataclasses.dataclass(frozen=True)
class Glossary:
    """What tables, tests and formulas may name: fields, value lists, sources, and fields as grammar subjects."""

    fields: dict[str, Field]
    lists: dict[str, ValueList]
    sources: dict[str, Source]
    currency: str
    unusable: frozenset[str] = frozenset()
    """Labels and keys of fields that are at fault themselves; their uses are not reported one by one."""

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """Label or key → key, for every field."""
        return {name: field.key for field in self.fields.values() for name in (field.label, field.key)}

    @functools.cached_property
    def subjects(self) -> dict[str, Subject]:
        """The fields as the grammar sees them, by key."""
        return {key: subject_of(field, self.lists, self.currency) for key, field in self.fields.items()}

    def field_named(self, cell: Cell, problems: Problems) -> Field | None:
        """The field that a header cell names; an unknown name is a problem with the nearest known ones."""
        text = text_of(cell, problems)
        key = self.names.get(text)
        if key is None and text and text not in self.unusable:
            known = "、".join(nearest(text, self.names) or [field.label for field in self.fields.values()][:6])
            problems.add("DT319", cell.place, text=text, known=known)
        return self.fields[key] if key is not None else None


@dataclasses.dataclass(frozen=True, slots=True)
class FieldEntry:
    """A field without its formula, the cell of its key, and the cell that holds the formula."""

    field: Field
    key_place: Place
    formula: Cell


def read_fields(
    blocks: Iterable[Block], lists: dict[str, ValueList], currency: str, problems: Problems
) -> tuple[list[FieldEntry], frozenset[str]]:
    """The fields of all blocks, in order, names checked; and the names of those that cannot be used."""
    found: list[FieldEntry] = []
    unusable: set[str] = set()
    for block in blocks:
        for entry in read_entries(block, words.FIELD_HEADERS, ["label", "type"], problems):
            field = _read_field(entry, lists, currency, problems)
            if field is not None:
                found.append(FieldEntry(field, entry.cell("key").place, entry.cell("formula")))
            else:
                unusable |= {text_of(entry.cell(name), Problems()) for name in ("label", "key")}
    check_names([[(f.field.key, f.key_place), (f.field.label, f.field.place)] for f in found], problems)
    return found, frozenset(unusable - {""})


def _read_field(entry: Entry, lists: dict[str, ValueList], currency: str, problems: Problems) -> Field | None:
    label, place = entry.text("label", problems), entry.cell("label").place
    if not label:
        problems.add("DT307", place)
        return None
    key = checked_key(entry.text("key", problems), label, entry.cell("key").place, problems)
    type_ = _read_type(entry.cell("type"), label, problems)
    if type_ is None:
        return None
    field = Field(
        key=key or label,
        label=label,
        type=type_,
        unit=entry.text("unit", problems),
        required=read_boolean(entry.cell("required"), problems),
        description=entry.text("description", problems),
        personal=read_boolean(entry.cell("personal"), problems),
        place=place,
    )
    within = _with_domain(field, entry.cell("domain"), lists, currency, problems)
    if within is None:
        return None
    return dataclasses.replace(within, default=_read_default(within, entry.cell("default"), lists, currency, problems))


def _read_type(cell: Cell, label: str, problems: Problems) -> FieldType | None:
    text = text_of(cell, problems)
    type_ = words.TYPES.get(folded(text))
    if type_ is None:
        known = "、".join(nearest(text, words.TYPES) or [t.label for t in FieldType])
        problems.add("DT313" if text else "DT314", cell.place, text=text, label=label, known=known)
    return type_


def _with_domain(
    field: Field, cell: Cell, lists: dict[str, ValueList], currency: str, problems: Problems
) -> Field | None:
    if field.type.has_list:
        return _with_list(field, cell, lists, problems)
    if cell.is_blank:
        return field
    if not field.type.is_ordered:
        condition, _ = parse_condition(cell, Subject(key=field.key, label=field.label, type=FieldType.TEXT))
        if condition is None or not condition.is_anything:
            problems.add("DT315", cell.place, label=field.label, text=text_of(cell, problems))
        return field
    unbounded = dataclasses.replace(field, domain=Ordered(field.type, (Interval(),)))
    condition, findings = parse_condition(cell, subject_of(unbounded, lists, currency))
    add_findings(findings, cell.place, problems)
    if condition is None or condition.is_anything:
        return field
    return dataclasses.replace(field, domain=condition.region, domain_reading=condition.reading)


def _with_list(field: Field, cell: Cell, lists: dict[str, ValueList], problems: Problems) -> Field | None:
    text = text_of(cell, problems)
    key = text if text in lists else next((v.key for v in lists.values() if v.label == text), None)
    if key is None:
        names = [name for v in lists.values() for name in (v.key, v.label)]
        known = "、".join(nearest(text, names) or names[:6])
        problems.add("DT316" if text else "DT317", cell.place, label=field.label, text=text, known=known)
        return None
    return dataclasses.replace(field, value_list=key)


def _read_default(field: Field, cell: Cell, lists: dict[str, ValueList], currency: str, problems: Problems) -> Value:
    if cell.is_blank:
        return None
    literal = parse_literal(cell, subject_of(field, lists, currency))
    add_findings(literal.findings, cell.place, problems)
    if literal.value is not None and field.domain is not None and not field.domain.admits(literal.value):
        problems.add("DT318", cell.place, label=field.label, domain=field.domain_reading)
    if field.value_list is not None and literal.value is not None:
        _refuse_groups(field, literal.value, lists[field.value_list], cell, problems)
    return literal.value


def _refuse_groups(field: Field, value: Value, value_list: ValueList, cell: Cell, problems: Problems) -> None:
    """A group-only value is no input, and so no default."""
    for key in sorted(value) if isinstance(value, frozenset) else [str(value)]:
        if value_list.by_key[key].group_only:
            problems.add("DT322", cell.place, label=field.label, value=value_list.by_key[key].label)
