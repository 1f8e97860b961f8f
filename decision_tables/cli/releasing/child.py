"""The process that does one task apart: ``python -m decision_tables.cli.releasing.child SECONDS MEGABYTES TASK``."""

from __future__ import annotations

import os
import sys

from decision_tables.cli.releasing.tasks import TASKS
from decision_tables.releases.confined import Bounds, be_child

if __name__ == "__main__":
    seconds, megabytes, name = sys.argv[1:]
    given = Bounds(int(seconds), int(megabytes))
    code = be_child(TASKS, given, name, sys.stdin.buffer, sys.stdout.buffer)
    # The answer is written. What libraries do at a program's end, such as joining their threads, can only go wrong.
    os._exit(code)
