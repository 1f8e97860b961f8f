"""Checks a workbook from its bytes: reading, building, analysis, its own tests."""

from __future__ import annotations

import dataclasses

from decision_tables.analysis import analyse
from decision_tables.checking import progress as steps
from decision_tables.checking.cases import run_cases
from decision_tables.checking.progress import Progress, quiet
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import ModelDefinition
from decision_tables.model.accepted import accept
from decision_tables.model.builder import build_model
from decision_tables.problems import Problem, Problems, has_errors, in_order
from decision_tables.workbook import read_workbook


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of the workbook. ``definition`` is None if no model could be made of it."""

    problems: tuple[Problem, ...]
    definition: ModelDefinition | None
    cases: int = 0

    @property
    def has_errors(self) -> bool:
        """Whether the workbook cannot be used."""
        return has_errors(self.problems)


def check_bytes(content: bytes, progress: Progress = quiet) -> Report:
    """The report on a workbook. Its tests run only if nothing else is wrong with it; never raises for its content."""
    problems = Problems()
    grid = read_workbook(content, problems, progress=lambda done, total: progress(steps.READING, done, total))
    if grid is None:
        return Report(tuple(in_order(problems)), None)
    built = build_model(grid, problems, lambda done, total: progress(steps.BUILDING, done, total))
    definition = built.model
    if definition is not None and not has_errors(problems):
        analyse(definition, problems, lambda done, total: progress(steps.ANALYSING, done, total))
        run_cases(ModelIndex(definition), problems, lambda done, total: progress(steps.TESTING, done, total))
    extra = Problems()
    found = accept(list(problems), built.accepted, extra)
    sheets = [sheet.name for sheet in grid.sheets]
    everything = in_order([*found, *extra], sheets)
    return Report(tuple(everything), definition, len(definition.cases) if definition else 0)
