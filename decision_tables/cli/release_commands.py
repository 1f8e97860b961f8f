"""The commands about releases: what they are called and take; what they do lies in ``releasing/``.

The parsers know nothing of the store, so that all other commands start without its libraries.
"""

from __future__ import annotations

import argparse
import functools
import getpass
import importlib
import importlib.util
import os
import pathlib
from collections.abc import Callable
from typing import Any

from decision_tables.cli.evaluate import add_inputs
from decision_tables.cli.output import say
from decision_tables.cli.target import add_target
from decision_tables.text import Bilingual

_NEEDED = ("sqlalchemy", "alembic", "cryptography")
REFERENCE = "MODEL#NUMBER, or six or more digits of the digest"


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add all commands about releases."""
    place = _place()
    person = _person()
    add = functools.partial(_add, commands, [common, place])
    add_acting = functools.partial(_add, commands, [common, place, person])
    _add_publish(add_acting)
    _add_verdicts(add_acting)
    _add_activations(add_acting)
    _add_settings(add_acting)
    _add_reading(add)
    _add_groups(commands, common, place, person)


def _place() -> argparse.ArgumentParser:
    """The options that say where the store and its keys are."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--store",
        metavar="PLACE",
        default=os.environ.get("DECISION_TABLES_STORE"),
        help="a file, or postgresql://USER@HOST/NAME (default: $DECISION_TABLES_STORE)",
    )
    configuration = os.environ.get("XDG_CONFIG_HOME") or pathlib.Path.home() / ".config"
    keys = os.environ.get("DECISION_TABLES_KEYS") or pathlib.Path(configuration) / "decision-tables"
    parser.add_argument(
        "--keys", metavar="DIR", type=pathlib.Path, default=pathlib.Path(keys), help="the folder of the signing key"
    )
    return parser


def _person() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--by", metavar="NAME", default=_account(), help="who acts (default: the account)")
    return parser


