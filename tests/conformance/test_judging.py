"""How answers are held against the cases, and what the table of the documentation complains about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.cases import all_cases, differences
from tools.client_table import holes


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ([{"a": 1}], [{"a": 1, "b": 2}]),
        ({}, {"a": 1}),
        ({"$contains": "b"}, "abc"),
        ({"$contains": "b"}, ["a", "b"]),
        ({"$length": 2, "$first": 1, "$last": 2}, [1, 2]),
        ({"$matches": "a.+"}, "abc"),
        (None, None),
    ],
)
def test_an_answer_may_have_more_than_is_expected(expected: Any, got: Any) -> None:
    assert list(differences(expected, got)) == []


@pytest.mark.parametrize(
    ("expected", "got", "where"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "answer.a.b is 2 and not 1"),
        ({"a": 1}, {}, "answer has no a"),
        ({"a": None}, {}, "answer has no a"),
        ([1], [1, 2], "answer is [1, 2] and not [1]"),
        ([1, 2], [2, 1], "answer[0] is 2 and not 1"),
        (1, True, "answer is true and not 1"),
        (False, None, "answer is null and not false"),
        ({"decimal": "0"}, "0", 'answer is "0" and not {"decimal": "0"}'),
        ({"decimal": "1"}, {"decimal": "1.0"}, 'answer.decimal is "1.0" and not "1"'),
        ({"$contains": "x"}, None, "has no 'x' in it"),
        ({"$length": 1}, None, "answer has 0 members and not 1"),
        ({"$first": 1}, [], "answer is empty"),
        ({"$matches": "a"}, "ab", "does not match a"),
        ({"$today": "UTC"}, "2025-01-01", "is 2025-01-01 and not today"),
    ],
)
def test_a_difference_is_told_with_its_place(expected: Any, got: Any, where: str) -> None:
    [first, *_] = differences(expected, got)
    assert where in first


def test_each_case_has_a_name_of_its_own() -> None:
    names = [case.id for case in all_cases()]
    assert len(set(names)) == len(names)


def test_a_client_that_lacks_a_case_is_named() -> None:
    features = [{"feature": "values", "title": "Values", "cases": [{}, {}]}]
    assert list(holes(features, {"go": {"values": 2}})) == []
    assert list(holes(features, {"go": {"values": 1}})) == ["Go: 1 of 2 cases of values are on record as passed"]
    assert list(holes(features, {"go": {}})) == ["Go: 0 of 2 cases of values are on record as passed"]
