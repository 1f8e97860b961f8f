"""A model's tables → their compiled form."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from decision_tables.compiler.axes import Axis
from decision_tables.compiler.classing import Classing, classed, period_region, slots_of
from decision_tables.compiler.compiled import Bitsets, CompiledModel, CompiledTable, Dense, Seat
from decision_tables.compiler.membership import members_axis
from decision_tables.compiler.planning import USUAL, Bounds, choose
from decision_tables.model import ModelDefinition, Rule, RuleStatus, Table
from decision_tables.regions import EVERYTHING, Region
from decision_tables.values import FieldType

Key = TypeVar("Key", bound=Hashable)


def compile_model(definition: ModelDefinition, bounds: Bounds = USUAL) -> CompiledModel:
    """All tables of a model, in its order."""
    return CompiledModel(definition, tuple(compile_table(table, definition, bounds) for table in definition.tables))


def compile_table(table: Table, definition: ModelDefinition, bounds: Bounds = USUAL) -> CompiledTable:
    """One table; the structures take no more than the bounds say, and the rules themselves."""
    deciding, defaults, noted = _numbered(table)
    rules = (*deciding, *defaults, *noted)
    found = list(_axes(table, rules, definition)) if rules else []
    classings = [each for each in found if isinstance(each, Classing)]
    plan, sharing = choose(classings, len(rules), bounds, with_members=len(classings) < len(found))
    at = [n for n, each in enumerate(found) if isinstance(each, Classing)]
    unsure = {n for n in range(len(found)) if n not in at} | {at[n] for n in sharing}
    axes = tuple(each.axis if isinstance(each, Classing) else each for each in found)
    placed = plan if isinstance(plan, Dense) else _seated(plan, at, len(axes))
    return CompiledTable(table, rules, len(deciding), len(defaults), axes, placed, tuple(sorted(unsure)))


def _numbered(table: Table) -> tuple[list[Rule], list[Rule], list[Rule]]:
    """The rules that decide, the default rules, and the noted ones; a noted default rule never counts."""
    noted = [rule for rule in table.rules if rule.status is RuleStatus.NOTED and not rule.is_default]
    others = [rule for rule in table.rules if rule.status is not RuleStatus.NOTED]
    return [r for r in others if not r.is_default], [r for r in others if r.is_default], noted


def _seated(plan: Bitsets, at: Sequence[int], total: int) -> Bitsets:
    """The plan with a seat for each axis; those that have only members rule nothing out by classes."""
    seats = [Seat(-1, 0, 0)] * total
    for number, seat in zip(at, plan.seats, strict=True):
        seats[number] = seat
    return Bitsets(plan.always, tuple(seats), plan.groups)


def _axes(table: Table, rules: Sequence[Rule], definition: ModelDefinition) -> Iterator[Classing | Axis]:
    for key in dict.fromkeys(column.field for column in table.conditions):
        type_ = definition.fields[key].type
        columns = tuple(n for n, column in enumerate(table.conditions) if column.field == key)
        groups = _groups(rules, columns)
        slots = slots_of(key, type_, columns, groups, len(rules))
        if slots is not None:
            yield classed(slots)
            continue
        for column in columns:
            single = {region: numbers for (region,), numbers in _groups(rules, (column,)).items()}
            yield members_axis(key, column, single, len(rules))
    periods = _grouped(rules, _period)
    if len(periods) > 1 or (EVERYTHING,) not in periods:
        slots = slots_of("", FieldType.DATE, (), periods, len(rules))
        if slots is not None:
            yield classed(slots)


def _period(rule: Rule) -> tuple[Region, ...]:
    return (period_region(rule.period.first, rule.period.last),)


def _region(rule: Rule, column: int) -> Region:
    """What a rule demands in one column; a default rule demands nothing."""
    return EVERYTHING if rule.is_default else rule.conditions[column].region


def _groups(rules: Sequence[Rule], columns: Sequence[int]) -> dict[tuple[Region, ...], list[int]]:
    return _grouped(rules, lambda rule: tuple(_region(rule, column) for column in columns))


def _grouped(rules: Sequence[Rule], key: Callable[[Rule], Key]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for number, rule in enumerate(rules):
        found.setdefault(key(rule), []).append(number)
    return found
