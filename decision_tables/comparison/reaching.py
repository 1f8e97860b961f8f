"""Whether any inputs lie inside demands on what is worked out, and which: asked of the tables above themselves.

The demands are put as the one rule of a table, and this table is unfolded like any other. Its rule is reached exactly
where some inputs meet all the demands.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from decision_tables.cells import Place
from decision_tables.comparison.readings import Demand
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.diagram import Reached
from decision_tables.evaluator.options import Option
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.unfolding import Result, Unfolding
from decision_tables.grammar import Condition
from decision_tables.model import Column, HitPolicy, Literal, Rule, Table

MAX_WORK = 20_000
"""How many branches are tried for one region; a fraction of a second."""

MAX_SECONDS = 0.5


class EmptyRegion(Exception):
    """No inputs lie inside a region."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reaching:
    """Inputs that meet the demands, one for each side that knows such; ``is_empty`` where there are surely none.

    Each way holds options of inputs, and options that derived fields must fall under, for which no inputs were looked
    for.
    """

    ways: tuple[dict[str, Option], ...]
    is_empty: bool


def reaching(demands: Sequence[Demand], plans: Sequence[Plan]) -> Reaching:
    """What is found in the models of both sides, whose plans go down to the inputs."""
    found = [_on_one_side(demands, plan) for plan in plans]
    return Reaching(tuple(way for side in found for way in side.ways), all(side.is_empty for side in found))


def _on_one_side(demands: Sequence[Demand], plan: Plan) -> Reaching:
    asked = [demand for demand in demands if demand.side is None]
    regions = [demand.regions for demand in asked]
    if any(r is None for r in regions) or any(d.field.key not in plan.index.model.fields for d in asked) or not asked:
        return Reaching((), False)
    pairs = [(d.field.key, region) for d, found in zip(asked, regions, strict=True) for region in found or ()]
    rule = Rule("1", 1, tuple(Condition(region, "") for _, region in pairs), (Literal(None, Place()),))
    table = Table(
        key="",
        title="",
        conditions=tuple(Column(key, Place()) for key, _ in pairs),
        results=(Column(pairs[0][0], Place()),),
        rules=(rule,),
        hit_policy=HitPolicy.FIRST,
    )
    unfolding = Unfolding(dataclasses.replace(plan, asked=table), max_work=MAX_WORK, max_seconds=MAX_SECONDS)
    reached = Reached(unfolding)
    met = [number for number in reached.results if _is_met(unfolding, number)]
    return Reaching(
        tuple(reached.path(number) for number in met), not met and unfolding.is_exact and unfolding.is_finished
    )


def _is_met(unfolding: Unfolding, number: int) -> bool:
    result = unfolding.nodes[number]
    return isinstance(result, Result) and result.status is Status.MATCHED
