"""Syntax tree → expression: names are looked up, and every part gets its kind.

A word is a field before it is anything else; then the as-of date; a word that is neither may still turn out to be a
value of a list where an enumeration or a set is asked for (``户籍 = 本市``). All findings of a formula are reported
at once.
"""

from __future__ import annotations

from decision_tables.expressions.calls import check_call
from decision_tables.expressions.context import Context, either, part
from decision_tables.expressions.conversion import as_text, common_kind, convert
from decision_tables.expressions.functions import function_named
from decision_tables.expressions.kinds import BOOLEAN, DATE, NAME, NUMBER, TEXT, Kind, Sort, kind_of
from decision_tables.expressions.parser import COMPARISONS
from decision_tables.expressions.scope import Scope, Target
from decision_tables.expressions.syntax import Call, Infix, Name, Number, Omitted, Percent, Prefix, Syntax, Text, Truth
from decision_tables.expressions.tree import (
    EMPTY_TEXT,
    Arithmetic,
    AsOf,
    Comparison,
    Concatenation,
    Expression,
    FieldValue,
    Literal,
    Sign,
    Unresolved,
)
from decision_tables.expressions.tree import Percent as Hundredth
from decision_tables.problems.finding import Finding
from decision_tables.text import Bilingual

ARITHMETIC = {
    ("+", Sort.NUMBER, Sort.NUMBER): NUMBER,
    ("-", Sort.NUMBER, Sort.NUMBER): NUMBER,
    ("*", Sort.NUMBER, Sort.NUMBER): NUMBER,
    ("/", Sort.NUMBER, Sort.NUMBER): NUMBER,
    ("^", Sort.NUMBER, Sort.NUMBER): NUMBER,
    ("+", Sort.DATE, Sort.NUMBER): DATE,
    ("+", Sort.NUMBER, Sort.DATE): DATE,
    ("-", Sort.DATE, Sort.NUMBER): DATE,
    ("-", Sort.DATE, Sort.DATE): NUMBER,
}
"""What an operator makes of the sorts of its operands."""

WITHOUT_ORDER = frozenset({Sort.TEXT, Sort.ENUM, Sort.BOOLEAN})


