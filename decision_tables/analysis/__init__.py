"""What the rules of a table do together: exact findings over regions, one module each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from decision_tables.analysis.gap import check_gaps
from decision_tables.analysis.overlap import check_overlaps
from decision_tables.analysis.space import Space, spaces_of
from decision_tables.analysis.unreachable import check_unreachable
from decision_tables.analysis.unused_value import check_unused_values
from decision_tables.model import ModelDefinition, Table
from decision_tables.problems import Problems

CHECKS: tuple[Callable[[Table, Sequence[Space], ModelDefinition, Problems], None], ...] = (
    check_overlaps,
    check_gaps,
    check_unreachable,
)
"""Every check, in the order in which they run."""


def _silent(done: int, total: int) -> None:
    """Tells nobody."""


def analyse(
    model: ModelDefinition,
    tables: Sequence[Table],
    problems: Problems,
    progress: Callable[[int, int], None] = _silent,
) -> None:
    """Run every check over the tables, which hold no errors."""
    for number, table in enumerate(tables):
        progress(number, len(tables))
        spaces = spaces_of(table, model)
        for check in CHECKS:
            check(table, spaces, model, problems)
    if len(tables) == len(model.tables):
        check_unused_values(model, problems)


__all__ = ["CHECKS", "analyse"]
