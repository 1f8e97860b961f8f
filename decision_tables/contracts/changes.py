"""What a workbook changes for callers of the contract: found field by field, judged, as data."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator

from decision_tables.cells import Place
from decision_tables.contracts.contract import Contract, Form, FrozenList, Kind, Member, Method, Shape


class Level(enum.Enum):
    """What a change does to the programs of callers."""

    COMPATIBLE = "compatible"
    SOURCE_BREAKING = "source_breaking"
    """Programs in use go on; built against the new contract they do not compile, or JSON looks different."""
    WIRE_BREAKING = "wire_breaking"
    """Calls of programs in use are refused, or miss what they ask for."""


class Change(enum.Enum):
    """The kinds of changes, each with what it does."""

    TABLE_ADDED = ("table_added", Level.COMPATIBLE)
    INPUT_ADDED = ("input_added", Level.COMPATIBLE)
    RESULT_ADDED = ("result_added", Level.COMPATIBLE)
    INPUT_UNUSED = ("input_unused", Level.COMPATIBLE)
    NO_LONGER_REQUIRED = ("no_longer_required", Level.COMPATIBLE)
    VALUE_ADDED = ("value_added", Level.COMPATIBLE)
    INTEGER_WIDENED = ("integer_widened", Level.SOURCE_BREAKING)
    TABLE_REMOVED = ("table_removed", Level.WIRE_BREAKING)
    INPUT_REMOVED = ("input_removed", Level.WIRE_BREAKING)
    RESULT_REMOVED = ("result_removed", Level.WIRE_BREAKING)
    FORM_CHANGED = ("form_changed", Level.WIRE_BREAKING)
    LIST_THAWED = ("list_thawed", Level.WIRE_BREAKING)
    NEWLY_REQUIRED = ("newly_required", Level.WIRE_BREAKING)
    VALUE_REMOVED = ("value_removed", Level.WIRE_BREAKING)

    def __init__(self, word: str, level: Level) -> None:
        self.word = word
        self.level = level


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One change: of what, in which method, and where the workbook shows it.

    ``subject`` is the key of a field, table, list or value and ``label`` its name for people; ``method`` is the key of
    the table and ``title`` its title, or those of the list. ``was`` and ``now`` are forms, where these differ.
    """

    change: Change
    subject: str
    label: str
    method: str = ""
    title: str = ""
    was: Form | None = None
    now: Form | None = None
    place: Place = dataclasses.field(default=Place(), compare=False)

    @property
    def breaks(self) -> bool:
        """Whether programs of callers have to be changed."""
        return self.change.level is not Level.COMPATIBLE


def differences(before: Contract, shape: Shape) -> tuple[Difference, ...]:
    """What differs from a contract, in the order of the contract; nothing is said twice of one field."""
    found: dict[tuple[object, ...], Difference] = {}
    for each in _differences(before, shape):
        of_results = each.change in _OF_RESULTS
        if each.method or not of_results:  # a result of all tables together comes and goes with one of a table
            found.setdefault((each.change, each.subject, each.method if of_results else ""), each)
    return tuple(found.values())


_OF_RESULTS = (Change.RESULT_REMOVED, Change.RESULT_ADDED, Change.VALUE_ADDED, Change.VALUE_REMOVED)
"""Changes that are another one in another table, or list."""


def _differences(before: Contract, shape: Shape) -> Iterator[Difference]:
    glossary = {member.key: member for member in shape.glossary}
    for method in _alive(before):
        now = shape.contract.method(method.key)
        if now is None:
            place = shape.contract.place
            yield Difference(Change.TABLE_REMOVED, method.key, method.title, method.key, method.title, place=place)
        else:
            yield from _of_inputs(method, now, glossary, shape.contract.place)
            yield from _of_results(method, now)
    for method in shape.contract.methods:
        if before.method(method.key) is None:
            yield Difference(Change.TABLE_ADDED, method.key, method.title, method.key, method.title, place=method.place)
    yield from _of_lists(before, shape)


