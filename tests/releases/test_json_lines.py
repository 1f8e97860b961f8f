"""Several processes write answers into one file: every line is whole, and none is lost."""

from __future__ import annotations

import io
import json
import pathlib
import subprocess
import sys

import pytest

from decision_tables.releases import decision_log
from decision_tables.releases.decision_log import JsonLines

WRITER = """
import pathlib, sys
from decision_tables.releases.decision_log import JsonLines
sink = JsonLines(pathlib.Path(sys.argv[1]))
for batch in range(20):
    sink.write([{"writer": sys.argv[2], "n": 30 * batch + n, "text": "长" * 3000} for n in range(30)])
"""


def test_lines_of_several_processes_are_whole_and_none_is_lost(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "decisions.jsonl"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for name in ("a", "b", "c"):
        assert [line["n"] for line in kept if line["writer"] == name] == list(range(600))


def test_what_a_killed_process_left_of_a_line_spoils_no_other(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "decisions.jsonl"
    sink = JsonLines(path)
    sink.write([{"n": 1}])
    with open(path, "ab") as file:
        file.write(b'{"n": 2, "te')
    sink.write([{"n": 3}])
    assert path.read_text(encoding="utf-8").splitlines() == ['{"n": 1}', '{"n": 2, "te', '{"n": 3}']


def test_a_batch_that_does_not_fit_on_the_disk_leaves_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "decisions.jsonl"
    sink = JsonLines(path)
    sink.write([{"n": 1}])
    with monkeypatch.context() as full:
        full.setattr(decision_log, "open", lambda path, *_, **__: _Full(path, "a+b"), raising=False)
        with pytest.raises(OSError, match="No space"):
            sink.write([{"n": 2}, {"n": 3}])
    sink.write([{"n": 4}])
    assert path.read_text(encoding="utf-8") == '{"n": 1}\n{"n": 4}\n'


class _Full(io.FileIO):
    """A file on a disk that takes six bytes more."""

    left = 6

    def write(self, content: object) -> int:
        part = bytes(content)[: self.left]  # type: ignore[call-overload]
        self.left -= len(part)
        if not part:
            raise OSError(28, "No space left on device")
        return super().write(part)
