"""What workers make of the workbooks of a folder, they make for each other."""

from __future__ import annotations

import os
import pathlib

import pytest
from decision_tables_server.snapshot import Serving
from decision_tables_server.sources import apart
from decision_tables_server.sources.folder import WorkbookFolder
from decision_tables_server.sources.kept import MOST_KEPT, Kept

from decision_tables.releases.confined import Bounds
from tests.support.books import book_from_text
from tests.support.serving import BROKEN_POOL


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


def worker(folder: pathlib.Path, kept: Kept, bounds: Bounds | None = None) -> tuple[WorkbookFolder, Serving]:
    """One that has just started."""
    serving = Serving()
    workbooks = WorkbookFolder(folder, serving, kept=kept, bounds=bounds)
    workbooks.load_all()
    return workbooks, serving


def take_up(workbooks: WorkbookFolder) -> None:
    for _ in range(2):
        workbooks.refresh()


def prices(serving: Serving) -> list[str]:
    """What an adult of the district pays by each model that answers."""
    asked = {"age": 30, "home": "district"}
    found = [served.model.evaluate(asked, table="price") for served in serving.current.models.values()]
    return [str(decision.results["price"]) for decision in found]


@pytest.fixture
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a workbook checked and compiled from now on fails the test."""

    def work(*_: object) -> None:
        raise AssertionError("it was made again")

    monkeypatch.setattr(apart, "_made", work)


def test_a_workbook_is_made_once_for_all_workers(
    folder: pathlib.Path, kept: Kept, request: pytest.FixtureRequest
) -> None:
    _, first = worker(folder, kept)
    request.getfixturevalue("nobody_works")
    _, second = worker(folder, kept)
    assert prices(first) == prices(second) == ["30"]
    [served], [other] = second.current.models.values(), first.current.models.values()
    assert served.examples == other.examples
    assert served.model.problems == other.model.problems


def test_a_worker_that_starts_beside_a_broken_workbook_has_its_last_good_version(
    folder: pathlib.Path, kept: Kept
) -> None:
    going_on, first = worker(folder, kept)
    (folder / "pool.xlsx").write_bytes(book_from_text(BROKEN_POOL))
    take_up(going_on)
    _, second = worker(folder, kept)
    assert prices(first) == prices(second) == ["30"]
    [served], [other] = second.current.models.values(), first.current.models.values()
    assert served.refused == other.refused != ()
    _, alone = worker(folder, Kept(folder))
    assert prices(alone) == []


def test_a_workbook_that_is_gone_has_no_last_good_version(folder: pathlib.Path, kept: Kept) -> None:
    going_on, _ = worker(folder, kept)
    (folder / "pool.xlsx").unlink()
    take_up(going_on)
    (folder / "pool.xlsx").write_bytes(book_from_text(BROKEN_POOL))
    _, second = worker(folder, kept)
    assert prices(second) == []


def test_a_workbook_that_is_too_much_is_so_for_all_workers(
    folder: pathlib.Path, kept: Kept, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    worker(folder, kept, Bounds(seconds=0))
    assert caplog.text.count("0 seconds") == 1
    request.getfixturevalue("nobody_works")
    _, second = worker(folder, kept, Bounds(seconds=0))
    assert prices(second) == []
    assert caplog.text.count("0 seconds") == 2


def test_what_is_kept_is_bounded_and_the_last_good_version_stays(tmp_path: pathlib.Path) -> None:
    kept = Kept(tmp_path)
    kept.keep("good", ({"n": 0}, b"good"))
    kept.note_good("pool.xlsx", "good")
    for number in range(MOST_KEPT + 2):
        kept.keep(f"other{number}", ({"n": number}, b""))
        os.utime(tmp_path / f"other{number}.answer", (number, number))
    kept.keep("last", ({"n": 0}, b""))
    assert kept.answer("good") == ({"n": 0}, b"good")
    assert kept.answer("other0") is None
    assert kept.answer("last") is not None
    assert len(list(tmp_path.glob("*.answer"))) == MOST_KEPT + 1


def test_a_full_disk_makes_every_worker_do_its_own_work(
    folder: pathlib.Path, kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    _, serving = worker(folder, kept)
    assert prices(serving) == ["30"]
    assert "cannot be kept for the other workers" in caplog.text


def test_a_workbook_under_another_name_is_not_made_again(
    folder: pathlib.Path, kept: Kept, request: pytest.FixtureRequest
) -> None:
    worker(folder, kept)
    (folder / "pool.xlsx").rename(folder / "renamed.xlsx")
    request.getfixturevalue("nobody_works")
    _, serving = worker(folder, kept)
    assert prices(serving) == ["30"]
