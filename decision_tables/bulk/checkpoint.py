"""A folder beside the output in which a long run keeps what it has done, so that it can go on after it was stopped.

``job.json`` says what the run is about. Each batch of rows leaves its answers and its refused rows as Arrow files and
then, as the last thing and in one step, a small file with its counts; a batch without that file counts as not done.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from decision_tables.bulk.refused import refused
from decision_tables.text import Bilingual

ANSWERS, REJECTED = "answers", "rejected"
_CHUNK = 1 << 22
_WORDS = {
    "format": Bilingual("程序版本", "version"),
    "input": Bilingual("输入文件", "input file"),
    "model": Bilingual("工作簿", "workbook"),
    "table": Bilingual("表", "table"),
    "as_of": Bilingual("基准日", "as-of date"),
    "reading": Bilingual("读取选项", "options of reading"),
    "columns": Bilingual("列的选项", "options of columns"),
}


def digest_of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class Checkpoint:
    """The folder of one run."""

    def __init__(self, folder: Path, job: Mapping[str, Any]) -> None:
        self._folder, self._job = folder, dict(job)

    @property
    def exists(self) -> bool:
        """Whether a run was begun and not finished."""
        return (self._folder / "job.json").exists()

    def earlier(self) -> dict[str, Any]:
        """What the earlier run was about; empty if there is none."""
        try:
            found = json.loads((self._folder / "job.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder against other runs; made if it is not there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            _lock(file, self._folder)
            if not self.exists:
                self._write("job.json", json.dumps(self._job, ensure_ascii=False, indent=1).encode())
            yield

    def refuse_changes(self) -> None:
        """An earlier run that was about something else is not gone on with."""
        earlier = self.earlier()
        changed = [key for key in self._job if earlier.get(key) != self._job[key]]
        if self.exists and changed:
            zh, en = "、".join(_WORDS[key].zh for key in changed), ", ".join(_WORDS[key].en for key in changed)
            raise refused(
                f"{self._folder} 里有一次没有完成的运行，但与这次不同（{zh}），不能接着做。"
                "要从头做，请加 --restart；要接着做，请用原来的文件和选项。",
                f"{self._folder} holds a run that was not finished, and this one differs from it ({en}). "
                "Give --restart to begin anew, or the files and options that it was begun with.",
            )

    def done(self) -> list[dict[str, Any]]:
        """The counts of the batches that are done, from the first one without a break."""
        counts: list[dict[str, Any]] = []
        while (path := self._folder / _name(len(counts), "json")).exists():
            counts.append(json.loads(path.read_text(encoding="utf-8")))
        return counts

    def add(self, number: int, tables: Mapping[str, pa.Table], counts: Mapping[str, Any]) -> None:
        """Keep one batch."""
        for kind, table in tables.items():
            with (
                pa.OSFile(str(self._folder / _name(number, kind)), "wb") as sink,
                pa.ipc.new_file(sink, table.schema) as writer,
            ):
                writer.write_table(table)
        self._write(_name(number, "json"), json.dumps(counts, ensure_ascii=False).encode())

    def schemas(self, kind: str, count: int) -> Iterator[pa.Schema]:
        """The schema of each batch."""
        for number in range(count):
            with pa.memory_map(str(self._folder / _name(number, kind))) as source:
                yield pa.ipc.open_file(source).schema

    def tables(self, kind: str, count: int, schema: pa.Schema) -> Iterator[pa.Table]:
        """The batches one after another, in one schema."""
        for number in range(count):
            with pa.memory_map(str(self._folder / _name(number, kind))) as source:
                yield pa.ipc.open_file(source).read_all().cast(schema)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, name: str, content: bytes) -> None:
        """All of it or nothing."""
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(content)
        os.replace(fresh, self._folder / name)


def _name(number: int, kind: str) -> str:
    return f"{number:06}.{kind}" if kind == "json" else f"{number:06}.{kind}.arrow"


def _lock(file: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise refused(f"另一个进程正在写 {folder}。", f"Another process is writing to {folder}.") from error
