"""What is deployed: objects that Kubernetes knows, settings that the server knows, names that fit each other."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import kubernetes.client as api
import pytest
import yaml
from decision_tables_server.reading_settings import read_settings

ROOT = pathlib.Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
OF_API = {
    "ConfigMap": "V1ConfigMap",
    "Deployment": "V1Deployment",
    "NetworkPolicy": "V1NetworkPolicy",
    "PodDisruptionBudget": "V1PodDisruptionBudget",
    "Secret": "V1Secret",
    "Service": "V1Service",
}


def documents(path: pathlib.Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in MANIFESTS:
        for each in documents(path):
            if each["kind"] != "Kustomization":
                yield path.name, each


def one(kind: str, name: str = "decision-tables") -> dict[str, Any]:
    [found] = [each for _, each in objects() if each["kind"] == kind and each["metadata"]["name"] == name]
    return found


def faults(kind: str, value: Any, path: str) -> Iterator[str]:
    """Where a value is not what the API says of its kind; kinds are named as in the API's own client."""
    if inner := re.fullmatch(r"[Ll]ist\[(.*)\]", kind):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, item in enumerate(value):
            yield from faults(inner[1], item, f"{path}[{number}]")
    elif inner := re.fullmatch(r"[Dd]ict\W(\w+), (\w+)\W", kind):
        for key, item in value.items():
            yield from faults(inner[2], item, f"{path}.{key}")
    elif kind in ("str", "int", "bool"):
        if type(value).__name__ != kind:
            yield f"{path} is {type(value).__name__}, not {kind}"
    elif kind not in ("object", "datetime"):
        yield from _faults_of_object(kind, value, path)


def _faults_of_object(kind: str, value: Any, path: str) -> Iterator[str]:
    model = getattr(api, kind)
    names = {written: name for name, written in model.attribute_map.items()}
    yield from (f"{path}.{key} is unknown" for key in value if key not in names)
    for key, item in value.items():
        if key in names:
            yield from faults(model.openapi_types[names[key]], item, f"{path}.{key}")
    given = {names.get(key) for key in value}
    needed = (name for name, field in model.model_fields.items() if field.is_required() and name not in given)
    yield from (f"{path}.{model.attribute_map[name]} is missing" for name in needed)


@pytest.mark.parametrize(
    ("file", "found"), list(objects()), ids=lambda each: each if isinstance(each, str) else each["kind"]
)
def test_every_object_is_one_that_kubernetes_knows(file: str, found: dict[str, Any]) -> None:
    assert list(faults(OF_API[found["kind"]], found, f"{file}: {found['kind']}")) == []


def test_the_check_finds_what_is_wrong() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"prot": 1}], "clusterIP": 3}}
    assert list(faults("V1Service", wrong, "s")) == [
        "s.spec.ports[0].prot is unknown",
        "s.spec.ports[0].port is missing",
        "s.spec.clusterIP is int, not str",
    ]


def test_every_manifest_is_applied_but_the_example() -> None:
    [kustomization] = documents(DEPLOY / "kubernetes" / "kustomization.yaml")
    named = {path.name for path in MANIFESTS} - {"kustomization.yaml", "secret.example.yaml"}
    assert set(kustomization["resources"]) == named


def test_no_secret_stands_in_a_manifest_that_is_applied() -> None:
    assert [file for file, each in objects() if each["kind"] == "Secret"] == ["secret.example.yaml"]


def pod() -> dict[str, Any]:
    spec: dict[str, Any] = one("Deployment")["spec"]["template"]["spec"]
    return spec


def test_the_container_may_do_nothing_but_serve() -> None:
    [container] = pod()["containers"]
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not container["image"].endswith(":latest")


def test_ports_and_labels_fit_each_other() -> None:
    [container] = pod()["containers"]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    config = yaml.safe_load(one("ConfigMap")["data"]["server.yaml"])
    addresses = {"grpc": "address", "http": "http_address", "metrics": "metrics_address"}
    assert ports == {name: int(config[key].rpartition(":")[2]) for name, key in addresses.items()}
    assert container["readinessProbe"]["grpc"]["port"] == ports["grpc"]
    labels = one("Deployment")["spec"]["template"]["metadata"]["labels"]
    for service in ("decision-tables", "decision-tables-headless"):
        spec = one("Service", service)["spec"]
        assert spec["selector"].items() <= labels.items()
        assert {each["targetPort"] for each in spec["ports"]} <= ports.keys()
    assert one("Service", "decision-tables-headless")["spec"]["clusterIP"] == "None"
    assert one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"].items() <= labels.items()
    named = [each["port"] for rule in one("NetworkPolicy")["spec"]["ingress"] for each in rule["ports"]]
    assert set(named) <= ports.keys()


