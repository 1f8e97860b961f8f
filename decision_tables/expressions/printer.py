"""The canonical text of an expression; parsed again in the same scope it gives the same tree.

Fields are printed by label, functions and truth values in the language asked for, brackets only where precedence needs
them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from decision_tables.expressions.functions import function_named
from decision_tables.expressions.lexer import is_word_character
from decision_tables.expressions.parser import PRECEDENCE, TRUTHS
from decision_tables.expressions.tree import (
    Arithmetic,
    AsOf,
    Call,
    Comparison,
    Concatenation,
    Expression,
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
from decision_tables.text import folded
from decision_tables.values import plain

_PERCENT, _SIGN, _OPERAND = 6, 7, 8


def print_expression(expression: Expression, language: str = "en") -> str:
    """The canonical text, with function names in ``en`` or ``zh``."""
    return _Printer(language).text(expression)


class _Printer:
    def __init__(self, language: str) -> None:
        self._chinese = language == "zh"

    def text(self, node: Expression) -> str:
        match node:
            case Literal():
                return self._literal(node)
            case FieldValue():
                return _name(node.label or node.key)
            case Unresolved():
                return _name(node.name)
            case AsOf():
                return self._call("TODAY", [])
            case Sign():
                return node.operator + self._inside(node.operand, _SIGN)
            case Percent():
                return self._inside(node.operand, _PERCENT) + "%"
            case Arithmetic() | Comparison():
                return self._infix(node.operator, node.left, node.right, _precedence(node))
            case Concatenation():
                return self._infix("&", node.left, node.right, _precedence(node))
            case ToValue() | ToLabel() | ToSet():
                return self.text(node.operand)
            case Call():
                return self._call(node.function, [self._argument(argument) for argument in node.arguments])
            case Has():
                return self._call("HAS", [self.text(part) for part in (node.operand, *node.values)])
            case Lookup():
                return self._lookup(node)

    def _inside(self, node: Expression, precedence: int) -> str:
        text = self.text(node)
        return text if _precedence(node) >= precedence else f"({text})"

    def _infix(self, operator: str, left: Expression, right: Expression, precedence: int) -> str:
        return f"{self._inside(left, precedence)} {operator} {self._inside(right, precedence + 1)}"

    def _argument(self, argument: Expression | None) -> str:
        return "" if argument is None else self.text(argument)

    def _call(self, name: str, arguments: list[str]) -> str:
        function = function_named(name)
        if self._chinese and function and function.chinese:
            name = function.chinese
        return f"{name}({', '.join(arguments)})"

    def _lookup(self, node: Lookup) -> str:
        given = [text for item in node.given for text in (quoted(item.label or item.field), self.text(item.value))]
        return self._call("LOOKUP", [quoted(node.table), quoted(node.label or node.result), *given])

    def _literal(self, node: Literal) -> str:
        match node.value:
            case bool():
                return ("是" if node.value else "否") if self._chinese else str(node.value).upper()
            case Decimal():
                return plain(node.value)
            case date():
                return self._call("DATE", [str(node.value.year), str(node.value.month), str(node.value.day)])
            case frozenset():
                return quoted(node.label)
            case _:
                return quoted(node.label or node.value)


def _precedence(node: Expression) -> int:
    match node:
        case Concatenation():
            return PRECEDENCE["&"]
        case Arithmetic() | Comparison():
            return PRECEDENCE[node.operator]
        case Percent():
            return _PERCENT
        case Sign():
            return _SIGN
        case ToValue() | ToLabel() | ToSet():
            return _precedence(node.operand)
        case _:
            return _OPERAND


def quoted(text: str) -> str:
    """A text literal."""
    return '"' + text.replace('"', '""') + '"'


def _name(name: str) -> str:
    return name if _is_plain_word(name) else "[" + name.replace("]", "]]") + "]"


def _is_plain_word(name: str) -> bool:
    return all(map(is_word_character, name)) and not name[:1].isdigit() and folded(name) not in TRUTHS
