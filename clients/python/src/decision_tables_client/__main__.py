"""Ask a server from the command line: ``python -m decision_tables_client evaluate --input 年龄=30``."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Sequence

from google.protobuf.json_format import MessageToDict

from decision_tables_client.client import Client, connect
from decision_tables_client.errors import DecisionTablesError, RequestRefused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 fine, 1 refused or failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        with connect(options.target, timeout=options.timeout) as client:
            command: Callable[[Client, argparse.Namespace], None] = options.command
            command(client, options)
    except DecisionTablesError as error:
        print(_words(error), file=sys.stderr)
        return 1
    return 0


def _words(error: DecisionTablesError) -> str:
    if not isinstance(error, RequestRefused):
        return f"{error.code.name}: {error.message}"
    return f"{error.reason}: {error.message}\n{error.message_zh}"


def _evaluate(client: Client, options: argparse.Namespace) -> None:
    decision = client.evaluate(dict(options.input), model=options.model, table=options.table, as_of=options.as_of)
    print(json.dumps(decision.as_json(), ensure_ascii=False, indent=2))


def _models(client: Client, options: argparse.Namespace) -> None:
    for model in client.models():
        print(json.dumps(MessageToDict(model, preserving_proto_field_name=True), ensure_ascii=False))


def _tables(client: Client, options: argparse.Namespace) -> None:
    for table in client.tables(options.model):
        print(json.dumps(MessageToDict(table, preserving_proto_field_name=True), ensure_ascii=False))


def _fields(client: Client, options: argparse.Namespace) -> None:
    for field in client.fields(options.model):
        print(json.dumps(MessageToDict(field, preserving_proto_field_name=True), ensure_ascii=False))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m decision_tables_client", description="Ask a decision server.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--target", default="127.0.0.1:50051", help="HOST:PORT of the server (%(default)s)")
    common.add_argument("--timeout", type=float, default=5.0, help="seconds to wait (%(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[Client, argparse.Namespace], None], purpose: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=purpose)
        added.set_defaults(command=command)
        return added

    evaluate = add("evaluate", _evaluate, "decide one case")
    evaluate.add_argument("--model", help="key of the model; may be left out if the server has one")
    evaluate.add_argument("--table", help="key of the table; all tables without it")
    evaluate.add_argument("--input", type=_pair, action="append", default=[], metavar="NAME=VALUE")
    evaluate.add_argument("--as-of", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD")
    add("models", _models, "list the models")
    add("tables", _tables, "list the tables of a model").add_argument("--model")
    add("fields", _fields, "list the fields of a model").add_argument("--model")
    return parser


if __name__ == "__main__":
    sys.exit(main())