def test_volumes_are_those_that_are_mounted() -> None:
    [container] = pod()["containers"]
    assert {each["name"] for each in pod()["volumes"]} == {each["name"] for each in container["volumeMounts"]}


def read(text: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    copy = tmp_path / "server.yaml"
    copy.write_text(text, encoding="utf-8")
    return read_settings({"config": str(copy)}).settings


def test_the_settings_of_the_cluster_are_known_and_agree(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = one("ConfigMap")["data"]["server.yaml"]
    settings = read(text, tmp_path, monkeypatch, DECISION_TABLES_STORE="postgresql://reader@h:5432/releases")
    spec = pod()
    assert settings.drain_seconds + settings.grace_seconds < spec["terminationGracePeriodSeconds"]
    mounted = [each["mountPath"] for each in spec["containers"][0]["volumeMounts"]]
    assert str(settings.policy.parent) in mounted
    assert f"{settings.trusted_keys}/trusted" in mounted


def test_the_settings_of_one_machine_are_known_and_agree(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read((DEPLOY / "systemd" / "server.yaml").read_text(encoding="utf-8"), tmp_path, monkeypatch)
    unit = (DEPLOY / "systemd" / "decision-tables.service").read_text(encoding="utf-8")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert stop is not None
    assert settings.drain_seconds + settings.grace_seconds < int(stop[1])


def test_the_proxy_leads_to_the_services() -> None:
    [envoy] = documents(DEPLOY / "envoy" / "envoy.yaml")
    resources = envoy["static_resources"]
    clusters = {each["name"]: each for each in resources["clusters"]}
    text = (DEPLOY / "envoy" / "envoy.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"cluster: (\w+)", text)) == clusters.keys()
    ports = {each["metadata"]["name"]: each["spec"]["ports"] for _, each in objects() if each["kind"] == "Service"}
    for name, cluster in clusters.items():
        assert cluster["load_assignment"]["cluster_name"] == name
        [endpoints] = cluster["load_assignment"]["endpoints"]
        for each in endpoints["lb_endpoints"]:
            place = each["endpoint"]["address"]["socket_address"]
            service = place["address"].partition(".")[0]
            assert place["port_value"] in {port["port"] for port in ports[service]}
    assert "request_headers_to_remove: [x-decision-tables-user]" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_unit_is_one_that_systemd_knows(tmp_path: pathlib.Path) -> None:
    text = (DEPLOY / "systemd" / "decision-tables.service").read_text(encoding="utf-8")
    unit = tmp_path / "decision-tables.service"
    unit.write_text(
        text.replace("/opt/decision-tables/bin/decision-tables", shutil.which("true") or ""), encoding="utf-8"
    )
    result = subprocess.run(["systemd-analyze", "verify", str(unit)], check=False, capture_output=True, text=True)
    about_ours = [line for line in result.stderr.splitlines() if "decision-tables" in line]
    assert about_ours == []


# The container file


def steps() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_what_is_copied_into_the_image_is_there() -> None:
    copied = [rest.split()[:-1] for word, rest in steps() if word == "COPY" and "--from" not in rest]
    sources = [source for each in copied for source in each]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    words = [word for word, _ in steps()]
    users = [rest for word, rest in steps() if word == "USER"]
    assert users == ["10001:10001"]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert str(pod()["securityContext"]["runAsUser"]) == users[0].partition(":")[0]


def test_the_command_of_the_image_is_one_that_the_server_takes(tmp_path: pathlib.Path) -> None:
    [command] = [yaml.safe_load(rest) for word, rest in steps() if word == "CMD"]
    assert command[0] == "serve"
    flags: dict[str, Any] = {}
    for flag, value in zip(command[1:], [*command[2:], "--"], strict=True):
        if flag.startswith("--"):
            flags[flag.removeprefix("--").replace("-", "_")] = True if value.startswith("--") else value
    assert read_settings(flags).settings.address == "0.0.0.0:50051"


@pytest.mark.long
def test_the_steps_of_the_image_work_one_by_one(tmp_path: pathlib.Path) -> None:
    """The build's steps, run in folders of the test's own instead of an image."""
    environment, source = tmp_path / "opt", tmp_path / "source"
    source.mkdir()
    for word, rest in steps():
        if word == "FROM" and " AS " not in rest:
            break
        if word == "COPY":
            *names, target = rest.split()
            for name in names:
                _copied(ROOT / name, source / (target if (ROOT / name).is_dir() else name))
        elif word == "RUN":
            command = rest.replace("/opt/decision-tables", str(environment))
            subprocess.run(["sh", "-ec", command], cwd=source, check=True)
    found = subprocess.run(
        [environment / "bin" / "decision-tables", "serve", "--show-config"], capture_output=True, check=True
    )
    assert b"address" in found.stdout


def _copied(origin: pathlib.Path, target: pathlib.Path) -> None:
    if origin.is_dir():
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    else:
        shutil.copy(origin, target)
