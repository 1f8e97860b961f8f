"""What the tests of a workbook can reach in a table: its rules, the bounds and the values that its conditions name.

A test *reaches* a rule if the rule decides in it (a noted rule: if its conditions hold). It reaches a bound or a value
if the table is asked with it while it matters: some rule whose condition names it has all its other conditions met, so
that this condition alone says whether the rule matches. The table may be asked directly or by a table that needs it.

A bound has three sides: the value just below, the bound itself, the value just above. Whole numbers, amounts and dates
have a very next value; for decimals and percents any value before the next bound counts. A value named through a group
is reached by any value of the group. What the domain of a field excludes is no goal.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator

from decision_tables.cells import Place
from decision_tables.coverage.wanted import Said, Words, wanted_values
from decision_tables.model import Field, ModelDefinition, Rule, Table
from decision_tables.regions import EVERYTHING, Region
from decision_tables.text import Bilingual
from decision_tables.values import Value

MOST_CELLS = 6
"""How many cells of a goal are named."""


class Kind(enum.Enum):
    """What a goal is."""

    RULE = "rule"
    BOUND = "bound"
    VALUE = "value"
    NO_MATCH = "no_match"


@dataclasses.dataclass(frozen=True, slots=True)
class Goal:
    """One thing that a test can reach.

    ``wanted`` holds the values of ``field`` that reach it (``negated``: those that do not); ``example`` is one that
    does. ``naming`` says for each condition column which rules name it, as bits by their order in the table; for a
    rule it is the rule itself. ``cells`` are the first of the cells concerned.
    """

    kind: Kind
    words: Words = dataclasses.field(compare=False)
    cells: tuple[Place, ...]
    naming: tuple[tuple[int, int], ...] = ()
    field: str = ""
    wanted: Region = EVERYTHING
    negated: bool = False
    example: Value = None

    @property
    def what(self) -> Bilingual:
        """The goal in words; made when asked for, since large tables have many goals."""
        return self.words()

    def accepts(self, value: Value) -> bool:
        """Whether this value of the field reaches the goal, if it matters."""
        return self.wanted.admits(value) != self.negated

    @property
    def rule(self) -> int:
        """The bit of the rule that is to decide; 0 for other goals."""
        return self.naming[0][1] if self.kind is Kind.RULE else 0


def goals_of(table: Table, model: ModelDefinition) -> list[Goal]:
    """Everything that can be reached in a table: its rules, no match where that is normal, then field by field."""
    goals = [_of_rule(number, rule) for number, rule in enumerate(table.rules)]
    if table.is_partial and not any(rule.is_default for rule in table.rules):
        goals.append(Goal(Kind.NO_MATCH, lambda: Bilingual("没有规则命中", "no rule matches"), (table.place,)))
    for key in dict.fromkeys(column.field for column in table.conditions):
        goals += _of_field(table, model.fields[key], model)
    return goals


def _of_rule(number: int, rule: Rule) -> Goal:
    def words() -> Bilingual:
        return Bilingual(f"规则 {rule.id} 命中", f"rule {rule.id} decides")

    return Goal(Kind.RULE, words, (rule.place,), ((-1, 1 << number),))


@dataclasses.dataclass
class _Cells:
    """Cells of one field that say the same: their rules by column, and the first of their places."""

    rules: dict[int, list[int]] = dataclasses.field(default_factory=dict)
    places: list[Place] = dataclasses.field(default_factory=list)

    def add(self, column: int, number: int, rule: Rule, table: Table) -> None:
        """One more cell."""
        self.rules.setdefault(column, []).append(number)
        if len(self.places) < MOST_CELLS:
            place = table.condition_places(rule)[column]
            if place not in self.places:
                self.places.append(place)


def _of_field(table: Table, field: Field, model: ModelDefinition) -> Iterator[Goal]:
    cells = _cells_of(table, field.key)
    for wanted in wanted_values(cells, field, model):
        found = [cells[said] for said in wanted.said]
        yield Goal(
            kind=Kind.BOUND if wanted.is_bound else Kind.VALUE,
            words=wanted.words,
            cells=tuple(dict.fromkeys(place for one in found for place in one.places))[:MOST_CELLS],
            naming=_naming(found),
            field=field.key,
            wanted=wanted.region,
            negated=wanted.negated,
            example=wanted.example,
        )


def _cells_of(table: Table, field: str) -> dict[Said, _Cells]:
    columns = [at for at, column in enumerate(table.conditions) if column.field == field]
    found: dict[Said, _Cells] = {}
    for number, rule in enumerate(table.rules):
        if rule.is_default:
            continue
        for at in columns:
            condition = rule.conditions[at]
            said = Said(condition.region, condition.names, condition.reading)
            found.setdefault(said, _Cells()).add(at, number, rule, table)
    return found


def _naming(found: Iterable[_Cells]) -> tuple[tuple[int, int], ...]:
    rules: dict[int, set[int]] = {}
    for cells in found:
        for column, numbers in cells.rules.items():
            rules.setdefault(column, set()).update(numbers)
    return tuple((column, bits_of(numbers)) for column, numbers in sorted(rules.items()))


def bits_of(numbers: Iterable[int]) -> int:
    """The integer whose bits are set at the given places."""
    mask = bytearray()
    for number in numbers:
        if number >= len(mask) * 8:
            mask.extend(bytes(number // 8 + 1 - len(mask)))
        mask[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(mask, "little")
