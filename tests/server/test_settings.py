"""Which settings are taken, from where, and what is said of those that are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from decision_tables_server.cli import extra_of, main
from decision_tables_server.reading_settings import WrongSettings, read_settings, show, without_password
from decision_tables_server.settings import Settings

NAMES = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def no_language_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


def faults(*unknown: str, **flags: Any) -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        read_settings(flags, unknown)
    assert all(fault.zh != fault.en for fault in wrong.value.faults)
    return [fault.en for fault in wrong.value.faults]


@pytest.mark.parametrize("address", ["127.0.0.1:0", "127.8.9.1:65535", "localhost:50051", "[::1]:50051"])
def test_addresses_of_this_machine_need_no_encryption(address: str) -> None:
    assert Settings(address=address).address == address


@pytest.mark.parametrize(
    "address", ["0.0.0.0:1", "[::]:1", "192.168.0.1:1", "myhost:1", "localhost.example.org:1", ":1"]
)
def test_other_addresses_are_taken_only_if_plain_text_is_allowed(address: str) -> None:
    with pytest.raises(ValueError, match="--allow-plaintext"):
        Settings(address=address)
    assert Settings(address=address, allow_plaintext=True, allow_unreviewed=True).address == address


def test_a_folder_is_served_beyond_this_machine_only_if_it_may_be_unreviewed() -> None:
    with pytest.raises(ValueError, match="--allow-unreviewed"):
        Settings(address="0.0.0.0:1", allow_plaintext=True)
    assert not Settings(address="127.0.0.1:1").allow_unreviewed


@pytest.mark.parametrize(
    "address", ["", "localhost", "localhost:", "localhost:http", "localhost:65536", "localhost:-1", "::1:50051", "h:٣"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        Settings(address=address, allow_plaintext=True)


def test_a_server_made_by_a_program_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECISION_TABLES_THREADS", "3")
    assert Settings().threads == Settings.model_fields["threads"].default


def test_a_flag_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("threads: 2\nmax_calls: 20\nmax_batch_rows: 200\n", encoding="utf-8")
    monkeypatch.setenv("DECISION_TABLES_THREADS", "3")
    monkeypatch.setenv("DECISION_TABLES_MAX_CALLS", "30")
    monkeypatch.setenv("DECISION_TABLES_CONFIG", str(file))
    read = read_settings({"threads": "4"})
    assert (read.settings.threads, read.settings.max_calls, read.settings.max_batch_rows) == (4, 30, 200)
    sources = [str(read.sources[name].in_language("en")) for name in ("threads", "max_calls", "max_batch_rows")]
    assert sources == ["flag --threads", "environment DECISION_TABLES_MAX_CALLS", f"file {file}"]
    assert read.sources["log_level"].in_language("zh") == "默认值"


def test_toml_is_taken_as_well(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('threads = 2\nlog_level = "debug"\n', encoding="utf-8")
    settings = read_settings({"config": str(file)}).settings
    assert (settings.threads, settings.log_level) == (2, "debug")


def test_everything_wrong_is_told_at_once_with_the_nearest_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "server.yaml"
    file.write_text("max_bach_rows: 5\nlog_level: loud\n", encoding="utf-8")
    monkeypatch.setenv("DECISION_TABLES_THRAEDS", "3")
    monkeypatch.setenv("DECISION_TABLES_MAX_CALLS", "many")
    assert sorted(faults("--max-message-byts", config=str(file), threads="0")) == [
        "environment DECISION_TABLES_MAX_CALLS: max_calls = 'many': it should be a whole number",
        "environment: there is no setting DECISION_TABLES_THRAEDS; did you mean DECISION_TABLES_THREADS?",
        f"file {file}: log_level = 'loud': it should be one of 'debug', 'info', 'warning' or 'error'",
        f"file {file}: there is no setting max_bach_rows; did you mean max_batch_rows?",
        "flag --threads: threads = '0': it should be more than 0",
        "flag: there is no setting --max-message-byts; did you mean --max-message-bytes?",
    ]


@pytest.mark.parametrize(
    "name", ["DECISION_TABLES_STORE", "DECISION_TABLES_SERVICE_HOST", "DECISION_TABLES_PORT_50051_TCP_ADDR"]
)
def test_names_of_other_commands_and_of_kubernetes_are_passed_over(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "sqlite:///x.db")
    read_settings({})


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECISION_TABLES_WORKBOOKS", "")
    assert read_settings({}).settings.workbooks == Path("workbooks")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("threads: 1\nthreads: 2\n", "line 2: 'threads' is given twice"),
        ("threads: [1\n", "line 2: expected ',' or ']', but got '<stream end>'"),
        ("- threads\n", "it should be names with values"),
        ("1: 2\n", "it should be names with values"),
        ("a: &a [1]\nb: *a\n", "line 2: aliases (*) are not taken"),
        ("a: !!python/object/apply:os.system [id]\n", "line 1: could not determine a constructor"),
        ("[" * 5000, "this is no YAML"),
        ("a: 2025-02-30\n", "this is no YAML"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "server.yaml"
    file.write_text(content, encoding="utf-8")
    [fault] = faults(config=str(file))
    assert fault.startswith(f"{file}: ")
    assert said in fault


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    assert faults(config=str(tmp_path / "no.yaml")) == [
        f"{tmp_path}/no.yaml: cannot be read: No such file or directory"
    ]
    (tmp_path / "gbk.yaml").write_bytes("# 设置".encode("gbk"))
    assert faults(config=str(tmp_path / "gbk.yaml")) == [f"{tmp_path}/gbk.yaml: is no text in UTF-8"]


def test_show_config_lists_every_setting_and_can_be_read_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--show-config", "--threads", "3"]) == 0
    shown = capsys.readouterr().out
    assert sorted(yaml.safe_load(shown)) == NAMES
    assert "# flag --threads" in shown
    file = tmp_path / "again.yaml"
    file.write_text(shown, encoding="utf-8")
    assert read_settings({"config": str(file)}).settings == Settings(threads=3)


def test_passwords_in_urls_are_hidden() -> None:
    assert without_password("postgresql://me:s3@h/db") == "postgresql://me:********@h/db"
    assert without_password("postgresql://h/db?user=me&password=s3&x=1") == (
        "postgresql://h/db?user=me&password=********&x=1"
    )
    assert without_password("sqlite:///releases.db") == "sqlite:///releases.db"


def test_wrong_settings_end_with_2_and_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--threads=0", "--max-cals", "3", "--poll-seconds", "inf"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert "--max-calls" in told[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_in_both_languages_what_it_is(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    assert field.description.endswith(".")
    assert extra_of(field)["zh"].endswith("。")


def test_every_line_of_show_config_names_its_source() -> None:
    assert all("  # " in line for line in show(read_settings({}), "en"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tls_key": "k"}, "tls_key needs tls_certificate"),
        ({"tls_client_ca": "c"}, "tls_client_ca needs tls_certificate"),
        ({"jwks": "j"}, "jwks needs policy"),
        ({"jwks": "j", "policy": "p", "token_issuer": "i"}, "jwks needs token_audience"),
        ({"policy": "p", "trust_user_header": True}, "leave --trust-user-header out"),
        ({"address": "0.0.0.0:1", "trust_user_header": True}, "nobody can be believed"),
        ({"workers": 2, "http_address": "127.0.0.1:0"}, "cannot be 0"),
        ({"token_algorithms": "RS256,HS256"}, "'HS256' is none of"),
        ({"token_algorithms": "none"}, "'none' is none of"),
        ({"token_algorithms": ""}, "should not be empty"),
        ({"open_services": "health,admin"}, "'admin' is none of health, reflection"),
        ({"jwks": "http://example.org/keys"}, "is neither a file nor an https URL"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(given: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in faults(**given))


def test_keys_may_come_from_https_or_from_this_machine() -> None:
    for place in ("https://example.org/keys", "http://127.0.0.1:8080/keys", "keys.json"):
        settings = Settings(policy=Path("p"), token_issuer="i", token_audience="a", jwks=place)  # noqa: S106
        assert settings.jwks == place
