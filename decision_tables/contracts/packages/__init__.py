"""Packages for callers: a contract as something that the tools of a language can build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.packages import cpp, csharp, go, java, python, rust, typescript
from decision_tables.contracts.packages.filling import Filling, filling_of
from decision_tables.contracts.requests import RequestJson

LANGUAGES: Final[Mapping[str, Callable[[Filling], dict[str, bytes]]]] = {
    "python": python.package,
    "go": go.package,
    "java": java.package,
    "typescript": typescript.package,
    "rust": rust.package,
    "cpp": cpp.package,
    "csharp": csharp.package,
}
"""For each language, the files of a package by their paths in a folder."""


def package_files(language: str, lock: Lock, examples: Mapping[str, RequestJson]) -> dict[str, bytes]:
    """The files of a package for the newest version of a contract; its example sends one of the requests."""
    return LANGUAGES[language](filling_of(lock, examples))
