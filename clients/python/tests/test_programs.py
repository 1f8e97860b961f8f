"""The command line and the example, run as a reader would."""

from __future__ import annotations

import json
import pathlib
import re
import signal
import socket
import subprocess
import sys

import pytest

from decision_tables.tokens import hash_of, new_token
from tests.support.serving import pool_book, running

README = pathlib.Path(__file__).parents[1] / "README.md"
WORKBOOKS = pathlib.Path(__file__).parents[3] / "workbooks"
EXAMPLE = pathlib.Path(__file__).parents[1] / "examples" / "evaluate.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], check=False, capture_output=True, text=True, encoding="utf-8", timeout=30
    )


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "decision_tables_client", *arguments)


def test_a_case_is_decided_from_the_command_line(target: str) -> None:
    result = ask("evaluate", "--target", target, "--input", "年龄=6", "--input", "证件=月卡", "--as-of", "2025-06-01")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["results"]["price"] == "15.5"


def test_a_refusal_is_told_in_both_languages_and_ends_with_1(target: str) -> None:
    result = ask("evaluate", "--target", target, "--input", "年令=6")
    assert result.returncode == 1
    english, chinese = result.stderr.splitlines()
    assert english.startswith("UNKNOWN_INPUT: ")
    assert "年龄" in chinese


EACH_COMMAND = pytest.mark.parametrize("command", ["evaluate", "models", "tables", "fields"])


@EACH_COMMAND
def test_a_server_that_is_not_there_is_told_with_what_to_look_at(command: str) -> None:
    result = ask(command, "--target", "127.0.0.1:1", "--timeout", "5")
    assert (result.returncode, result.stdout) == (1, "")
    english, chinese = result.stderr.splitlines()
    assert english.startswith("UNAVAILABLE: Nothing answers at 127.0.0.1:1. ")
    assert chinese.startswith("127.0.0.1:1 没有应答。")


def test_a_server_that_does_not_answer_in_time_is_told_with_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = ask("models", "--target", f"127.0.0.1:{silent.getsockname()[1]}", "--timeout", "0.5")
    assert result.returncode == 1
    english, chinese = result.stderr.splitlines()
    assert "within 0.5 seconds" in english
    assert "0.5 秒" in chinese


@EACH_COMMAND
def test_a_reader_who_has_seen_enough_ends_a_command_without_a_word(command: str, target: str) -> None:
    arguments = [sys.executable, "-m", "decision_tables_client", command, "--target", target]
    arguments += ["--input", "年龄=6"] if command == "evaluate" else []
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(30) == 1


def _heed_interrupts() -> None:
    """As in a terminal: tests that were started in the background have been told to ignore them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_ends_a_command_without_a_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        arguments = [sys.executable, "-m", "decision_tables_client", "models", "--target", target, "--timeout", "60"]
        with subprocess.Popen(
            arguments,
            stderr=subprocess.PIPE,
            preexec_fn=_heed_interrupts,  # noqa: PLW1509 - it takes no lock
        ) as running:
            assert running.stderr is not None
            connection, _ = silent.accept()
            with connection:
                running.send_signal(signal.SIGINT)
                assert running.stderr.read() == b""
                assert running.wait(30) == 130


def test_a_token_comes_from_a_file(tmp_path: pathlib.Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text(f"{new_token()}\n", encoding="utf-8")
    wrong.write_text(f"{new_token()}\n", encoding="utf-8")
    signs = f"tokens: [{{hash: '{hash_of(right.read_text(encoding='utf-8').strip())}'}}]"
    (tmp_path / "policy.yaml").write_text(f"callers:\n  li: {{{signs}, roles: {{reader: '*'}}}}\n", encoding="utf-8")
    (tmp_path / "pool.xlsx").write_bytes(pool_book())
    with running(tmp_path, policy=tmp_path / "policy.yaml") as server:
        assert ask("models", "--target", server.address, "--token-file", str(right)).returncode == 0
        for given in ([], ["--token-file", str(wrong)]):
            refused = ask("models", "--target", server.address, *given)
            assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "UNAUTHENTICATED")
        forbidden = ask("evaluate", "--target", server.address, "--token-file", str(right), "--input", "年龄=6")
        assert (forbidden.returncode, forbidden.stderr.partition(":")[0]) == (1, "PERMISSION_DENIED")


@pytest.mark.parametrize(("command", "first"), [("models", "pool_fees"), ("tables", "ticket"), ("fields", "age")])
def test_the_catalogue_is_a_json_object_a_line(target: str, command: str, first: str) -> None:
    lines = ask(command, "--target", target).stdout.splitlines()
    assert json.loads(lines[0])["key"] == first


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "COMMAND"),
        (("guess",), "guess"),
        (("evaluate", "--input", "age"), "NAME=VALUE"),
        (("evaluate", "--input", "age=6", "--input", "age=7"), "age is given twice"),
        (("evaluate", "--as-of", "tomorrow"), "tomorrow"),
        (("models", "--timeout", "0"), "timeout"),
        (("models", "--target", "localhost"), "HOST:PORT"),
        (("models", "--token-file", "/nowhere"), "/nowhere"),
        (("models", "--roots", "/nowhere"), "/nowhere"),
        (("models", "--target", "example.org:443", "--token-file", __file__), "plain text"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], words: str) -> None:
    result = ask(*arguments)
    assert result.returncode == 2
    assert words in result.stderr.splitlines()[-1]


def test_the_example_shows_the_catalogue(target: str) -> None:
    result = run(str(EXAMPLE), target)
    assert result.returncode == 0, result.stderr
    assert "pool_fees  游泳馆收费" in result.stdout
    assert "age  年龄 岁" in result.stdout


def test_the_example_decides_the_cases_of_a_file(target: str, tmp_path: pathlib.Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"age": 13}\n\n{"age": 13.5}\n', encoding="utf-8")
    result = run(str(EXAMPLE), target, "pool_fees", "ticket", str(cases))
    first, second = result.stdout.splitlines()
    assert first.startswith("{'ticket': 'child'} from 收费!")
    assert second.startswith("INVALID_INPUT: ")


def test_the_example_in_the_readme_does_what_it_says() -> None:
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    with running(WORKBOOKS) as server:
        result = run("-c", example.replace("localhost:50051", server.address))
    assert result.returncode == 0, result.stderr
    fee, cells, missing, refusal = result.stdout.splitlines()
    assert fee.isdecimal()
    assert "!" in cells
    assert missing == "()"
    assert "低保户" in refusal
    assert "低保" in refusal.partition("(")[2]
