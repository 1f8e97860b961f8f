"""Trees: printing and parsing again, equality, references, and what is undecided."""

from __future__ import annotations

import csv
import functools
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_tables.expressions import (
    FUNCTIONS,
    CalculationError,
    Expression,
    Unknown,
    evaluate,
    lookup_calls,
    lookups,
    outcome_of,
    parse_expression,
    print_expression,
    references,
    undecided,
)
from decision_tables.values import Value
from tests.expressions.glossary import FIELDS, GLOSSARY, Values, parsed, target_of

T = TypeVar("T")

# Random formulas of a given kind

LABELS = {
    "number": ["年龄", "月", "收入", "比例", "系数", "[合计(月)]", "[Annual fee]", "[2025年费]", "[a]]b[c]"],
    "date": ["出生日期", "参保日期", "基准日", "TODAY()"],
    "boolean": ["在校", "参保", "是", "FALSE"],
    "text": ["备注", "证件号码", '"甲"', '"说""好"""', '""'],
    "enum": ["户籍", "父母户籍", '"本市"', "东区", '"city"'],
}
TARGETS = {"number": "decimal", "date": "date", "boolean": "boolean", "text": "text", "enum": "enum:area"}


def _calls(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: f"{name}({', '.join(texts)})")


def _infix(left: st.SearchStrategy[str], signs: list[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(signs), right).map(" ".join)


def _leaves(kind: str) -> st.SearchStrategy[str]:
    labels = st.sampled_from(LABELS[kind])
    if kind != "number":
        return labels
    return labels | st.integers(0, 10**6).map(str) | st.decimals("0", "1000", places=3).map(str)


@functools.cache
def _formulas(kind: str, depth: int) -> st.SearchStrategy[str]:
    leaves = _leaves(kind)
    if depth == 0:
        return leaves
    number, day, truth, text, value = (_formulas(name, depth - 1) for name in LABELS)
    inner = {"number": number, "date": day, "boolean": truth, "text": text, "enum": value}[kind]
    any_kind = [
        _calls("IF", truth, inner, inner),
        _calls("IF", truth, inner),
        _calls("如果", truth, inner, inner),
        _calls("IFS", truth, inner, truth, inner),
        _calls("SWITCH", number, number, inner, inner),
        _calls("SWITCH", text, text, inner),
    ]
    own = {
        "number": [
            _infix(number, ["+", "-", "*", "/", "^", "×", "÷"], number),
            _infix(day, ["-"], day).map(lambda text: f"({text})"),
            number.map(lambda text: f"({text})"),
            number.map(lambda text: f"-{text}"),
            number.map(lambda text: f"({text})%"),
            number.map(lambda text: f"+{text}%"),
            _calls("MAX", number, number),
            _calls("ROUND", number, number),
            _calls("分段", number, st.just(""), number),
            _calls("周岁", day, day),
            st.just('LOOKUP("fee", "annual_fee", "年龄", 月, "户籍", 东区)'),
        ],
        "date": [_infix(day, ["+", "-"], number), _calls("EDATE", day, number), _calls("DATE", number, number, number)],
        "boolean": [
            _infix(number, ["=", "<>", "<", "<=", ">", ">=", "≤", "≠"], number).map(lambda text: f"({text})"),
            _infix(value, ["=", "<>"], st.just("户籍")).map(lambda text: f"({text})"),
            _calls("AND", truth, truth),
            _calls("NOT", truth),
            _calls("ISBLANK", inner),
            _calls("HAS", st.just("身份"), st.sampled_from(['"低保"', "残疾人"])),
        ],
        "text": [_infix(text, ["&"], text), _infix(number, ["&"], text), st.just("(户籍 & 性别)")],
        "enum": [],
    }[kind]
    return st.one_of(leaves, *own, *any_kind)


FORMULAS = st.one_of([st.tuples(_formulas(kind, 3), st.just(target)) for kind, target in TARGETS.items()])


@given(FORMULAS, st.sampled_from(["en", "zh"]))
def test_the_printed_form_parses_to_the_same_tree(case: tuple[str, str], language: str) -> None:
    text, target = case
    expression, _ = parse_expression(text, GLOSSARY, target_of(target))
    if expression is None:
        return
    printed = print_expression(expression, language)
    again = parsed(printed, target)
    assert again == expression
    assert hash(again) == hash(expression)
    assert print_expression(again, language) == printed


@given(FORMULAS)
def test_most_random_formulas_of_one_kind_check(case: tuple[str, str]) -> None:
    text, target = case
    codes = {finding.code for finding in parse_expression(text, GLOSSARY, target_of(target))[1]}
    assert codes <= {"DT620", "DT631", "DT641"}


def _cases(name: str, column: str) -> list[tuple[str, str]]:
    rows = csv.DictReader(Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines())
    return [(row[column], row["target"]) for row in rows if not row[column].startswith("#")]


@pytest.mark.parametrize(("text", "target"), sorted(set(_cases("values.csv", "expression"))))
def test_every_formula_of_the_cases_prints_and_parses(text: str, target: str) -> None:
    expression = parsed(text, target)
    assert parsed(print_expression(expression, "zh"), target) == expression
    assert parsed(print_expression(expression), target) == expression


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(1+2)*3", "(1 + 2) * 3"),
        ("1+(2*3)", "1 + 2 * 3"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("-(2^2)", "-(2 ^ 2)"),
        ("(-2)^2", "-2 ^ 2"),
        ("2^(3^2)", "2 ^ (3 ^ 2)"),
        ("(50%)%", "50%%"),
        ("-(5%)", "-(5%)"),
        ("(-5)%", "-5%"),
        ("1.50×2", "1.5 * 2"),
        ("周岁(birth_date,基准日)", "AGE(出生日期, TODAY())"),
        ("[收入]+total", "收入 + [合计(月)]"),
        ("如果(户籍=本市，１，２)", 'IF(户籍 = "示例市", 1, 2)'),
        ("IF(是,1)", "IF(TRUE, 1)"),
        ("SLICE(收入,,5)", "SLICE(收入, , 5)"),
    ],
)
def test_the_canonical_form(text: str, printed: str) -> None:
    assert print_expression(parsed(text)) == printed


