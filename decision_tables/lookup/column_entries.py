"""What rows say of a field: the different values, each with what is still open about it, under numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable

from decision_tables.evaluator.missing import Open
from decision_tables.evaluator.refusal import Refusal
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A field of a row as tables and formulas see it.

    ``value`` is the refusal where it cannot be had. ``state`` says how open it is, ``behind`` which missing inputs
    count for it in the table that yields it; see ``evaluator.missing``. ``doubt`` is 0; or only the value is known and
    what is missing has to be asked of the row as a whole: then ``doubt`` tells such entries apart.
    """

    value: Value | Refusal
    state: Open | None = None
    behind: frozenset[str] = frozenset()
    doubt: int = 0

    @property
    def is_known(self) -> bool:
        """Whether there is a value, or none, and everything is known about it."""
        return not self.doubt and not isinstance(self.value, Refusal)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open about it."""
        return self.state is None and self.is_known


class Entries:
    """The different entries of one field so far."""

    def __init__(self) -> None:
        self.all: list[Entry] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, entry: Entry) -> int:
        """The number of an entry; equal ones share it."""
        name = _name(entry)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.all)
            self.all.append(entry)
        return number


def name_of_refusal(refusal: Refusal) -> Hashable:
    """Equal for refusals that say the same."""
    return refusal.reason, refusal.message, refusal.field, refusal.table


def _name(entry: Entry) -> Hashable:
    value, state = entry.value, entry.state
    what = name_of_refusal(value) if isinstance(value, Refusal) else (type(value), value)
    if state is None:
        return what, entry.doubt
    return what, entry.doubt, state.choices, state.leaves, id(state.upstream), entry.behind
