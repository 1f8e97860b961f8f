"""Names and numbers: a shape and the lock before it → the lock after it.

Numbers are given in order and never twice: what a lock has once seen keeps its name and number, what is new gets the
next one, and what a new version of the contract leaves out stays reserved.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from decision_tables.contracts import names
from decision_tables.contracts.changes import Difference, differences, fits
from decision_tables.contracts.contract import Contract, FrozenList, ListMember, Lock, Member, Method, Shape

OWN_NUMBERS: Final = range(1001, 1100)
"""Numbers of the fields that every request and response has; no input and no result gets one of them."""
PROTOBUFS_NUMBERS: Final = range(19000, 20000)
"""Numbers that protobuf keeps for itself."""
WHOLE: Final = "decide"
"""The RPC that asks all tables."""


class NoSuchVersion(Exception):
    """A version of the contract was asked for that is neither the newest nor the next one."""

    def __init__(self, wanted: int, newest: int) -> None:
        super().__init__(f"version {wanted} of the contract; the newest is {newest}")
        self.wanted = wanted
        self.newest = newest


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A lock brought up to a workbook. ``changes`` are judged against the version that was the newest.

    Where changes break callers and no new version was asked for, ``lock`` keeps what was promised and adds what is new.
    """

    lock: Lock
    changes: tuple[Difference, ...] = ()
    is_new_version: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether callers would be broken without a new version."""
        return not self.is_new_version and any(change.breaks for change in self.changes)


def advance(
    before: Lock | None, shape: Shape, *, version: int = 0, since: str = "", others: Sequence[Lock] = ()
) -> Step:
    """The lock for a workbook. ``version`` 0 keeps the version of the contract; the next one begins a new one.

    ``since`` names the release, for what is retired. ``others`` are locks of proposals that are not in force: numbers
    that these have given are not given to anything else. Raises ``NoSuchVersion``.
    """
    if before is None:
        if version not in (0, 1):
            raise NoSuchVersion(version, 0)
        contract = _grown(_empty(shape), shape, _Given(others, 1))
        return Step(Lock((contract,)))
    newest = before.newest
    changes = differences(newest, shape)
    if version in (0, newest.version):
        grown = _grown(newest, shape, _Given(others, newest.version))
        return Step(Lock((*before.contracts[:-1], grown)), changes)
    if version != newest.version + 1:
        raise NoSuchVersion(version, newest.version)
    kept = dataclasses.replace(_pruned(newest, shape, since), version=version)
    contract = _grown(kept, shape, _Given(others, version))
    return Step(Lock((*before.contracts, contract)), changes, is_new_version=True)


def _empty(shape: Shape) -> Contract:
    return dataclasses.replace(shape.contract, methods=(), lists=(), version=1)


class _Given:
    """Numbers that other locks have given in a version: by method or list, part and key."""

    def __init__(self, locks: Iterable[Lock], version: int) -> None:
        self._numbers: dict[tuple[str, str], dict[tuple[str, object], int]] = {}
        for lock in locks:
            contract = lock.version(version)
            if contract is not None:
                self._note(contract)

    def _note(self, contract: Contract) -> None:
        for method in contract.methods:
            for part, members in (("inputs", method.inputs), ("results", method.results)):
                known = self._numbers.setdefault((part, method.key), {})
                known |= {(member.key, member.form): member.number for member in members}
        for found in contract.lists:
            known = self._numbers.setdefault(("list", found.key), {})
            known |= {(value.key, None): value.number for value in found.values}

    def of(self, part: str, key: str) -> Mapping[tuple[str, object], int]:
        """The numbers of one message or enum."""
        return self._numbers.get((part, key), {})


# What stays, with what is new


def _grown(before: Contract, shape: Shape, given: _Given) -> Contract:
    """The contract with everything that it had, its words as they are now, and what is new."""
    wanted = shape.contract
    glossary = {member.key: member for member in shape.glossary}
    taken = set(_type_names(before)) | {names.service_of(wanted.model)}
    methods = [_method_grown(m, wanted.method(m.key), glossary, given) for m in before.methods]
    for method in sorted(wanted.methods, key=lambda method: bool(method.key)):
        if before.method(method.key) is None:
            name = names.type_name(method.key or WHOLE, "Table", ("", "Request", "Response"), taken)
            taken |= set(_parts(name))
            fresh = dataclasses.replace(method, name=name, inputs=(), results=())
            methods.append(_method_grown(fresh, method, glossary, given))
    lists = [_list_grown(each, wanted.lists, given) for each in before.lists]
    known = {each.key for each in before.lists if not each.retired}
    for found in wanted.lists:
        if found.key not in known and _uses(methods, found.key):
            name = names.type_name(found.key, "List", ("",), taken)
            taken.add(name)
            lists.append(_list_grown(dataclasses.replace(found, name=name, values=()), wanted.lists, given))
    in_order = sorted(methods, key=lambda method: not method.key)
    return dataclasses.replace(
        before,
        title=wanted.title,
        description=wanted.description,
        methods=tuple(in_order),
        lists=tuple(lists),
        place=wanted.place,
    )


def _type_names(contract: Contract) -> Iterator[str]:
    for method in contract.methods:
        yield from _parts(method.name)
    yield from (each.name for each in contract.lists)


def _parts(method: str) -> tuple[str, str, str]:
    return method, f"{method}Request", f"{method}Response"


def _uses(methods: Iterable[Method], list_key: str) -> bool:
    members = (member for method in methods for member in (*method.inputs, *method.results))
    return any(member.form.enum == list_key for member in members if not member.retired)


def _method_grown(before: Method, now: Method | None, glossary: Mapping[str, Member], given: _Given) -> Method:
    if now is None or before.retired:
        return before
    inputs = _members_grown(before.inputs, now.inputs, glossary, given.of("inputs", now.key), names.REQUEST_NAMES)
    results = _members_grown(before.results, now.results, {}, given.of("results", now.key), names.RESPONSE_NAMES)
    return dataclasses.replace(now, inputs=inputs, results=results, name=before.name)


def _members_grown(
    before: Sequence[Member],
    now: Sequence[Member],
    glossary: Mapping[str, Member],
    given: Mapping[tuple[str, object], int],
    own: Collection[str],
) -> tuple[Member, ...]:
    current = {**glossary, **{member.key: member for member in now}}
    grown = [member if member.retired else _reworded(member, current.get(member.key)) for member in before]
    known = {member.key for member in before if not member.retired}
    numbers = _Numbers((member.number for member in before), given.values())
    taken = {names.json_name(name) for name in (*own, *(member.name for member in before)) if name}
    for member in now:
        if member.key not in known:
            name = names.field_name(member.key, taken)
            taken.add(names.json_name(name))
            number = numbers.take(given.get((member.key, member.form), 0))
            grown.append(dataclasses.replace(member, name=name, number=number))
    return tuple(grown)


class _Numbers:
    """Gives numbers: one that another lock has given to the same part, else the next one that nobody has."""

    def __init__(self, own: Iterable[int], elsewhere: Iterable[int]) -> None:
        self._own = set(own)
        self._last = max((n for n in (*self._own, *elsewhere) if n not in OWN_NUMBERS), default=0)

    def take(self, known: int) -> int:
        """The number for a new part; ``known`` is the one that another lock gave it, or 0."""
        if known and known not in self._own:
            self._own.add(known)
            return known
        self._last += 1
        for kept in (OWN_NUMBERS, PROTOBUFS_NUMBERS):
            if self._last in kept:
                self._last = kept.stop
        self._own.add(self._last)
        return self._last


def _reworded(member: Member, now: Member | None) -> Member:
    """A member as it was promised, in the words of today; what is no longer required is no longer said to be."""
    if now is None:
        return member
    return dataclasses.replace(now, form=member.form, name=member.name, number=member.number)


def _list_grown(before: FrozenList, wanted: Iterable[FrozenList], given: _Given) -> FrozenList:
    now = next((each for each in wanted if each.key == before.key), None)
    if now is None or before.retired:
        return before
    labels = {value.key: value.label for value in now.values}
    grown = [dataclasses.replace(value, label=labels.get(value.key, value.label)) for value in before.values]
    known = {value.key for value in before.values if not value.retired}
    given_values = given.of("list", now.key)
    numbers = _Numbers((value.number for value in before.values), given_values.values())
    for value in now.values:
        if value.key not in known:
            name = names.value_name(value.key, (each.name for each in grown if each.name))
            grown.append(ListMember(value.key, value.label, name, numbers.take(given_values.get((value.key, None), 0))))
    return dataclasses.replace(now, values=tuple(grown), name=before.name)


# What a new version leaves out


def _pruned(before: Contract, shape: Shape, since: str) -> Contract:
    """A contract without what the shape has no more: retired, its numbers kept, its names free for others."""
    glossary = {member.key: member for member in shape.glossary}
    methods = tuple(_method_pruned(m, shape.contract.method(m.key), glossary, since) for m in before.methods)
    current = {each.key: each for each in shape.contract.lists}
    lists = tuple(_list_pruned(each, current.get(each.key), since) for each in before.lists)
    return dataclasses.replace(before, methods=methods, lists=lists)


def _method_pruned(method: Method, now: Method | None, glossary: Mapping[str, Member], since: str) -> Method:
    if method.retired:
        return method
    if now is None:
        return dataclasses.replace(method, retired=since or "-")
    wanted = {member.key: member for member in now.inputs}
    inputs = tuple(_member_pruned(m, wanted.get(m.key), since) for m in method.inputs)
    results = {member.key: member for member in now.results}
    return dataclasses.replace(
        method, inputs=inputs, results=tuple(_member_pruned(m, results.get(m.key), since) for m in method.results)
    )


def _member_pruned(member: Member, now: Member | None, since: str) -> Member:
    if member.retired:
        return member
    if now is None:
        return dataclasses.replace(member, retired=since or "-")
    if now.form == member.form or fits(now.form, member.form):
        return member
    return dataclasses.replace(member, retired=since or "-", name="")


def _list_pruned(found: FrozenList, now: FrozenList | None, since: str) -> FrozenList:
    if found.retired:
        return found
    if now is None:
        return dataclasses.replace(found, retired=since or "-")
    have = {value.key for value in now.values}
    values = (v if v.retired or v.key in have else dataclasses.replace(v, retired=since or "-") for v in found.values)
    return dataclasses.replace(found, values=tuple(values))