def test_the_canonical_form_in_chinese() -> None:
    text = "IF(AND(户籍=city,TRUE),AGE(birth_date,TODAY()),DAYS(基准日,出生日期))"
    printed = '如果(且(户籍 = "示例市", 是), 周岁(出生日期, 基准日()), DAYS(基准日(), 出生日期))'
    assert print_expression(parsed(text), "zh") == printed


@pytest.mark.parametrize(
    ("one", "other"),
    [("年龄+1", "age + 1.0"), ("户籍=本市", '户籍="city"'), ("MAX(1,2)", "最大（1，2）"), ("[月]", "month_no")],
)
def test_two_ways_of_writing_give_one_tree(one: str, other: str) -> None:
    target = "boolean" if "=" in one else "decimal"
    assert parsed(one, target) == parsed(other, target)
    assert hash(parsed(one, target)) == hash(parsed(other, target))


def test_different_formulas_give_different_trees() -> None:
    assert parsed("1-2-3") != parsed("1-(2-3)")


# What is read


def test_references_are_the_fields_whose_values_are_read() -> None:
    text = 'IF(HAS(身份, 低保), LOOKUP("fee", "annual_fee", "年龄", 月), 收入 + AGE(出生日期, 基准日))'
    expression = parsed(text)
    assert references(expression) == {"identity", "month_no", "income", "birth_date"}
    assert lookups(expression) == {"fee"}
    (call,) = lookup_calls(expression)
    assert (call.table, call.result, [given.field for given in call.given]) == ("fee", "annual_fee", ["age"])


