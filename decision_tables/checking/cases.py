"""Runs the test cases of a workbook; each difference is a problem at the expectation's own cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from decision_tables.cells import Place
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Decision, ResultValue, Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.evaluator.showing import shown_value
from decision_tables.model import Case, Expectation, ExpectedStatus, HitPolicy
from decision_tables.problems import Problems
from decision_tables.text import Bilingual, normalise
from decision_tables.values import Value

CASE_FAILURES = frozenset({"DT706", "DT707", "DT708", "DT709"})
"""The codes that say: a case came out otherwise than it expects."""

NO_MATCH = Bilingual("无匹配", "no match")
REFUSED = Bilingual("错误", "an error")


def run_cases(
    index: ModelIndex,
    cases: Sequence[Case],
    problems: Problems,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Evaluate the cases and compare."""
    for number, case in enumerate(cases):
        if number % 50 == 0:
            progress(number, len(cases))
        _run(case, index, problems)


def _run(case: Case, index: ModelIndex, problems: Problems) -> None:
    try:
        decision = decide(index, case.inputs, case.table, case.as_of)
    except Refusal as refusal:
        _compare_refusal(case, refusal, problems)
        return
    if case.status is ExpectedStatus.ERROR:
        _add_status(case, REFUSED, _described(decision, index), problems)
    elif case.status is ExpectedStatus.NO_MATCH:
        if decision.status is not Status.NO_MATCH:
            _add_status(case, NO_MATCH, _described(decision, index), problems)
    else:
        _compare_rules(case, decision, problems)
        for expectation in case.expectations:
            _compare_values(case, expectation, decision, index, problems)


def _compare_refusal(case: Case, refusal: Refusal, problems: Problems) -> None:
    if case.status is ExpectedStatus.ERROR:
        return
    place = case.expectations[0].place if case.expectations else case.rules_place if case.rules else case.status_place
    place = place if place != Place() else case.place
    problems.add("DT709", place, case=case.name, message=refusal.message, related=refusal.places)


def _add_status(case: Case, expected: Bilingual, actual: Bilingual, problems: Problems) -> None:
    problems.add("DT708", case.status_place, case=case.name, expected=expected, actual=actual)


def _described(decision: Decision, index: ModelIndex) -> Bilingual:
    """A decision in one line: its results, or that nothing matched."""
    if decision.status is Status.NO_MATCH:
        return NO_MATCH
    known = [(index.field(key), value) for key, value in decision.results.items() if value is not None]
    parts = [(field.label, shown_value(value, field, index.model)) for field, value in known[:4]]
    return Bilingual(
        "，".join(f"{label} {value.zh}" for label, value in parts) or "命中但没有值",
        ", ".join(f"{label} {value.en}" for label, value in parts) or "a match without a value",
    )


def _compare_rules(case: Case, decision: Decision, problems: Problems) -> None:
    if not case.rules:
        return
    deciding = [match for match in decision.matched if not match.dissent]
    if case.table is not None:
        deciding = [match for match in deciding if match.table == case.table]
    actual = [match.rule for match in deciding]
    agrees = Counter(actual) == Counter(case.rules) if case.table else set(case.rules) <= set(actual)
    if not agrees:
        shown = "、".join(actual) or "—"
        problems.add("DT707", case.rules_place, case=case.name, expected="、".join(case.rules), actual=shown)


def _compare_values(
    case: Case, expectation: Expectation, decision: Decision, index: ModelIndex, problems: Problems
) -> None:
    actual = decision.results.get(expectation.field)
    if _agrees(expectation, actual, index):
        return
    field = index.field(expectation.field)
    expected: ResultValue = expectation.values if len(expectation.values) > 1 else expectation.values[0]
    problems.add(
        "DT706",
        expectation.place,
        case=case.name,
        field=field.label,
        expected=shown_value(expected, field, index.model),
        actual=shown_value(actual, field, index.model),
        rule=_rules_behind(expectation.field, decision, index),
    )


def _agrees(expectation: Expectation, actual: ResultValue, index: ModelIndex) -> bool:
    expected = tuple(map(_compared, expectation.values))
    if not isinstance(actual, tuple):
        return expected == (_compared(actual),)
    found = tuple(map(_compared, actual))
    unordered = any(
        table.hit_policy is HitPolicy.COLLECT
        for table in index.model.tables
        if table.key in index.model.producers[expectation.field]
    )
    if unordered:
        return Counter(expected) == Counter(found)
    return expected == found


def _compared(value: Value) -> Value:
    """A value as it is compared: text in its normal form."""
    return normalise(value) if isinstance(value, str) else value


def _rules_behind(field: str, decision: Decision, index: ModelIndex) -> Bilingual:
    tables = index.model.producers.get(field, ())
    rules = [match for match in decision.matched if match.table in tables and not match.dissent]
    if not rules:
        return Bilingual("没有规则命中", "no rule matched")
    names = "、".join(f"{match.rule} {match.cell}" for match in rules[:4])
    return Bilingual(f"命中规则 {names}", f"rule {names} matched")
