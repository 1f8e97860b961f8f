"""The model of a file that a command is given: a workbook, or a compiled model."""

from __future__ import annotations

from decision_tables.checking import Progress
from decision_tables.engine import Model, is_compiled, load, load_compiled


def open_model(path: str, progress: Progress) -> Model:
    """The model, of a workbook even if test cases of its own fail.

    Raises ``WorkbookRejected``, ``CompiledRefused`` or ``OSError``.
    """
    if is_compiled(path):
        return load_compiled(path)
    return load(path, progress, allow_failing_tests=True)
