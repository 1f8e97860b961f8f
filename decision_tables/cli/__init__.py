"""The command line ``decision-tables``: one module for each command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from decision_tables.cli import check, diff, evaluate, explore, impact, read, release_commands, serve, template
from decision_tables.cli import compile as compiling
from decision_tables.cli.output import default_language

_COMMANDS = (check, evaluate, explore, read, diff, impact, template, compiling, release_commands, serve)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="decision-tables", description="Check, evaluate and serve decision tables kept in workbooks."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--format", choices=("text", "json"), default=None, help="how to print (default: text)")
    common.add_argument(
        "--lang", choices=("zh", "en"), default=default_language(), help="language (default: from the locale)"
    )
    for command in _COMMANDS:
        command.add_parser(commands, common)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 if all is fine, 1 for problems or a refused evaluation, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["serve"]:
        return serve.run(given[1:])
    parsed = build_parser().parse_args(given)
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code
