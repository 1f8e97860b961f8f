"""Findings about a workbook: data, catalogue, reports."""

from decision_tables.problems.catalogue import CATALOGUE
from decision_tables.problems.finding import Finding
from decision_tables.problems.problem import Problem, Problems, Severity
from decision_tables.problems.record import problem_in, record_of
from decision_tables.problems.report import (
    as_json,
    has_errors,
    hint_of,
    in_order,
    message_of,
    report_json,
    severity_of,
)

__all__ = [
    "CATALOGUE",
    "Finding",
    "Problem",
    "Problems",
    "Severity",
    "as_json",
    "has_errors",
    "hint_of",
    "in_order",
    "message_of",
    "problem_in",
    "record_of",
    "report_json",
    "severity_of",
]
