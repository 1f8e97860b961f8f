"""A command loads what it needs and no more, so that a small check starts quickly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.books import book_from_text
from tests.support.desk import GLOSSARY

ROOT = Path(__file__).parents[2]


def loaded_by(*arguments: str) -> set[str]:
    """The modules that the command line has loaded when it ends."""
    code = "import sys; from decision_tables.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return set(ran.stdout.splitlines()[-1].split())


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "small.xlsx"
    path.write_bytes(book_from_text(GLOSSARY + "决策表 | fee | 收费\n条件 | 结果\n年龄 | 费用\n不限 | 2"))
    return str(path)


def test_a_check_loads_neither_arrays_nor_what_writes_copies(book: str) -> None:
    loaded = loaded_by("check", book)
    assert "decision_tables.checking" in loaded
    assert loaded & {"numpy", "google.protobuf", "pandas", "pyarrow", "sqlalchemy", "openpyxl"} == set()
    assert loaded & {"decision_tables.annotation", "decision_tables.drafting", "decision_tables.cli.diff"} == set()


def test_what_a_check_writes_on_request_is_loaded_then(book: str, tmp_path: Path) -> None:
    assert "decision_tables.annotation" in loaded_by("check", book, "--annotate", str(tmp_path / "copy.xlsx"))


def test_importing_the_package_loads_a_name_when_it_is_used() -> None:
    code = (
        "import sys, decision_tables; before = 'decision_tables.engine' in sys.modules; decision_tables.load; "
        "print(before, 'decision_tables.engine' in sys.modules, 'load' in dir(decision_tables))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.split() == ["False", "True", "True"]