def _account() -> str:
    named = os.environ.get("DECISION_TABLES_USER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


Add = Callable[..., argparse.ArgumentParser]


def _add(
    commands: Any, parents: list[argparse.ArgumentParser], name: str, what: str, command: str = ""
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, parents=parents, help=what, description=what)
    parser.set_defaults(run=functools.partial(_run, command or name), parser=parser)
    return parser


def _run(command: str, arguments: argparse.Namespace) -> int:
    """Hand over to the part that knows the store, if its libraries are installed."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        message = Bilingual(
            "没有安装版本库：pip install 'decision-tables[store]'",
            "the store is not installed: pip install 'decision-tables[store]'",
        )
        say(message, arguments.lang)
        return 2
    running = importlib.import_module("decision_tables.cli.releasing.running")
    return int(running.run(command, arguments))


def _add_publish(add: Add) -> None:
    parser = add("publish", "propose a workbook as the next release of its model")
    parser.add_argument("file", metavar="FILE", help="a workbook (.xlsx)")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    parser.add_argument("--document-number", default="", metavar="TEXT", help="the number of the document (文号)")
    parser.add_argument("--max-seconds", type=int, default=300, metavar="N", help="what checking may take")
    parser.add_argument("--max-megabytes", type=int, default=4096, metavar="N", help="what checking may take")
    _population(parser)
    parser.add_argument("--acknowledge-warnings", action="store_true", help="the warnings were read and are accepted")
    parser.add_argument(
        "--contract-version",
        type=int,
        default=0,
        metavar="N",
        help="the next version of the typed contract, for a change that callers cannot bear (default: keep it)",
    )
    parser.add_argument(
        "--break-glass", action="store_true", help="an emergency: approve and activate at once, alone, marked so"
    )


def _add_verdicts(add: Add) -> None:
    parser = add("approve", "approve a proposal, or confirm a release published in an emergency")
    _reference(parser)
    parser.add_argument("--comment", default="", metavar="TEXT", help="what is to be remembered")
    parser.add_argument("--activate", action="store_true", help="and let it answer, at once or --from a moment")
    _when(parser)
    parser = add("reject", "turn a proposal down")
    _reference(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")


def _add_activations(add: Add) -> None:
    parser = add("activate", "let an approved release answer, at once or from a moment")
    _reference(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")
    parser.add_argument("--cancel", action="store_true", help="take back what is scheduled instead; needs --reason")
    _when(parser)
    parser = add("rollback", "go back to a release that was active before, at once")
    parser.add_argument("model", metavar="MODEL", help="the key of the model")
    parser.add_argument("--to", default="", metavar="RELEASE", help="to which (default: the one before the active one)")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    parser = add("withdraw", "let a release never be activated again; it stays readable")
    _reference(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    parser.add_argument("--stop-serving", action="store_true", help="even if it is active: the model answers no more")


def _add_settings(add: Add) -> None:
    parser = add("policy", "show or set what a model demands of its releases")
    parser.add_argument("model", metavar="MODEL", help="the key of the model")
    parser.add_argument("--second-person", choices=("on", "off"), help="whether someone else has to approve")
    parser.add_argument("--break-glass", choices=("on", "off"), help="whether an emergency may do without")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")
    parser = add("shadow", "let a release answer unseen beside the active one")
    parser.add_argument(
        "release", metavar="RELEASE", help=f"{REFERENCE}; with --stop and --counts the key of the model"
    )
    parser.add_argument("--percent", type=int, default=100, metavar="N", help="on how many of a hundred calls")
    parser.add_argument("--stop", action="store_true", help="end it")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why")
    parser.add_argument("--counts", action="store_true", help="show what was found so far; asks the server at --target")
    parser.add_argument(
        "--samples", type=int, default=3, metavar="N", help="with --counts: how many differences to show"
    )
    add_target(parser)


def _add_reading(add: Add) -> None:
    parser = add("releases", "list models and their releases")
    parser.add_argument("model", nargs="?", default="", metavar="MODEL", help="one model with all its releases")
    parser = add("show", "show a release: who, when, why, and what has become of it")
    _reference(parser)
    parser.add_argument("--compare", action="store_true", help="and what it changes against the active release")
    parser.add_argument("--against", default="", metavar="RELEASE", help="compare it with this one instead")
    _population(parser)
    parser = add("download", "write the workbook of a release as it was published")
    _reference(parser)
    parser.add_argument("--out", metavar="FILE", help="where to (default: the name it had)")
    parser.add_argument("--compiled", action="store_true", help="the compiled model instead")
    parser = add("answer", "decide by the release that is or was active, in a form that can be repeated")
    parser.add_argument("model", metavar="MODEL", help="the key of the model")
    parser.add_argument("--table", metavar="KEY", help="one table; without it every table answers")
    add_inputs(parser)
    parser.add_argument("--known-at", metavar="MOMENT", help="by the release that was active then")
    parser.add_argument("--pin", metavar="RELEASE", help=f"by this release: {REFERENCE}")
    parser = add("replay", "repeat stored answers from the stored releases and prove them equal")
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="stored answers, one JSON object a line; - is standard input"
    )
    parser.add_argument("--decision", metavar="FILE", help="one decision or response that a caller kept as JSON")
    parser.add_argument("--request", metavar="FILE", help="with --decision: the request as JSON, if it is not in there")
    parser.add_argument("--table", metavar="KEY", help="with --decision: the table that was asked")
    add_inputs(parser, with_date=False)


def _add_groups(
    commands: Any, common: argparse.ArgumentParser, place: argparse.ArgumentParser, person: argparse.ArgumentParser
) -> None:
    _add_audit(
        _group(commands, "audit", "what was done, and whether the store is as it was signed"), common, place, person
    )
    _add_store(_group(commands, "store", "make, migrate, back up and restore a store"), common, place, person)


def _group(commands: Any, name: str, what: str) -> Any:
    parser = commands.add_parser(name, help=what, description=what)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _add_audit(
    group: Any, common: argparse.ArgumentParser, place: argparse.ArgumentParser, person: argparse.ArgumentParser
) -> None:
    add = functools.partial(_add, group, [common, place])
    add_acting = functools.partial(_add, group, [common, place, person])
    parser = add("log", "every act and refusal, in order", command="audit_log")
    parser.add_argument("--model", default="", metavar="MODEL", help="of one model")
    parser.add_argument("--after", type=int, default=0, metavar="N", help="only what follows the entry N")
    parser = add("verify", "find whatever was changed in the database", command="audit_verify")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint kept elsewhere")
    parser = add("checkpoint", "write the signed head of the ledger, to be kept elsewhere", command="audit_checkpoint")
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    parser = add_acting(
        "accept-restore", "say why entries were lost, after restoring an older backup", command="audit_restore"
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")
    parser = add_acting("change-key", "sign with a new key from now on", command="audit_key")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why")


def _add_store(
    group: Any, common: argparse.ArgumentParser, place: argparse.ArgumentParser, person: argparse.ArgumentParser
) -> None:
    add = functools.partial(_add, group, [common, place])
    _add(group, [common, place, person], "init", "make a store where there is none", command="store_init")
    add("migrate", "bring the structure of a store up to date", command="store_migrate")
    parser = add("backup", "write everything to one archive", command="store_backup")
    parser.add_argument("out", metavar="FILE", help="the archive (.zip); it must not exist")
    parser = add("restore", "make a store from an archive where there is none", command="store_restore")
    parser.add_argument("archive", metavar="FILE", help="the archive (.zip)")


def _reference(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", metavar="RELEASE", help=REFERENCE)


def _population(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--population", metavar="FILE", help="people, one a row, for whom the impact is measured")
    parser.add_argument("--table", metavar="KEY", help="with --population: the table that is asked")
    parser.add_argument("--group-by", metavar="COLUMN", help="with --population: break the figures down by it")


def _when(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="starts_at", metavar="MOMENT", help="2026-12-01, or 2026-12-01T08:00 (local to the model)"
    )
    parser.add_argument(
        "--replacing", metavar="RELEASE", help="what it replaces, if that is not what it was prepared against"
    )
