"""Columns of a file and fields of a model: what is taken, carried through, passed over, or refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import decision_tables
from decision_tables.bulk.files import open_rows
from decision_tables.bulk.headings import NOTHING_KEPT, Headings, Wanted, fields_read, match_headings
from decision_tables.bulk.inputs import records
from decision_tables.bulk.refused import FileRefused
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Reason, Refusal

ROOT = Path(__file__).parents[2]
DAY = datetime.date(2025, 3, 1)


@pytest.fixture(scope="module")
def index() -> ModelIndex:
    return ModelIndex(decision_tables.load(ROOT / "workbooks" / "wujiang_resident_insurance.xlsx").definition)


def _match(index: ModelIndex, *names: str, wanted: Wanted = NOTHING_KEPT) -> Headings:
    return match_headings(names, index, "fee", DAY, wanted)


def test_inputs_go_by_key_or_label_however_wide_they_are_written(index: ModelIndex) -> None:
    keys = {field.label: field.key for field in index.model.fields.values()}
    found = _match(index, " 参保年度 ", keys["参保对象"])
    assert found.inputs == {keys["参保年度"]: 0, keys["参保对象"]: 1}


def test_a_column_that_is_no_input_is_named_and_not_used(index: ModelIndex) -> None:
    found = _match(index, "证件号码", "参保年度", "参保对象")
    assert found.kept == ()
    assert "证件号码" in found.notes[0].zh


def test_kept_columns_are_carried_through(index: ModelIndex) -> None:
    wanted = Wanted(keep=("证件号码", "参保年度"))
    found = _match(index, "证件号码", "参保年度", "参保对象", wanted=wanted)
    assert found.kept == (0, 1)
    assert len(found.inputs) == 2
    assert not any("证件号码" in note.zh for note in found.notes)


def test_a_misspelt_input_is_refused_unless_it_is_kept(index: ModelIndex) -> None:
    with pytest.raises(FileRefused, match="Is it “参保对象”"):
        _match(index, "参保对像", "参保年度")
    assert _match(index, "参保对像", "参保年度", wanted=Wanted(keep=("参保对像",))).kept == (0,)
    assert _match(index, "参保对像", "参保年度", "参保对象").kept == ()


def test_a_misspelt_input_is_refused_when_everything_is_kept(index: ModelIndex) -> None:
    with pytest.raises(FileRefused, match="Is it “参保对象”"):
        _match(index, "参保对像", "参保年度", wanted=Wanted(keep_all=True))


def test_one_input_in_two_columns_is_refused(index: ModelIndex) -> None:
    key = next(field.key for field in index.model.fields.values() if field.label == "参保对象")
    with pytest.raises(FileRefused, match="are one input"):
        _match(index, "参保对象", key)


def test_a_column_to_keep_that_is_not_there_is_refused_with_the_nearest(index: ModelIndex) -> None:
    with pytest.raises(FileRefused, match="Did you mean “证件号码”"):
        _match(index, "证件号码", wanted=Wanted(keep=("证件号",)))


def test_inputs_without_a_column_are_named_but_not_behind_what_a_column_gives(index: ModelIndex) -> None:
    assert any("出生日期" in note.zh for note in _match(index, "参保年度").notes)
    assert not any("出生日期" in note.zh for note in _match(index, "参保年度", "参保对象").notes)


def test_a_table_that_there_is_not_is_refused(index: ModelIndex) -> None:
    with pytest.raises(Refusal) as raised:
        match_headings(["a"], index, "fees", DAY)
    assert raised.value.reason is Reason.UNKNOWN_TABLE


def test_fields_read_a_table_lie_behind_formulas_and_upstream_tables_too(index: ModelIndex) -> None:
    behind = fields_read(index, "fee", DAY)
    assert {"birth_date", "participant_class"} <= behind
    assert "birth_date" not in fields_read(index, "fee", DAY, given=["participant_class"])


def test_records_give_rows_one_by_one(index: ModelIndex, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("参保对象,参保年度\n老年居民,2025\n", encoding="utf-8")
    with open_rows(path) as file:
        headings = match_headings(file.names, index, "fee", DAY)
        found = [record for batch in file.batches() for record in records(batch, headings, index)]
    assert [record.number for record in found] == [2]
    assert sorted(found[0].inputs.values(), key=str) == ["2025", "老年居民"]
