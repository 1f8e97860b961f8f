"""A model: the decision tables of one workbook with their glossary, as typed, immutable data.

Records hold keys, not labels; labels are looked up for people. Every record that a problem may point at carries its
place in the workbook.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
from typing import TypeAlias

from decision_tables.cells import Place
from decision_tables.expressions import Expression
from decision_tables.grammar import Condition
from decision_tables.regions import Region
from decision_tables.values import FieldType, Value


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """The days on which something is in force; both ends inclusive, None is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    def includes(self, day: datetime.date) -> bool:
        """Whether ``day`` lies inside."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def meets(self, other: Period) -> bool:
        """Whether some day lies inside both."""
        starts = [p.first for p in (self, other) if p.first is not None]
        ends = [p.last for p in (self, other) if p.last is not None]
        return not starts or not ends or max(starts) <= min(ends)


ALWAYS = Period()


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A legal or policy source."""

    id: str
    title: str = ""
    number: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    note: str = ""
    place: Place = Place()


@dataclasses.dataclass(frozen=True, slots=True)
class Citation:
    """A source as a rule names it: its id, and where inside it, such as ``第二条``."""

    source: str
    locator: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.locator}".strip()


@dataclasses.dataclass(frozen=True, slots=True)
class ListValue:
    """One value of a value list."""

    key: str
    label: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    group_only: bool = False
    period: Period = ALWAYS
    place: Place = Place()


@dataclasses.dataclass(frozen=True)
class ValueList:
    """The values that an enumeration or a set field may take, with their hierarchy.

    ``frozen`` promises callers that the values stay: in the typed contract they are an enum instead of texts.
    """

    key: str
    label: str
    values: tuple[ListValue, ...]
    place: Place = Place()
    frozen: bool = False

    @functools.cached_property
    def by_key(self) -> dict[str, ListValue]:
        """The values by key, in the workbook's order."""
        return {value.key: value for value in self.values}

    def usable_on(self, day: datetime.date) -> list[str]:
        """The keys that can be inputs on a date, in the workbook's order."""
        return [value.key for value in self.values if not value.group_only and value.period.includes(day)]

    @functools.cached_property
    def below(self) -> dict[str, frozenset[str]]:
        """For each key, the keys at and below it."""
        members: dict[str, set[str]] = {value.key: {value.key} for value in self.values}
        for value in self.values:
            ancestor, seen = value.parent, {value.key}
            while ancestor in members and ancestor not in seen:
                members[ancestor].add(value.key)
                seen.add(ancestor)
                ancestor = self.by_key[ancestor].parent
        return {key: frozenset(keys) for key, keys in members.items()}


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One entry of the glossary: an input, a derived value or a result."""

    key: str
    label: str
    type: FieldType
    unit: str = ""
    domain: Region | None = None
    domain_reading: str = ""
    value_list: str | None = None
    formula: Expression | None = None
    required: bool = False
    default: Value = None
    description: str = ""
    personal: bool = False
    place: Place = Place()


class HitPolicy(enum.Enum):
    """What happens when several rules match; letters as in DMN 1.5, and S of our own."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    MOST_SPECIFIC = "S"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    SUM = "C+"
    MINIMUM = "C<"
    MAXIMUM = "C>"
    COUNT = "C#"

    @property
    def gives_list(self) -> bool:
        """Whether every hit is answered."""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)

    @property
    def aggregates(self) -> bool:
        """Whether the hits are reduced to one value per result."""
        return self.value.startswith("C") and self is not HitPolicy.COLLECT


class RuleStatus(enum.Enum):
    """Whether a rule decides, and how certain its source is."""

    ADOPTED = "adopted"
    CONTESTED = "contested"
    NOTED = "noted"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A condition or result column: its field, and the header cell."""

    field: str
    place: Place


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A result cell that holds a value; None is no value."""

    value: Value
    place: Place


@dataclasses.dataclass(frozen=True, slots=True)
class Computed:
    """A result cell that holds an expression."""

    expression: Expression
    place: Place


Result: TypeAlias = Literal | Computed


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One row: when all conditions hold, these are the results. ``position`` counts from 1 within the table.

    ``conditions`` and ``results`` are aligned with the table's columns. ``condition_places`` is set where the cells
    do not lie in the rule's own row (crosstabs); ``Table.condition_places`` knows them in any case.
    """

    id: str
    position: int
    conditions: tuple[Condition, ...]
    results: tuple[Result, ...]
    is_default: bool = False
    priority: int | None = None
    status: RuleStatus = RuleStatus.ADOPTED
    period: Period = ALWAYS
    citations: tuple[Citation, ...] = ()
    note: str = ""
    place: Place = Place()
    condition_places: tuple[Place, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Preference:
    """Which result ranks the hits under P and O where there is no priority column."""

    field: str
    largest_first: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A decision table in one period; tables of one key follow each other in time."""

    key: str
    title: str
    conditions: tuple[Column, ...]
    results: tuple[Column, ...]
    rules: tuple[Rule, ...]
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    preference: Preference | None = None
    period: Period = ALWAYS
    is_partial: bool = False
    description: str = ""
    citations: tuple[Citation, ...] = ()
    is_crosstab: bool = False
    place: Place = Place()

    def condition_places(self, rule: Rule) -> tuple[Place, ...]:
        """The condition cells of one of the table's rules."""
        own = (Place(c.place.sheet, rule.place.row, c.place.column) for c in self.conditions)
        return rule.condition_places or tuple(own)


@dataclasses.dataclass(frozen=True, slots=True)
class Expectation:
    """What a test case expects of one field: values as a tuple (several only for lists of hits)."""

    field: str
    values: tuple[Value, ...]
    place: Place


class ExpectedStatus(enum.Enum):
    """What a test case expects of the whole answer."""

    ANY = "any"
    NO_MATCH = "no_match"
    ERROR = "error"


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One test case of the workbook. ``table`` is None where the whole model is asked."""

    name: str
    table: str | None
    inputs: dict[str, object]
    as_of: datetime.date | None
    expectations: tuple[Expectation, ...]
    rules: tuple[str, ...]
    rules_place: Place
    status: ExpectedStatus
    status_place: Place
    place: Place


@dataclasses.dataclass(frozen=True)
class ModelDefinition:
    """Everything that one workbook says. ``digest`` is ``sha256:`` and the hex digest of the workbook's bytes."""

    key: str
    title: str
    fields: dict[str, Field]
    lists: dict[str, ValueList]
    sources: dict[str, Source]
    tables: tuple[Table, ...]
    cases: tuple[Case, ...] = ()
    jurisdiction: str = ""
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    description: str = ""
    owner: str = ""
    digest: str = ""
    place: Place = Place()

    @functools.cached_property
    def table_keys(self) -> tuple[str, ...]:
        """The keys of the tables in the workbook's order; tables that follow each other in time count once."""
        return tuple(dict.fromkeys(table.key for table in self.tables))

    @functools.cached_property
    def producers(self) -> dict[str, tuple[str, ...]]:
        """For each field that tables yield, the keys of those tables."""
        found: dict[str, dict[str, None]] = {}
        for table in self.tables:
            for column in table.results:
                found.setdefault(column.field, {})[table.key] = None
        return {field: tuple(keys) for field, keys in found.items()}
