"""Plain values ↔ values of the contract."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from decision_tables_client.values import fill_inputs, from_message, to_message
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.value_pb2 import Codes, Missing, Value
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from hypothesis import given
from hypothesis import strategies as st

PLAIN_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.integers(-(2**63), 2**63 - 1),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.dates(),
    st.frozensets(st.text()),
)


@given(PLAIN_VALUES)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    back = from_message(Value.FromString(to_message(value, "x").SerializeToString()))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("30", Value(text="30")),
        (True, Value(boolean=True)),
        (1, Value(integer=1)),
        (Decimal("12.50"), Value(decimal=DecimalMessage(value="12.50"))),
        (Decimal("1E+3"), Value(decimal=DecimalMessage(value="1000"))),
        (datetime.date(2025, 1, 31), Value(date=Date(year=2025, month=1, day=31))),
        ({"b", "a"}, Value(codes=Codes(codes=["a", "b"]))),
        (["a", "b"], Value(codes=Codes(codes=["a", "b"]))),
        ((), Value(codes=Codes())),
        (None, Value(missing=Missing())),
    ],
)
def test_each_plain_type_has_its_own_kind(value: object, message: Value) -> None:
    assert to_message(value, "x") == message


def test_a_float_is_refused_with_what_to_use_instead() -> None:
    with pytest.raises(TypeError, match=r'price: a float is not exact; use Decimal\("0.1"\) or a text'):
        to_message(0.1, "price")


@pytest.mark.parametrize("value", [b"x", object(), {"a": 1}, 1j])
def test_a_type_without_counterpart_is_refused_by_name(value: object) -> None:
    with pytest.raises(TypeError, match=f"x: a {type(value).__name__} cannot be sent"):
        to_message(value, "x")


def test_a_moment_is_no_calendar_date() -> None:
    with pytest.raises(TypeError, match="day: a datetime is no calendar date"):
        to_message(datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC), "day")


def test_the_members_of_a_set_are_texts() -> None:
    with pytest.raises(TypeError, match="cards: a set has texts as members, not int"):
        to_message(["a", 1], "cards")


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63)])
def test_the_largest_integers_can_be_sent(value: int) -> None:
    assert to_message(value, "x").integer == value


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+61"), Decimal("1E-61")]
)
def test_a_number_that_cannot_be_sent_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="x: "):
        to_message(value, "x")


def test_the_refused_input_of_several_is_named() -> None:
    with pytest.raises(TypeError, match="b: a float"):
        fill_inputs(EvaluateRequest().inputs, {"a": 1, "b": 2.0})


def test_a_value_of_a_kind_that_this_client_does_not_know_is_not_taken_for_missing() -> None:
    with pytest.raises(ValueError, match="does not know"):
        from_message(Value())
