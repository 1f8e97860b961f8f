"""What `import decision_tables` promises to its users."""

from __future__ import annotations

import decision_tables

PROMISED = [
    "AnswerClass",
    "CannotSuggest",
    "CellChange",
    "Change",
    "Comparison",
    "CompiledRefused",
    "Coverage",
    "Decision",
    "Explanation",
    "Exploration",
    "Match",
    "Model",
    "PossibleOutcome",
    "Problem",
    "Question",
    "Reason",
    "Refusal",
    "Report",
    "Severity",
    "Status",
    "Suggestion",
    "WorkbookRejected",
    "check",
    "diff",
    "explanation_text",
    "load",
    "load_compiled",
    "measure",
    "measure_impact",
    "suggest",
]
"""Adding a name here is a promise to users; removing one breaks them."""


def test_the_public_names_are_the_promised_ones_in_order() -> None:
    assert decision_tables.__all__ == PROMISED


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    assert [name for name in decision_tables.__all__ if not getattr(decision_tables, name).__doc__] == []
