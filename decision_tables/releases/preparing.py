"""A workbook → what a release of it is made of: its findings and its compiled bytes."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from decision_tables.checking import check_bytes
from decision_tables.compiler import envelope
from decision_tables.contracts.lock_file import shape_bytes
from decision_tables.contracts.shaping import shape_of
from decision_tables.evaluator.decision import Decision
from decision_tables.model import ModelDefinition
from decision_tables.problems import report_json

SEMANTICS: Final = str(envelope.SEMANTICS)
"""The version of what tables mean; it changes whenever a stored model would have to answer otherwise."""
COMPILED_FORMAT: Final = f"dtc/{envelope.VERSION}"
"""The format of compiled models that this program writes; it reads all earlier ones."""


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A checked and compiled workbook. ``report`` is its problems as plain data; with errors nothing is compiled.

    ``contract`` is what its tables promise callers, see ``contracts.lock_file.shape_bytes``.
    """

    report: Mapping[str, Any]
    model: str = ""
    title: str = ""
    time_zone: str = "Asia/Shanghai"
    compiled: bytes = b""
    compiled_format: str = ""
    semantics: str = SEMANTICS
    contract: str = ""

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return int(self.report["summary"]["error"])

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return int(self.report["summary"]["warning"])


Prepare: TypeAlias = Callable[[bytes], Prepared]


class Decider(Protocol):
    """A compiled model that was loaded."""

    @property
    def definition(self) -> ModelDefinition:
        """What the workbook says."""

    def evaluate(
        self, inputs: Mapping[str, object], *, table: str | None = None, as_of: datetime.date | None = None
    ) -> Decision:
        """Decide, or raise ``Refusal``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """How workbooks become compiled bytes, and how these are loaded; loading raises ``CompiledRefused``."""

    prepare: Prepare
    load: Callable[[bytes], Decider]


def prepare_with(compile_model: Callable[[ModelDefinition], bytes], compiled_format: str, content: bytes) -> Prepared:
    """Check a workbook and compile it. Its own failing tests are errors: what contradicts itself is not published."""
    report = check_bytes(content)
    plain = report_json(report.problems)
    definition = report.definition
    if definition is None or report.has_errors:
        return Prepared(plain, definition.key if definition else "")
    compiled = compile_model(definition)
    contract = shape_bytes(shape_of(definition)).decode("ascii")
    return Prepared(
        plain,
        definition.key,
        definition.title,
        definition.time_zone,
        compiled,
        compiled_format,
        contract=contract,
    )
