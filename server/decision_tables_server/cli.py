"""``decision-tables serve``."""

from __future__ import annotations

import argparse
import logging
import pathlib
from collections.abc import Sequence

from decision_tables_server.app import serve
from decision_tables_server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a folder of workbooks; 0 after a clean end, 1 if the server cannot start, 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = Settings(
            workbooks=options.workbooks,
            address=options.address,
            allow_plaintext=options.allow_plaintext,
            allow_unreviewed=options.allow_unreviewed,
            max_message_bytes=options.max_message_bytes,
            max_batch_rows=options.max_batch_rows,
            threads=options.threads,
            poll_seconds=options.poll_seconds,
            grace_seconds=options.grace_seconds,
        )
    except ValueError as error:
        parser.error(str(error))
    return serve(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="decision-tables serve",
        description="Serve the workbooks of a folder over gRPC, and take up changes while running.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    defaults = Settings(workbooks=pathlib.Path("workbooks"))
    parser.add_argument("--workbooks", type=pathlib.Path, default=defaults.workbooks, metavar="DIR", help="the folder")
    parser.add_argument("--address", default=defaults.address, metavar="HOST:PORT", help="where to listen")
    parser.add_argument(
        "--allow-plaintext",
        action="store_true",
        help="listen beyond this machine without encryption, behind a proxy that encrypts",
    )
    parser.add_argument(
        "--allow-unreviewed",
        action="store_true",
        help="serve a folder beyond this machine, although nobody approves what is put into it",
    )
    _add_number(parser, "--max-message-bytes", defaults.max_message_bytes, "the largest request")
    _add_number(parser, "--max-batch-rows", defaults.max_batch_rows, "the most rows of one EvaluateBatch")
    _add_number(parser, "--threads", defaults.threads, "how many calls are worked on at once")
    _add_number(parser, "--poll-seconds", defaults.poll_seconds, "how often to look for changed workbooks")
    _add_number(parser, "--grace-seconds", defaults.grace_seconds, "how long running calls may take to end")
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), default="info", help="what is logged"
    )
    return parser


def _add_number(parser: argparse.ArgumentParser, name: str, default: float, purpose: str) -> None:
    """An option whose value is a positive number of the default's own kind."""

    def positive(text: str) -> float:
        number = type(default)(text)
        if not number > 0:
            raise ValueError
        return number

    parser.add_argument(name, type=positive, default=default, metavar="N", help=purpose)
