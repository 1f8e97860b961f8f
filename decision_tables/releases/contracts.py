"""The typed contract of a proposal: its lock goes on from those before, and what would break callers is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Final

from decision_tables.contracts.changes import differences
from decision_tables.contracts.contract import Contract, Lock, Member, Shape
from decision_tables.contracts.lock_file import LockUnreadable, lock_bytes, read_lock, read_shape
from decision_tables.contracts.locking import NoSuchVersion, Step, advance
from decision_tables.contracts.telling import problems_of
from decision_tables.problems import Problem, message_of
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused
from decision_tables.releases.release import Release, Stage
from decision_tables.releases.view import View
from decision_tables.text import Bilingual

LOOKED_BACK: Final = 100
"""How many of the newest releases are looked at for numbers that were given."""
_SAID: Final = 5


def next_lock(view: View, model: str, shape: str, version: int) -> bytes:
    """The lock for a proposal. ``version`` 0 keeps the version of the contract, the next one begins a new one.

    The change is judged against the newest release that was approved and not withdrawn, whether it is active already or
    not: callers may ask for it. Numbers that other proposals have given are not given again. Raises ``ReleaseRefused``.
    """
    recent = view.releases(model, LOOKED_BACK)
    before = promised(view, recent)
    others = [lock for release in recent if (lock := lock_of(view, release)) is not None]
    since = f"{model}#{view.last_number(model) + 1}"
    try:
        step = advance(before, read_shape(shape.encode("ascii")), version=version, since=since, others=others)
    except NoSuchVersion as error:
        raise ReleaseRefused(
            ReleaseReason.CONTRACT_VERSION_UNUSABLE, wanted=error.wanted, newest=error.newest, next=error.newest + 1
        ) from error
    if step.is_refused:
        newest = step.lock.newest.version
        raise ReleaseRefused(ReleaseReason.CONTRACT_BROKEN, changes=_breaking(step), next=newest + 1)
    return lock_bytes(step.lock)


def _breaking(step: Step) -> Bilingual:
    told = problems_of([change for change in step.changes if change.breaks], step.lock.newest.version)
    more = len(told) - _SAID
    words = [_message(problem) for problem in told[:_SAID]]
    if more > 0:
        words.append(Bilingual(f"……还有 {more} 个。", f"… and {more} more."))
    return Bilingual("".join(word.zh for word in words), " ".join(word.en for word in words))


def _message(problem: Problem) -> Bilingual:
    place = f"{problem.place}: " if str(problem.place) else ""
    return Bilingual(place + message_of(problem, "zh"), place + message_of(problem, "en"))


def promised(view: View, recent: Iterable[Release]) -> Lock | None:
    """What callers have been promised: the lock of the newest release that can be asked for."""
    can_be_asked = (release for release in recent if release.stage is Stage.APPROVED and release.manifest.contract_lock)
    newest = next(can_be_asked, None)
    return lock_of(view, newest) if newest is not None else None


def contract_in_force(view: View, model: str) -> bytes:
    """The lock by which the typed calls of a model are served, whichever release is active; empty if there is none.

    It is the promise of the newest release that can be asked for, so that nothing is taken back by a roll-back.
    """
    lock = promised(view, view.releases(model, LOOKED_BACK))
    return lock_bytes(lock) if lock is not None else b""


def lock_of(view: View, release: Release) -> Lock | None:
    """The lock of a release; None for one of before there were contracts, and for one that cannot be read."""
    digest = release.manifest.contract_lock
    try:
        return read_lock(view.content(digest)) if digest else None
    except LockUnreadable:
        return None


def check_goes_on(view: View, release: Release) -> None:
    """Raises ``ReleaseRefused`` if another release was approved meanwhile whose contract this one does not keep."""
    own = lock_of(view, release)
    newest = promised(view, view.releases(release.manifest.model, LOOKED_BACK))
    if own is not None and newest is not None and not keeps(own, newest):
        raise ReleaseRefused(ReleaseReason.CONTRACT_OVERTAKEN, release=release.name)


def keeps(later: Lock, earlier: Lock) -> bool:
    """Whether everything that the earlier lock promises in a version, the later one promises under the same numbers."""
    return all(
        (now := later.version(before.version)) is not None and _given(before) <= _given(now)
        for before in earlier.contracts
    )


def _given(contract: Contract) -> set[tuple[object, ...]]:
    """Every number with what it stands for."""
    given: set[tuple[object, ...]] = set()
    for method in contract.methods:
        for part, members in (("input", method.inputs), ("result", method.results)):
            given |= {(part, method.name, m.number, m.key, m.form, bool(m.retired)) for m in members}
    for found in contract.lists:
        given |= {("value", found.name, value.number, value.key, bool(value.retired)) for value in found.values}
    return given


# What is told of locks


def contract_version(lock: bytes) -> int:
    """The newest version of the contract in a lock; 0 where there is none."""
    try:
        return read_lock(lock).newest.version if lock else 0
    except LockUnreadable:
        return 0


def contract_changes(before: bytes, after: bytes) -> tuple[Bilingual, ...]:
    """What changes for callers between two locks, in sentences; nothing where one of them is lacking."""
    if not before or not after:
        return ()
    old, new = read_lock(before).newest, read_lock(after).newest
    changes = differences(old, _as_shape(new))
    told = problems_of(changes, old.version, is_new_version=new.version > old.version)
    return tuple(Bilingual(message_of(each, "zh"), message_of(each, "en")) for each in told)


def _as_shape(contract: Contract) -> Shape:
    """A contract as if a workbook had just promised it: what is retired is not there."""
    methods = [
        dataclasses.replace(method, inputs=_alive(method.inputs), results=_alive(method.results))
        for method in contract.methods
        if not method.retired
    ]
    lists = [
        dataclasses.replace(each, values=tuple(value for value in each.values if not value.retired))
        for each in contract.lists
        if not each.retired
    ]
    inputs = {member.key: member for method in methods for member in method.inputs}
    alive = dataclasses.replace(contract, methods=tuple(methods), lists=tuple(lists))
    return Shape(alive, tuple(inputs.values()))


def _alive(members: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(member for member in members if not member.retired)
