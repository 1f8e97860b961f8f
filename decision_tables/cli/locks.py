"""The contract lock that a command is given, or finds beside a workbook."""

from __future__ import annotations

import pathlib

from decision_tables.cli.output import cannot_read
from decision_tables.contracts.contract import Lock
from decision_tables.contracts.lock_file import LockUnreadable, read_lock
from decision_tables.text import Bilingual

KEPT = pathlib.Path("contracts")
"""The folder beside a workbook where its lock is looked for, as the server does."""


class Unusable(Exception):
    """What was given cannot be used; the message says why."""

    def __init__(self, message: Bilingual, code: int = 2) -> None:
        super().__init__(message.en)
        self.message = message
        self.code = code


def lock_before(file: str, named: str | None, key: str) -> Lock | None:
    """The lock that was named, or the one beside the workbook; None if there is none. Raises ``Unusable``."""
    path = pathlib.Path(named) if named else pathlib.Path(file).parent / KEPT / f"{key}.lock.json"
    if not named and not path.is_file():
        return None
    try:
        lock = read_lock(path.read_bytes())
    except OSError as error:
        raise Unusable(cannot_read(str(path), error)) from error
    except LockUnreadable as error:
        message = Bilingual(f"{path} 不是可用的接口编号文件：{error}", f"{path} is no contract lock: {error}")
        raise Unusable(message) from error
    if lock.newest.model != key:
        message = Bilingual(
            f"{path} 属于模型 {lock.newest.model}，不是 {key}。",
            f"{path} is of the model {lock.newest.model}, not {key}.",
        )
        raise Unusable(message)
    return lock
