"""The command line and the example, run as a reader would."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

import pytest

from tests.support.serving import running

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


def test_a_server_that_is_not_there_is_one_line() -> None:
    result = ask("models", "--target", "127.0.0.1:1", "--timeout", "1")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("command", "first"), [("models", "pool_fees"), ("tables", "ticket"), ("fields", "age")])
def test_the_catalogue_is_a_json_object_a_line(target: str, command: str, first: str) -> None:
    lines = ask(command, "--target", target).stdout.splitlines()
    assert json.loads(lines[0])["key"] == first


@pytest.mark.parametrize(
    "arguments", [(), ("evaluate", "--input", "age"), ("evaluate", "--as-of", "tomorrow"), ("guess",)]
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert ask(*arguments).returncode == 2


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
