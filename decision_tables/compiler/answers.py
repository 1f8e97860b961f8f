"""What a set of matching rules answers, worked out once: the hit policy applied to constant results."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

from decision_tables.compiler.compiled import CompiledTable
from decision_tables.evaluator.decision import ResultValue, Status
from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.expressions import CalculationError, Target, assign
from decision_tables.model import Computed, HitPolicy, Literal, ModelDefinition, Rule
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a table answers where exactly these rules match (numbers into ``CompiledTable.rules``).

    ``hits`` are the rules among which the hit policy chooses, ``deciding`` those that it chose, ``dissenting`` the
    noted ones. ``values`` are aligned with the result columns; None where they are not the same for all inputs that
    meet the rules (a formula), or cannot be had: then the evaluation works them out from ``hits`` or refuses.
    ``is_conflict`` says that the rules contradict each other.
    """

    hits: tuple[int, ...]
    deciding: tuple[int, ...]
    dissenting: tuple[int, ...]
    values: tuple[ResultValue, ...] | None
    is_conflict: bool = False

    @property
    def status(self) -> Status:
        """Whether any rule decides."""
        return Status.MATCHED if self.hits else Status.NO_MATCH


def answer_of(compiled: CompiledTable, matching: Sequence[int], model: ModelDefinition) -> Answer:
    """What a set of matching rules answers; defaults in force are in the set whether or not they are needed."""
    last = compiled.deciding + compiled.defaults
    hits = tuple(n for n in matching if n < compiled.deciding)
    hits = hits or tuple(n for n in matching if n < last)
    dissenting = tuple(n for n in matching if n >= last)
    rules = [compiled.rules[n] for n in hits]
    if any(isinstance(result, Computed) for rule in rules for result in rule.results):
        return Answer(hits, (), dissenting, None)
    try:
        resolution = resolve(compiled.table, rules, _constants, model)
        values = tuple(_assigned(compiled, at, value, model) for at, value in enumerate(resolution.values))
    except Conflict:
        return Answer(hits, (), dissenting, None, is_conflict=True)
    except (CalculationError, _Outside):
        return Answer(hits, (), dissenting, None)
    numbers = {rule.position: number for number, rule in zip(hits, rules, strict=True)}
    deciding = tuple(numbers[rule.position] for rule in resolution.deciding)
    return Answer(hits, deciding, dissenting, values)


class _Outside(Exception):
    """A total outside the domain of its field, which the evaluation refuses."""


def _constants(rule: Rule) -> tuple[Value, ...]:
    return tuple(result.value for result in rule.results if isinstance(result, Literal))


def _assigned(compiled: CompiledTable, at: int, value: ResultValue, model: ModelDefinition) -> ResultValue:
    """A total as its field takes it, which is where a sum is rounded; other results stand as they are."""
    if compiled.table.hit_policy not in (HitPolicy.SUM, HitPolicy.COUNT) or not isinstance(value, Decimal):
        return value
    field = model.fields[compiled.table.results[at].field]
    total = assign(value, Target(field.type, field.value_list))
    if total is not None and field.domain is not None and not field.domain.admits(total):
        raise _Outside
    return total
