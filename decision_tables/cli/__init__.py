"""The command line ``decision-tables``: one module for each command."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from decision_tables.cli.language import default_language

_MODULES = (
    "check",
    "evaluate",
    "explore",
    "read",
    "diff",
    "impact",
    "template",
    "compile",
    "contract",
    "client",
    "release_commands",
    "serve",
    "doctor",
    "token",
)
"""The modules of the commands, in the order of the help. All but the releases are named as their one command."""

_OF_THE_SERVER = ("serve", "doctor")
"""Commands whose options are the server's own."""


def build_parser(modules: Sequence[str] = _MODULES) -> argparse.ArgumentParser:
    """The parser of the commands of some modules; only these are loaded."""
    parser = argparse.ArgumentParser(
        prog="decision-tables", description="Check, evaluate and serve decision tables kept in workbooks."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--format", choices=("text", "json"), default=None, help="how to print (default: text)")
    common.add_argument(
        "--lang", choices=("zh", "en"), default=default_language(), help="language (default: from the locale)"
    )
    for name in modules:
        importlib.import_module(f"decision_tables.cli.{name}").add_parser(commands, common)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 if all is fine, 1 for problems or a refused evaluation, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(given: list[str]) -> int:
    """Run the command that was given; those of the server read their options themselves."""
    if given and given[0] in _OF_THE_SERVER:
        return int(importlib.import_module(f"decision_tables.cli.{given[0]}").run(given[1:]))
    parsed = build_parser(given[:1] if given[:1] and given[0] in _MODULES else _MODULES).parse_args(given)
    return int(parsed.run(parsed))
