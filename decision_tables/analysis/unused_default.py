"""A default rule that never applies."""

from __future__ import annotations

from decision_tables.analysis.deciding import has_input_without_rule
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.problems import Problems
from decision_tables.text import Bilingual

NAME = Bilingual("默认规则是否会用到", "whether the default rule applies")


def check_unused_defaults(subject: Subject, problems: Problems) -> None:
    """Report a default rule that no input is left for, inputs not given among them, in any of its periods."""
    try:
        used = used_defaults(subject, Budget())
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    in_force = {space.default.position: space.default for space in subject.spaces if space.default is not None}
    for position, rule in in_force.items():
        if position not in used:
            problems.add("DT825", rule.place, table=subject.table.title, rule=rule.id)


def used_defaults(subject: Subject, budget: Budget) -> set[int]:
    """The positions of the default rules that some input is left for. Raises ``Unfinished``."""
    used: set[int] = set()
    for space in subject.spaces:
        if space.default is not None and space.default.position not in used and has_input_without_rule(space, budget):
            used.add(space.default.position)
    return used
