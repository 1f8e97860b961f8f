"""Functions that look only at what decides them.

Missing is not no: a missing condition gives no value, in IF as in IFS and SWITCH. AND and OR follow three-valued logic
and look no further than the first operand that decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from decision_tables.expressions.comparing import compares
from decision_tables.expressions.failure import CalculationError
from decision_tables.expressions.functions.calling import Arguments, Computation, Visit, known
from decision_tables.expressions.tree import Expression
from decision_tables.expressions.unknown import Outcome, Unknown, joined


def deciding(decisive: bool) -> Computation:
    """AND (decided by a FALSE) or OR (decided by a TRUE)."""

    def compute(arguments: Arguments, visit: Visit) -> Outcome:
        undecided: list[Outcome] = []
        for argument in _written(arguments):
            outcome = visit(argument)
            if outcome is decisive:
                return decisive
            if outcome is None or not known(outcome):
                undecided.append(outcome)
        return joined(undecided) or (None if undecided else not decisive)

    return compute


def negation(truth: bool) -> bool:
    """NOT."""
    return not truth


def is_blank(arguments: Arguments, visit: Visit) -> Outcome:
    """ISBLANK: whether a value is missing; an empty set is missing, an empty text is not."""
    (outcome,) = (visit(argument) for argument in _written(arguments))
    return outcome if isinstance(outcome, Unknown) else outcome is None or outcome == frozenset()


def choose(arguments: Arguments, visit: Visit) -> Outcome:
    """IF: the branch of a known condition; no value where the condition is missing or the third argument left out."""
    condition, *branches = _written(arguments)
    outcome = visit(condition)
    if isinstance(outcome, Unknown):
        return _any_of(outcome, branches, visit)
    if outcome is None:
        return None
    if outcome is True:
        return visit(branches[0])
    return visit(branches[1]) if len(branches) > 1 else None


def choose_first(arguments: Arguments, visit: Visit) -> Outcome:
    """IFS: the value after the first TRUE condition; no value if none is TRUE, or a missing one comes before it."""
    written = _written(arguments)
    for position in range(0, len(written), 2):
        outcome = visit(written[position])
        if isinstance(outcome, Unknown):
            return _any_of(outcome, written[position + 1 :], visit)
        if outcome is None:
            return None
        if outcome is True:
            return visit(written[position + 1])
    return None


def switch(arguments: Arguments, visit: Visit) -> Outcome:
    """SWITCH: the result after the first value that equals the subject, else the default, else no value.

    A missing subject gives no value, and so does a missing value that comes before the equal one.
    """
    subject, *rest = _written(arguments)
    outcome = visit(subject)
    if outcome is None:
        return None
    if isinstance(outcome, Unknown):
        return _any_of(outcome, rest, visit)
    for position in range(0, len(rest) - 1, 2):
        value = visit(rest[position])
        if isinstance(value, Unknown):
            return _any_of(value, rest[position + 1 :], visit)
        if value is None:
            return None
        if compares("=", outcome, value):
            return visit(rest[position + 1])
    return visit(rest[-1]) if len(rest) % 2 else None


def _any_of(condition: Unknown, branches: Iterable[Expression], visit: Visit) -> Unknown:
    """Unknown for what the condition rests on, and for what the branches would rest on if they were taken."""
    outcomes: list[Outcome] = [condition]
    for branch in branches:
        try:
            outcomes.append(visit(branch))
        except CalculationError:
            continue
    return joined(outcomes) or condition


def _written(arguments: Arguments) -> list[Expression]:
    return [argument for argument in arguments if argument is not None]
