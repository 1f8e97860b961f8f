"""The process that prepares one workbook: ``python -m decision_tables.cli.releasing.child SECONDS MEGABYTES``."""

from __future__ import annotations

import sys

from decision_tables.engine import PROGRAM
from decision_tables.releases.confined import Bounds, be_child

if __name__ == "__main__":
    given = Bounds(*map(int, sys.argv[1:]))
    sys.exit(be_child(PROGRAM.prepare, given, sys.stdin.buffer, sys.stdout.buffer))
