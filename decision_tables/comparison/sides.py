"""The two plans that are gone through side by side: brought into one order, over the same open inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from decision_tables.comparison.fields import Cut, NotComparable, cut_field
from decision_tables.comparison.shared import Asked, Shared
from decision_tables.evaluator.plan import Plan, Settle, Take
from decision_tables.evaluator.prospects import listed_values
from decision_tables.evaluator.unfolding import Unfolding
from decision_tables.expressions import Expression, references
from decision_tables.model import Computed

MAX_WORK = 400_000
"""How many branches are tried for one table on one side; a few seconds."""


MAX_SECONDS = 2.0
"""How long one side of one table may take; formulas of many operands can be slow to try."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """One table as two models have it, each unfolded over the same pieces of the same inputs, in the same order.

    ``shared`` are fields that both sides work out alike, taken as if they were inputs; ``opened`` are inputs of one
    model that the other works out, taken as given.
    """

    old: Unfolding
    new: Unfolding
    order: tuple[str, ...]
    cuts: dict[str, Cut]
    shared: frozenset[str]
    opened: frozenset[str]

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """The plans of the two sides."""
        return self.old.plan, self.new.plan


def plan_of(asked: Asked, opened: frozenset[str] = frozenset(), order: tuple[str, ...] = ()) -> Plan:
    """The plan over all inputs of a table, those with a default included."""
    return Plan(asked.index, {}, asked.day, asked.table, order, asks_defaults=True, opened=opened)


def pair_up(old: Asked, new: Asked, shared: Shared) -> Pair:
    """Unfold both tables side by side. Raises ``NotComparable``."""
    opened, alike = _opened(old, new, shared)
    plans = [plan_of(old, opened[0]), plan_of(new, opened[1])]
    order = tuple(_order(plans))
    asked = dict.fromkeys(key for plan in plans for key in plan.asks)
    cuts = {key: cut_field(key, plans, worked_out=key in alike) for key in order if key in asked}
    pieces = {key: cut.pieces for key, cut in cuts.items()}
    first, second = plan_of(old, opened[0], order), plan_of(new, opened[1], order)
    return Pair(
        old=Unfolding(first, pieces, MAX_WORK, MAX_SECONDS),
        new=Unfolding(second, pieces, MAX_WORK, MAX_SECONDS),
        order=order,
        cuts=cuts,
        shared=alike,
        opened=(opened[0] | opened[1]) - alike,
    )


def _opened(old: Asked, new: Asked, shared: Shared) -> tuple[tuple[frozenset[str], frozenset[str]], frozenset[str]]:
    """For each side, what it works out and is taken as given: what both work out alike, which is named on its own,
    and what the other side asks for.
    """
    found = (frozenset[str](), frozenset[str]())
    alike = frozenset[str]()
    while True:
        plans = (plan_of(old, found[0]), plan_of(new, found[1]))
        taken = [_taken(plan) for plan in plans]
        common = taken[0] & taken[1]
        same = frozenset(key for key in common if _is_worth_naming(key, plans) and shared.is_shared(key))
        asks = [set(plan.asks) for plan in plans]
        more = (found[0] | same | asks[1] & taken[0], found[1] | same | asks[0] & taken[1])
        alike |= same
        if more == found:
            return found, alike
        found = more


def _is_worth_naming(key: str, plans: Sequence[Plan]) -> bool:
    """Whether a field may stand for what is behind it. Formulas that read it may be told apart better without it, if
    it has few values or rests on one number.
    """
    if not any(key in live for plan in plans for live in plan.live):
        return True
    return not all(_is_simple(key, plan) for plan in plans)


def _is_simple(key: str, plan: Plan) -> bool:
    table = plan.index.producer(key, plan.as_of) if plan.index.is_produced(key) else None
    if table is not None and not any(isinstance(r, Computed) for rule in table.rules for r in rule.results):
        return True
    fields = [plan.index.field(leaf) for leaf in inputs_behind(plan, key)]
    return sum(not listed_values(field, plan.universe(field)) for field in fields) <= 1


def inputs_behind(plan: Plan, key: str) -> frozenset[str]:
    """The open inputs that a field rests on."""
    if key in plan.asks:
        return frozenset({key})
    if key in plan.opened or plan.is_constant(key):
        return frozenset()
    if plan.index.is_produced(key):
        table = plan.index.producer(key, plan.as_of)
        reader = next((r for r in plan.readers if r.table is table), None)
        needed = plan.rests_on(reader) if reader is not None else []
    else:
        formula = plan.index.field(key).formula
        needed = sorted(references(formula)) if formula is not None else []
    return frozenset[str]().union(*(inputs_behind(plan, other) for other in needed))


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
