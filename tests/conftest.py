"""What all tests share: search effort, stores, programs that may be absent, and no skipping where CI is set."""

from __future__ import annotations

import os
import pathlib
import shutil
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.support.postgres import Postgres
    from tests.support.releasing import Place

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.register_profile("fuzz", settings.get_profile("default"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked ``needs(program)`` where the program is absent."""
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed: run `make toolchains`")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set, a skipped or expectedly failing test is a failure."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Where CI is set, a skipped test file is a failure."""
    return _unskipped((yield))


def _unskipped(report: Report) -> Report:
    if report.skipped and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped where CI is set: {reason}"
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests; each takes a database of its own."""
    from tests.support.postgres import is_installed, running_postgres  # noqa: PLC0415 - most tests need no store

    if not is_installed():
        pytest.skip("PostgreSQL is not installed: run `make toolchains`")
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Place:
    """Where the store of the test is."""
    from tests.support.releasing import Place  # noqa: PLC0415 - see above

    if request.param == "sqlite":
        return Place(str(tmp_path / "releases.db"), tmp_path / "keys")
    server: Postgres = request.getfixturevalue("postgres")
    return Place(server.new_database(), tmp_path / "keys")
