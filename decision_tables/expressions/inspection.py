"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from decision_tables.expressions.tree import AsOf, Call, Expression, FieldValue, Literal, Lookup, children


def references(expression: Expression) -> frozenset[str]:
    """The keys of the fields whose values are read; the field names in a LOOKUP are not among them."""
    return frozenset(node.key for node in _nodes(expression) if isinstance(node, FieldValue))


def lookup_calls(expression: Expression) -> tuple[Lookup, ...]:
    """The LOOKUPs as written, each with its table, its result and the fields that it gives."""
    return tuple(node for node in _nodes(expression) if isinstance(node, Lookup))


def lookups(expression: Expression) -> frozenset[str]:
    """The keys of the tables that LOOKUPs ask."""
    return frozenset(node.table for node in lookup_calls(expression))


def named_values(expression: Expression) -> frozenset[tuple[str, str]]:
    """The values of lists that the formula names, each with the key of its list."""
    found: set[tuple[str, str]] = set()
    for node in _nodes(expression):
        if isinstance(node, Literal) and node.kind.value_list is not None:
            keys = node.value if isinstance(node.value, frozenset) else [node.value]
            found |= {(node.kind.value_list, str(key)) for key in keys}
    return frozenset(found)


def constants(expression: Expression) -> frozenset[Decimal]:
    """The numbers that stand in the formula."""
    literals = (node for node in _nodes(expression) if isinstance(node, Literal))
    return frozenset(node.value for node in literals if isinstance(node.value, Decimal))


def reads_as_of(expression: Expression) -> bool:
    """Whether the as-of date enters, be it only in tables that LOOKUPs ask."""
    return any(isinstance(node, AsOf | Lookup) for node in _nodes(expression))


def functions_in(expression: Expression) -> frozenset[str]:
    """The English names of the functions that the formula calls."""
    return frozenset(node.function for node in _nodes(expression) if isinstance(node, Call))


def _nodes(expression: Expression) -> Iterator[Expression]:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))