def check(syntax: Syntax, scope: Scope, target: Target) -> tuple[Expression | None, tuple[Finding, ...]]:
    """The expression that a formula means for its target; None with an error, a warning leaves the expression."""
    checker = _Checker(scope)
    expression = checker.checked(syntax, kind_of(target.type, target.value_list))
    return expression, tuple(checker.context.findings)


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self.context = Context(scope)

    def checked(self, syntax: Syntax, kind: Kind) -> Expression | None:
        expression = self._infer(syntax)

        def mismatch(wrong: Expression) -> None:
            if wrong == EMPTY_TEXT:
                self.context.report("DT635", expected=kind.sort.label)
            else:
                self.context.report("DT634", part=part(wrong), found=wrong.kind.sort.label, expected=kind.sort.label)

        return expression and convert(expression, kind, self.context, mismatch)

    def _infer(self, syntax: Syntax) -> Expression | None:
        match syntax:
            case Number(value):
                return Literal(value, NUMBER)
            case Text(value):
                return Literal(value, TEXT)
            case Truth(value):
                return Literal(value, BOOLEAN)
            case Name():
                return self._name(syntax)
            case Prefix(operator, operand):
                number = self._number(operand, operator)
                return number and Sign(operator, number)
            case Percent(operand):
                number = self._number(operand, "%")
                return number and Hundredth(number)
            case Infix(operator):
                return self._infix(syntax, operator)
            case Call():
                return check_call(syntax, self.context, self._infer)
            case Omitted():
                return None

    def _name(self, syntax: Name) -> Expression:
        field = self.context.scope.field(syntax.name)
        if field is not None:
            return FieldValue(field.key, kind_of(field.type, field.value_list), field.label)
        function = function_named(syntax.name)
        if function is not None and function.name == "TODAY" and not syntax.in_brackets:
            return AsOf()
        return Unresolved(syntax.name)

    def _number(self, syntax: Syntax, operator: str) -> Expression | None:
        operand = self._infer(syntax)
        if operand is None or operand.kind == NUMBER:
            return operand
        if operand.kind == NAME:
            self.context.report_unknown_names(operand)
        else:
            self._report_operand(operator, operand, either([Sort.NUMBER]))
        return None

    def _infix(self, syntax: Infix, operator: str) -> Expression | None:
        left, right = self._infer(syntax.left), self._infer(syntax.right)
        if left is None or right is None:
            return None
        if operator in COMPARISONS:
            return self._comparison(syntax, left, right)
        if self._has_unknown_names(left, right):
            return None
        return self._concatenation(left, right) if operator == "&" else self._arithmetic(operator, left, right)

    def _has_unknown_names(self, *operands: Expression) -> bool:
        unknown = [operand for operand in operands if operand.kind == NAME]
        for operand in unknown:
            self.context.report_unknown_names(operand)
        return bool(unknown)

    # Operators

    def _arithmetic(self, operator: str, left: Expression, right: Expression) -> Expression | None:
        kind = ARITHMETIC.get((operator, left.kind.sort, right.kind.sort))
        if kind is not None:
            return Arithmetic(operator, left, right, kind)
        dates_fit = operator in "+-" and Sort.DATE in (left.kind.sort, right.kind.sort)
        expected = either([Sort.NUMBER, Sort.DATE] if dates_fit else [Sort.NUMBER])
        wrong = right if left.kind == NUMBER or (left.kind == DATE and dates_fit) else left
        self._report_operand(operator, wrong, expected)
        return None

    def _concatenation(self, left: Expression, right: Expression) -> Expression | None:
        texts = [as_text(operand, self.context) for operand in (left, right)]
        for operand, text in zip((left, right), texts, strict=True):
            if text is None:
                self._report_operand("&", operand, either([Sort.TEXT, Sort.NUMBER, Sort.DATE, Sort.ENUM]))
        return Concatenation(texts[0], texts[1]) if texts[0] and texts[1] else None

    def _report_operand(self, operator: str, operand: Expression, expected: Bilingual) -> None:
        self.context.report(
            "DT626", operator=operator, part=part(operand), found=operand.kind.sort.label, expected=expected
        )

    def _comparison(self, syntax: Infix, left: Expression, right: Expression) -> Expression | None:
        if EMPTY_TEXT in (left, right):
            self.context.report("DT641", part=part(right if left == EMPTY_TEXT else left))
            return None
        kind = common_kind((left.kind, right.kind))
        if _is_chained(syntax) and (kind is None or syntax.operator not in ("=", "<>")):
            self.context.report("DT630")
            return None
        if kind == NAME:
            self._has_unknown_names(left, right)
            return None
        if kind is None or not self._compares(syntax.operator, kind):
            self._report_unlike(syntax.operator, left, right, kind)
            return None
        sides = [convert(side, kind, self.context, self.context.report_unknown_names) for side in (left, right)]
        return Comparison(syntax.operator, sides[0], sides[1]) if sides[0] and sides[1] else None

    def _compares(self, operator: str, kind: Kind) -> bool:
        return kind.sort is not Sort.SET and (operator in ("=", "<>") or kind.sort not in WITHOUT_ORDER)

    def _report_unlike(self, operator: str, left: Expression, right: Expression, kind: Kind | None) -> None:
        sets = [operand for operand in (left, right) if operand.kind.sort is Sort.SET]
        if sets:
            self.context.report("DT629", part=part(sets[0]))
        elif kind is None:
            self.context.report(
                "DT627",
                left=part(left),
                left_kind=left.kind.sort.label,
                right=part(right),
                right_kind=right.kind.sort.label,
            )
        else:
            self.context.report("DT628", part=part(left), kind=kind.sort.label, operator=operator)


def _is_chained(syntax: Infix) -> bool:
    return isinstance(syntax.left, Infix) and syntax.left.operator in COMPARISONS
