"""Parquet files as rows, a bounded number at a time, every column in its own type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import Batch
from decision_tables.text import Bilingual

BATCH_ROWS = 1 << 17


class ParquetFile:
    """A Parquet file, open for reading; texts are read as dictionaries, so that each is looked at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            schema = pq.read_schema(path)
            texts = [field.name for field in schema if pa.types.is_string(field.type)]
            self._file = pq.ParquetFile(path, read_dictionary=texts)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
                raise
            raise self._damaged(error) from error
        self.names = tuple(schema.names)
        self.notes: tuple[Bilingual, ...] = ()
        self.size = self._file.metadata.num_rows
        self.done = 0

    def batches(self) -> Iterator[Batch]:
        """The rows; row groups are read in pieces."""
        try:
            for read in self._file.iter_batches(BATCH_ROWS, use_threads=False):
                numbers = np.arange(self.done + 1, self.done + len(read) + 1, dtype=np.int64)
                self.done += len(read)
                yield Batch(numbers, tuple(read.columns))
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> Exception:
        why = str(error).splitlines()[0][:200]
        return refused(f"{self._path} 不是完好的 Parquet 文件：{why}", f"{self._path} is no sound Parquet file: {why}")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
