"""`decision-tables doctor`: each thing that can be wrong, and what it says then."""

from __future__ import annotations

import datetime
import json
import pathlib
import resource
import shutil
import socket
import stat
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from decision_tables_server.doctor import machine, network, served
from decision_tables_server.doctor.command import examine, main
from decision_tables_server.doctor.finding import Finding, Level
from decision_tables_server.settings import Settings
from decision_tables_server.tls import read_tls, tls_files_of

from decision_tables.cli import main as command_line
from decision_tables.releases.actor import actor
from decision_tables.releases.store import create_store
from tests.support.certificates import authority, for_this_machine
from tests.support.serving import pool_book, running

NOW = datetime.datetime.now(datetime.UTC)


def only(findings: Iterable[Finding]) -> Finding:
    [finding] = findings
    return finding


def settings(folder: pathlib.Path, **others: Any) -> Settings:
    return Settings(workbooks=folder, address="127.0.0.1:0", **others)


# The whole


def test_all_is_well_with_a_folder_of_workbooks(folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workbooks", str(folder), "--address", "127.0.0.1:0", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "✗" not in printed
    assert "0 个错误" in printed


def test_everything_wrong_is_told_at_once(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--workbooks", str(tmp_path / "nowhere"), "--policy", str(tmp_path / "policy.yaml")]
    wrong += ["--tls-certificate", str(tmp_path / "c.pem"), "--tls-key", str(tmp_path / "k.pem")]
    assert main([*wrong, "--address", "127.0.0.1:0", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {each["check"] for each in found if each["level"] == "error"} == {"folder", "policy", "tls"}
    assert all(each["hint_zh"] and each["hint_en"] for each in found if each["level"] == "error")


def test_wrong_settings_are_told_with_the_nearest_name(tmp_path: pathlib.Path) -> None:
    config = tmp_path / "server.yaml"
    config.write_text("adress: 127.0.0.1:1\nthreads: 0\n", encoding="utf-8")
    found = [each for each in examine({"config": str(config)}) if each.level is Level.ERROR]
    assert [each.check for each in found] == ["settings", "settings"]
    assert any("did you mean address" in each.message.en for each in found)


def test_the_command_line_knows_it(folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["doctor", "--workbooks", str(folder), "--address", "127.0.0.1:0", "--lang", "en"]) == 0
    assert "0 errors" in capsys.readouterr().out


# The machine


@pytest.mark.parametrize(("version", "level"), [((3, 10, 9), "error"), ((3, 11, 0), "good"), ((3, 14, 0), "good")])
def test_an_old_python_is_told(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], level: str) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert only(machine.python()).level.value == level


def test_a_package_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path) -> None:
    assert only(machine.packages(settings(folder))).level is Level.GOOD
    monkeypatch.setattr(machine, "PACKAGES", ("grpcio", "no-such-package"))
    finding = only(machine.packages(settings(folder)))
    assert (finding.level, "no-such-package" in finding.message.en) == (Level.ERROR, True)


@pytest.mark.parametrize(("day", "level"), [("2025-12-31", "error"), ("2026-01-01", "good"), ("2026-01-02", "good")])
def test_a_clock_from_before_this_program_is_told(day: str, level: str) -> None:
    now = datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")
    assert only(machine.clock(now)).level.value == level


def test_time_zones_that_are_missing_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)
    assert only(machine.clock(NOW)).level is Level.ERROR


@pytest.mark.parametrize(("limit", "level"), [(1099, "warning"), (1100, "good"), (1101, "good")])
def test_too_few_open_files_are_told(
    monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path, limit: int, level: str
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert only(machine.open_files(settings(folder, max_calls=1000))).level.value == level


def test_no_place_for_temporary_files_is_told(tmp_path: pathlib.Path) -> None:
    assert only(machine.temporary_files(str(tmp_path))).level is Level.GOOD
    assert only(machine.temporary_files(str(tmp_path / "nowhere"))).level is Level.ERROR


def test_little_room_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    for room, level in ((machine.ROOM_BYTES - 1, "warning"), (machine.ROOM_BYTES, "good")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=room: type("Usage", (), {"free": free}))
        assert only(machine.temporary_files(str(tmp_path))).level.value == level


# The network


def test_a_port_that_something_else_has_is_told(folder: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        found = list(network.ports(Settings(workbooks=folder, address="127.0.0.1:0", metrics_address=address)))
    assert [each.level for each in found] == [Level.GOOD, Level.ERROR]
    assert address in found[1].message.zh


def test_a_port_that_a_server_of_ours_has_is_well(folder: pathlib.Path) -> None:
    with running(folder) as server:
        finding = only(network.ports(Settings(workbooks=folder, address=server.address)))
    assert (finding.level, "running" in finding.message.en) == (Level.GOOD, True)


def encrypted(folder: pathlib.Path) -> Settings:
    certificate, key = for_this_machine(authority()).write(folder, "server")
    key.chmod(0o600)
    return settings(folder, tls_certificate=certificate, tls_key=key)


def test_a_certificate_is_good_for_a_while_or_not(folder: pathlib.Path) -> None:
    given = encrypted(folder)
    files = tls_files_of(given)
    assert files is not None
    expires = read_tls(files).expires
    second = datetime.timedelta(seconds=1)
    for moment, level in (
        (expires - network.SOON, "good"),
        (expires - network.SOON + second, "warning"),
        (expires - second, "warning"),
        (expires, "error"),
    ):
        assert only(network.encryption(given, moment)).level.value == level


def test_a_key_that_everybody_may_read_is_told(folder: pathlib.Path) -> None:
    given = encrypted(folder)
    assert given.tls_key is not None
    given.tls_key.chmod(given.tls_key.stat().st_mode | stat.S_IROTH)
    assert "chmod 600" in [each for each in network.encryption(given, NOW) if each.hint][-1].hint.en  # type: ignore[union-attr]


@pytest.mark.parametrize("spoil", [lambda key: key.unlink(), lambda key: key.write_text("no key", encoding="utf-8")])
def test_a_key_that_cannot_be_used_is_told(folder: pathlib.Path, spoil: Callable[[pathlib.Path], Any]) -> None:
    given = encrypted(folder)
    assert given.tls_key is not None
    spoil(given.tls_key)
    finding = only(network.encryption(given, NOW))
    assert (finding.level, str(given.tls_key) in finding.message.en) == (Level.ERROR, True)


def test_a_policy_that_cannot_be_used_is_told(folder: pathlib.Path) -> None:
    policy = folder / "policy.yaml"
    policy.write_text("people: 3\n", encoding="utf-8")
    assert {each.level for each in network.sign_in(settings(folder, policy=policy))} == {Level.ERROR}
    assert only(network.sign_in(settings(folder))).level is Level.GOOD


# What is served


def test_a_folder_without_workbooks_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "~$open.xlsx").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    assert only(served.folder(settings(tmp_path))).level is Level.WARNING
    (tmp_path / "pool.XLSX").write_bytes(pool_book())
    assert only(served.folder(settings(tmp_path))).level is Level.GOOD


def test_a_store_that_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    given = settings(tmp_path).model_copy(update={"store": str(tmp_path / "releases.db")})
    assert only(served.store(given, NOW)).level is Level.ERROR


def test_a_database_that_does_not_answer_is_told(tmp_path: pathlib.Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    store = f"postgresql://user:secret@127.0.0.1:{port}/releases"
    finding = only(served.store(settings(tmp_path).model_copy(update={"store": store}), NOW))
    assert finding.level is Level.ERROR
    assert "secret" not in finding.message.en + finding.message.zh


def test_a_store_can_be_read_and_its_clock_is_compared(tmp_path: pathlib.Path) -> None:
    store, keys = str(tmp_path / "releases.db"), tmp_path / "keys"
    create_store(store, keys, actor("张三")).close()
    given = settings(tmp_path).model_copy(update={"store": store, "trusted_keys": keys})
    now = datetime.datetime.now(datetime.UTC)
    assert only(served.store(given, now)).level is Level.GOOD
    found = list(served.store(given, now + datetime.timedelta(minutes=5)))
    assert [each.level for each in found] == [Level.GOOD, Level.WARNING]
    assert served.folder(given) is not None
    assert list(served.folder(given)) == []


def test_missing_public_keys_are_told(tmp_path: pathlib.Path) -> None:
    given = settings(tmp_path)
    assert list(served.keys(given)) == []
    without = given.model_copy(update={"store": "x.db"})
    assert only(served.keys(without)).level is Level.WARNING
    nowhere = without.model_copy(update={"trusted_keys": tmp_path / "nowhere"})
    assert only(served.keys(nowhere)).level is Level.ERROR
