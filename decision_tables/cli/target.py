"""A server that a command asks: where it is, how it is recognised, and who asks."""

from __future__ import annotations

import argparse
import os
import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from decision_tables.cli.locks import Unusable
from decision_tables.cli.output import cannot_read
from decision_tables.text import Bilingual

if TYPE_CHECKING:
    from decision_tables_client import Client, DecisionTablesError, Tls

TOKEN: Final = "DECISION_TABLES_TOKEN"  # noqa: S105 - the name of a variable
_SECONDS: Final = 30.0


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add the address of a server, and what it takes to be let in."""
    group = parser.add_argument_group("asking a server")
    group.add_argument("--target", metavar="HOST:PORT", help="ask the server at this address")
    group.add_argument("--token", help=f"who asks (default: {TOKEN} in the environment, which other users do not see)")
    group.add_argument("--tls", action="store_true", help="encrypted; the server is recognised by the system's roots")
    group.add_argument("--tls-roots", metavar="PEM", help="encrypted; recognise the server by these roots")
    group.add_argument("--tls-key", metavar="PEM", help="our own key, with --tls-certificate")
    group.add_argument("--tls-certificate", metavar="PEM", help="our own certificate")


@contextmanager
def asked(arguments: argparse.Namespace) -> Iterator[Client]:
    """A client of the server that was named; what goes wrong inside is told as ``Unusable``."""
    try:
        from decision_tables_client import DecisionTablesError, connect  # noqa: PLC0415 - the engine does without it
    except ImportError as error:
        raise Unusable(_NOT_INSTALLED) from error
    token = arguments.token or os.environ.get(TOKEN) or None
    try:
        with connect(arguments.target, token=token, tls=_tls(arguments), timeout=_SECONDS) as client:
            yield client
    except DecisionTablesError as error:
        raise Unusable(_told(error, arguments), 1) from error
    except ValueError as error:
        raise Unusable(_NOT_IN_PLAIN if token else _unfit(arguments.target, error)) from error


_NOT_INSTALLED: Final = Bilingual(
    "没有安装客户端：pip install 'decision-tables[server]'",
    "the client is not installed: pip install 'decision-tables[server]'",
)
_NOT_IN_PLAIN: Final = Bilingual(
    "令牌不会明文发到另一台机器；请加上 --tls 或 --tls-roots。",
    "A token is not sent in plain text to another machine; add --tls or --tls-roots.",
)


def _unfit(target: str, error: Exception) -> Bilingual:
    return Bilingual(f"无法使用 {target}：{error}", f"{target} cannot be used: {error}")


def _tls(arguments: argparse.Namespace) -> Tls | None:
    from decision_tables_client import Tls  # noqa: PLC0415

    names = (arguments.tls_roots, arguments.tls_key, arguments.tls_certificate)
    if not arguments.tls and not any(names):
        return None
    if (arguments.tls_key is None) is not (arguments.tls_certificate is None):
        message = Bilingual(
            "--tls-key 和 --tls-certificate 要一起给出。", "--tls-key and --tls-certificate belong together."
        )
        raise Unusable(message)
    return Tls(*(_pem(name) for name in names))


def _pem(name: str | None) -> bytes | None:
    if name is None:
        return None
    try:
        return pathlib.Path(name).read_bytes()
    except OSError as error:
        raise Unusable(cannot_read(name, error)) from error


def _told(error: DecisionTablesError, arguments: argparse.Namespace) -> Bilingual:
    """What went wrong, and what to do next."""
    from decision_tables_client import DeadlineExceeded, RequestRefused, ServiceUnavailable  # noqa: PLC0415

    target = arguments.target
    match error:
        case ServiceUnavailable():
            return Bilingual(
                f"{target} 没有服务器应答：{error.message}\n"
                "    → 请核对地址，看服务器是否已启动；加密的服务器要加 --tls。",
                f"No server answers at {target}: {error.message}\n"
                "    → Check the address and that the server runs; an encrypted one needs --tls.",
            )
        case DeadlineExceeded():
            return Bilingual(
                f"{target} 在 {_SECONDS:g} 秒内没有应答。\n    → 请核对地址；加密的服务器要加 --tls。",
                f"{target} gave no answer in {_SECONDS:g} seconds.\n"
                "    → Check the address; an encrypted server needs --tls.",
            )
        case RequestRefused():
            zh, en = _HINTS.get(error.reason, ("", ""))
            return Bilingual(f"{error.message_zh or error.message}{zh}", f"{error.message}{en}")
    message = f"{target}: {error.code.name}: {error.message}"
    return Bilingual(message, message)


_HINTS: Final = {
    "UNAUTHENTICATED": (
        f"\n    → 请用环境变量 {TOKEN} 或 --token 给出令牌。",
        f"\n    → Give a token by {TOKEN} in the environment, or by --token.",
    ),
    "MODEL_REQUIRED": (
        "\n    → 请在命令里写上模型的标识。",
        "\n    → Name the model in the command, by its key.",
    ),
}
