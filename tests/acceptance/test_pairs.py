"""Pairs of policy years: a comparison names exactly the people whose result changes.

``pairs/NAME.old.txt`` and ``NAME.new.txt`` are two workbooks, ``NAME.people.csv`` people with what each of the two
policies gives them, worked out by hand from the policies' words and not by the engine.
"""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from decision_tables import Model, Refusal, diff, load, measure_impact
from decision_tables.comparison import Change
from decision_tables.evaluator.decision import ResultValue
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation
from tests.support.books import book_from_text

HERE = Path(__file__).parent / "pairs"
NAMES = sorted(path.name.removesuffix(".people.csv") for path in HERE.glob("*.people.csv"))
ABOUT = ("table", "as_of", "old", "new")

Person = dict[str, str]
Question = tuple[str, datetime.date]


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def models(name: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Model]:
    found = []
    for side in ("old", "new"):
        path = tmp_path_factory.mktemp("pairs") / f"{side}.xlsx"
        path.write_bytes(book_from_text((HERE / f"{name}.{side}.txt").read_text(encoding="utf-8")))
        found.append(load(path))
    return found[0], found[1]


@pytest.fixture(scope="module")
def people(name: str) -> list[Person]:
    with (HERE / f"{name}.people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def questions(people: list[Person]) -> dict[Question, list[Person]]:
    """The people by the table that is asked and the day of the rules."""
    found: dict[Question, list[Person]] = {}
    for person in people:
        day = datetime.date.fromisoformat(person["as_of"])
        found.setdefault((person["table"], day), []).append(person)
    return found


def inputs(person: Person) -> Person:
    return {key: value for key, value in person.items() if key not in ABOUT and value}


def words(value: ResultValue) -> str:
    """A result as the file of people writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "、".join(map(words, value))
    return format(value.normalize() + 0, "f") if isinstance(value, Decimal) else str(value)


def answer(model: Model, person: Person) -> str:
    day = datetime.date.fromisoformat(person["as_of"])
    decision = model.evaluate(inputs(person), table=person["table"], as_of=day)
    return "；".join(map(words, decision.results.values())) if decision.status.value == "matched" else "无匹配"


def includes(change: Change, person: Person, model: Model, day: datetime.date) -> bool:
    """Whether a person lies in the region; what the model works out is worked out."""
    index = model._index
    known = read_inputs(inputs(person), index, day)
    for demand in change.demands:
        key = demand.field.key
        is_worked_out = index.is_produced(key) or index.field(key).formula is not None
        try:
            value = Evaluation(index, known, day).value(key) if is_worked_out and key not in known else known.get(key)
        except Refusal:
            return False
        if not demand.admits(value):
            return False
    return True


def test_both_policies_answer_as_worked_out_by_hand(models: tuple[Model, Model], people: list[Person]) -> None:
    for person in people:
        assert [answer(model, person) for model in models] == [person["old"], person["new"]], person


def test_the_regions_hold_exactly_the_people_whose_result_changes(
    models: tuple[Model, Model], people: list[Person]
) -> None:
    for (table, day), asked in questions(people).items():
        found = diff(*models, table=table, as_of=day)
        assert found.exact
        for person in asked:
            holding = [change.region.zh for change in found.changes if includes(change, person, models[0], day)]
            assert bool(holding) == (person["old"] != person["new"]), (person, holding)


def test_every_example_comes_out_as_told(models: tuple[Model, Model], people: list[Person]) -> None:
    for table, day in questions(people):
        for change in diff(*models, table=table, as_of=day).changes:
            given = {key: value for key, value in change.example.items() if value is not None}
            for model, told in zip(models, (change.old, change.new), strict=True):
                decision = model.evaluate(given, table=table, as_of=day)
                assert (decision.status, decision.results) == (told.status, told.results)
            assert (change.old.status, change.old.results) != (change.new.status, change.new.results)


def test_the_impact_counts_the_same_people(models: tuple[Model, Model], people: list[Person], tmp_path: Path) -> None:
    for (table, day), asked in questions(people).items():
        path = tmp_path / f"{table}.csv"
        columns = [key for key in asked[0] if key not in ABOUT]
        with path.open("w", encoding="gb18030", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(asked)
        found = measure_impact(*models, path, table=table, as_of=day)
        changed = sum(person["old"] != person["new"] for person in asked)
        assert (found.changed, found.same, found.refused) == (changed, len(asked) - changed, 0)
