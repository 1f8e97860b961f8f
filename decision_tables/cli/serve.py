"""``decision-tables serve``: hands over to the server, which is installed beside the engine."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Sequence
from typing import Any

from decision_tables.cli.language import default_language
from decision_tables.cli.output import say
from decision_tables.text import Bilingual


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the list; its options are the server's own."""
    commands.add_parser("serve", add_help=False, help="serve workbooks over gRPC")


def run(options: Sequence[str]) -> int:
    """Serve until a signal ends it."""
    if not is_installed():
        return 2
    from decision_tables_server.cli import main  # noqa: PLC0415 the engine does without the server

    return int(main(options))


def is_installed() -> bool:
    """Whether the server is installed; says so if it is not."""
    if importlib.util.find_spec("decision_tables_server") is not None:
        return True
    message = Bilingual(
        "没有安装服务端：pip install 'decision-tables[server]'",
        "the server is not installed: pip install 'decision-tables[server]'",
    )
    say(message, default_language())
    return False
