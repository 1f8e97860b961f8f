"""Fields as the rules of one table see them: values that meet the same rules are one class, with the rules as bits."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Hashable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.evaluator.linear import rules_in_force
from decision_tables.evaluator.prospects import REFUSED
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import Codes
from decision_tables.model import HitPolicy, RuleStatus, Table
from decision_tables.regions import Everything, Region
from decision_tables.values import Value

Words: TypeAlias = npt.NDArray[np.uint64]
Demands: TypeAlias = dict[tuple[Region, ...], int]
"""What rules demand of a field, and the rules that do, as bits."""

WORD = 64
MAX_WORDS = 32
"""The rules of larger tables are not held as bits for each class."""


class RuleClasses:
    """The entries of one field put into classes; an entry about which something is open is a class of its own.

    So is every entry where ``demands`` is None. ``demanding`` are the rules that demand something of the field.
    """

    def __init__(self, entries: Entries, demands: Demands | None, width: int) -> None:
        self._entries, self._demands, self._width = entries, demands, width
        wild = {regions: all(isinstance(region, Everything) for region in regions) for regions in demands or ()}
        rules = sum(rules for regions, rules in (demands or {}).items() if not wild[regions])
        self.demanding = _words(rules if demands is not None else _every(width), width)
        self._numbers: dict[Hashable, int] = {}
        self._by_entry: list[int] = []
        self._open: list[int] = []
        self._rules: list[Words] = []
        self._arrays: tuple[Codes, Codes, Words] | None = None

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self._rules)

    def classes(self, codes: Codes) -> Codes:
        """The class of each row's entry."""
        return self._known()[0].take(codes)

    def open(self, classes: Codes) -> Codes:
        """What is open about each class: 0 for nothing, else a number of its own.

        It is below 0 where that matters to a table whatever its rules demand: the field is refused, or may yet be.
        """
        return self._known()[1].take(classes)

    def rules(self, classes: Codes) -> Words:
        """For each row the rules that the class meets; all where it is open."""
        return self._known()[2].take(classes, axis=0)

    def _known(self) -> tuple[Codes, Codes, Words]:
        if self._arrays is None or len(self._by_entry) < len(self._entries.all):
            for entry in self._entries.all[len(self._by_entry) :]:
                self._by_entry.append(self._class(entry))
            by_entry, open_ = np.array(self._by_entry, np.int32), np.array(self._open, np.int32)
            self._arrays = by_entry, open_, np.array(self._rules, np.uint64).reshape(len(self._rules), self._width)
        return self._arrays

    def _class(self, entry: Entry) -> int:
        own, bits = 1 + len(self._by_entry), _every(self._width)
        if not entry.is_known or (entry.state is not None and REFUSED in (entry.state.choices or ())):
            own = -own
        elif self._demands is not None and entry.is_settled and not isinstance(entry.value, Refusal):
            own, bits = 0, _met(entry.value, self._demands)
        number = self._numbers.setdefault((own, bits), len(self._rules))
        if number == len(self._rules):
            self._open.append(own)
            self._rules.append(_words(bits, self._width))
        return number


def _every(width: int) -> int:
    return (1 << WORD * width) - 1


def _words(bits: int, width: int) -> Words:
    return np.frombuffer(bits.to_bytes(8 * width, "little"), np.uint64)


def _met(value: Value, demands: Demands) -> int:
    return sum(rules for regions, rules in demands.items() if all(region.admits(value) for region in regions))


def width_of(table: Table, day: datetime.date) -> int:
    """How many words the rules take that are in force on a day; at least one."""
    return max(1, -(-len(rules_in_force(table, day)) // WORD))


def demands_of(table: Table, field: str, day: datetime.date) -> Demands:
    """What the rules in force demand of a field, all its columns together."""
    columns = [n for n, column in enumerate(table.conditions) if column.field == field]
    found: Demands = {}
    for number, rule in enumerate(rules_in_force(table, day)):
        regions = tuple(rule.conditions[n].region for n in columns)
        found[regions] = found.get(regions, 0) | 1 << number
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Alive:
    """For each row the rules that its settled fields leave, and for each field what is open about it, as numbers."""

    rules: Words
    open: tuple[Codes, ...]


class Sieve:
    """Leaves out of what rows are told apart by whatever cannot make a difference to a table.

    An open field makes none where no rule that is left demands anything of it. Where the first match decides, no rule
    does behind one that matches in any case.
    """

    def __init__(self, table: Table, day: datetime.date, fields: Sequence[RuleClasses], *, has_formulas: bool) -> None:
        self._fields = fields
        rules = rules_in_force(table, day)
        noted = sum(1 << n for n, rule in enumerate(rules) if rule.status is RuleStatus.NOTED)
        self._noted = np.uint64(noted) if len(rules) <= WORD else np.uint64(0)
        takes_first = table.hit_policy is HitPolicy.FIRST and not has_formulas
        self._cuts = takes_first and len(rules) <= WORD and bool(fields)

    def alive(self, classes: Sequence[Codes], rows: int) -> Alive:
        """What tells rows apart, given their class in each field."""
        pairs = list(zip(self._fields, classes, strict=True))
        if not pairs:
            return Alive(np.zeros((rows, 1), np.uint64), ())
        rules = functools.reduce(np.bitwise_and, [own.rules(codes) for own, codes in pairs])
        open_ = [own.open(codes) for own, codes in pairs]
        if self._cuts:
            rules = self._cut(rules, open_)
        return Alive(rules, tuple(_relevant(o, own, rules) for o, own in zip(open_, self._fields, strict=True)))

    def _cut(self, rules: Words, open_: Sequence[Codes]) -> Words:
        certain = rules & ~self._noted
        for codes, own in zip(open_, self._fields, strict=True):
            certain = np.where((codes != 0)[:, None], certain & ~own.demanding, certain)
        first = certain & (~certain + np.uint64(1))
        return np.where(certain != 0, rules & (first | (first - np.uint64(1)) | self._noted), rules)


def _relevant(open_: Codes, own: RuleClasses, rules: Words) -> Codes:
    matters = (rules & own.demanding).any(axis=1) | (open_ < 0)
    return np.where(matters, np.abs(open_), 0).astype(np.int32)


class RuleSets:
    """Numbers for sets of rules."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    @property
    def count(self) -> int:
        """How many different sets there are."""
        return len(self._numbers)

    def numbers(self, rules: Words) -> Codes:
        """For each row the number of its set."""
        names = np.ascontiguousarray(rules).reshape(-1)
        if rules.shape[1] > 1:
            names = names.view(np.dtype((np.void, rules.shape[1] * 8)))
        unique, inverse = np.unique(names, return_inverse=True)
        known = [self._numbers.setdefault(name.tobytes(), len(self._numbers)) for name in unique]
        return np.array(known, np.int32).take(inverse)
