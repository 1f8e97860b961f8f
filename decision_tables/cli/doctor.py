"""``decision-tables doctor``: hands over to the server, which says what is wrong with its installation."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from decision_tables.cli.serve import is_installed


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the list; its options are those of ``serve``."""
    commands.add_parser("doctor", add_help=False, help="say what is wrong with an installation")


def run(options: Sequence[str]) -> int:
    """Examine the installation; 0 without errors, 1 with some."""
    if not is_installed():
        return 1
    from decision_tables_server.doctor.command import main  # noqa: PLC0415 the engine does without the server

    return int(main(options))
