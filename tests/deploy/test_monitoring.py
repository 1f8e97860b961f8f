"""The dashboard and the alerts ask for metrics that a server really gives."""

from __future__ import annotations

import json
import pathlib
import re
import urllib.request

import grpc
import pytest
import yaml
from decision_tables_server.metrics import ServedMetrics
from decision_tables_server.snapshot import Serving
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value

from tests.support.serving import pool_book, running

DEPLOY = pathlib.Path(__file__).parent.parent.parent / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "decision-tables.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))

METRIC = re.compile(r"\b(?:grpc_server|decision_tables|process)_[a-z_]+\b")
LABELS = re.compile(r"[{,]\s*([a-z_]+)\s*[=!]~?")


def panels() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def asked() -> set[str]:
    """Every metric that the dashboard or an alert names."""
    alerts = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    variables = [str(each.get("query", "")) for each in DASHBOARD["templating"]["list"]]
    annotations = [each["expr"] for each in DASHBOARD["annotations"]["list"]]
    return {name for text in (*panels(), *alerts, *variables, *annotations) for name in METRIC.findall(text)}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Every metric that a server gives after a call that is answered and one that is refused, with its labels."""
    folder = tmp_path_factory.mktemp("monitored")
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder, metrics_address="127.0.0.1:0") as server, grpc.insecure_channel(server.address) as channel:
        stub = EvaluationServiceStub(channel)
        stub.Evaluate(EvaluateRequest(table="ticket", inputs={"age": Value(integer=30)}))
        with pytest.raises(grpc.RpcError):
            stub.Evaluate(EvaluateRequest(table="nowhere"))
        with urllib.request.urlopen(f"http://{server.side_ports.metrics_address}/metrics", timeout=10) as page:
            text = page.read().decode()
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^([a-z_]+)(\{.*\})? ", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'([a-z_]+)="', labels))
    for family in ServedMetrics(Serving()).collect():  # those of releases have samples only where there are releases
        found.setdefault(family.name, {"model", "number", "digest"})
    return found


def test_every_metric_that_is_asked_for_is_given(given: dict[str, set[str]]) -> None:
    assert len(asked()) > 15
    assert sorted(asked() - given.keys()) == []


def test_every_label_that_is_asked_for_is_given(given: dict[str, set[str]]) -> None:
    of_prometheus = {"instance", "le"}
    wrong = []
    for expression in panels():
        for name, inside in re.findall(r"([a-z_]+)(\{[^}]*\})", expression):
            wrong += [
                f"{name}: {label}" for label in LABELS.findall(inside) if label not in given[name] | of_prometheus
            ]
    assert wrong == []


def test_every_panel_has_a_place_and_a_title_of_its_own() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
    assert all(" · " in panel["title"] for panel in DASHBOARD["panels"])


def test_every_alert_says_what_it_is_in_both_languages() -> None:
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    assert all(" · " in rule["annotations"]["summary"] for rule in rules)
    assert {rule["labels"]["severity"] for rule in rules} == {"page", "ticket"}
