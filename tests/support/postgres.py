"""A PostgreSQL server of the tests' own, from the system's binaries, on a free port of this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator

import psycopg
from psycopg import sql

USER = "decisions"
_BINARIES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def is_installed() -> bool:
    """Whether the system has a server, 15 or newer, and an account to run it."""
    return bool(_BINARIES) and int(_BINARIES[-1].parent.name) >= 15 and _account() is not None


def _account() -> str | None:
    """The account that runs the server; it refuses to be run by root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return None


@dataclasses.dataclass(frozen=True)
class Postgres:
    """A server; ``start`` and ``stop`` it as often as wanted. Each test takes a database of its own."""

    folder: pathlib.Path
    port: int
    fsync: str = "off"
    numbers: Iterator[int] = dataclasses.field(default_factory=itertools.count)

    def new_database(self, template: str = "template1") -> str:
        """The URL of an empty database, or of a copy of another that nobody uses."""
        name = f"store{next(self.numbers)}"
        server = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        options += f" -c fsync={self.fsync}"
        data, log = self.folder / "data", self.folder / "log"
        self.run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={log}", f"--options={options}")

    def stop(self, how: str = "fast") -> None:
        """Stop it; ``immediate`` is as a power cut."""
        self.run("pg_ctl", "stop", "--wait", f"--pgdata={self.folder / 'data'}", f"--mode={how}")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as its account."""
        command = [str(_BINARIES[-1] / program), *arguments]
        if os.getuid() == 0 and (account := _account()):
            # Changing the account in subprocess would fork, and what gRPC does in a forked process is undefined.
            command = ["setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups", *command]
        subprocess.run(
            command,
            check=True,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            timeout=120,
        )


@contextlib.contextmanager
def running_postgres(fsync: str = "off") -> Iterator[Postgres]:
    """A new server, gone afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0 and (account := _account()):
        shutil.chown(folder, account, account)
    server = Postgres(folder, _free_port(), fsync)
    try:
        server.run("initdb", f"--pgdata={folder / 'data'}", f"--username={USER}", "--auth=trust", "--encoding=UTF8")
        server.start()
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
