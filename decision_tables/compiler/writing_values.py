"""Values, periods and regions → messages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from decision_tables.compiler import compiled_model_pb2 as pb
from decision_tables.model import Citation, Period
from decision_tables.regions import Everything, Interval, Members, Ordered, Region, Subsets, Texts, TextTest
from decision_tables.values import Value


def value_message(value: Value) -> pb.Value:
    """A value; decimals keep their digits as they are written."""
    if value is None:
        return pb.Value()
    if isinstance(value, bool):
        return pb.Value(boolean=value)
    if isinstance(value, int):
        return pb.Value(integer=value)
    if isinstance(value, Decimal):
        return pb.Value(decimal=str(value))
    if isinstance(value, datetime.date):
        return pb.Value(date=value.toordinal())
    return pb.Value(text=value) if isinstance(value, str) else pb.Value(keys=keys_message(value))


def keys_message(keys: Iterable[str]) -> pb.Keys:
    """A set of keys, sorted."""
    return pb.Keys(keys=sorted(keys))


def period_message(period: Period) -> pb.Period | None:
    """A period; nothing for one that is always in force."""
    if period.first is None and period.last is None:
        return None
    first, last = (None if day is None else day.toordinal() for day in (period.first, period.last))
    return pb.Period(first=first, last=last)


def citation_messages(citations: Iterable[Citation]) -> list[pb.Citation]:
    """Sources as rules name them."""
    return [pb.Citation(source=each.source, locator=each.locator) for each in citations]


def region_message(region: Region) -> pb.Region:
    """What a condition admits."""
    match region:
        case Everything():
            return pb.Region(everything=pb.Everything())
        case Ordered(type_, intervals, missing):
            found = [_interval(interval) for interval in intervals]
            return pb.Region(ordered=pb.Ordered(type=type_.value, intervals=found, missing=missing))
        case Members(values, missing):
            keys = sorted(value for value in values if isinstance(value, str))
            booleans = sorted(value for value in values if isinstance(value, bool))
            return pb.Region(members=pb.Members(keys=keys, booleans=booleans, missing=missing))
        case Texts(tests, negated, missing):
            return pb.Region(texts=pb.Texts(tests=test_messages(sorted_tests(tests)), negated=negated, missing=missing))
        case Subsets(test, groups):
            return pb.Region(subsets=pb.Subsets(test=test.value, groups=[keys_message(group) for group in groups]))


def sorted_tests(tests: Iterable[tuple[TextTest, str]]) -> list[tuple[TextTest, str]]:
    """Tests of texts in the one order in which they are written."""
    return sorted(tests, key=lambda test: (test[0].value, test[1]))


def test_messages(tests: Iterable[tuple[TextTest, str]]) -> list[pb.TextTest]:
    """Tests of texts, in their order."""
    return [pb.TextTest(test=test.value, text=text) for test, text in tests]


def _interval(interval: Interval) -> pb.Interval:
    low, high = (None if bound is None else value_message(bound) for bound in (interval.low, interval.high))
    return pb.Interval(low=low, high=high, low_open=not interval.low_closed, high_open=not interval.high_closed)
