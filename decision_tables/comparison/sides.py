"""The two plans that are gone through side by side: brought into one order, over the same open inputs."""

from __future__ import annotations

import dataclasses
import datetime

from decision_tables.comparison.fields import Cut, NotComparable, cut_field, domain_of
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.plan import Plan, Settle, Take
from decision_tables.evaluator.unfolding import Unfolding
from decision_tables.expressions import Expression, lookups, reads_as_of, references
from decision_tables.model import Field, Table

MAX_WORK = 1_000_000
"""How many branches are tried for one table on one side; a few seconds."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """One table as two models have it, each unfolded over the same pieces of the same inputs, in the same order.

    ``shared`` are the derived fields that come to the same value on both sides wherever the inputs are the same;
    ``opened`` the inputs of one model that the other works out, taken as given.
    """

    old: Unfolding
    new: Unfolding
    order: tuple[str, ...]
    shared: frozenset[str]
    cuts: dict[str, Cut]
    opened: frozenset[str]

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """The plans of the two sides."""
        return self.old.plan, self.new.plan


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A table of one model on one day."""

    index: ModelIndex
    table: Table
    day: datetime.date

    def plan(self, opened: frozenset[str] = frozenset(), order: tuple[str, ...] = ()) -> Plan:
        """The plan over all inputs, those with a default included."""
        return Plan(self.index, {}, self.day, self.table, order, asks_defaults=True, opened=opened)


def pair_up(old: Asked, new: Asked) -> Pair:
    """Unfold both tables side by side. Raises ``NotComparable``."""
    opened = _opened(old, new)
    plans = [old.plan(opened[0]), new.plan(opened[1])]
    order = tuple(_order(plans))
    shared = _shared(plans)
    asked = dict.fromkeys(key for plan in plans for key in plan.asks)
    cuts = {key: cut_field(key, plans) for key in order if key in asked or key in shared}
    pieces = {key: cut.pieces for key, cut in cuts.items()}
    first, second = old.plan(opened[0], order), new.plan(opened[1], order)
    return Pair(
        Unfolding(first, pieces, MAX_WORK),
        Unfolding(second, pieces, MAX_WORK),
        order,
        shared,
        cuts,
        opened[0] | opened[1],
    )


def _opened(old: Asked, new: Asked) -> tuple[frozenset[str], frozenset[str]]:
    """For each side, what it works out and the other side asks for."""
    found = (frozenset[str](), frozenset[str]())
    while True:
        plans = (old.plan(found[0]), new.plan(found[1]))
        asks = [set(plan.asks) for plan in plans]
        more = (found[0] | asks[1] & _taken(plans[0]), found[1] | asks[0] & _taken(plans[1]))
        if more == found:
            return found
        found = more


def _taken(plan: Plan) -> set[str]:
    return {step.field for step in plan.steps if isinstance(step, Take)}


def _fields(plan: Plan) -> list[str]:
    return [step.field for step in plan.steps if not isinstance(step, Settle)]


def _order(plans: list[Plan]) -> list[str]:
    """The fields of both plans, each after all that it rests on in either. Raises ``NotComparable``."""
    needs = [_needs(plan) for plan in plans]
    order: dict[str, None] = {}
    above: set[str] = set()

    def put(key: str) -> None:
        if key in order:
            return
        if key in above:
            raise NotComparable(key)
        above.add(key)
        for side in needs:
            for needed in side.get(key, ()):
                put(needed)
        order[key] = None

    for plan in plans:
        for key in _fields(plan):
            put(key)
    return list(order)


def _needs(plan: Plan) -> dict[str, list[str]]:
    """For each field that is worked out, the fields that it rests on."""
    needs: dict[str, list[str]] = {}
    steps = set(_fields(plan))
    for key in _taken(plan):
        table = plan.index.producer(key, plan.as_of) if plan.index.is_produced(key) else None
        if table is not None:
            reader = next(reader for reader in plan.readers if reader.table is table)
            needs[key] = [other for other in plan.rests_on(reader) if other in steps]
        else:
            needs[key] = [other for other in sorted(_operands(plan, key)) if other in steps]
    return needs


def _operands(plan: Plan, key: str) -> frozenset[str]:
    formula = _formula(plan, key)
    return references(formula) if formula is not None else frozenset()


def _formula(plan: Plan, key: str) -> Expression | None:
    return None if plan.index.is_produced(key) else plan.index.field(key).formula


def _same_field(one: Field, other: Field) -> bool:
    return one.type is other.type and domain_of(one) == domain_of(other)


def _shared(plans: list[Plan]) -> frozenset[str]:
    """The derived fields whose formulas are the same on both sides, down to inputs that both ask for."""
    old, new = plans
    asked = set(old.asks) & set(new.asks)
    same_day = old.as_of == new.as_of
    shared: set[str] = set()

    def same(key: str) -> bool:
        if key in asked or key in shared:
            return old.index.field(key).default == new.index.field(key).default
        return old.is_constant(key) and new.is_constant(key) and old.constant(key) == new.constant(key)

    for key in _fields(old):
        if key not in _taken(old) or key not in _taken(new):
            continue
        formula, other = _formula(old, key), _formula(new, key)
        if formula is None or formula != other or not (same_day or not reads_as_of(formula)):
            continue
        if lookups(formula) or not _same_field(old.index.field(key), new.index.field(key)):
            continue
        if all(same(operand) for operand in references(formula)):
            shared.add(key)
    return frozenset(shared)
