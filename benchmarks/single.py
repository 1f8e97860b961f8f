"""One decision at a time: each contestant gets the rules and answers one question with the amount of the rule."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from benchmarks.tables import Demand, Rules, definition
from decision_tables import Model
from decision_tables.compiler import compile_model, to_bytes
from decision_tables.engine import load_compiled

Inputs: TypeAlias = Mapping[str, str | int]
Decide: TypeAlias = Callable[[Inputs], object]
"""Gives the amount: as a Decimal, or as a number of cents."""

DAY = datetime.date(2025, 1, 1)


def ours(rules: Rules) -> Decide:
    """The public interface, validation and provenance included."""
    evaluate = Model(definition(rules)).evaluate

    def decide(inputs: Inputs) -> object:
        return evaluate(inputs, table="t", as_of=DAY).results["fee"]

    return decide


def fresh(rules: Rules) -> Callable[[], Decide]:
    """Ours without anything remembered, as often as it is asked; compiled once."""
    compiled = to_bytes(compile_model(definition(rules)))

    def make() -> Decide:
        evaluate = load_compiled(compiled).evaluate
        return lambda inputs: evaluate(inputs, table="t", as_of=DAY)

    return make


def naive(rules: Rules) -> Decide:
    """A loop over the rows, without validation."""
    rows = [tuple(_test(demand) for demand in row) for row in rules.rows]
    keys = rules.inputs
    cents = [rules.results(row)[0] for row in range(len(rows))]

    def decide(inputs: Inputs) -> object:
        values = [inputs[key] for key in keys]
        for number, row in enumerate(rows):
            if all(test is None or test(value) for test, value in zip(row, values, strict=True)):
                return cents[number]
        raise LookupError

    return decide


def _test(demand: Demand) -> Callable[[Any], bool] | None:
    if demand is None:
        return None
    if isinstance(demand, str):
        return demand.__eq__
    low, high = demand
    return lambda value: low <= value <= high


def zen_engine(rules: Rules) -> Decide:
    """zen-engine with content that is parsed once."""
    import zen  # noqa: PLC0415 - only in the environment of the benchmarks

    content = zen.ZenDecisionContent(json.dumps(_zen_content(rules)))
    decision = zen.ZenEngine().create_decision(content)

    def decide(inputs: Inputs) -> object:
        return decision.evaluate(inputs)["result"]["fee"]

    return decide


def zen_batch(rules: Rules) -> Callable[[Sequence[Inputs]], list[object]]:
    """zen-engine with all questions in one call."""
    import zen  # noqa: PLC0415 - only in the environment of the benchmarks

    content = zen.ZenDecisionContent(json.dumps(_zen_content(rules)))
    engine = zen.ZenEngine({"loader": lambda key: content})

    def decide(questions: Sequence[Inputs]) -> list[object]:
        answers = engine.evaluate_batch([{"key": "t", "context": question} for question in questions])
        return [answer["data"]["result"]["fee"] for answer in answers]

    return decide


def _zen_content(rules: Rules) -> dict[str, Any]:
    rows = [
        {"_id": f"r{n}", "o": str(rules.results(n)[0])} | {f"i{k}": _zen_cell(demand) for k, demand in enumerate(row)}
        for n, row in enumerate(rules.rows)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "name": key, "field": key} for n, key in enumerate(rules.inputs)],
        "outputs": [{"id": "o", "name": "fee", "field": "fee"}],
        "rules": rows,
    }
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "a", "type": "inputNode", "name": "in", **place},
        {"id": "t", "type": "decisionTableNode", "name": "t", "content": table, **place},
        {"id": "z", "type": "outputNode", "name": "out", **place},
    ]
    edges = [{"id": f"{a}{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in ("at", "tz")]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _zen_cell(demand: Demand) -> str:
    if demand is None:
        return ""
    return json.dumps(demand, ensure_ascii=False) if isinstance(demand, str) else f"[{demand[0]}..{demand[1]}]"


def cents(amount: object) -> int:
    """An amount in cents, to be compared."""
    return int(amount * 100) if isinstance(amount, Decimal) else int(str(amount))
