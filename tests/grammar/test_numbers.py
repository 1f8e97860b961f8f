"""Numbers, money and percents in condition cells: what is settled beyond the corpus."""

from __future__ import annotations

from decimal import Decimal

import pytest

from decision_tables.grammar import Subject, parse_condition
from decision_tables.regions import EVERYTHING, Interval, Ordered
from decision_tables.values import FieldType
from tests.grammar.subjects import cell, condition_of_text, field, read, warning_codes

AGE = field(FieldType.INTEGER, "周岁")
INCOME = field(FieldType.MONEY, "元/年")
FACTOR = field(FieldType.DECIMAL)
SHARE = field(FieldType.PERCENT)


@pytest.mark.parametrize(
    ("cell_text", "below", "on", "above"),
    [
        ("满60", False, True, True),
        ("超过60", False, False, True),
        ("不超过60", True, True, False),
        ("不满60", True, False, False),
        ("60", False, True, False),
        ("≠60", True, False, True),
        ("60-60", False, True, False),
        ("[60,61)", False, True, False),
    ],
)
def test_a_bound_is_below_on_and_above(cell_text: str, below: bool, on: bool, above: bool) -> None:
    region = condition_of_text(cell_text, AGE).region
    assert [region.admits(value) for value in (59, 60, 61)] == [below, on, above]
    assert not region.admits(None)


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("-5--3", "-5 … -3"),
        ("-5---3", "-5 … -3"),
        ("-5——3", "-5 … 3"),
        ("-5 -- 3", "-5 … 3"),
        ("-5 - -3", "-5 … -3"),
        ("5--8", "5 … 8"),
        ("-5至-3", "-5 … -3"),
        ("-5-3", "-5 … 3"),
    ],
)
def test_the_last_of_several_dashes_is_a_sign_only_behind_a_negative_number(written: str, reading: str) -> None:
    assert read(written, AGE) == reading


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("自18起", "≥ 18"),
        ("从18至60", "18 … 60"),
        ("60或以上", "≥ 60"),
        ("not more than 5", "≤ 5"),
        ("no less than 5", "≥ 5"),
        ("60 or older", "≥ 60"),
        ("at least 18 and under 60", "[18 … 60)"),
        ("under 5 or over 60", "< 5、> 60"),
        ("18或以下、60以上", "≤ 18、≥ 60"),
        ("60>年龄", "< 60"),
        ("60>年龄≥18", "[18 … 60)"),
        ("x>=18 and x<60", "[18 … 60)"),
        ("AGE>=18", "≥ 18"),
        ("18以上且≠20", "[18 … 20)、> 20"),
        (">=18 and >=20", "≥ 20"),
        ("除18-59外", "< 18、> 59"),
        ("非(5、6)", "< 5、(5 … 6)、> 6"),
        ("not(null)", "非无值"),
        ("[18,+∞)", "≥ 18"),
        ("(-∞,18)", "< 18"),
        ("[18,60)岁", "[18 … 60)"),
        ("18-60(含18,不含60)", "[18 … 60)"),
        ("60 (含) 周岁 以上", "≥ 60"),
        ("1和3", "1、3"),
    ],
)
def test_other_ways_of_writing_the_same(written: str, reading: str) -> None:
    assert read(written, AGE) == reading


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("3-5万", "30000 … 50000"),
        ("3元-5万元", "3 … 50000"),
        ("3千-5万", "3000 … 50000"),
        ("0-5万", "0 … 50000"),
        ("三至五万元", "30000 … 50000"),
        ("二十至三十万", "200000 … 300000"),
        ("¥3万-5万", "30000 … 50000"),
        ("500 CNY", "500"),
        ("超过36000元至144000元的部分", "(36000 … 144000]"),
        ("1,234.50", "1234.5"),
    ],
)
def test_a_multiplier_behind_the_second_number_counts_for_both(written: str, reading: str) -> None:
    assert read(written, INCOME) == reading


def test_a_unit_that_holds_a_multiplier_is_the_unit() -> None:
    assert read("5万元", field(FieldType.MONEY, "万元")) == "5"
    assert read("3-5万元", field(FieldType.MONEY, "万元")) == "3 … 5"
    assert read("5千千瓦时", field(FieldType.INTEGER, "千瓦时")) == "5000"
    assert read("1万", field(FieldType.INTEGER, "千瓦时")) == "10000"


@pytest.mark.parametrize(
    ("unit", "cell_text"), [("岁", "60周岁"), ("天", "60日"), ("月", "60个月"), ("day", "60 days")]
)
def test_units_that_mean_the_same_are_accepted(unit: str, cell_text: str) -> None:
    assert read(cell_text, field(FieldType.INTEGER, unit)) == "60"


