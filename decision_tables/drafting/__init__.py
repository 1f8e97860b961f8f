"""Proposals for a workbook: keys that are lacking, and tests for what no test reaches."""

from decision_tables.drafting.drafts import Draft, Drafts, Left, draft_cases
from decision_tables.drafting.examples import example_requests
from decision_tables.drafting.keys import KeyProposal
from decision_tables.drafting.suggest import CannotSuggest, Suggestion, suggest
from decision_tables.drafting.telling import suggestion_lines

__all__ = [
    "CannotSuggest",
    "Draft",
    "Drafts",
    "KeyProposal",
    "Left",
    "Suggestion",
    "draft_cases",
    "example_requests",
    "suggest",
    "suggestion_lines",
]
