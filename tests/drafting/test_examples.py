"""Each example of a typed request is answered by a rule, and gives every required input."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from decision_tables.contracts.contract import Contract, Kind, Lock, Many, Member, Method
from decision_tables.contracts.locking import advance
from decision_tables.contracts.names import enum_prefix, json_name
from decision_tables.contracts.requests import AS_OF, RequestJson
from decision_tables.contracts.shaping import shape_of
from decision_tables.drafting import example_requests
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import ModelDefinition
from tests.contracts.hall import HALL
from tests.contracts.models import model_from, random_definitions, repository_models
from tests.contracts.test_locking import FEES


def lock_of(model: ModelDefinition) -> Lock:
    return advance(None, shape_of(model)).lock


def status_of(request: RequestJson, method: Method, contract: Contract, model: ModelDefinition) -> Status:
    """How a request is decided that is read as a server would, row by row."""
    given = {member: request[json_name(member.name)] for member in method.inputs if json_name(member.name) in request}
    inputs = {member.key: _read(value, member, contract) for member, value in given.items()}
    assert [m.key for m in method.inputs if m.required and m.key not in inputs] == []
    as_of = datetime.date(**request[AS_OF]) if AS_OF in request else None
    return decide(ModelIndex(model), inputs, method.key or None, as_of).status


def _read(value: Any, member: Member, contract: Contract) -> object:
    if member.form.many is Many.SET:
        return frozenset(_one(each, member, contract) for each in value)
    return _one(value, member, contract)


def _one(value: Any, member: Member, contract: Contract) -> object:
    match member.form.kind:
        case Kind.DATE:
            return datetime.date(**value)
        case Kind.DECIMAL:
            return Decimal(value["value"])
        case Kind.INT64:
            return int(value)
        case Kind.ENUM:
            (found,) = (each for each in contract.lists if each.key == member.form.enum)
            prefix = enum_prefix(found.name)
            return next(each.key for each in found.values if f"{prefix}{each.name.upper()}" == value)
    return value


def test_every_table_of_the_repository_has_an_example_that_a_rule_answers() -> None:
    for model in (*repository_models(), model_from(HALL), model_from(FEES)):
        contract = lock_of(model).newest
        requests = example_requests(ModelIndex(model), contract)
        assert [m.name for m in contract.methods if m.name not in requests] == [], model.key
        statuses = {m.name: status_of(requests[m.name], m, contract, model) for m in contract.methods}
        assert set(statuses.values()) == {Status.MATCHED}, (model.key, statuses)


def test_an_example_of_any_model_is_answered_by_a_rule() -> None:
    found = 0
    for model in random_definitions(30, seed=31):
        contract = lock_of(model).newest
        requests = example_requests(ModelIndex(model), contract)
        for method in contract.methods:
            if method.name in requests:
                found += 1
                assert status_of(requests[method.name], method, contract, model) is Status.MATCHED
    assert found > 30


def test_a_table_that_nothing_matches_has_no_example() -> None:
    never = model_from(
        FEES.replace("不满18 | 本地 | 1 | 一级\n| | 2 | 二级", "空集 | 本地 | 1 | 一级").replace("空集", "<0")
    )
    assert "Fee" not in example_requests(ModelIndex(never), lock_of(never).newest)


def test_personal_values_of_test_cases_are_not_given_away() -> None:
    text = FEES.replace("必填\n", "必填 | 个人信息\n").replace("0-120 | 是", "0-120 | 是 | 是")
    tests = "\n=== 测试\n测试\n用例 | 输入 | < | 期望\n名称 | 年龄 | 户籍 | 费用\n某人 | 13 | 本地 | 1\n"
    model = model_from(text + tests)
    assert model.fields["age"].personal
    assert example_requests(ModelIndex(model), lock_of(model).newest)["Decide"]["age"] != 13
    open_model = model_from(FEES + tests)
    assert example_requests(ModelIndex(open_model), lock_of(open_model).newest)["Decide"]["age"] == 13
