"""Contracts are put into words by many threads at once, while others clean up: neither goes wrong."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, sys, threading, time
from decision_tables.contracts.descriptors import file_of
from tests.contracts.test_locking import FEES, lock_of

sys.setswitchinterval(1e-5)
gc.set_threshold(50, 2, 2)
contract = lock_of(FEES).newest
wanted = file_of(contract).SerializeToString(deterministic=True)
until, wrong = time.monotonic() + 3, []

def make():
    while time.monotonic() < until and not wrong:
        try:
            if file_of(contract).SerializeToString(deterministic=True) != wanted:
                wrong.append("another file")
        except Exception as error:
            wrong.append(error)

threads = [threading.Thread(target=make) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(str(wrong) if wrong else 0)
"""
"""In a process of its own: what goes wrong here takes a process down."""


def test_many_threads_make_the_files_of_contracts() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
