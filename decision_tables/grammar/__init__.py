"""The language of condition and literal cells: parser, meaning and canonical reading."""

from decision_tables.grammar.condition import ANYTHING, Condition, missing_condition
from decision_tables.grammar.literals import Literal, parse_literal
from decision_tables.grammar.parser import LONGEST_CELL, parse_condition
from decision_tables.grammar.printer import reading_of, reading_of_value
from decision_tables.grammar.subject import Entry, Subject, Vocabulary
from decision_tables.problems.finding import Finding

__all__ = [
    "ANYTHING",
    "LONGEST_CELL",
    "Condition",
    "Entry",
    "Finding",
    "Literal",
    "Subject",
    "Vocabulary",
    "missing_condition",
    "parse_condition",
    "parse_literal",
    "reading_of",
    "reading_of_value",
]
