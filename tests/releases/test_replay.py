"""Stored answers are repeated from the stored release, and logged without what is personal."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from decision_tables.engine import PROGRAM
from decision_tables.releases.answering import answer
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.decision_log import Counts, DatabaseTable, DecisionLog, JsonLines, WhenFull
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.masking import MASK, hashed_with, hide_personal, masked
from decision_tables.releases.proposing import Submission
from decision_tables.releases.release import Release
from decision_tables.releases.replay import Verdict, replay
from decision_tables.releases.schema import DECISIONS
from decision_tables.releases.store import ReleaseStore
from tests.support.releasing import ANNA, BEN
from tests.support.serving import pool_book

DAY = datetime.date(2025, 6, 1)
ADULT: dict[str, object] = {"年龄": 30, "住址": "示例区"}
KEY = b"0123456789abcdef"


def publish(store: ReleaseStore, price: str) -> Release:
    """A real workbook, published and active."""
    content = pool_book(price)
    submission = Submission(content, PROGRAM.prepare(content), "price", warnings_acknowledged=True)
    release = store.approve(BEN, store.propose(ANNA, submission).name)
    store.activate(BEN, release.name)
    return release


def stored(store: ReleaseStore, release: Release, inputs: Mapping[str, object] = ADULT) -> dict[str, Any]:
    """An answer as it is kept: through JSON."""
    with store.view() as view:
        decider = Deciders(PROGRAM.load).of(release, view.content)
        found = answer(decider, release, inputs, table="price", as_of=DAY, at=view.now)
    read: dict[str, Any] = json.loads(json.dumps(found.as_json(), ensure_ascii=False))
    return read


def replayed(store: ReleaseStore, line: Mapping[str, Any]) -> tuple[Verdict, tuple[str, ...]]:
    """What repeating shows."""
    with store.view() as view:
        found = replay(view, Deciders(PROGRAM.load), line)
    return found.verdict, found.differences


def test_an_answer_comes_out_the_same_after_later_releases(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"))
    assert line["decision"]["results"]["price"] == "30"
    publish(store, "31")
    assert replayed(store, line) == (Verdict.EQUAL, ())


def test_an_altered_answer_differs_in_the_part_that_was_altered(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"))
    line["decision"]["results"]["price"] = "31"
    assert replayed(store, line) == (Verdict.DIFFERENT, ("results",))


def test_the_order_of_inputs_does_not_count(store: ReleaseStore) -> None:
    given = {**ADULT, "visit_day": "2025-01-31", "deposit": "1.50"}
    line = stored(store, publish(store, "30"), given)
    assert len(line["decision"]["unused"]) > 1
    line["decision"]["unused"].reverse()
    assert replayed(store, line) == (Verdict.EQUAL, ())
    line["decision"]["unused"].pop()
    assert replayed(store, line) == (Verdict.DIFFERENT, ("unused",))


@pytest.mark.parametrize("inputs", [{"年龄": 300}, {"nothing": 1}, {}, {"年龄": "x", "住址": None}])
def test_a_refusal_is_repeated_too(store: ReleaseStore, inputs: dict[str, object]) -> None:
    line = stored(store, publish(store, "30"), inputs)
    assert "error" in line
    assert replayed(store, line) == (Verdict.EQUAL, ())
    line["error"]["reason"] = "OTHER"
    assert replayed(store, line) == (Verdict.DIFFERENT, ("reason",))


def test_what_lacks_its_date_or_its_meaning_is_not_repeated(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"))
    assert replayed(store, {**line, "as_of": None})[0] is Verdict.IMPOSSIBLE
    assert replayed(store, {**line, "semantics": "99"})[0] is Verdict.IMPOSSIBLE
    with pytest.raises(ValueError, match="no inputs"):
        replayed(store, {**line, "inputs": None})
    with pytest.raises(ReleaseRefused) as raised:
        replayed(store, {**line, "release": "sha256:0"})
    assert raised.value.reason is ReleaseReason.UNKNOWN_RELEASE


def test_a_proposal_answers_nothing(store: ReleaseStore) -> None:
    content = pool_book()
    proposal = store.propose(ANNA, Submission(content, PROGRAM.prepare(content), "x", warnings_acknowledged=True))
    with store.view() as view, pytest.raises(ReleaseRefused):
        Deciders(PROGRAM.load).of(proposal, view.content)


def test_compiled_bytes_that_cannot_be_loaded_are_said_to_be_so(store: ReleaseStore) -> None:
    content = pool_book()
    newer = dataclasses.replace(PROGRAM.prepare(content), compiled=b"of another world")
    proposal = store.propose(ANNA, Submission(content, newer, "x", warnings_acknowledged=True))
    release = store.approve(BEN, proposal.name)
    with store.view() as view, pytest.raises(StoreFailure) as raised:
        Deciders(PROGRAM.load).of(release, view.content)
    assert raised.value.reason is ReleaseReason.NOT_LOADABLE


def _personal(store: ReleaseStore, line: Mapping[str, Any], hide: Any = masked) -> dict[str, Any]:
    with store.view() as view:
        definition = Deciders(PROGRAM.load).of(view.find("pool_fees#1"), view.content).definition
    fields = {
        key: dataclasses.replace(field, personal=key in ("age", "price")) for key, field in definition.fields.items()
    }
    return hide_personal(line, dataclasses.replace(definition, fields=fields), hide)


def test_personal_inputs_and_results_are_masked_and_nothing_else(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"))
    hidden = _personal(store, line)
    assert hidden["inputs"] == {"年龄": MASK, "住址": "示例区"}
    assert hidden["decision"]["results"] == {"price": MASK, "discount": None}
    assert hidden["masked"] == ["年龄", "price"]
    assert replayed(store, hidden)[0] is Verdict.IMPOSSIBLE


def test_a_refusal_does_not_repeat_what_is_personal(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"), {"年龄": "王小明"})
    assert "王小明" in json.dumps(line, ensure_ascii=False)
    assert "王小明" not in json.dumps(_personal(store, line), ensure_ascii=False)


def test_an_input_that_the_model_does_not_have_is_masked(store: ReleaseStore) -> None:
    line = stored(store, publish(store, "30"), {"姓名": "王小明"})
    assert "王小明" not in json.dumps(_personal(store, line), ensure_ascii=False)


def test_a_keyed_hash_tells_equal_values_from_others_and_needs_its_key(store: ReleaseStore) -> None:
    publish(store, "30")
    lines = [stored(store, _first(store), {"年龄": age, "住址": "示例区"}) for age in (30, 30, 31)]
    hashes = [_personal(store, line, hashed_with(KEY))["inputs"]["年龄"] for line in lines]
    assert (hashes[0] == hashes[1], hashes[1] == hashes[2]) == (True, False)
    assert hashes[0] != _personal(store, lines[0], hashed_with(KEY[::-1]))["inputs"]["年龄"]
    with pytest.raises(ValueError, match="16"):
        hashed_with(KEY[:15])


def _first(store: ReleaseStore) -> Release:
    with store.view() as view:
        return view.find("pool_fees#1")


class Held:
    """A sink that waits until it may go on, and fails if it is told to."""

    def __init__(self, fails: bool = False) -> None:
        self.may_go_on = threading.Event()
        self.fails = fails
        self.kept: list[Mapping[str, Any]] = []

    def write(self, answers: Sequence[Mapping[str, Any]]) -> None:
        self.may_go_on.wait(10)
        if self.fails:
            raise OSError("full")
        self.kept.extend(answers)

    def close(self) -> None:
        """It holds nothing."""


def test_a_full_log_drops_and_counts() -> None:
    sink = Held()
    log: DecisionLog[Mapping[str, Any]] = DecisionLog(sink, capacity=5)
    for number in range(2000):
        log.put({"n": number})
    assert log.counts.dropped > 0
    sink.may_go_on.set()
    log.close()
    counts = log.counts
    assert counts.taken == 2000 == counts.written + counts.dropped
    assert [one["n"] for one in sink.kept] == sorted(one["n"] for one in sink.kept)


def test_a_full_log_makes_callers_wait_where_nothing_may_be_lost() -> None:
    sink = Held()
    log: DecisionLog[Mapping[str, Any]] = DecisionLog(sink, capacity=5, when_full=WhenFull.BLOCK)

    def put_many() -> None:
        for number in range(2000):
            log.put({"n": number})

    caller = threading.Thread(target=put_many)
    caller.start()
    caller.join(0.3)
    assert caller.is_alive()
    sink.may_go_on.set()
    caller.join()
    log.close()
    assert log.counts == Counts(taken=2000, written=2000)


def test_what_could_not_be_written_is_counted() -> None:
    sink = Held(fails=True)
    sink.may_go_on.set()
    log: DecisionLog[Mapping[str, Any]] = DecisionLog(sink)
    log.put({"n": 1})
    log.close()
    assert (log.counts, log.last_failure) == (Counts(taken=1, failed=1), "full")


def test_answers_are_logged_as_lines_and_into_the_database(store: ReleaseStore, tmp_path: pathlib.Path) -> None:
    line = stored(store, publish(store, "30"))
    path = tmp_path / "decisions.jsonl"
    for sink in (JsonLines(path), DatabaseTable(store.ledger.database)):
        log: DecisionLog[Mapping[str, Any]] = DecisionLog(sink)
        for _ in range(3):
            log.put(line)
        log.close()
        assert (log.counts, log.last_failure) == (Counts(taken=3, written=3), "")
    assert [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()] == [line] * 3
    with store.ledger.database.reading() as connection:
        rows = connection.execute(DECISIONS.select()).all()
    assert [json.loads(row.document) for row in rows] == [line] * 3
    assert {row.release for row in rows} == {line["release"]}
