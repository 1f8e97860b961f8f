"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from decision_tables.expressions.tree import (
    AsOf,
    Call,
    Expression,
    FieldValue,
    Has,
    Literal,
    Lookup,
    children,
)

_CHOOSING = frozenset({"IF", "IFS", "SWITCH", "AND", "OR"})
"""The functions that look at their arguments only as far as they need them."""


def references(expression: Expression) -> frozenset[str]:
    """The keys of the fields whose values are read; the field names in a LOOKUP are not among them."""
    return frozenset(node.key for node in _nodes(expression) if isinstance(node, FieldValue))


def operands_of(expression: Expression) -> tuple[str, ...] | None:
    """The fields that are read whatever their values are, in the order in which they are read first.

    None where a value says which others are read (IF and the like), or where other tables are asked: then the values
    of these fields alone do not say what the expression comes to.
    """
    nodes = list(_nodes(expression))
    if any(isinstance(node, Has | Lookup) or (isinstance(node, Call) and node.function in _CHOOSING) for node in nodes):
        return None
    return tuple(dict.fromkeys(node.key for node in nodes if isinstance(node, FieldValue)))


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
