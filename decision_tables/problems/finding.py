"""Findings: problems before they are given a place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from decision_tables.problems.problem import Argument


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a piece of text: a catalogue code and the words that fill its message."""

    code: str
    arguments: Mapping[str, Argument] = dataclasses.field(default_factory=dict)
