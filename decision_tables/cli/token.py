"""``decision-tables token``: a token for a caller, and what the policy file keeps of it."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from typing import Any

from decision_tables.text import Bilingual
from decision_tables.tokens import hash_of, new_token


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the list."""
    parser = commands.add_parser(
        "token", parents=[common], help="make a token for a caller of the server", description=__doc__
    )
    parser.add_argument(
        "--until", type=dt.date.fromisoformat, metavar="DATE", help="the last day on which the token is taken, in UTC"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a new token once, and the entry for the policy file."""
    token = new_token()
    until = options.until.isoformat() if options.until is not None else None
    if options.format == "json":
        print(json.dumps({"token": token, "hash": hash_of(token), "until": until}))
        return 0
    said = Bilingual("令牌（只显示这一次，请交给调用者保管）：", "The token (shown this once; hand it to its caller):")
    entry = Bilingual("写进权限文件里该调用者的 tokens：", "For the caller's “tokens” in the policy file:")
    ending = f", until: {until}" if until is not None else ""
    print(f"{said.in_language(options.lang)}\n\n    {token}\n")
    print(f'{entry.in_language(options.lang)}\n\n    - {{hash: "{hash_of(token)}"{ending}}}')
    return 0
