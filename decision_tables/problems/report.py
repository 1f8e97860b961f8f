"""Problems as people and programs read them: severity, words, order, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from decision_tables.problems.catalogue import CATALOGUE
from decision_tables.problems.problem import Argument, Problem, Severity
from decision_tables.text import Bilingual


def severity_of(problem: Problem) -> Severity:
    """The severity that holds for this finding."""
    return problem.severity or CATALOGUE[problem.code].severity


def message_of(problem: Problem, language: str) -> str:
    """What is wrong, in ``zh`` or ``en``."""
    return _filled(CATALOGUE[problem.code].message, problem.arguments, language)


def hint_of(problem: Problem, language: str) -> str:
    """What to do next, in ``zh`` or ``en``."""
    return _filled(CATALOGUE[problem.code].hint, problem.arguments, language)


def _filled(text: Bilingual, arguments: Mapping[str, Argument], language: str) -> str:
    words = {
        name: value.in_language(language) if isinstance(value, Bilingual) else value
        for name, value in arguments.items()
    }
    return text.in_language(language).format_map(words)


def in_order(problems: Iterable[Problem], sheets: Sequence[str] = ()) -> list[Problem]:
    """Sorted by sheet (in workbook order), row, column and code."""
    ranks = {name: rank for rank, name in enumerate(sheets)}

    def key(problem: Problem) -> tuple[object, ...]:
        place = problem.place
        return (ranks.get(place.sheet, -1), place.sheet, place.row, place.column, problem.code)

    return sorted(problems, key=key)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any finding is an error."""
    return any(severity_of(problem) is Severity.ERROR for problem in problems)


def as_json(problem: Problem) -> dict[str, Any]:
    """One problem as plain data, the same on every surface."""
    return {
        "code": problem.code,
        "severity": severity_of(problem).value,
        "sheet": problem.place.sheet,
        "cell": problem.place.cell,
        "message": {"zh": message_of(problem, "zh"), "en": message_of(problem, "en")},
        "hint": {"zh": hint_of(problem, "zh"), "en": hint_of(problem, "en")},
        "related": [{"sheet": place.sheet, "cell": place.cell} for place in problem.related],
    }


def report_json(problems: Sequence[Problem]) -> dict[str, Any]:
    """A whole report as plain data, with counts by severity."""
    counts = Counter(severity_of(problem).value for problem in problems)
    return {
        "problems": [as_json(problem) for problem in problems],
        "summary": {severity.value: counts[severity.value] for severity in Severity},
    }
