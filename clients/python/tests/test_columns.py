"""Columns of plain values ↔ columns of the contract."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from decision_tables_client.columns import columns_to_messages, values_of
from decisiontables.v1.column_pb2 import BooleanColumn, BufferColumn, Column, DictionaryColumn
from hypothesis import given
from hypothesis import strategies as st

COLUMNS = st.one_of(
    *(
        st.lists(st.one_of(st.none(), values), max_size=20)
        for values in (
            st.sampled_from(["甲", "乙", ""]),
            st.booleans(),
            st.integers(-(2**63), 2**63 - 1),
            st.decimals(-(10**9), 10**9, places=4),
            st.dates(),
        )
    )
)


@given(COLUMNS)
def test_a_column_comes_back_as_it_went(values: list[Any]) -> None:
    [message], rows = columns_to_messages({"x": values})
    back = values_of(Column.FromString(message.SerializeToString()))
    assert rows == len(values)
    assert back == values
    assert list(map(type, back)) == list(map(type, values))


def test_decimals_that_do_not_fit_into_64_bits_travel_as_texts() -> None:
    [message], _ = columns_to_messages({"x": [Decimal("1E+40"), Decimal("1E-40")]})
    assert values_of(message) == ["1" + "0" * 40, "0." + "0" * 39 + "1"]


def test_decimals_come_without_zeros_at_their_end() -> None:
    [message], _ = columns_to_messages({"x": [Decimal("1.50"), Decimal("100"), Decimal(0)]})
    assert list(map(str, values_of(message))) == ["1.5", "100", "0"]


def test_arrays_of_other_libraries_are_taken_as_lists() -> None:
    [message], rows = columns_to_messages({"x": np.array([1, 2])})  # type: ignore[dict-item]
    assert (values_of(message), rows) == ([1, 2], 2)


@pytest.mark.parametrize("values", [[1.5], ["a", 1], [1, True], [{"a"}], [datetime.datetime.now(datetime.UTC)]])
def test_a_column_that_cannot_be_sent_is_refused_by_name(values: list[object]) -> None:
    with pytest.raises(TypeError, match=r"^x: "):
        columns_to_messages({"x": values})


@pytest.mark.parametrize("columns", [{"x": [2**63]}, {"a": [1], "x": [1, 2]}])
def test_a_column_out_of_bounds_is_refused_by_name(columns: dict[str, list[object]]) -> None:
    with pytest.raises(ValueError, match=r"^x: .* cannot be sent"):
        columns_to_messages(columns)


@pytest.mark.parametrize(
    "column",
    [
        Column(field="x", dictionary=DictionaryColumn(values=["a"], indices=[0, 1])),
        Column(field="x", present=b"\x01", booleans=BooleanColumn(values=[True] * 9)),
        Column(field="x"),
        Column(field="x", buffer=BufferColumn(type=99, data=b"a")),  # type: ignore[arg-type]
    ],
)
def test_an_answer_that_is_not_well_formed_is_an_error(column: Column) -> None:
    with pytest.raises(ValueError, match="x of the answer"):
        values_of(column)


def test_a_row_without_a_value_may_refer_to_a_word_that_is_not_there() -> None:
    words = DictionaryColumn(values=["a"], indices=[0, 1])
    assert values_of(Column(field="x", present=b"\x01", dictionary=words)) == ["a", None]
