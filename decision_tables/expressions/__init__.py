"""Formulas: text → checked expression → value; names, types and counts are checked before anything is computed."""

from decision_tables.expressions.assignment import assign
from decision_tables.expressions.checking import check
from decision_tables.expressions.evaluation import Environment, evaluate, outcome_of, undecided
from decision_tables.expressions.failure import CalculationError
from decision_tables.expressions.functions import FUNCTIONS, Function
from decision_tables.expressions.inspection import (
    constants,
    functions_in,
    lookup_calls,
    lookups,
    named_values,
    operands_of,
    reads_as_of,
    references,
)
from decision_tables.expressions.lexer import FormulaError
from decision_tables.expressions.parser import parse_syntax
from decision_tables.expressions.printer import print_expression
from decision_tables.expressions.scope import FieldInfo, Scope, TableInfo, Target
from decision_tables.expressions.soundness import is_sound
from decision_tables.expressions.tree import Expression, Lookup
from decision_tables.expressions.unknown import Outcome, Unknown
from decision_tables.problems.finding import Finding

__all__ = [
    "FUNCTIONS",
    "CalculationError",
    "Environment",
    "Expression",
    "FieldInfo",
    "Finding",
    "Function",
    "Lookup",
    "Outcome",
    "Scope",
    "TableInfo",
    "Target",
    "Unknown",
    "assign",
    "constants",
    "evaluate",
    "functions_in",
    "is_sound",
    "lookup_calls",
    "lookups",
    "named_values",
    "operands_of",
    "outcome_of",
    "parse_expression",
    "print_expression",
    "reads_as_of",
    "references",
    "undecided",
]


def parse_expression(text: str, scope: Scope, target: Target) -> tuple[Expression | None, tuple[Finding, ...]]:
    """The expression that a formula means for the field that takes its result, and what was found.

    None where a finding is an error; the expression itself where there are warnings at most.
    """
    try:
        syntax = parse_syntax(text)
    except FormulaError as error:
        return None, (error.finding,)
    return check(syntax, scope, target)
