"""Decision tables that business staff keep in Excel, compiled and evaluated exactly.

The public surface: ``load`` a workbook into a ``Model`` and ``Model.evaluate`` it into a ``Decision``, or ``check`` it
into a ``Report``; ``Model.explain`` says how a decision came about, ``Model.explore`` what is
still possible and worth asking for while only some inputs are known. ``diff`` compares two models by what changes
for people, ``measure_impact`` counts it over a population. ``measure`` says what of a checked workbook its own tests
reach, ``suggest`` hands a workbook back with keys and tests proposed.
``Model.to_bytes`` gives a model as a compiled file, and ``load_compiled`` loads it without the workbook.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decision_tables.checking import Report
    from decision_tables.comparison import CellChange, Change, Comparison
    from decision_tables.compiler import CompiledRefused
    from decision_tables.coverage import Coverage, measure
    from decision_tables.drafting import CannotSuggest, Suggestion
    from decision_tables.engine import (
        Model,
        WorkbookRejected,
        check,
        diff,
        load,
        load_compiled,
        measure_impact,
        suggest,
    )
    from decision_tables.evaluator.decision import Decision, Match, Status
    from decision_tables.evaluator.explanation import Explanation
    from decision_tables.evaluator.exploration import AnswerClass, Exploration, PossibleOutcome, Question
    from decision_tables.evaluator.refusal import Reason, Refusal
    from decision_tables.evaluator.telling import explanation_text
    from decision_tables.problems import Problem, Severity

_HOMES = {
    "AnswerClass": "decision_tables.evaluator.exploration",
    "CannotSuggest": "decision_tables.drafting",
    "CellChange": "decision_tables.comparison",
    "Change": "decision_tables.comparison",
    "Comparison": "decision_tables.comparison",
    "CompiledRefused": "decision_tables.compiler",
    "Coverage": "decision_tables.coverage",
    "Decision": "decision_tables.evaluator.decision",
    "Explanation": "decision_tables.evaluator.explanation",
    "Exploration": "decision_tables.evaluator.exploration",
    "Match": "decision_tables.evaluator.decision",
    "Model": "decision_tables.engine",
    "PossibleOutcome": "decision_tables.evaluator.exploration",
    "Problem": "decision_tables.problems",
    "Question": "decision_tables.evaluator.exploration",
    "Reason": "decision_tables.evaluator.refusal",
    "Refusal": "decision_tables.evaluator.refusal",
    "Report": "decision_tables.checking",
    "Severity": "decision_tables.problems",
    "Status": "decision_tables.evaluator.decision",
    "Suggestion": "decision_tables.drafting",
    "WorkbookRejected": "decision_tables.engine",
    "check": "decision_tables.engine",
    "diff": "decision_tables.engine",
    "explanation_text": "decision_tables.evaluator.telling",
    "load": "decision_tables.engine",
    "load_compiled": "decision_tables.engine",
    "measure": "decision_tables.coverage",
    "measure_impact": "decision_tables.engine",
    "suggest": "decision_tables.engine",
}
"""Where each public name is defined: a module is loaded when one of its names is first used."""

__all__ = [
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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
