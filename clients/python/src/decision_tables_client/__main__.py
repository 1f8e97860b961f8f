"""Ask a server from the command line: ``python -m decision_tables_client evaluate --input 年龄=30``."""

from __future__ import annotations

import argparse
import datetime
import io
import json
import os
import pathlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.json_format import MessageToDict

from decision_tables_client.client import Client, connect
from decision_tables_client.connection import Tls
from decision_tables_client.errors import DeadlineExceeded, DecisionTablesError, RequestRefused, ServiceUnavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 fine, 1 refused or failed, 2 wrong usage, 130 interrupted.

    Where whoever reads the output has seen enough and gone, the command ends without a word, with 1.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        client = connect(options.target, token=_token(options), tls=_tls(options), timeout=options.timeout)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    command: Callable[[Client, argparse.Namespace], None] = options.command
    with client:
        try:
            command(client, options)
        except DecisionTablesError as error:
            print(_words(error, options), file=sys.stderr)
            return 1
    return 0


def _words(error: DecisionTablesError, options: argparse.Namespace) -> str:
    """What went wrong and what to do, in both languages."""
    if isinstance(error, RequestRefused):
        return f"{error.reason}: {error.message}\n{error.message_zh}"
    if isinstance(error, ServiceUnavailable):
        return (
            f"{error.code.name}: Nothing answers at {options.target}. See whether the server runs there (--target) "
            f"and whether it asks for encryption (--tls). {error.message}\n"
            f"{options.target} 没有应答。请检查服务器是否在那里运行（--target），是否要求加密（--tls）。"
        )
    if isinstance(error, DeadlineExceeded):
        return (
            f"{error.code.name}: No answer from {options.target} within {options.timeout:g} seconds. Wait longer with "
            f"--timeout, or see how the server is.\n"
            f"{options.target} 在 {options.timeout:g} 秒内没有回答。可用 --timeout 多等一会，或检查服务器。"
        )
    return f"{error.code.name}: {error.message}"


def _token(options: argparse.Namespace) -> str | None:
    path: pathlib.Path | None = options.token_file
    return path.read_text(encoding="utf-8").strip() if path is not None else None


def _tls(options: argparse.Namespace) -> Tls | None:
    files: list[pathlib.Path | None] = [options.roots, options.key, options.chain]
    if not options.tls and not any(files):
        return None
    return Tls(*(path.read_bytes() if path is not None else None for path in files))


def _evaluate(client: Client, options: argparse.Namespace) -> None:
    decision = client.evaluate(options.input or {}, model=options.model, table=options.table, as_of=options.as_of)
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


class _Input(argparse.Action):
    """Adds one NAME=VALUE to the inputs; a name may be given once."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        name, equals, value = values.partition("=")
        inputs: dict[str, str] = getattr(namespace, self.dest) or {}
        if not name or not equals:
            parser.error(f"{values!r} is not NAME=VALUE")
        if name in inputs:
            parser.error(f"{name} is given twice; the values of a set go into one, with 、 between them")
        setattr(namespace, self.dest, inputs | {name: value})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m decision_tables_client", description="Ask a decision server.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--target", default="127.0.0.1:50051", help="HOST:PORT of the server (%(default)s)")
    common.add_argument("--timeout", type=float, default=5.0, help="seconds to wait (%(default)s)")
    common.add_argument("--token-file", type=pathlib.Path, metavar="FILE", help="a file with the token to sign in with")
    common.add_argument("--tls", action="store_true", help="encrypt, trusting the system's certificates")
    common.add_argument("--roots", type=pathlib.Path, metavar="FILE", help="encrypt, trusting these certificates (PEM)")
    common.add_argument("--key", type=pathlib.Path, metavar="FILE", help="the key to show who is asking (PEM)")
    common.add_argument("--chain", type=pathlib.Path, metavar="FILE", help="the certificate that belongs to it (PEM)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[Client, argparse.Namespace], None], purpose: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=purpose)
        added.set_defaults(command=command)
        return added

    evaluate = add("evaluate", _evaluate, "decide one case")
    evaluate.add_argument("--model", help="key of the model; may be left out if the server has one")
    evaluate.add_argument("--table", help="key of the table; all tables without it")
    evaluate.add_argument("--input", action=_Input, metavar="NAME=VALUE", help="an input by key or label; repeatable")
    evaluate.add_argument(
        "--as-of", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="the date whose rules apply; else today"
    )
    add("models", _models, "list the models")
    add("tables", _tables, "list the tables of a model").add_argument("--model")
    add("fields", _fields, "list the fields of a model").add_argument("--model")
    return parser


if __name__ == "__main__":
    sys.exit(main())
