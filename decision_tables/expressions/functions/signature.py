"""What a function takes and gives."""

from __future__ import annotations

import dataclasses

from decision_tables.expressions.kinds import Kind, Sort

ANY = frozenset(Sort) - {Sort.NAME}
ORDERED = frozenset({Sort.NUMBER, Sort.DATE})
COMPARABLE = ANY - {Sort.SET}


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: the sorts that it may have. Parameters of one ``group`` must be of one kind."""

    sorts: frozenset[Sort]
    group: str = ""
    may_be_empty: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of a function: ``fixed``, then ``repeated`` once or more, then ``optional``.

    ``result`` is the kind of the value, or the name of the group whose kind it has.
    """

    fixed: tuple[Parameter, ...]
    result: Kind | str
    repeated: tuple[Parameter, ...] = ()
    optional: tuple[Parameter, ...] = ()

    def parameters(self, count: int) -> tuple[Parameter, ...] | None:
        """The parameter of each of ``count`` arguments; None if the function does not take so many."""
        times, rest = self._repeats(count - len(self.fixed))
        if rest < 0 or rest > len(self.optional) or (self.repeated and times < 1):
            return None
        return (*self.fixed, *self.repeated * times, *self.optional[:rest])

    def _repeats(self, count: int) -> tuple[int, int]:
        return divmod(count, len(self.repeated)) if self.repeated else (0, count)


def one(sort: Sort) -> Parameter:
    """A parameter that takes values of one sort."""
    return Parameter(frozenset({sort}))
