"""``contract`` and ``client`` with ``--target``: a contract as a server serves it, without the workbook."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator

import pytest
from decision_tables_server.app import DecisionServer

from decision_tables.cli import main
from decision_tables.cli.target import TOKEN
from decision_tables.contracts.lock_file import read_lock
from decision_tables.tokens import hash_of, new_token
from tests.contracts.test_locking import FEES, WITH_CITY, numbers
from tests.server.test_typed_store import publish
from tests.support.books import book_from_text
from tests.support.certificates import authority, for_this_machine
from tests.support.releasing import Place
from tests.support.serving import eventually, pool_book, put, running, running_store

CA = authority()
SECRET = new_token()
POLICY = f'callers:\n  li:\n    tokens: [{{hash: "{hash_of(SECRET)}"}}]\n    roles: {{reader: "*"}}\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DecisionServer]:
    """A server of two models, one of which got a column in the middle."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "contracts").mkdir()
    (folder / "fees.xlsx").write_bytes(book_from_text(FEES))
    (folder / "pool.xlsx").write_bytes(pool_book())
    with running(folder) as served:
        put(folder / "fees.xlsx", book_from_text(WITH_CITY))
        lock = folder / "contracts" / "fees.lock.json"
        eventually(lambda: "city" in lock.read_text(encoding="utf-8"))
        yield served


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of an encrypted server that knows its callers, and the file with its root."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "pool.xlsx").write_bytes(pool_book())
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "ca.pem").write_bytes(CA.pem)
    certificate, key = for_this_machine(CA).write(folder, "server")
    with running(folder, tls_certificate=certificate, tls_key=key, policy=folder / "policy.yaml") as served:
        yield served.address, str(folder / "ca.pem")


def test_a_contract_has_the_numbers_of_the_server(server: DecisionServer, tmp_path: pathlib.Path) -> None:
    assert main(["contract", "fees", "--target", server.address, "--out", str(tmp_path)]) == 0
    lock = read_lock((tmp_path / "fees.lock.json").read_bytes())
    assert numbers(lock) == {"age": 1, "household": 2, "city": 3}
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert """grpcurl -plaintext -d '{"age": 17, "household": "local", "city": "甲"}'""" in readme


def test_a_package_asks_what_a_rule_answers(server: DecisionServer, tmp_path: pathlib.Path) -> None:
    assert main(["client", "pool_fees", "--target", server.address, "--lang", "python", "--out", str(tmp_path)]) == 0
    assert "contract.TicketRequest(\n        age=13,\n    )" in (tmp_path / "example.py").read_text(encoding="utf-8")


def test_what_the_server_does_not_give_is_said(
    server: DecisionServer, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: str) -> tuple[int, str]:
        code = main(["contract", *words, "--out", str(tmp_path / "out"), "--lang", "zh"])
        return code, capsys.readouterr().err

    at = ("--target", server.address)
    code, told = said("feess", *at)
    assert code == 1
    assert "fees" in told
    code, told = said(*at)
    assert code == 1
    assert "请在命令里写上模型的标识" in told
    code, told = said("fees", *at, "--contract-version", "2")
    assert code == 1
    assert "接口没有第 2 版" in told
    assert said("fees", *at, "--lock", "x.json")[0] == 2
    assert said()[0] == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["127.0.0.1:1", "no.such.machine.invalid:50051"])
def test_where_no_server_answers_it_is_said_what_to_do(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", "--target", target, "--lang", "zh"]) == 1
    assert f"{target} 没有服务器应答" in capsys.readouterr().err


def test_who_is_not_known_is_told_how_to_sign_in(
    guarded: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, roots = guarded
    asked = ["contract", "--target", address, "--format", "json", "--lang", "en"]
    assert main(asked) == 1
    assert "an encrypted one needs --tls" in capsys.readouterr().err
    assert main([*asked, "--tls-roots", roots]) == 1
    assert f"Give a token by {TOKEN}" in capsys.readouterr().err
    assert main([*asked, "--tls-roots", roots, "--token", new_token()]) == 1
    assert main([*asked, "--tls-roots", roots, "--token", SECRET]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "pool_fees"
    monkeypatch.setenv(TOKEN, SECRET)
    assert main([*asked, "--tls-roots", roots]) == 0


def test_wrong_usage_of_keys_is_said(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["contract", "--target", "example.org:443", "--lang", "en"]
    assert main([*asked, "--tls-roots", str(tmp_path / "none.pem")]) == 2
    assert main([*asked, "--tls-key", "key.pem"]) == 2
    assert "belong together" in capsys.readouterr().err
    monkeypatch.setenv(TOKEN, SECRET)
    assert main(asked) == 2
    assert "not sent in plain text" in capsys.readouterr().err


def test_both_versions_of_a_contract_can_be_taken(tmp_path: pathlib.Path) -> None:
    store = Place(str(tmp_path / "store.db"), tmp_path / "keys").create()
    try:
        publish(store, WITH_CITY)
        publish(store, FEES, version=2)
        with running_store(str(tmp_path / "store.db")) as served:
            asked = ["contract", "fees", "--target", served.address, "--out"]
            assert main([*asked, str(tmp_path / "new")]) == 0
            assert main([*asked, str(tmp_path / "old"), "--contract-version", "1"]) == 0
    finally:
        store.close()
    for name, version in (("new", 2), ("old", 1)):
        lock = read_lock((tmp_path / name / "fees.lock.json").read_bytes())
        assert lock.newest.version == version
