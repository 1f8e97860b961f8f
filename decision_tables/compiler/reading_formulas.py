"""Nodes in a list → formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.compiler.envelope import malformed
from decision_tables.compiler.reading_values import item_of, member_of, refusing, value_of
from decision_tables.expressions import Expression
from decision_tables.expressions.functions import function_named
from decision_tables.expressions.kinds import Kind, Sort
from decision_tables.expressions.tree import (
    Arithmetic,
    AsOf,
    Call,
    Comparison,
    Concatenation,
    FieldValue,
    Given,
    Has,
    Literal,
    Lookup,
    Percent,
    Sign,
    ToLabel,
    ToSet,
    ToValue,
)
from decision_tables.values import FieldType

MAX_HEIGHT = 300
"""The most levels of a formula; more than any checked formula has."""

MAX_SIZE = 50_000
"""The most parts of a formula, those that stand in several places counted in each: what a walk over it takes."""


@refusing("formula")
def formulas_of(nodes: Iterable[pb.Node]) -> list[Expression]:
    """The formula that ends in each node."""
    found: list[Expression] = []
    heights: list[int] = []
    sizes: list[int] = []
    for node in nodes:
        parts = [item_of(found, part - 1, "formula") if part else None for part in node.parts]
        heights.append(1 + max((heights[part - 1] for part in node.parts if part), default=0))
        sizes.append(1 + sum(sizes[part - 1] for part in node.parts if part))
        if heights[-1] > MAX_HEIGHT or sizes[-1] > MAX_SIZE:
            raise malformed("formula size")
        found.append(_formula(node, parts))
    return found


def _formula(node: pb.Node, parts: Sequence[Expression | None]) -> Expression:
    make = _MAKERS.get(node.kind)
    if make is None:
        raise malformed("formula")
    if node.kind == "call":
        return _call(node, parts)
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts) or len(whole) < _LEAST.get(node.kind, 0):
        raise malformed("formula")
    return make(node, whole)


def _kind(node: pb.Node) -> Kind:
    return Kind(member_of(Sort, node.sort), node.value_list if node.HasField("value_list") else None)


def _operator(node: pb.Node, operators: Sequence[str]) -> str:
    if node.name not in operators:
        raise malformed("operator")
    return node.name


def _literal(node: pb.Node, parts: Sequence[Expression]) -> Expression:
    value = value_of(node.value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        raise malformed("literal")
    return Literal(value, _kind(node), node.label)


def _call(node: pb.Node, parts: Sequence[Expression | None]) -> Expression:
    if function_named(node.name) is None:
        raise malformed("function")
    return Call(node.name, tuple(parts), _kind(node))


def _has(node: pb.Node, parts: Sequence[Expression]) -> Expression:
    below = tuple((pair.name, frozenset(pair.values)) for pair in node.pairs)
    return Has(parts[0], tuple(parts[1:]), below)


def _lookup(node: pb.Node, parts: Sequence[Expression]) -> Expression:
    pairs = zip(node.pairs, parts, strict=True)
    given = (Given(p.name, member_of(FieldType, p.values[0]), part, p.values[1]) for p, part in pairs)
    return Lookup(node.name, node.result, tuple(given), _kind(node), node.label)


def _to_value(node: pb.Node, parts: Sequence[Expression]) -> Expression:
    return ToValue(parts[0], _kind(node), tuple((pair.name, pair.values[0]) for pair in node.pairs))


def _to_label(node: pb.Node, parts: Sequence[Expression]) -> Expression:
    return ToLabel(parts[0], tuple((pair.name, pair.values[0]) for pair in node.pairs))


_MAKERS: dict[str, Callable[[pb.Node, Sequence[Expression]], Expression]] = {
    "literal": _literal,
    "field": lambda node, parts: FieldValue(node.name, _kind(node), node.label),
    "as_of": lambda node, parts: AsOf(),
    "sign": lambda node, parts: Sign(_operator(node, "+-"), parts[0]),
    "percent": lambda node, parts: Percent(parts[0]),
    "arithmetic": lambda node, parts: Arithmetic(_operator(node, "+-*/^"), parts[0], parts[1], _kind(node)),
    "comparison": lambda node, parts: Comparison(
        _operator(node, ("=", "<>", "<", "<=", ">", ">=")), parts[0], parts[1]
    ),
    "concatenation": lambda node, parts: Concatenation(parts[0], parts[1]),
    "call": _call,
    "has": _has,
    "lookup": _lookup,
    "to_value": _to_value,
    "to_label": _to_label,
    "to_set": lambda node, parts: ToSet(parts[0]),
}
_LEAST = {"sign": 1, "percent": 1, "arithmetic": 2, "comparison": 2, "concatenation": 2, "has": 1, "to_value": 1} | {
    "to_label": 1,
    "to_set": 1,
}