def _alive(contract: Contract) -> list[Method]:
    """The methods that are served; the one for all tables last, so that a change is told of the table it is in."""
    return sorted((method for method in contract.methods if not method.retired), key=lambda method: not method.key)


def _of_inputs(before: Method, now: Method, glossary: dict[str, Member], model: Place) -> Iterator[Difference]:
    wanted = {member.key: member for member in now.inputs}
    for member in before.inputs:
        if member.retired:
            continue
        current = wanted.get(member.key) or glossary.get(member.key)
        if current is None:
            yield _difference(Change.INPUT_REMOVED, member, before, model)
            continue
        yield from _of_form(member, current, before)
        if member.key not in wanted:
            yield _difference(Change.INPUT_UNUSED, current, before, current.place)
        elif current.required != member.required:
            change = Change.NEWLY_REQUIRED if current.required else Change.NO_LONGER_REQUIRED
            yield _difference(change, current, before, current.place)
    known = {member.key for member in before.inputs if not member.retired}
    for member in now.inputs:
        if member.key not in known:
            change = Change.NEWLY_REQUIRED if member.required else Change.INPUT_ADDED
            yield _difference(change, member, now, member.place)


def _of_results(before: Method, now: Method) -> Iterator[Difference]:
    wanted = {member.key: member for member in now.results}
    for member in before.results:
        if member.retired:
            continue
        current = wanted.get(member.key)
        if current is None:
            yield _difference(Change.RESULT_REMOVED, member, before, now.place)
        else:
            yield from _of_form(member, current, before)
    known = {member.key for member in before.results if not member.retired}
    yield from (_difference(Change.RESULT_ADDED, m, now, m.place) for m in now.results if m.key not in known)


def _of_form(before: Member, now: Member, method: Method) -> Iterator[Difference]:
    if before.form == now.form or fits(now.form, before.form):
        return
    kinds = (before.form.kind, now.form.kind)
    if before.form.many is now.form.many and kinds == (Kind.INT32, Kind.INT64):
        change = Change.INTEGER_WIDENED
    elif before.form.many is now.form.many and before.form.enum and kinds == (Kind.ENUM, Kind.CODE):
        change = Change.LIST_THAWED
    else:
        change = Change.FORM_CHANGED
    yield Difference(
        change, now.key, now.label, method.key, method.title, was=before.form, now=now.form, place=now.place
    )


def fits(wanted: Form, locked: Form) -> bool:
    """Whether a field of the wanted form can stay as it was locked, being wider or less strict."""
    if wanted.many is not locked.many:
        return False
    return (wanted.kind, locked.kind) in ((Kind.INT32, Kind.INT64), (Kind.ENUM, Kind.CODE))


def _difference(change: Change, member: Member, method: Method, place: Place) -> Difference:
    return Difference(change, member.key, member.label, method.key, method.title, place=place)


def _of_lists(before: Contract, shape: Shape) -> Iterator[Difference]:
    current = {each.key: each for each in shape.contract.lists}
    for found in before.lists:
        if found.retired or found.key not in current:
            continue
        now = current[found.key]
        yield from _of_values(found, now)


def _of_values(before: FrozenList, now: FrozenList) -> Iterator[Difference]:
    was = {value.key: value for value in before.values if not value.retired}
    have = {value.key: value for value in now.values}
    gone = [(Change.VALUE_REMOVED, value) for key, value in was.items() if key not in have]
    new = [(Change.VALUE_ADDED, value) for key, value in have.items() if key not in was]
    for change, value in (*gone, *new):
        yield Difference(change, value.key, value.label, now.key, now.label, place=now.place)


def is_broken(found: Iterable[Difference]) -> bool:
    """Whether any of the changes asks for a new version of the contract."""
    return any(each.breaks for each in found)
