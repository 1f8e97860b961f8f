"""Decision tables that business staff keep in Excel, compiled and evaluated exactly.

The public surface: ``load`` a workbook into a ``Model`` and ``Model.evaluate`` it into a ``Decision``, or ``check`` it
into a ``Report``; ``Model.explain`` says how a decision came about, ``Model.explore`` what is
still possible and worth asking for while only some inputs are known. ``diff`` compares two models by what changes
for people, ``measure_impact`` counts it over a population. ``measure`` says what of a checked workbook its own tests
reach, ``suggest`` hands a workbook back with keys and tests proposed.
``Model.to_bytes`` gives a model as a compiled file, and ``load_compiled`` loads it without the workbook.
"""

from decision_tables.checking import Report
from decision_tables.comparison import CellChange, Change, Comparison
from decision_tables.compiler import CompiledRefused
from decision_tables.coverage import Coverage, measure
from decision_tables.drafting import CannotSuggest, Suggestion
from decision_tables.engine import Model, WorkbookRejected, check, diff, load, load_compiled, measure_impact, suggest
from decision_tables.evaluator.decision import Decision, Match, Status
from decision_tables.evaluator.explanation import Explanation
from decision_tables.evaluator.exploration import AnswerClass, Exploration, PossibleOutcome, Question
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.evaluator.telling import explanation_text
from decision_tables.problems import Problem, Severity

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
