"""The headings of a file matched with the fields of a model; what matches nothing is said, never guessed."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Sequence

from decision_tables.bulk.refused import FileRefused, refused
from decision_tables.cells import column_letters
from decision_tables.evaluator.index import ModelIndex
from decision_tables.lookup.column_reach import fields_behind, reach_of
from decision_tables.text import Bilingual, nearest, normalise


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the columns: those to carry through, and the one with the as-of date of each row."""

    keep: tuple[str, ...] = ()
    keep_all: bool = False
    as_of: str | None = None


NOTHING_KEPT = Wanted()


@dataclasses.dataclass(frozen=True, slots=True)
class Headings:
    """Columns by their position: the inputs by field, those carried through, the one with dates.

    ``notes`` name columns that are passed over, and inputs that no column gives.
    """

    inputs: dict[str, int]
    kept: tuple[int, ...]
    as_of: int | None
    notes: tuple[Bilingual, ...]


def match_headings(
    names: Sequence[str], index: ModelIndex, table: str | None, day: datetime.date, wanted: Wanted = NOTHING_KEPT
) -> Headings:
    """Which column is what. Columns of inputs are named by key or label.

    Raises ``FileRefused`` for a column that is to be used and is not there, for a field that has two columns, and for
    a column that looks like a misspelt input; ``Refusal`` for a table that there is not.
    """
    plain = [normalise(name) for name in names]
    special = _positions(plain, [wanted.as_of] if wanted.as_of else [])
    kept = range(len(names)) if wanted.keep_all else _positions(plain, wanted.keep)
    as_of = special[0] if special else None
    inputs = _inputs(plain, index, as_of)
    behind = fields_read(index, table, day, inputs)
    others = [n for n in range(len(names)) if n not in inputs.values() and n != as_of]
    suspect = [plain[n] for n in others if n not in kept or wanted.keep_all]
    _refuse_misspelt(suspect, behind - inputs.keys(), index)
    unused = [plain[n] or column_letters(n + 1) for n in others if n not in kept]
    lacking = [key for key in index.model.fields if key in behind - inputs.keys() and _only_given(key, index)]
    return Headings(inputs, tuple(kept), as_of, _notes(unused, lacking, index))


def fields_read(
    index: ModelIndex, table: str | None, day: datetime.date, given: Collection[str] = ()
) -> frozenset[str]:
    """The fields that the asked tables rest on, leaving out what lies behind those that are given."""
    reach = reach_of(index, table, day, given)
    derived = (fields_behind(index, key) for key in reach.derived)
    return reach.fields | frozenset[str]().union(*derived)


def _only_given(key: str, index: ModelIndex) -> bool:
    return index.field(key).formula is None and not index.is_produced(key)


def _positions(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    found = []
    for name in wanted:
        if normalise(name) not in names:
            near = nearest(name, names)
            guess = Bilingual(f"是否想写“{near[0]}”？", f" Did you mean “{near[0]}”?") if near else Bilingual("", "")
            raise refused(f"文件里没有“{name}”这一列。{guess.zh}", f"The file has no column “{name}”.{guess.en}")
        found.append(names.index(normalise(name)))
    return list(dict.fromkeys(found))


def _inputs(names: Sequence[str], index: ModelIndex, as_of: int | None) -> dict[str, int]:
    inputs: dict[str, int] = {}
    keys = {normalise(name): key for name, key in index.field_keys.items()}
    for position, name in enumerate(names):
        key = keys.get(name)
        if key is None or position == as_of:
            continue
        if key in inputs:
            raise refused(
                f"“{names[inputs[key]]}”和“{name}”两列是同一个输入，请删去一列。",
                f"The columns “{names[inputs[key]]}” and “{name}” are one input; remove one of them.",
            )
        inputs[key] = position
    return inputs


def _refuse_misspelt(names: Sequence[str], lacking: Collection[str], index: ModelIndex) -> None:
    """A column that is near an input that no other column gives is taken for a mistake."""
    fields = [index.field(key) for key in sorted(lacking)]
    known = [name for field in fields for name in (field.label, field.key)]
    for name in names:
        near = nearest(name, known, 1) if name else []
        if near:
            raise FileRefused(
                Bilingual(
                    f"“{name}”不是输入，是否就是“{near[0]}”？请改列名；若确是别的内容，用 --keep {name} 原样带出。",
                    f"“{name}” is no input. Is it “{near[0]}”? Rename the column; if it is something else, carry it "
                    f"through with --keep {name}.",
                )
            )


def _notes(unused: Sequence[str], lacking: Sequence[str], index: ModelIndex) -> tuple[Bilingual, ...]:
    notes = []
    if unused:
        listed = "、".join(unused)
        notes.append(
            Bilingual(f"未使用的列：{listed}（--keep 可带出）", f"columns not used: {listed} (--keep carries them)")
        )
    if lacking:
        labels, keys = "、".join(index.field(key).label for key in lacking), ", ".join(lacking)
        notes.append(
            Bilingual(f"文件里没有的输入（按缺失处理）：{labels}", f"inputs without a column, taken as missing: {keys}")
        )
    return tuple(notes)