@pytest.mark.parametrize(
    ("currency", "sign"), [("CNY", "¥"), ("JPY", "¥"), ("USD", "$"), ("GBP", "£"), ("EUR", "€"), ("HKD", "$")]
)
def test_a_sign_may_stand_before_money_of_its_currency(currency: str, sign: str) -> None:
    subject = Subject("fee", "费用", FieldType.MONEY, currency=currency)
    assert read(f"{sign}100以上", subject) == "≥ 100"
    other = "£" if sign != "£" else "$"
    assert read(f"{other}100", subject) == "DT427"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十", "10"),
        ("二十一", "21"),
        ("一百零五", "105"),
        ("一百一十", "110"),
        ("三千零五十", "3050"),
        ("两万五千", "25000"),
        ("一万零五", "10005"),
        ("一亿二千万三千五百", "120003500"),
        ("一千二百三十四万五千六百七十八", "12345678"),
        ("1万亿", "1000000000000"),
        ("5百万", "5000000"),
        ("1万5000", "15000"),
        ("壹万贰仟", "12000"),
        ("百分之七十", "0.7"),
    ],
)
def test_chinese_numerals_add_up(written: str, number: str) -> None:
    assert read(written, FACTOR) == number


def test_a_percentage_is_the_same_value_as_its_decimal() -> None:
    assert condition_of_text("70%", SHARE) == condition_of_text("0.7", SHARE)
    assert read("10-20%", SHARE) == "10% … 20%"
    assert read("1", SHARE) == "100%"
    assert read("150%", SHARE) == "150%"


def test_a_bare_number_above_one_is_a_percentage_only_where_the_domain_allows_it() -> None:
    wide = Subject("share", "占比", FieldType.PERCENT, domain=Ordered(FieldType.PERCENT, (Interval(0, 2),)))
    assert read("1.5", wide) == "150%"
    assert read("2.5", wide) == "DT435"
    assert read("1.5", Subject("share", "占比", FieldType.PERCENT, domain=EVERYTHING)) == "150%"


@pytest.mark.parametrize("cell_text", ["[18,18)", "(18,19)", ">60且<18", "5且6", "18.5", "60以上、[5,5)"])
def test_a_condition_or_a_part_that_no_value_meets_is_a_warning(cell_text: str) -> None:
    assert warning_codes(cell_text, AGE) == ["DT413"]


def test_a_fraction_bounds_whole_numbers() -> None:
    region = condition_of_text("18.5以上", AGE).region
    assert [region.admits(value) for value in (18, 19)] == [False, True]
    assert warning_codes("≥18.5且<18.9", AGE) == ["DT413"]
    assert warning_codes("≥18.5且<19.1", AGE) == []


def test_a_condition_outside_the_domain_is_a_warning() -> None:
    subject = Subject("age", "年龄", FieldType.INTEGER, domain=Ordered(FieldType.INTEGER, (Interval(0, 150),)))
    assert warning_codes("150以上", subject) == []
    assert warning_codes("超过150", subject) == ["DT414"]
    assert warning_codes("超过150、无值", subject) == []
    assert warning_codes("不满18", subject) == []


def test_opposite_bounds_in_a_list_are_both_meant_only_if_either_alone_would_say_nothing() -> None:
    assert read("超过18、不满60", AGE) == "(18 … 60)"
    assert read("不满18、超过60", AGE) == "< 18、> 60"
    assert read("满18、不满18", AGE) == "DT412"
    assert read("满19、18以下", AGE) == "DT412"
    assert read("满19、18以下", FACTOR) == "≤ 18、≥ 19"


def test_numbers_of_other_scripts_and_exponents_are_no_numbers() -> None:
    for cell_text in ("٣", "1e5", "0x10", "½", "Ⅷ", "NaN", "Infinity"):
        assert parse_condition(cell(cell_text), FACTOR)[0] is None, cell_text


def test_thousands_marks_and_lists_are_told_apart() -> None:
    assert read("1,000", FACTOR) == "1000"
    assert read("1,2,3", FACTOR) == "1、2、3"
    assert read("10,20", FACTOR) == "10、20"
    assert read("1000,2000", FACTOR) == "1000、2000"
    assert read("1,000, 2,000", FACTOR) == "1000、2000"
    assert read("1.5,2.5", FACTOR) == "1.5、2.5"
    assert read("[1,000..5,000)", FACTOR) == "[1000 … 5000)"
    assert read("[100,200)", FACTOR) == "[100 … 200)"


def test_a_number_cell_is_its_value() -> None:
    assert read(Decimal("60"), AGE) == "60"
    assert read(Decimal("-0.50"), FACTOR) == "-0.5"
