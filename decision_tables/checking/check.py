"""Checks a workbook from its bytes: reading, building, analysis, its own tests."""

from __future__ import annotations

import dataclasses
import functools

from decision_tables.analysis import analyse
from decision_tables.checking import progress as steps
from decision_tables.checking.cases import CASE_FAILURES, run_cases
from decision_tables.checking.progress import Progress, quiet
from decision_tables.checking.sound import NOTHING_SOUND, Sound, sound_parts
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import ModelDefinition
from decision_tables.model.accepted import accept
from decision_tables.model.builder import build_model
from decision_tables.problems import Problem, Problems, Severity, has_errors, in_order, severity_of
from decision_tables.workbook import read_workbook

MANY_CASES = 20
"""From so many on, it pays to compile the tables that the cases ask, instead of walking their rows for each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of the workbook. ``definition`` is None if no model could be made of it.

    ``examined`` holds the tables that were analysed and the cases that were run: those that rest on nothing at fault.
    """

    problems: tuple[Problem, ...]
    definition: ModelDefinition | None
    cases: int = 0
    examined: Sound = NOTHING_SOUND

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.problems)

    @property
    def fails_only_its_tests(self) -> bool:
        """Whether every error is a test case of the workbook that came out otherwise: decisions can be taken."""
        errors = [problem for problem in self.problems if severity_of(problem) is Severity.ERROR]
        return bool(errors) and all(problem.code in CASE_FAILURES for problem in errors)


def check_bytes(content: bytes, progress: Progress = quiet) -> Report:
    """The report on a workbook; never raises for its content.

    Errors in one place do not hide findings in another: the tables without errors are analysed, and the test cases that
    rest on nothing at fault are run.
    """
    problems = Problems()
    grid = read_workbook(content, problems, progress=lambda done, total: progress(steps.READING, done, total))
    if grid is None:
        return Report(tuple(in_order(problems)), None)
    built = build_model(grid, problems, lambda done, total: progress(steps.BUILDING, done, total))
    definition = built.model
    sound = NOTHING_SOUND
    if definition is not None:
        sound = sound_parts(definition, built, problems)
        told = functools.partial(progress, steps.ANALYSING)
        analyse(definition, sound.tables, problems, told, sound.remnants)
        index = index_for(definition, len(sound.cases))
        run_cases(index, sound.cases, problems, lambda done, total: progress(steps.TESTING, done, total))
    extra = Problems()
    found = accept(list(problems), built.accepted, extra)
    sheets = [sheet.name for sheet in grid.sheets]
    everything = in_order([*found, *extra], sheets)
    return Report(tuple(everything), definition, len(definition.cases) if definition else 0, sound)


def index_for(definition: ModelDefinition, cases: int) -> ModelIndex:
    """The model arranged for so many cases; for many of them its tables are compiled as they are asked."""
    if cases < MANY_CASES:
        return ModelIndex(definition)
    from decision_tables.lookup.deciding import Decider  # noqa: PLC0415 - brings arrays, which a small check does without

    return Decider(definition).index
