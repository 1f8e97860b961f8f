"""What the rules of a table do together: exact findings over regions, one module each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from decision_tables.analysis.duplicate import check_duplicates
from decision_tables.analysis.gap import check_gaps
from decision_tables.analysis.hole import check_holes, check_versions
from decision_tables.analysis.mergeable import check_mergeable
from decision_tables.analysis.never_met import check_never_met
from decision_tables.analysis.order import check_order
from decision_tables.analysis.overlap import check_overlaps
from decision_tables.analysis.redundant import check_redundant
from decision_tables.analysis.result_never import check_results
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.touching import check_touching
from decision_tables.analysis.unreachable import check_needless, check_unreachable
from decision_tables.analysis.unused_default import check_unused_defaults
from decision_tables.analysis.unused_value import check_unused_values
from decision_tables.analysis.upstream import Upstream
from decision_tables.model import ModelDefinition, Table
from decision_tables.problems import Problems

CHECKS: tuple[Callable[[Subject, Problems], None], ...] = (
    check_overlaps,
    check_touching,
    check_duplicates,
    check_gaps,
    check_holes,
    check_never_met,
    check_unreachable,
    check_needless,
    check_unused_defaults,
    check_order,
    check_mergeable,
    check_redundant,
)
"""Every check of one table, in the order in which they run."""

REMNANT_CHECKS: tuple[Callable[[Subject, Problems], None], ...] = (
    check_overlaps,
    check_duplicates,
    check_unreachable,
)
"""The checks that hold for the rules of some rows whatever the other rows say."""

MODEL_CHECKS: tuple[Callable[[Upstream, Problems], None], ...] = (
    check_versions,
    check_results,
    check_unused_values,
)
"""Every check of a whole model, whose tables are all without errors."""


def _silent(done: int, total: int) -> None:
    """Tells nobody."""


def analyse(
    model: ModelDefinition,
    tables: Sequence[Table],
    problems: Problems,
    progress: Callable[[int, int], None] = _silent,
    remnants: Sequence[Table] = (),
) -> None:
    """Run every check over the tables, which hold no errors; over remnants, what holds without their other rows."""
    upstream = Upstream(model, tables)
    total = len(tables) * len(CHECKS)
    for number, table in enumerate(tables):
        subject = Subject(table, upstream)
        for step, check in enumerate(CHECKS):
            progress(number * len(CHECKS) + step, total)
            check(subject, problems)
    for remnant in remnants:
        for check in REMNANT_CHECKS:
            check(Subject(remnant, upstream), problems)
    if len(tables) == len(model.tables):
        for check_model in MODEL_CHECKS:
            check_model(upstream, problems)


__all__ = ["CHECKS", "MODEL_CHECKS", "REMNANT_CHECKS", "analyse"]
