"""New callers in every language: a package taken from a server compiles, asks, and goes on after columns were moved.

Each package is made by ``decision-tables client --target`` and built with a program that uses it beside the general
client; the program is not built again when a column is inserted in the middle of the table.
"""

from __future__ import annotations

import functools
import pathlib
import re
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from decision_tables_server.app import DecisionServer

from decision_tables.cli import main
from tests.contracts.building import LANGUAGES, Built, Language, run
from tests.contracts.hall import HALL, INSERTED
from tests.support.books import book_from_text
from tests.support.serving import pool_book, put, running

Build: TypeAlias = Callable[[Language], Built]
EACH_LANGUAGE = pytest.mark.parametrize(
    "language", [pytest.param(each, id=each.name, marks=pytest.mark.needs(*each.needs)) for each in LANGUAGES]
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder of two workbooks, where locks are kept."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "contracts").mkdir()
    (folder / "hall.xlsx").write_bytes(book_from_text(HALL))
    (folder / "pool.xlsx").write_bytes(pool_book())
    return folder


@pytest.fixture(scope="module")
def server(books: pathlib.Path) -> Iterator[DecisionServer]:
    """A server of that folder."""
    with running(books) as served:
        yield served


@pytest.fixture(scope="module")
def build(server: DecisionServer, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a language once, from packages of the server as it is then."""

    @functools.cache
    def build_once(language: Language) -> Built:
        folder = tmp_path_factory.mktemp(language.name)
        for key, name in (("hall_hire", "hall"), ("pool_fees", "pool")):
            asked = ["client", key, "--target", server.address, "--lang", language.name]
            assert main([*asked, "--out", str(folder / name)]) == 0
        return language.build(folder)

    return build_once


@pytest.fixture(scope="module")
def insert(books: pathlib.Path) -> Callable[[], None]:
    """Inserts the column, once, and waits until the server answers by it; what is built then is not built again."""

    @functools.cache
    def insert_once() -> None:
        put(books / "hall.xlsx", book_from_text(INSERTED))
        lock, deadline = books / "contracts" / "hall_hire.lock.json", time.monotonic() + 120
        while "floor" not in lock.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline, "the server does not take the column up"
            time.sleep(0.05)

    return insert_once


@EACH_LANGUAGE
def test_the_example_of_a_package_gets_the_answer_of_a_rule(
    language: Language, build: Build, server: DecisionServer
) -> None:
    answer = run([*build(language).example, server.address])
    assert "300.5" in answer
    assert "matched" in answer.lower()


@EACH_LANGUAGE
def test_one_program_asks_typed_services_and_the_general_one(
    language: Language, build: Build, server: DecisionServer
) -> None:
    assert_right(run([*build(language).caller, server.address]))


@EACH_LANGUAGE
def test_a_misspelt_field_does_not_compile(language: Language, build: Build) -> None:
    assert re.search("depositt", build(language).complaint, re.IGNORECASE)


@EACH_LANGUAGE
def test_a_program_goes_on_when_a_column_is_inserted_before_its_own(
    language: Language, build: Build, server: DecisionServer, insert: Callable[[], None]
) -> None:
    caller = build(language).caller
    insert()
    assert_right(run([*caller, server.address]))


def assert_right(answer: str) -> None:
    """A fee and a grade of the typed service, and what the general service says of another model."""
    assert re.search(r"^300\.5 .*TWO hall_hire .*child", answer, re.IGNORECASE), answer
