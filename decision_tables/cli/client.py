"""``decision-tables client``: a package with the typed contract of a workbook or of a server's model."""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import Any

from decision_tables.cli.contract import add_model, offered, told, write_files
from decision_tables.cli.locks import Unusable
from decision_tables.cli.output import print_problems, say
from decision_tables.text import Bilingual

LANGUAGES = ("python", "go", "java", "typescript", "rust", "cpp", "csharp")
"""What ``contracts.packages`` knows; named here too, so that the help needs no protobuf."""


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command; ``--lang`` says the language of the package here, so messages follow the locale."""
    parser = commands.add_parser("client", help="write a package that calls the tables of a model")
    add_model(parser)
    parser.add_argument("--lang", dest="package", choices=LANGUAGES, required=True, help="the language of the package")
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder of the package")
    parser.add_argument("--format", choices=("text", "json"), default=None, help="how to print (default: text)")
    parser.set_defaults(run=run, lang=common.get_default("lang"))


def run(arguments: argparse.Namespace) -> int:
    """Write the package; 1 if the workbook would break callers."""
    from decision_tables.contracts.packages import package_files  # noqa: PLC0415 - protobuf takes a while

    try:
        offer = offered(arguments)
        if offer.step.is_refused:
            print_problems(told(offer.step), arguments.lang, to_stderr=True)
            return 1
        files = package_files(arguments.package, offer.step.lock, offer.examples)
        write_files(pathlib.Path(arguments.out), files)
    except Unusable as unusable:
        say(unusable.message, arguments.lang)
        return unusable.code
    _print(sorted(files), arguments)
    return 0


def _print(paths: list[str], arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        print(json.dumps({"folder": arguments.out, "files": paths}, ensure_ascii=False))
        return
    readme = pathlib.Path(arguments.out) / "README.md"
    message = Bilingual(
        f"已写入 {arguments.out}（{len(paths)} 个文件）；怎样构建见 {readme}。",
        f"Wrote {len(paths)} files to {arguments.out}; {readme} says how to build them.",
    )
    print(message.in_language(arguments.lang))
