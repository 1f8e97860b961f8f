"""The functions of formulas: one table of their names, what they take, and what they do."""

from decision_tables.expressions.functions.registry import FUNCTIONS, Function, function_named, function_names

__all__ = ["FUNCTIONS", "Function", "function_named", "function_names"]
