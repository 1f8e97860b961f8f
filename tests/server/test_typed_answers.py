"""Typed and general calls give the same answers and the same errors, on every model that we have and on random ones."""

from __future__ import annotations

import dataclasses
import datetime
import json
import random
import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from decision_tables_server.access import EVERYTHING, Access, Principal, grant
from decision_tables_server.convert.values import result_message
from decision_tables_server.deciding import decide
from decision_tables_server.errors import RequestFault
from decision_tables_server.roles import roles_for
from decision_tables_server.selection import select
from decision_tables_server.snapshot import ServedModel, Serving, Snapshot
from decision_tables_server.typed import TypedServices
from decision_tables_server.typed_locks import Locks
from decisiontables.v1.decision_pb2 import Decision

from decision_tables.engine import Model
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import ModelDefinition
from tests.contracts.models import TEXTS, model_from, repository_models
from tests.support.rich_models import random_question, rich_model
from tests.support.typing_calls import TypedClient


class Typed:
    """The typed service of one model, called without a socket."""

    def __init__(self, definition: ModelDefinition) -> None:
        self.model = Model(definition)
        self.serving = Serving(Snapshot({definition.key: ServedModel(self.model, "file.xlsx")}))
        self.services = TypedServices(self.serving, Locks(None), lambda before, after: None)
        self.services.update(self.serving.current)
        self.client = TypedClient(self.services.current.contracts[definition.key].lock.newest)

    def ask(self, table: str, inputs: Mapping[str, Any], as_of: datetime.date) -> tuple[dict[str, Any], Decision]:
        """The results and the decision of a typed call. Raises what the server turns into a status."""
        path = self.client.path(table)
        handler: Any = self.services.service(SimpleNamespace(method=path))
        raw = self.client.request(table, inputs, as_of).SerializeToString()
        context = SimpleNamespace()
        grant(context, Access(Principal("", EVERYTHING), roles_for(path) or frozenset()))
        reply = handler.response_serializer(handler.unary_unary(handler.request_deserializer(raw), context))
        response: Any = self.client.message(table, "Response").FromString(reply)
        return self.client.results(table, response), Decision.FromString(response.decision.SerializeToString())

    def agree(self, table: str, raw: Mapping[str, object], as_of: datetime.date) -> bool:
        """Whether the inputs are values at all; what a typed request can say of them is asked in both ways."""
        try:
            inputs = read_inputs(raw, ModelIndex(self.model.definition), as_of)
        except Refusal:
            return False
        order = {member.key: member.number for member in self.client.method(table).inputs}
        inputs = {key: inputs[key] for key in sorted(inputs.keys() & order.keys(), key=order.__getitem__)}
        try:
            selected = select(self.serving, self.model.key)
            expected = decide(selected, inputs, table, as_of)
        except Refusal as refusal:
            with pytest.raises(Refusal, match=f"^{re.escape(str(refusal))}$"):
                self.ask(table, inputs, as_of)
            return True
        results, decision = self.ask(table, inputs, as_of)
        for key, value in results.items():
            found = expected.results.get(key)
            message = result_message(value, self.model.definition.fields[key].type)
            if value == () or found is None:
                assert found is None or found.WhichOneof("kind") == "missing", key
            elif isinstance(value, int) and found.WhichOneof("kind") == "decimal":  # how many rules matched
                assert str(value) == found.decimal.value, key
            else:
                assert message == found, key
        expected.ClearField("results")
        assert decision == expected
        return True


def test_the_cases_of_every_acceptance_model_are_answered_alike() -> None:
    asked = 0
    for text in TEXTS:
        typed = Typed(model_from(text.read_text(encoding="utf-8")))
        for line in text.with_suffix("").with_suffix(".cases.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)["request"]
            day = datetime.date.fromisoformat(case.get("as_of") or "2025-06-01")
            names = ModelIndex(typed.model.definition).table_keys
            for table in {names.get(case.get("table"), ""), ""}:
                asked += typed.agree(table, case["inputs"], day)
    assert asked > 300


def test_the_cases_of_every_workbook_are_answered_alike() -> None:
    asked = 0
    for definition in repository_models():
        typed = Typed(definition)
        for case in definition.cases[:60]:
            day = case.as_of or datetime.date(2025, 6, 1)
            asked += typed.agree(case.table or "", case.inputs, day)
    assert asked > 200


def test_random_questions_to_random_models_are_answered_alike() -> None:
    chance = random.Random(11)
    asked = 0
    for _ in range(60):
        model = rich_model(chance)
        frozen = {key: dataclasses.replace(each, frozen=chance.random() < 0.5) for key, each in model.lists.items()}
        typed = Typed(dataclasses.replace(model, lists=frozen))
        for _ in range(20):
            question = random_question(model, chance)
            if question.table in model.table_keys or question.table is None:
                asked += typed.agree(question.table or "", question.inputs, question.as_of)
    assert asked > 600


# What has changed since the contract was made


BEFORE = Path(__file__).with_name("typed_fees.txt").read_text(encoding="utf-8")


def changed(**replacements: str) -> Typed:
    """The typed service of the fees after its workbook was changed under the same lock."""
    typed = Typed(model_from(BEFORE))
    text = BEFORE
    for old, new in replacements.items():
        text = text.replace(old, new)
    model = Model(model_from(text))
    typed.model = model
    typed.serving.current = Snapshot({model.key: ServedModel(model, "file.xlsx")})
    typed.services.update(typed.serving.current)
    return typed


DAY = datetime.date(2025, 6, 1)


def test_a_result_that_no_longer_fits_is_refused_and_never_bent() -> None:
    typed = changed(**{"年数 | years | 整数": "年数 | years | 小数", "| 3\n": "| 3.5\n"})
    with pytest.raises(RequestFault) as raised:
        typed.ask("fee", {"age": 10}, DAY)
    assert raised.value.fault.reason.value == "CONTRACT_BROKEN"
    results, _ = typed.ask("fee", {"age": 30}, DAY)
    assert results["years"] == 5


def test_an_input_that_the_rules_no_longer_know_is_refused_by_name() -> None:
    typed = changed(**{"年龄 | age": "岁数 | how_old", "\n年龄": "\n岁数"})
    with pytest.raises(Refusal) as raised:
        typed.ask("fee", {"age": 10}, DAY)
    assert raised.value.reason.value == "UNKNOWN_INPUT"
    assert raised.value.field == "age"
