"""Every client passes the same cases against a real server over a real socket."""

from __future__ import annotations

import functools
import json
import pathlib
import subprocess
import tempfile
from collections import Counter
from typing import Any

import pytest

from tests.conformance.cases import FOLDER, Case, all_cases, differences, lacks, put
from tests.conformance.languages import CLIENTS, Client
from tests.support.golden import agrees

CASES = all_cases()
RESULTS = FOLDER.parent / "results"
RUN_SECONDS = 300


@functools.cache
def answers_of(client: Client) -> dict[str, dict[str, Any]]:
    """What a client's runner says to every case, by the case's name; each runner has servers of its own."""
    command = client.prepare()
    with tempfile.TemporaryDirectory() as name, client.servers(pathlib.Path(name)) as servers:
        cases = pathlib.Path(name) / "cases"
        cases.mkdir()
        put(client.name, cases)
        description = pathlib.Path(name) / "servers.json"
        description.write_text(json.dumps({"addresses": servers.addresses, "files": servers.files}), encoding="utf-8")
        result = subprocess.run(
            [*command, str(cases), str(description)],
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=RUN_SECONDS,
        )
    if result.returncode != 0:
        raise RuntimeError(f"the runner of {client.title} ended with {result.returncode}:\n{result.stderr[-4000:]}")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {line["case"]: line for line in lines}


@pytest.mark.parametrize(
    ("client", "case"),
    [
        pytest.param(client, case, id=f"{client.name}/{case.id}", marks=pytest.mark.needs("openssl", *client.needs))
        for client in CLIENTS
        for case in CASES
        if not case.needs & lacks(client.name)
    ],
)
def test_every_client_gives_the_expected_answer(client: Client, case: Case) -> None:
    answer = answers_of(client).get(case.id)
    assert answer is not None, "the runner passed this case over"
    assert list(differences(case.expected, answer["answer"])) == [], json.dumps(answer, ensure_ascii=False)[:2000]
    if case.within is not None:
        assert answer["seconds"] < case.within


EACH_CLIENT = pytest.mark.parametrize(
    "client", [pytest.param(c, id=c.name, marks=pytest.mark.needs("openssl", *c.needs)) for c in CLIENTS]
)


@EACH_CLIENT
def test_a_runner_answers_no_case_that_is_not_there(client: Client) -> None:
    assert set(answers_of(client)) <= {case.id for case in CASES}


@EACH_CLIENT
def test_the_results_on_record_are_those_of_today(client: Client) -> None:
    """`make golden ARGS=tests/conformance` puts them on record; docs/clients.md is made from them."""
    passed = Counter(case.feature for case in CASES if case.id in answers_of(client) and holds(client, case))
    assert agrees(json.dumps(passed, indent=2, sort_keys=True) + "\n", RESULTS / f"{client.name}.json")


def holds(client: Client, case: Case) -> bool:
    """Whether a client's answer is the expected one."""
    return not any(differences(case.expected, answers_of(client)[case.id]["answer"]))
