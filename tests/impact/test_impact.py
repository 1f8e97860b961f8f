"""An impact counts every row of a population once, as one decision at a time would."""

from __future__ import annotations

import collections
import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from decision_tables import Model, Reason, Refusal, measure_impact
from decision_tables.bulk.refused import FileRefused
from decision_tables.impact import Impact
from decision_tables.impact.counting import MAX_BARS, _put_together
from decision_tables.impact.page import page_of
from decision_tables.impact.workbook import workbook_of
from tests.impact.museum import HEADINGS, models, visitors, write_csv

SAME_KEYS = {"普通": "ordinary", "普通观众": "ordinary", "记者": "记者"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Model]:
    return models(tmp_path_factory.mktemp("museum"))


@pytest.fixture(scope="module")
def people() -> list[list[str]]:
    return visitors(3_000)


@pytest.fixture(scope="module")
def found(pair: tuple[Model, Model], people: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> Impact:
    file = write_csv(tmp_path_factory.mktemp("people") / "people.csv", people)
    return measure_impact(*pair, file, table="price", by="街道")


def price(model: Model, row: list[str]) -> object:
    """The price of one row, asked on its own; ``refused`` where it is."""
    inputs = {"visitor": SAME_KEYS.get(row[1], row[1]), "age": row[2], "local": row[3]}
    try:
        decision = model.evaluate(inputs, table="price")
    except Refusal:
        return "refused"
    return decision.results["price"] if decision.status.value == "matched" else "none"


def test_every_row_is_counted_once_as_one_decision_at_a_time_would(
    pair: tuple[Model, Model], people: list[list[str]], found: Impact
) -> None:
    pairs = [(price(pair[0], row), price(pair[1], row)) for row in people]
    answered = [(a, b) for a, b in pairs if "refused" not in (a, b)]
    assert found.rows == len(people) == found.same + found.changed + found.refused
    assert found.changed == sum(a != b for a, b in answered)
    assert found.refused == len(people) - len(answered)
    assert sum(move.rows for move in found.moves) == found.changed
    assert sum(refused.rows for refused in found.refusals) == found.refused
    (totals,) = found.columns
    assert totals.old == sum(a for a, _ in answered if isinstance(a, Decimal))
    assert totals.new == sum(b for _, b in answered if isinstance(b, Decimal))
    moved = collections.Counter((a, b) for a, b in answered if a != b)
    assert sorted(moved.values(), reverse=True) == [move.rows for move in found.moves]


def test_groups_add_up_to_the_whole(people: list[list[str]], found: Impact) -> None:
    assert {group.name: group.rows for group in found.groups} == collections.Counter(row[4] for row in people)
    assert sum(group.changed for group in found.groups) == found.changed
    assert sum(group.new for group in found.groups) == found.columns[0].new


def test_an_example_row_is_one_that_a_person_finds_in_the_file(
    pair: tuple[Model, Model], people: list[list[str]], found: Impact
) -> None:
    for move in found.moves:
        row = people[move.example - 2]
        assert price(pair[0], row) != price(pair[1], row)


def test_a_value_that_only_one_list_has_is_refused_on_one_side(found: Impact) -> None:
    assert {refused.side for refused in found.refusals if "消防救援人员" in refused.message.zh} == {"old"}
    assert {refused.side for refused in found.refusals if "记者" in refused.message.zh} == {"both"}


def test_new_labels_of_columns_and_values_are_no_new_names(
    pair: tuple[Model, Model], people: list[list[str]], found: Impact, tmp_path: Path
) -> None:
    names = {"年龄": "周岁", "本市居民": "是否本市居民"}
    renamed = write_csv(tmp_path / "people.csv", people, [names.get(name, name) for name in HEADINGS])
    again = measure_impact(*pair, renamed, table="price", by="街道")
    assert (again.same, again.changed, again.refused) == (found.same, found.changed, found.refused)


def test_a_misspelt_column_and_a_group_that_is_not_there_are_refused(pair: tuple[Model, Model], tmp_path: Path) -> None:
    file = write_csv(tmp_path / "people.csv", visitors(3))
    with pytest.raises(FileRefused, match="街区"):
        measure_impact(*pair, file, table="price", by="街区")
    wrong = write_csv(tmp_path / "wrong.csv", visitors(3), ["证号", "参观著", "年龄", "本市居民", "街道"])
    with pytest.raises(FileRefused):
        measure_impact(*pair, wrong, table="price")


def test_the_table_is_the_one_that_no_other_uses_or_must_be_named(pair: tuple[Model, Model], tmp_path: Path) -> None:
    file = write_csv(tmp_path / "people.csv", visitors(3))
    assert measure_impact(*pair, file).table == "price"
    with pytest.raises(Refusal) as refusal:
        measure_impact(*pair, file, table="prise")
    assert refusal.value.reason is Reason.UNKNOWN_TABLE


def test_the_days_are_told(pair: tuple[Model, Model], tmp_path: Path) -> None:
    file = write_csv(tmp_path / "people.csv", visitors(3))
    days = datetime.date(2025, 12, 31), datetime.date(2026, 1, 1)
    told = measure_impact(*pair, file, old_as_of=days[0], new_as_of=days[1])
    assert (told.old_as_of, told.new_as_of) == days


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_stands_alone_and_escapes_what_comes_from_outside(found: Impact, language: str) -> None:
    page = page_of(found, language)
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert page.count("<rect") == len(found.bars)
    assert re.findall(r"(?:src|href)=", page) == []


def test_no_text_of_the_workbook_becomes_a_formula(found: Impact) -> None:
    content = workbook_of(found, "zh")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert any(name.startswith("xl/charts/chart") for name in package.namelist())
    assert not any("<f>" in sheet for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "=1+1" in [cell.value for cell in book["分组"]["A"]]
    assert [cell.data_type for row in book["分组"] for cell in row if cell.value == "=1+1"] == ["s"]
    assert book["合计"]["B2"].value == found.columns[0].old


@pytest.mark.parametrize("count", [MAX_BARS + 1, 500])
def test_many_differences_are_put_together_and_none_is_lost(count: int) -> None:
    bars = list(_put_together({Decimal(n * n - 90) / 7: n + 1 for n in range(count)}))
    assert len(bars) <= MAX_BARS
    assert sum(bar.rows for bar in bars) == sum(range(1, count + 1))
