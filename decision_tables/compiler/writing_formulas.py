"""Formulas → nodes in a list, the parts of each before it."""

from __future__ import annotations

from decision_tables.compiler.compiled_model_pb2 import Node, Pair
from decision_tables.compiler.writing_values import value_message
from decision_tables.expressions import Expression
from decision_tables.expressions.tree import (
    Arithmetic,
    AsOf,
    Call,
    Comparison,
    Concatenation,
    FieldValue,
    Has,
    Literal,
    Lookup,
    Percent,
    Sign,
    ToLabel,
    ToSet,
    ToValue,
    Unresolved,
)


class FormulaWriter:
    """Appends the nodes of formulas to one list."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def add(self, formula: Expression) -> int:
        """Append a formula; the index of its last node, plus 1."""
        self.nodes.append(self._node(formula))
        return len(self.nodes)

    def _node(self, formula: Expression) -> Node:
        node = self._plain(formula)
        node.sort = formula.kind.sort.value
        if formula.kind.value_list is not None:
            node.value_list = formula.kind.value_list
        return node

    def _plain(self, formula: Expression) -> Node:
        match formula:
            case Literal(value, _, label):
                return Node(kind="literal", value=value_message(value), label=label)
            case FieldValue(key, _, label):
                return Node(kind="field", name=key, label=label)
            case AsOf():
                return Node(kind="as_of")
            case Sign(operator, operand):
                return Node(kind="sign", name=operator, parts=[self.add(operand)])
            case Percent(operand):
                return Node(kind="percent", parts=[self.add(operand)])
            case Arithmetic(operator, left, right):
                return Node(kind="arithmetic", name=operator, parts=[self.add(left), self.add(right)])
            case Comparison(operator, left, right):
                return Node(kind="comparison", name=operator, parts=[self.add(left), self.add(right)])
            case Concatenation(left, right):
                return Node(kind="concatenation", parts=[self.add(left), self.add(right)])
            case Call(function, arguments):
                return Node(kind="call", name=function, parts=[self.add(a) if a is not None else 0 for a in arguments])
            case _:
                return self._of_lists(formula)

    def _of_lists(self, formula: Expression) -> Node:
        """Nodes about other tables and value lists."""
        match formula:
            case Has(operand, values, below):
                pairs = [Pair(name=key, values=sorted(keys)) for key, keys in below]
                return Node(kind="has", parts=[self.add(operand), *map(self.add, values)], pairs=pairs)
            case Lookup(table, result, given, _, label):
                parts = [self.add(each.value) for each in given]
                fields = [Pair(name=each.field, values=[each.type.value, each.label]) for each in given]
                return Node(kind="lookup", name=table, result=result, parts=parts, pairs=fields, label=label)
            case ToValue(operand, _, names):
                pairs = [Pair(name=name, values=[key]) for name, key in names]
                return Node(kind="to_value", parts=[self.add(operand)], pairs=pairs)
            case ToLabel(operand, labels):
                pairs = [Pair(name=key, values=[label]) for key, label in labels]
                return Node(kind="to_label", parts=[self.add(operand)], pairs=pairs)
            case ToSet(operand):
                return Node(kind="to_set", parts=[self.add(operand)])
            case Unresolved():
                raise TypeError("a checked formula has no unresolved words")
        raise TypeError(f"unknown node {formula!r}")
