"""What a check looks at: one table, with its spaces and what surrounds it."""

from __future__ import annotations

import dataclasses
import functools

from decision_tables.analysis.space import Space
from decision_tables.analysis.upstream import Upstream
from decision_tables.model import Computed, ModelDefinition, Rule, Table
from decision_tables.problems import Problems
from decision_tables.text import Bilingual


@dataclasses.dataclass(frozen=True)
class Subject:
    """A table without errors, in its model. ``upstream`` knows what the tables yield."""

    table: Table
    upstream: Upstream

    @property
    def model(self) -> ModelDefinition:
        """The model of the table."""
        return self.upstream.model

    @functools.cached_property
    def spaces(self) -> list[Space]:
        """The table's spaces, one for each period in which the same is in force."""
        return self.upstream.spaces(self.table)

    def unfinished(self, what: Bilingual, problems: Problems) -> None:
        """Say that a check came to its bound."""
        problems.add("DT890", self.table.place, table=self.table.title, what=what)


def comparable(rule: Rule) -> tuple[object, ...]:
    """The results of a rule as far as they can be compared before they are computed."""
    return tuple(result.expression if isinstance(result, Computed) else result.value for result in rule.results)


def is_computed(rule: Rule) -> bool:
    """Whether some result of a rule is a formula."""
    return any(isinstance(result, Computed) for result in rule.results)
