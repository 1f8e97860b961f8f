"""What changes for people if one model replaces another, and what changed in the cells."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence

from decision_tables.comparison.cells import cell_changes
from decision_tables.comparison.changes import Answer, Change, Compared, Comparison, Kind
from decision_tables.comparison.fields import NotComparable
from decision_tables.comparison.notes import notes_on
from decision_tables.comparison.periods import ONE_DAY, Pins, Stretch, stretches
from decision_tables.comparison.readings import region_of
from decision_tables.comparison.regions import Differences, Differing, Found
from decision_tables.comparison.shared import Asked
from decision_tables.comparison.single import only_one_has
from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import ModelDefinition, Period
from decision_tables.text import Bilingual
from decision_tables.values import Value


def compare(old: ModelIndex, new: ModelIndex, table: str | None = None, pins: Pins | None = None) -> Comparison:
    """Compare two models, all their tables or one. Raises ``Refusal`` for a table that neither of them has."""
    comparing = _Comparing(old, new, pins or Pins())
    for key in _tables(old, new, table):
        comparing.compare_table(key)
    return Comparison(
        changes=tuple(comparing.changes),
        cells=tuple(cell_changes(old.model, new.model)),
        notes=(*notes_on(old, new, comparing.pins), *comparing.notes),
        compared=tuple(comparing.compared),
        exact=comparing.exact,
        finished=comparing.finished,
        old_model=old.model.key,
        new_model=new.model.key,
        old_digest=old.model.digest,
        new_digest=new.model.digest,
    )


def _tables(old: ModelIndex, new: ModelIndex, asked: str | None) -> list[str]:
    """The keys of the tables to compare, those first that no other table uses."""
    keys = list(dict.fromkeys([*new.model.table_keys, *old.model.table_keys]))
    if asked is not None:
        key = new.table_keys.get(asked) or old.table_keys.get(asked)
        if key is None:
            raise messages.unknown_table(asked, old.table_keys | new.table_keys)
        return [key]
    return sorted(keys, key=lambda key: _is_used(new.model, key) or _is_used(old.model, key))


def _is_used(model: ModelDefinition, key: str) -> bool:
    """Whether the results of a table head conditions of another one."""
    results = {column.field for table in model.tables if table.key == key for column in table.results}
    others = (table for table in model.tables if table.key != key)
    return any(column.field in results for table in others for column in table.conditions)


@dataclasses.dataclass
class _Comparing:
    """Collects what is found, table by table."""

    old: ModelIndex
    new: ModelIndex
    pins: Pins
    changes: list[Change] = dataclasses.field(default_factory=list)
    compared: list[Compared] = dataclasses.field(default_factory=list)
    notes: list[Bilingual] = dataclasses.field(default_factory=list)
    exact: bool = True
    finished: bool = True
    differing: dict[tuple[datetime.date, datetime.date], Differing] = dataclasses.field(default_factory=dict)

    def compare_table(self, key: str) -> None:
        """Compare one table in all stretches of time."""
        if key not in self.old.versions or key not in self.new.versions:
            self.changes.extend(only_one_has(key, self.old, self.new))
            return
        found: list[Change] = []
        for stretch in stretches(key, self.old, self.new, self.pins):
            self.compared.append(Compared(key, stretch.period, stretch.old_day, stretch.new_day))
            found.extend(self._changes(key, stretch))
        self.changes.extend(_joined(found))

    def _changes(self, key: str, stretch: Stretch) -> Iterator[Change]:
        tables = self.old.version(key, stretch.old_day), self.new.version(key, stretch.new_day)
        if tables[0] is None or tables[1] is None:
            return
        try:
            found = self._differing(stretch.old_day, stretch.new_day).find(
                Asked(self.old, tables[0], stretch.old_day), Asked(self.new, tables[1], stretch.new_day)
            )
        except (NotComparable, RecursionError) as error:
            self._cannot_compare(key, error)
            return
        self._take_in(found, key)
        for region in found.found:
            yield self._change(key, tables[1].title, stretch, region)

    def _differing(self, old_day: datetime.date, new_day: datetime.date) -> Differing:
        days = (old_day, new_day)
        if days not in self.differing:
            self.differing[days] = Differing(self.old, self.new, days)
        return self.differing[days]

    def _cannot_compare(self, key: str, error: Exception) -> None:
        self.exact = self.finished = False
        about = f"（字段 {error.field}）" if isinstance(error, NotComparable) else ""
        about_en = f" (field {error.field})" if isinstance(error, NotComparable) else ""
        self.notes.append(
            Bilingual(
                f"表 {key} 无法比较：两份工作簿对同一字段的用法不同{about}。",
                f"Table {key} cannot be compared: the two workbooks use a field differently{about_en}.",
            )
        )

    def _take_in(self, found: Differences, key: str) -> None:
        self.exact &= found.exact
        self.finished &= found.finished
        for field in found.opened:
            label = (self.new.model.fields.get(field) or self.old.model.fields[field]).label
            note = Bilingual(
                f"“{label}”在一份工作簿中由调用方给出，在另一份中由表或公式得出；比较表 {key} 时按已给出计。",
                f"“{label}” is given by the caller in one workbook and worked out in the other; "
                f"in comparing table {key} it counts as given.",
            )
            if note not in self.notes:
                self.notes.append(note)

    def _change(self, key: str, title: str, stretch: Stretch, region: Found) -> Change:
        example = region.example
        return Change(
            table=key,
            title=title,
            kind=Kind.RESULTS,
            region=region_of(region.demands),
            demands=region.demands,
            example=example.inputs,
            shown_example=_shown(example.inputs, self.old.model, self.new.model),
            old=example.old,
            new=example.new,
            period=stretch.period,
            old_as_of=stretch.old_day,
            new_as_of=stretch.new_day,
            only_if_missing=region.only_if_missing,
            exact=region.exact,
        )


def _shown(inputs: Mapping[str, Value], old: ModelDefinition, new: ModelDefinition) -> Bilingual:
    """Inputs in one line, by the labels of the new model where it has the field and the value."""
    parts = []
    for key, value in inputs.items():
        model = new if key in new.fields and _names(new, key, value) else old if key in old.fields else new
        parts.append(shown_inputs({key: value}, model))
    if not parts:
        return shown_inputs({}, new)
    return Bilingual("，".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def _names(model: ModelDefinition, key: str, value: Value) -> bool:
    values = model.fields[key].value_list
    members = value if isinstance(value, frozenset) else {value}
    return values is None or members <= model.lists[values].by_key.keys()


def _joined(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, those that are the same in stretches that follow each other as one."""
    open_: dict[object, Change] = {}
    for change in changes:
        name = _name(change)
        before = open_.get(name)
        if before is not None and _follows(before.period.last, change.period.first):
            period = Period(before.period.first, change.period.last)
            open_[name] = dataclasses.replace(before, period=period)
            continue
        if before is not None:
            yield before
            del open_[name]
        open_[name] = change
    yield from open_.values()


def _follows(last: datetime.date | None, first: datetime.date | None) -> bool:
    return last is not None and first is not None and last + ONE_DAY == first


def _name(change: Change) -> object:
    readings = tuple((d.field.key, d.shown.zh, d.missing, d.side) for d in change.demands)
    return readings, _outcome(change.old), _outcome(change.new), change.exact


def _outcome(answer: Answer) -> object:
    """An answer without the values that move inside a region."""
    fixed = tuple((key, value) for key, value in answer.results.items() if key not in answer.formulas)
    formulas = tuple((key, words.zh) for key, words in answer.formulas.items())
    return answer.status, fixed, formulas
