"""The commands about releases, as people use them one after the other."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from decision_tables.cli import main
from decision_tables.cli.releasing import effects
from decision_tables.compiler import CompiledRefused
from tests.support.books import book_from_text
from tests.support.serving import BROKEN_POOL, pool_book


@pytest.fixture(autouse=True)
def store(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty store that the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECISION_TABLES_STORE", str(tmp_path / "releases.db"))
    monkeypatch.setenv("DECISION_TABLES_KEYS", str(tmp_path / "keys"))
    for price in ("30", "31", "32"):
        (tmp_path / f"{price}.xlsx").write_bytes(pool_book(price))
    assert main(["store", "init"]) == 0
    capsys.readouterr()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """A command with JSON asked for: its exit code and what it printed."""
    code = main([*arguments, "--format", "json"])
    printed = capsys.readouterr().out
    return code, json.loads(printed) if printed.count("\n") == 1 else [
        json.loads(line) for line in printed.splitlines()
    ]


def publish(capsys: pytest.CaptureFixture[str], price: str, *more: str) -> None:
    """Propose by one, approve and activate by another."""
    propose = ["publish", f"{price}.xlsx", "--reason", f"costs {price}", "--by", "Anna", "--acknowledge-warnings"]
    code, release = run(capsys, *propose)
    assert (code, release["stage"]) == (0, "proposed")
    code, activation = run(capsys, "approve", release["name"], "--by", "Ben", "--activate", *more)
    assert (code, activation["number"]) == (0, release["manifest"]["number"])


ASK = (
    "answer",
    "pool_fees",
    "--table",
    "price",
    "--input",
    "年龄=30",
    "--input",
    "住址=示例区",
    "--as-of",
    "2025-06-01",
)


def price(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """What an adult pays."""
    code, answer = run(capsys, *ASK, *more)
    assert code == 0
    return str(answer["decision"]["results"]["price"])


def test_the_way_of_a_release_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    publish(capsys, "30")
    publish(capsys, "31")
    assert price(capsys) == "31"
    assert run(capsys, "rollback", "pool_fees", "--reason", "too dear", "--by", "Ben")[0] == 0
    assert (price(capsys), price(capsys, "--pin", "pool_fees#2")) == ("30", "31")
    assert run(capsys, "withdraw", "pool_fees#2", "--reason", "too dear")[0] == 0
    code, shown = run(capsys, "show", "pool_fees#2")
    assert (code, shown["stage"], shown["ended"]["why"]) == (0, "withdrawn", "too dear")
    code, listed = run(capsys, "releases")
    (model,) = listed["models"]
    assert (model["model"], model["active"], len(model["releases"]), len(model["activations"])) == (
        "pool_fees",
        1,
        2,
        3,
    )
    kinds = [entry["kind"] for entry in run(capsys, "audit", "log")[1]]
    one = ["proposed", "approved", "activated"]
    assert kinds == ["created", *one, *one, "activated", "withdrawn"]
    assert run(capsys, "audit", "verify")[1]["sound"]


def test_an_activation_says_what_it_replaces_and_what_answers_until_then(capsys: pytest.CaptureFixture[str]) -> None:
    publish(capsys, "30")
    propose = ["publish", "31.xlsx", "--reason", "dearer", "--by", "Anna", "--acknowledge-warnings"]
    assert run(capsys, *propose)[0] == 0
    assert run(capsys, "approve", "pool_fees#2", "--by", "Ben")[0] == 0
    assert main(["activate", "pool_fees#2", "--from", "2099-01-01", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "2099-01-01 00:00:00" in said
    assert "Until then pool_fees#1 answers" in said
    assert main(["activate", "pool_fees#2", "--cancel", "--reason", "sooner"]) == 0
    capsys.readouterr()
    assert main(["activate", "pool_fees#2", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "它代替 pool_fees#1" in said
    assert "不必重启" in said


def test_the_first_activation_says_that_nothing_answered_before(capsys: pytest.CaptureFixture[str]) -> None:
    propose = ["publish", "30.xlsx", "--reason", "first", "--by", "Anna", "--acknowledge-warnings"]
    assert run(capsys, *propose)[0] == 0
    assert main(["approve", "pool_fees#1", "--by", "Ben", "--activate", "--lang", "en"]) == 0
    assert "No release answered before it." in capsys.readouterr().out


def test_comparing_with_a_release_that_cannot_be_loaded_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(capsys, "30")

    def refuse(content: bytes) -> object:
        raise CompiledRefused("来自更新的版本", "made by a newer version")

    monkeypatch.setattr(effects, "load_compiled", refuse)
    propose = ["publish", "31.xlsx", "--reason", "dearer", "--by", "Anna", "--acknowledge-warnings"]
    assert main([*propose, "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert "Proposed pool_fees#2" in told.out
    assert "pool_fees#1 cannot be loaded: made by a newer version" in told.err
    assert main(["show", "pool_fees#2", "--compare", "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert "pool_fees#1 cannot be loaded" in told.err
    assert "upgrade" in told.err


def test_an_answer_is_repeated(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    publish(capsys, "30")
    assert main(list(ASK)) == 0
    line = capsys.readouterr().out
    (tmp_path / "answers.jsonl").write_text(line + "\n" + line.replace('"30"', '"29"') + "no json\n", encoding="utf-8")
    publish(capsys, "31")
    code, found = run(capsys, "replay", "answers.jsonl")
    assert (code, [one["verdict"] for one in found]) == (1, ["equal", "different", "impossible"])
    (tmp_path / "good.jsonl").write_text(line, encoding="utf-8")
    assert main(["replay", "good.jsonl", "--lang", "zh"]) == 0
    assert "一致 1" in capsys.readouterr().out


def test_what_is_refused_is_said_with_its_reason_and_exits_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "publish", "30.xlsx", "--reason", "x", "--by", "Anna", "--acknowledge-warnings")
    code, answer = run(capsys, "approve", "pool_fees#1", "--by", "anna")
    assert (code, answer["error"]["reason"]) == (1, "SAME_PERSON")
    assert main(["approve", "pool_fees#1", "--by", "Anna", "--lang", "zh"]) == 1
    assert "不能审批自己的提交" in capsys.readouterr().err
    refused = [entry for entry in run(capsys, "audit", "log")[1] if entry["kind"] == "refused"]
    assert len(refused) == 2


def test_a_workbook_with_errors_is_refused_and_shown_with_its_cells(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(book_from_text(BROKEN_POOL))
    assert main(["publish", "bad.xlsx", "--reason", "x", "--lang", "zh"]) == 1
    printed = capsys.readouterr().err
    assert "收费!B6" in printed
    assert "不能发布" in printed


def test_an_emergency_is_loud_everywhere_until_it_is_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    glass = ["publish", "30.xlsx", "--reason", "flood", "--break-glass", "--by", "Anna", "--acknowledge-warnings"]
    assert run(capsys, *glass)[1]["error"]["reason"] == "BREAK_GLASS_NOT_ALLOWED"
    assert run(capsys, "policy", "pool_fees", "--break-glass", "on", "--reason", "summer")[1]["break_glass"] is True
    assert main([*glass, "--lang", "zh"]) == 0
    assert "紧急发布" in capsys.readouterr().out
    assert run(capsys, *ASK)[1]["unconfirmed"] is True
    for command in (["releases", "pool_fees"], ["show", "pool_fees#1"], ["audit", "log"]):
        assert main([*command, "--lang", "zh"]) == 0
        printed = capsys.readouterr().out
        assert "未确认" in printed or "紧急" in printed
    assert run(capsys, "approve", "pool_fees#1", "--by", "Ben")[1]["unconfirmed"] is False
    assert run(capsys, *ASK)[1]["unconfirmed"] is False


def test_a_moment_is_read_in_the_zone_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    publish(capsys, "30")
    publish(capsys, "31", "--from", "2099-01-01")
    activation = run(capsys, "releases")[1]["models"][0]["activations"][-1]
    assert activation["starts_at"] == "2098-12-31T16:00:00.000000Z"
    assert price(capsys) == "30"
    assert main(["rollback", "pool_fees", "--reason", "x", "--lang", "zh"]) == 1
    assert run(capsys, "activate", "pool_fees#2", "--cancel", "--reason", "no")[1]["cancelled"][0]["number"] == 2
    assert run(capsys, "approve", "pool_fees#2", "--activate", "--from", "soon") == (2, [])
    assert run(capsys, "activate", "pool_fees#2", "--from", "2020-01-01")[1]["error"]["reason"] == "MOMENT_PAST"
    assert run(capsys, *ASK, "--known-at", "2020-01-01")[1]["error"]["reason"] == "NONE_ACTIVE"


def test_what_people_write_is_shown_as_they_wrote_it(capsys: pytest.CaptureFixture[str]) -> None:
    written = "[/red] [bold]x"
    run(capsys, "publish", "30.xlsx", "--reason", written, "--by", "[Anna]", "--acknowledge-warnings")
    for command in (["releases"], ["show", "pool_fees#1"]):
        assert main(command) == 0
        printed = capsys.readouterr().out
        assert (written in printed, "[Anna]" in printed) == (True, True)


def test_a_shadow_is_begun_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    publish(capsys, "30")
    run(capsys, "publish", "31.xlsx", "--reason", "x", "--acknowledge-warnings")
    assert run(capsys, "shadow", "pool_fees#2", "--percent", "5", "--reason", "look")[1]["percent"] == 5
    assert run(capsys, "shadow", "pool_fees", "--stop", "--reason", "seen")[1]["number"] == 0


def test_downloading_gives_the_very_bytes_and_overwrites_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    publish(capsys, "30")
    assert run(capsys, "download", "pool_fees#1")[0] == 2
    assert run(capsys, "download", "pool_fees#1", "--out", "copy.xlsx")[0] == 0
    assert (tmp_path / "copy.xlsx").read_bytes() == (tmp_path / "30.xlsx").read_bytes()


def test_what_a_proposal_changes_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    publish(capsys, "30")
    run(capsys, "publish", "31.xlsx", "--reason", "x", "--acknowledge-warnings")
    code, shown = run(capsys, "show", "pool_fees#2", "--compare")
    assert code == 0
    assert ("30", "31") in prices(shown)


def test_an_empty_store_says_what_to_do_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["releases", "--lang", "zh"]) == 0
    assert "还没有任何版本" in capsys.readouterr().out


def test_a_reason_is_asked_for_before_the_workbook_is_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    (tmp_path / "bad.xlsx").write_bytes(book_from_text(BROKEN_POOL))
    assert run(capsys, "publish", "bad.xlsx", "--reason", " ")[1]["error"]["reason"] == "TEXT_REQUIRED"
    assert [entry["kind"] for entry in run(capsys, "audit", "log")[1]] == ["created", "refused"]


def prices(shown: Any) -> set[tuple[str, str]]:
    """Which prices become which."""
    changes = shown["comparison"]["changes"]
    return {(one["old"].get("price"), one["new"].get("price")) for one in changes}


def test_whoever_proposes_sees_what_it_changes(capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, "publish", "30.xlsx", "--reason", "x", "--by", "Anna", "--acknowledge-warnings")[1]
    assert (first["comparison"], first["impact"]) == (None, None)
    run(capsys, "approve", "pool_fees#1", "--by", "Ben", "--activate")
    propose = ["publish", "31.xlsx", "--reason", "x", "--by", "Anna", "--acknowledge-warnings"]
    assert ("30", "31") in prices(run(capsys, *propose)[1])
    assert main(["publish", "32.xlsx", "--reason", "x", "--acknowledge-warnings", "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "pool_fees#3 与 pool_fees#1" in printed
    assert "一、对人的影响" in printed


def test_a_release_in_use_is_compared_with_what_it_replaced_and_any_with_a_named_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for each in ("30", "31", "32"):
        publish(capsys, each)
    assert ("31", "32") in prices(run(capsys, "show", "pool_fees#3", "--compare")[1])
    assert ("32", "31") in prices(run(capsys, "show", "pool_fees#2", "--compare")[1])
    assert ("30", "32") in prices(run(capsys, "show", "pool_fees#3", "--compare", "--against", "pool_fees#1")[1])
    assert run(capsys, "show", "pool_fees#1", "--compare", "--against", "none#1")[1]["error"]["reason"] == (
        "UNKNOWN_RELEASE"
    )


def people(folder: pathlib.Path, rows: int) -> None:
    """A file of adults who live in the district."""
    lines = ["姓名,年龄,住址", *(f"张{number},30,示例区" for number in range(rows))]
    (folder / "people.csv").write_text("\n".join(lines), encoding="utf-8")


def test_the_impact_is_kept_with_the_proposal_and_the_people_are_not(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    people(tmp_path, 7)
    publish(capsys, "30")
    measure = ["--population", "people.csv", "--table", "price"]
    made = run(capsys, "publish", "31.xlsx", "--reason", "x", "--acknowledge-warnings", *measure)[1]
    assert (made["impact"]["zh"]["changed"], made["impact"]["zh"]["totals"][0]["difference"]) == (7, "7")
    (tmp_path / "people.csv").unlink()
    assert run(capsys, "show", "pool_fees#2")[1]["impact"] == made["impact"]
    assert main(["show", "pool_fees#2", "--lang", "zh"]) == 0
    assert "7 行有变化（100.0%）" in capsys.readouterr().out
    assert "张" not in json.dumps(made["impact"], ensure_ascii=False)
    assert run(capsys, "audit", "verify")[1]["sound"]


def test_whoever_approves_can_measure_for_people_of_their_own(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    publish(capsys, "30")
    run(capsys, "publish", "31.xlsx", "--reason", "x", "--acknowledge-warnings")
    people(tmp_path, 3)
    measure = ["--population", "people.csv", "--table", "price"]
    assert run(capsys, "show", "pool_fees#2", *measure)[1]["impact"]["en"]["changed"] == 3
    backwards = run(capsys, "show", "pool_fees#1", "--against", "pool_fees#2", *measure)[1]["impact"]
    assert backwards["en"]["totals"][0]["difference"] == "-3"


def test_nothing_is_proposed_where_the_population_does_not_do(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    publish(capsys, "30")
    people(tmp_path, 1)
    propose = ["publish", "31.xlsx", "--reason", "x", "--acknowledge-warnings"]
    assert main([*propose, "--population", "none.csv"]) == 2
    assert main([*propose, "--population", "people.csv", "--table", "prise"]) == 1
    assert main([*propose, "--population", "people.csv", "--table", "price", "--group-by", "城市"]) == 1
    assert main([*propose, "--table", "price"]) == 2
    capsys.readouterr()
    assert len(run(capsys, "releases")[1]["models"][0]["releases"]) == 1


def test_the_first_release_has_no_impact(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    people(tmp_path, 1)
    measure = ["--population", "people.csv", "--table", "price"]
    code, made = run(capsys, "publish", "30.xlsx", "--reason", "x", "--acknowledge-warnings", *measure)
    assert (code, made["impact"]) == (0, None)
    assert run(capsys, "show", "pool_fees#1", *measure)[1]["error"]["reason"] == "NOTHING_TO_COMPARE"


def test_backups_checkpoints_and_keys(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    publish(capsys, "30")
    assert run(capsys, "store", "backup", "backup.zip")[0] == 0
    assert main(["audit", "checkpoint", "--out", "head.json"]) == 0
    assert run(capsys, "audit", "change-key", "--reason", "yearly")[0] == 0
    publish(capsys, "31")
    assert run(capsys, "audit", "verify", "--checkpoint", "head.json")[1]["sound"]
    assert run(capsys, "store", "restore", "backup.zip", "--store", "again.db")[0] == 0
    assert run(capsys, "audit", "verify", "--store", "again.db")[0] == 1
    assert run(capsys, "audit", "accept-restore", "--reason", "disk", "--store", "again.db")[0] == 0
    assert run(capsys, "audit", "verify", "--store", "again.db")[1]["sound"]
    assert run(capsys, "store", "migrate")[1] == {"before": "0001", "after": "0001"}
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert main(["audit", "verify", "--checkpoint", "x.json"]) == 2


def test_a_store_has_to_be_named_and_to_be_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "releases", "--store", "none.db")[1]["error"]["reason"] == "STORE_MISSING"
    monkeypatch.delenv("DECISION_TABLES_STORE")
    assert main(["releases", "--lang", "zh"]) == 2
    assert "--store" in capsys.readouterr().err
