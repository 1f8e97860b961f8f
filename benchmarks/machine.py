"""Where and of what figures were measured, in one line for a page of results."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from pathlib import Path


def measured_here() -> str:
    """The day, the commit, the machine and the Python."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - fixed
    today = datetime.datetime.now(datetime.UTC)
    return (
        f"{today:%Y-%m-%d}, commit {commit or 'unknown'}, {_processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
