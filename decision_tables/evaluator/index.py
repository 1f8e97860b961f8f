"""A model arranged for evaluation: everything that requests look up by name, prepared once."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import zoneinfo

from decision_tables.evaluator.finding import Finder
from decision_tables.evaluator.remembered import Memory
from decision_tables.expressions import Target, references
from decision_tables.grammar import Subject
from decision_tables.model import Computed, Field, ListValue, ModelDefinition, Table, ValueList
from decision_tables.model.glossary import subject_of


@dataclasses.dataclass(frozen=True)
class ModelIndex:
    """Lookups over one model; ``finder`` finds the rules that match, which else are looked for row by row."""

    model: ModelDefinition
    finder: Finder | None = dataclasses.field(default=None, compare=False)

    @functools.cached_property
    def field_keys(self) -> dict[str, str]:
        """Label or key → key."""
        return {name: field.key for field in self.model.fields.values() for name in (field.label, field.key)}

    @functools.cached_property
    def table_keys(self) -> dict[str, str]:
        """Title or key → key; keys win over titles."""
        names = {table.title: table.key for table in self.model.tables}
        return names | {table.key: table.key for table in self.model.tables}

    @functools.cached_property
    def versions(self) -> dict[str, tuple[Table, ...]]:
        """The tables of each key, which follow each other in time."""
        found: dict[str, list[Table]] = {}
        for table in self.model.tables:
            found.setdefault(table.key, []).append(table)
        return {key: tuple(tables) for key, tables in found.items()}

    @functools.cached_property
    def value_names(self) -> dict[str, dict[str, ListValue]]:
        """For each list: label, key or alias → value."""
        return {key: _names(value_list) for key, value_list in self.model.lists.items()}

    @functools.cached_property
    def subjects(self) -> dict[str, Subject]:
        """The fields as the grammar sees them."""
        model = self.model
        return {key: subject_of(field, model.lists, model.currency) for key, field in model.fields.items()}

    @functools.cached_property
    def targets(self) -> dict[str, Target]:
        """The fields as what takes the value of a formula."""
        return {key: Target(field.type, field.value_list) for key, field in self.model.fields.items()}

    @functools.cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The model's time zone."""
        return zoneinfo.ZoneInfo(self.model.time_zone)

    @functools.cached_property
    def _computing(self) -> frozenset[int]:
        """The tables some of whose results are computed, by identity."""
        tables = self.model.tables
        return frozenset(id(table) for table in tables if _computes(table))

    def has_formulas(self, table: Table) -> bool:
        """Whether some result of the table is computed."""
        return id(table) in self._computing

    @functools.cached_property
    def prospects(self) -> Memory:
        """What tables may still answer, which ``evaluator.missing`` works out and other requests ask again."""
        return Memory()

    @functools.cached_property
    def _operands(self) -> dict[int, tuple[str, ...]]:
        """The fields that the computed results of each table read, its own results apart, by identity."""
        return {id(table): _operands_of(table) for table in self.model.tables if _computes(table)}

    def operands(self, table: Table) -> tuple[str, ...]:
        """The fields that the computed results of a table read, its own results apart."""
        return self._operands.get(id(table), ())

    def today(self) -> datetime.date:
        """The current date in the model's time zone."""
        return datetime.datetime.now(self.zone).date()

    def version(self, key: str, as_of: datetime.date) -> Table | None:
        """The table of that key in force on a date."""
        return next((table for table in self.versions[key] if table.period.includes(as_of)), None)

    def producer(self, field: str, as_of: datetime.date) -> Table | None:
        """The table in force that yields a field."""
        keys = self.model.producers.get(field, ())
        return next((table for key in keys if (table := self.version(key, as_of)) and _yields(table, field)), None)

    def is_produced(self, field: str) -> bool:
        """Whether some table yields the field, in force or not."""
        return field in self.model.producers

    def field(self, key: str) -> Field:
        """The field of that key."""
        return self.model.fields[key]


def _names(value_list: ValueList) -> dict[str, ListValue]:
    return {name: value for value in value_list.values for name in (*value.aliases, value.label, value.key)}


def _computes(table: Table) -> bool:
    return any(isinstance(result, Computed) for rule in table.rules for result in rule.results)


def _operands_of(table: Table) -> tuple[str, ...]:
    formulas = (result.expression for rule in table.rules for result in rule.results if isinstance(result, Computed))
    own = {column.field for column in table.results}
    return tuple(sorted(frozenset[str]().union(*map(references, formulas)) - own))


def _yields(table: Table, field: str) -> bool:
    return any(column.field == field for column in table.results)