def test_a_formula_without_names_reads_nothing() -> None:
    assert references(parsed("1 + 2")) == lookups(parsed("1 + 2")) == frozenset()


def test_lookup_hands_the_values_over_as_their_fields_take_them() -> None:
    values = Values({"hukou": "east"})
    text = '查表("fee", "annual_fee", "年龄", 17.5, "户籍", 户籍, "身份", "低保")'
    assert evaluate(parsed(text), values) == Decimal(200)
    given = {"age": 18, "hukou": "east", "identity": frozenset({"low_income"})}
    assert values.asked == [("fee", "annual_fee", given)]


# What is undecided


@pytest.mark.parametrize(
    ("text", "known", "fields"),
    [
        ("年龄 + 月", {}, {"age", "month_no"}),
        ("年龄 + 月", {"age": 1}, {"month_no"}),
        ("年龄 + 月", {"age": None}, set()),
        ("年龄 + 月", {"age": 1, "month_no": 2}, set()),
        ("IF(在校, 年龄, 月)", {"in_school": True}, {"age"}),
        ("IF(在校, 年龄, 月)", {"in_school": False}, {"month_no"}),
        ("IF(在校, 年龄, 月)", {"in_school": None}, set()),
        ("IF(在校, 年龄, 月)", {}, {"in_school", "age", "month_no"}),
        ("IF(在校, 年龄, 月)", {"age": 1}, {"in_school", "month_no"}),
        ("IF(在校, 1/0, 月)", {}, {"in_school", "month_no"}),
        ("IF(AND(在校, 参保), 1, 2)", {"in_school": False}, set()),
        ("IF(AND(在校, 参保), 1, 2)", {"in_school": True}, {"insured"}),
        ("IF(AND(在校, 参保), 1, 2)", {"in_school": None}, {"insured"}),
        ("IF(OR(在校, 参保), 1, 2)", {"insured": True}, set()),
        ("IF(OR(在校, 参保), 1, 2)", {"insured": False}, {"in_school"}),
        ("IFS(在校, 年龄, 参保, 月)", {"in_school": False, "insured": True}, {"month_no"}),
        ("IFS(在校, 年龄, 参保, 月)", {"in_school": True}, {"age"}),
        ("IFS(在校, 年龄, 参保, 月)", {"in_school": None}, set()),
        ("SWITCH(年龄, 1, 月, 2, 收入)", {"age": 1}, {"month_no"}),
        ("SWITCH(年龄, 1, 月, 2, 收入)", {"age": 3}, set()),
        ("SWITCH(年龄, 1, 月, 2, 收入)", {}, {"age", "month_no", "income"}),
        ("SWITCH(年龄, 月, 收入, 2)", {"age": 1}, {"month_no", "income"}),
        ("SUM(年龄, 月)", {"age": 1}, {"month_no"}),
        ("SUM(年龄, 月)", {"age": None}, {"month_no"}),
        ("SLICE(收入, 0, 系数)", {"income": None}, set()),
        ("SLICE(收入, 0, 系数)", {"income": Decimal(5)}, {"factor"}),
        ("IF(ISBLANK(年龄), 1, 月)", {"month_no": 1}, {"age"}),
        ("IF(HAS(身份, 低保), 1, 2)", {}, {"identity"}),
        ("IF(HAS(户籍, 父母户籍, 示例市), 1, 2)", {"hukou": "east"}, set()),
        ("IF(HAS(户籍, 父母户籍, 示例市), 1, 2)", {"hukou": "elsewhere"}, {"parent_hukou"}),
        ('LOOKUP("fee", "annual_fee", "年龄", 年龄, "户籍", 户籍)', {"age": 1}, {"hukou"}),
        ('LOOKUP("fee", "annual_fee", "年龄", 年龄, "户籍", 户籍)', {"hukou": None}, set()),
    ],
)
def test_undecided_are_the_unknown_fields_that_could_still_matter(
    text: str, known: dict[str, Value], fields: set[str]
) -> None:
    unknown = frozenset(field.key for field in FIELDS) - known.keys()
    assert undecided(parsed(text), Values(known, unknown)) == fields


