"""No plan takes more than its bound, however a table is made; what cannot be indexed is named."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable

import pytest

from decision_tables.cells import Place
from decision_tables.compiler import CompiledModel, CompiledTable, compile_table
from decision_tables.compiler.compiled import Bitsets, Dense
from decision_tables.compiler.planning import USUAL, Bounds
from decision_tables.compiler.summary import bytes_of, summaries
from decision_tables.evaluator.linear import row_by_row
from decision_tables.grammar import Condition
from decision_tables.lookup import TableLookup
from decision_tables.lookup.finder import found
from decision_tables.model import Column, Field, ListValue, Literal, ModelDefinition, Rule, Table, ValueList
from decision_tables.regions import Interval, Ordered, Region, SetTest, Subsets, Texts, TextTest
from decision_tables.values import FieldType, Value

DAY = datetime.date(2025, 6, 1)
MEMBERS = ValueList("members", "成员", tuple(ListValue(f"m{n}", f"成员{n}") for n in range(60)))

Draw = Callable[[random.Random], Region]


def made(type_: FieldType, columns: int, rules: int, draw: Draw, seed: int = 1) -> tuple[Table, ModelDefinition]:
    """A table of rules with a region drawn for each cell."""
    chance = random.Random(seed)
    value_list = "members" if type_ is FieldType.SET else None
    fields = {f"f{n}": Field(f"f{n}", f"栏{n}", type_, value_list=value_list) for n in range(columns)}
    rows = [
        Rule(
            str(position),
            position,
            tuple(Condition(draw(chance), "") for _ in range(columns)),
            (Literal(position, Place()),),
        )
        for position in range(1, rules + 1)
    ]
    result = Field("fee", "费用", FieldType.INTEGER)
    columns_of = tuple(Column(key, Place()) for key in fields)
    table = Table("t", "表", columns_of, (Column("fee", Place()),), tuple(rows))
    return table, ModelDefinition("m", "m", fields | {"fee": result}, {"members": MEMBERS}, {}, (table,))


def plan_bytes(compiled: CompiledTable) -> int:
    plan = compiled.plan
    if isinstance(plan, Dense):
        return plan.cells.nbytes + plan.row_sets.starts.nbytes + plan.row_sets.numbers.nbytes
    return sum(rows.nbytes for rows in plan.groups)


def agrees(compiled: CompiledTable, model: ModelDefinition, inputs: tuple[Value, ...]) -> bool:
    lookup = TableLookup(compiled, model)
    answer = found(lookup, lookup.answer(lookup.matching(inputs, DAY)))
    return [r.id for r in answer.hits] == [r.id for r in row_by_row(compiled.table, inputs, DAY).hits]


def between(chance: random.Random) -> Region:
    low = chance.randrange(5000)
    return Ordered(FieldType.INTEGER, (Interval(low, low + chance.randrange(5000)),))


def set_of_many(chance: random.Random) -> Region:
    named = frozenset(f"m{n}" for n in chance.sample(range(60), 6))
    return Subsets(chance.choice([SetTest.ANY, SetTest.NONE, SetTest.ONLY]), (named,))


def pattern(chance: random.Random) -> Region:
    return Texts(frozenset({(TextTest.CONTAINS, f"{chance.randrange(300)}x")}))


@pytest.mark.parametrize(
    ("type_", "columns", "rules", "draw"),
    [
        (FieldType.INTEGER, 100, 700, between),
        (FieldType.INTEGER, 4, 5_000, between),
        (FieldType.SET, 6, 2_000, set_of_many),
        (FieldType.TEXT, 4, 2_000, pattern),
    ],
)
def test_a_table_made_to_be_large_stays_within_the_bound(
    type_: FieldType, columns: int, rules: int, draw: Draw
) -> None:
    table, model = made(type_, columns, rules, draw)
    compiled = compile_table(table, model)
    assert plan_bytes(compiled) <= USUAL.bytes
    summary = summaries(CompiledModel(model, (compiled,)))[0]
    assert len(summary.compared) == len(compiled.unsure) > 0
    chance = random.Random(2)
    for _ in range(20):
        assert agrees(compiled, model, tuple(_given(type_, chance) for _ in range(columns)))


def _given(type_: FieldType, chance: random.Random) -> Value:
    if type_ is FieldType.INTEGER:
        return chance.randrange(10_000)
    if type_ is FieldType.SET:
        return frozenset(f"m{n}" for n in chance.sample(range(60), 4)) if chance.random() < 0.8 else None
    return " ".join(f"{chance.randrange(300)}x" for _ in range(30))


@pytest.mark.parametrize(("bytes_", "is_dense"), [(999, False), (1_000, True), (1_001, True)])
def test_a_dense_array_is_taken_up_to_its_bound(bytes_: int, is_dense: bool) -> None:
    table, model = made(FieldType.INTEGER, 2, 30, between)
    needed = plan_bytes(compile_table(table, model, Bounds(bytes=1 << 20)))
    bounds = Bounds(bytes=needed + bytes_ - 1_000)
    assert isinstance(compile_table(table, model, bounds).plan, Dense) is is_dense


def test_thirty_thousand_rules_take_little() -> None:
    """30,000 rules × 4 inputs: at most 10 MB; what the arrays do not hold is the rules themselves."""
    counter = iter(range(30_000 * 4))
    sizes = (40, 25, 10, 3)

    def disjoint(chance: random.Random) -> Region:
        rule, column = divmod(next(counter), 4)
        for size in sizes[column + 1 :]:
            rule //= size
        return Ordered(FieldType.INTEGER, (Interval(rule % sizes[column], rule % sizes[column]),))

    table, model = made(FieldType.INTEGER, 4, 30_000, disjoint)
    compiled = compile_table(table, model)
    assert isinstance(compiled.plan, Dense)
    assert bytes_of(compiled) <= 1_000_000
    assert agrees(compiled, model, (39, 24, 9, 2))


def test_bits_that_are_wild_take_little() -> None:
    table, model = made(FieldType.INTEGER, 8, 10_000, _wild)
    compiled = compile_table(table, model)
    assert isinstance(compiled.plan, Bitsets)
    assert compiled.is_exact
    assert bytes_of(compiled) <= 5_000_000


def _wild(chance: random.Random) -> Region:
    low = chance.randrange(10) * 10
    return Ordered(FieldType.INTEGER, (Interval(low, low + 9) if chance.random() < 0.75 else Interval(),))
