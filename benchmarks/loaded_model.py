"""Loads a compiled model in a process of its own and says what that took, as JSON.

Run as ``python -m benchmarks.loaded_model MODEL.dtc`` with the name and value of each input; with ``--trace`` Python's
own count of what is kept, without it the memory of the process.
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
import time
import tracemalloc
from pathlib import Path

from decision_tables.engine import load_compiled

DAY = datetime.date(2025, 1, 1)


def main() -> None:
    """Load, decide once, print."""
    path, trace = Path(sys.argv[1]), "--trace" in sys.argv
    inputs = json.loads(sys.argv[2])
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most from here on, not from before
    before = _resident()
    if trace:
        tracemalloc.start()
    start = time.process_time()
    model = load_compiled(path.read_bytes())
    model.evaluate(inputs, table="t", as_of=DAY)
    seconds = time.process_time() - start
    kept = tracemalloc.get_traced_memory()[0] if trace else _resident() - before
    most = _most() - before
    print(json.dumps({"seconds": seconds, "kept": kept, "most": most}))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _most() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
