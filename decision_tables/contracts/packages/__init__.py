"""Packages for callers: a contract as something that the tools of a language can build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.packages import csharp, go, java, python, rust, typescript

LANGUAGES: Final[Mapping[str, Callable[[Lock], dict[str, bytes]]]] = {
    "python": python.package,
    "go": go.package,
    "java": java.package,
    "typescript": typescript.package,
    "rust": rust.package,
    "csharp": csharp.package,
}
"""For each language, the files of a package for the newest version of a contract, by their paths in a folder."""
