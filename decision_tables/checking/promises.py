"""What a workbook would do to the programs that call its tables, among the findings of its check."""

from __future__ import annotations

import dataclasses

from decision_tables.checking.check import Report
from decision_tables.contracts.changes import differences
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.shaping import shape_of
from decision_tables.contracts.telling import problems_of
from decision_tables.problems import in_order


def with_promises(report: Report, lock: Lock) -> Report:
    """The report with what changes against the contract in ``lock``; as it was where no model could be made."""
    if report.definition is None:
        return report
    changes = differences(lock.newest, shape_of(report.definition))
    found = [*report.problems, *problems_of(changes, lock.newest.version)]
    sheets = list(dict.fromkeys(problem.place.sheet for problem in report.problems))
    return dataclasses.replace(report, problems=tuple(in_order(found, sheets)))
