"""``make`` on a machine where something is missing says so in one clear line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("Makefile", "pyproject.toml", "requirements.lock", "tools", "clients/python/pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make run` looks at before it installs anything."""
    for name in NEEDED:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target)
        else:
            shutil.copy(ROOT / name, target)
    return tmp_path


def make(checkout: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env=kept | settings,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_make_alone_lists_the_targets_a_line_each(checkout: Path) -> None:
    lines = make(checkout).stdout.splitlines()
    assert {"run", "test", "toolchains"} <= {line.split()[1] for line in lines}
    assert all(line.startswith("make ") and len(line.split()) > 3 for line in lines)


def test_a_missing_interpreter_is_named_with_what_to_install(checkout: Path) -> None:
    result = make(checkout, "run", PYTHON="python2.7")
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed and was not found as 'python2.7'" in result.stderr
    assert not (checkout / ".venv").exists()


def test_a_package_index_out_of_reach_is_told_and_tried_again_the_next_time(checkout: Path) -> None:
    settings = {"PYTHON": sys.executable, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "1"}
    for _ in range(2):
        result = make(checkout, "run", PIP_INDEX_URL="https://127.0.0.1:9/simple", **settings)
        assert result.returncode != 0
        assert "the package index cannot be reached. Check the network" in result.stderr
        assert "Traceback" not in result.stdout + result.stderr
