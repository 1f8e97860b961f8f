"""How the steps of reading say that a workbook cannot be used."""

from __future__ import annotations

import zlib
from typing import Final
from xml.parsers import expat

from decision_tables.cells import Place
from decision_tables.problems import Problem, Problems
from decision_tables.problems.problem import Argument

_PARSER_WITHOUT_MEMORY: Final = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
_UNPACKER_WITHOUT_MEMORY: Final = "Error -4 "


class Refused(Exception):
    """The workbook cannot be used; becomes one problem and never leaves this package."""

    def __init__(self, code: str, place: Place | None = None, **arguments: Argument) -> None:
        super().__init__(code, place, arguments)
        self.code = code
        self.place = place or Place()
        self.arguments = arguments

    def note(self, problems: Problems) -> None:
        """Add the problem that this refusal stands for."""
        problems.extend([Problem(self.code, self.place, self.arguments)])


def damaged_by(error: Exception, part: str) -> Exception:
    """What it means that a part could not be unpacked or parsed: damage, unless there was too little memory for it."""
    is_memory = (isinstance(error, expat.ExpatError) and error.code == _PARSER_WITHOUT_MEMORY) or (
        isinstance(error, zlib.error) and str(error).startswith(_UNPACKER_WITHOUT_MEMORY)
    )
    return MemoryError() if is_memory else damaged(part)


def damaged(part: str) -> Refused:
    """The file, or this part of it, is not what it should be."""
    return Refused("DT107", part=part)
