"""The typed contract of a model as records: what callers can ask, with which fields, under which numbers.

A contract is what a model promises its callers. It is made of the tables and the glossary once, and afterwards only
grows; what goes is retired in a new version and its number is never given again.
"""

from __future__ import annotations

import dataclasses
import enum

from decision_tables.cells import Place


class Kind(enum.Enum):
    """How one value of a field travels."""

    TEXT = "text"
    INT32 = "int32"
    INT64 = "int64"
    DECIMAL = "decimal"
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"
    """The key of a value of a list, as a string."""
    ENUM = "enum"
    """A value of a list that is frozen."""


class Many(enum.Enum):
    """How many values a field holds."""

    ONE = "one"
    SET = "set"
    HITS = "hits"
    """One value for each rule that matched, which may be missing."""
    SETS = "sets"
    """One set for each rule that matched."""

    @property
    def is_sequence(self) -> bool:
        """Whether there is an entry for each rule that matched."""
        return self in (Many.HITS, Many.SETS)


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """What a field of a message holds; ``enum`` is the key of the frozen list."""

    kind: Kind
    many: Many = Many.ONE
    enum: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A field of a message. ``number`` and ``name`` are given by the lock, and stay.

    ``retired`` says since when it is gone, in words for people. A retired member whose name is in use again has none.
    """

    key: str
    form: Form
    label: str = ""
    unit: str = ""
    domain: str = ""
    value_list: str = ""
    required: bool = False
    personal: bool = False
    description: str = ""
    name: str = ""
    number: int = 0
    retired: str = ""
    place: Place = dataclasses.field(default=Place(), compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """What can be asked: one table, or with an empty key all of them."""

    key: str
    inputs: tuple[Member, ...]
    results: tuple[Member, ...]
    title: str = ""
    description: str = ""
    name: str = ""
    retired: str = ""
    place: Place = dataclasses.field(default=Place(), compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class ListMember:
    """A value of a frozen list."""

    key: str
    label: str = ""
    name: str = ""
    number: int = 0
    retired: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenList:
    """A value list whose values are part of the contract."""

    key: str
    label: str
    values: tuple[ListMember, ...]
    name: str = ""
    retired: str = ""
    place: Place = dataclasses.field(default=Place(), compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Contract:
    """One version of the contract of a model; version 0 is one that no lock has seen yet, without names and numbers."""

    model: str
    title: str
    methods: tuple[Method, ...]
    lists: tuple[FrozenList, ...] = ()
    description: str = ""
    version: int = 0
    place: Place = dataclasses.field(default=Place(), compare=False)

    def method(self, key: str) -> Method | None:
        """The method for a table, or with an empty key the one for all of them; None if there is none any more."""
        return next((method for method in self.methods if method.key == key and not method.retired), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What a workbook would promise if it were published first: its contract without numbers, and its whole glossary.

    ``glossary`` holds every field as an input, so that what a table no longer reads can still be sent.
    """

    contract: Contract
    glossary: tuple[Member, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Lock:
    """All versions of the contract of a model, oldest first; the last one is what the model promises now."""

    contracts: tuple[Contract, ...]

    @property
    def newest(self) -> Contract:
        """The version that new callers use."""
        return self.contracts[-1]

    def version(self, number: int) -> Contract | None:
        """The version of that number; 0 is the newest."""
        if number == 0:
            return self.newest
        return next((contract for contract in self.contracts if contract.version == number), None)