KNOWN: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={
        "age": st.none() | st.integers(0, 3),
        "month_no": st.none() | st.integers(0, 3),
        "in_school": st.none() | st.booleans(),
        "insured": st.none() | st.booleans(),
        "hukou": st.sampled_from([None, "city", "east"]),
        "income": st.none() | st.decimals("0", "3", places=1),
    },
)


def _outcome(expression: Expression, environment: Values) -> object:
    try:
        return outcome_of(expression, environment)
    except CalculationError:
        return "refused"


@given(_formulas("number", 3), KNOWN, KNOWN)
def test_what_is_decided_stays_so_whatever_the_unknown_values_are(
    text: str, known: dict[str, Value], more: dict[str, Value]
) -> None:
    expression, _ = parse_expression(text, GLOSSARY, target_of("decimal"))
    if expression is None:
        return
    unknown = frozenset(field.key for field in FIELDS) - known.keys()
    partly = _outcome(expression, Values(known, unknown))
    if not isinstance(partly, Unknown):
        assert _outcome(expression, Values(more | known)) == partly


# Bounds


def _far_down(depth: int, function: Callable[[], T]) -> T:
    return function() if depth == 0 else _far_down(depth - 1, function)


@pytest.mark.parametrize(
    "text",
    [
        "IF(年龄>1," * 62 + "1" + ")" * 62,
        "SUM(" * 62 + "+".join(["年龄"] * 60) + ")" * 62,
        "+".join(["年龄"] * 128),
        "-" * 127 + "1",
        "(" * 63 + "1" + ")" * 63,
        "SUM(" * 20 + "1-(" * 20 + "1+" * 60 + "年龄" + ")" * 40,
    ],
)
def test_the_deepest_formulas_need_little_stack(text: str) -> None:
    def whole_way() -> Value:
        expression = parsed(text)
        assert parsed(print_expression(expression)) == expression
        return evaluate(expression, Values({"age": 2}))

    depth = sys.getrecursionlimit() - 600 - 100
    assert _far_down(depth, whole_way) is not None


# Anything at all

ANYTHING = st.text(max_size=60) | st.text(
    alphabet='0123456789.eE%^*/+-&=<>!≤≥≠×÷()[]【】,，;"“” 年龄收入户籍身份本市IFMAXANDHAS是否', max_size=60
)
WORDS = st.lists(
    st.sampled_from([name for function in FUNCTIONS for name in function.names])
    | st.sampled_from(["(", ")", ",", "，", "+", "-", "^", "%", "&", "=", "<", '"低保"', "1", "2.5", "E9"])
    | st.sampled_from([field.label for field in FIELDS]),
    max_size=25,
).map("".join)


def _read_and_compute(text: str, target: str) -> None:
    expression, findings = parse_expression(text, GLOSSARY, target_of(target))
    assert expression is not None or findings
    if expression is not None:
        assert parsed(print_expression(expression), target) == expression
        _outcome(expression, Values({"age": 3, "income": Decimal("0.5")}))


@given(ANYTHING | WORDS, st.sampled_from(sorted(TARGETS.values())))
def test_no_text_makes_the_parser_fall_over(text: str, target: str) -> None:
    _read_and_compute(text, target)


@pytest.mark.fuzz
@given(ANYTHING | WORDS, st.sampled_from(sorted(TARGETS.values())))
def test_no_text_makes_the_parser_fall_over_in_a_long_search(text: str, target: str) -> None:
    _read_and_compute(text, target)


def test_every_function_name_is_unique() -> None:
    names = [name for function in FUNCTIONS for name in function.names]
    assert len({name.casefold() for name in names}) == len(names)
