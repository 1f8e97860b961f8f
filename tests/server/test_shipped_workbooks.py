"""The shipped workbooks over the wire: the service says of every test case in them what the engine says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from decision_tables_client import Client, RequestRefused, connect

import decision_tables
from decision_tables.model.model import Case
from decision_tables.releases.preparing import SEMANTICS
from tests.support.serving import running

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
FILES = sorted(WORKBOOKS.glob("*.xlsx"))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A client of a server of all shipped workbooks."""
    with running(WORKBOOKS) as server, connect(server.address) as client:
        yield client


def test_every_shipped_workbook_is_served(client: Client) -> None:
    assert len(FILES) > 1
    assert len(list(client.models())) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_service_answers_every_case_as_the_engine_does(client: Client, file: Path) -> None:
    model = decision_tables.load(file)
    assert model.definition.cases
    for case in model.definition.cases:
        assert of_service(client, model.key, case) == of_engine(model, case), case.name


def of_engine(model: decision_tables.Model, case: Case) -> dict[str, Any]:
    """The engine's answer in the service's words; a folder has no releases."""
    try:
        answer = model.evaluate(case.inputs, table=case.table, as_of=case.as_of).as_json()
    except decision_tables.Refusal as refusal:
        return {"reason": refusal.reason.value, "message": refusal.message.en, "message_zh": refusal.message.zh}
    answer["model_digest"] = answer.pop("digest")
    answer["matches"] = answer.pop("matched")
    return answer | {"release": None, "known_at": None, "semantics": SEMANTICS}


def of_service(client: Client, model: str, case: Case) -> dict[str, Any]:
    """The service's answer, with sources as the engine writes them."""
    try:
        decision = client.evaluate(case.inputs, model=model, table=case.table, as_of=case.as_of)
    except RequestRefused as refused:
        return {"reason": refused.reason, "message": refused.message, "message_zh": refused.message_zh}
    answer: dict[str, Any] = json.loads(json.dumps(decision.as_json()))
    for match in answer["matches"]:
        match["sources"] = [f"{each['source']} {each['locator']}".strip() for each in match.pop("citations")]
    return answer
