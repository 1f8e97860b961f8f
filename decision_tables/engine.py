"""The engine's front door: load a workbook, ask it for decisions."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Mapping

from decision_tables.evaluator.decision import Decision
from decision_tables.model import ModelDefinition
from decision_tables.problems import Problem


class WorkbookRejected(Exception):
    """A workbook that cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"the workbook has {len(problems)} problems")
        self.problems = problems


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """A workbook ready for decisions: its definition, and the warnings found when it was checked."""

    definition: ModelDefinition
    problems: tuple[Problem, ...] = ()

    def evaluate(
        self, inputs: Mapping[str, object], *, table: str | None = None, as_of: datetime.date | None = None
    ) -> Decision:
        """Decide for ``inputs`` (by key or label), for one table or for every table of the model.

        ``as_of`` is the date whose rules apply; default today in the model's time zone. Raises ``Refusal``.
        """
        raise NotImplementedError


def load(path: str | os.PathLike[str]) -> Model:
    """Read, check and load a workbook. Raises ``WorkbookRejected`` with all problems if any is an error."""
    raise NotImplementedError
