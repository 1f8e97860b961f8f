"""One worker: a process that the supervisor starts. Its orders come by standard input, whose end is its own."""

from __future__ import annotations

import json
import pathlib
import sys
import threading

from decision_tables_server import logs
from decision_tables_server.app import serve
from decision_tables_server.settings import Settings
from decision_tables_server.stopping import Stopping
from decision_tables_server.workers.place import Place


def main() -> int:
    """Serve as ordered, until a signal comes or the supervisor is gone."""
    order = json.loads(sys.stdin.readline())
    settings = Settings(**order["settings"])
    logs.configure(settings.log_level, settings.log_format, access=settings.access_log)
    stopping = Stopping()
    threading.Thread(target=_end_with_the_supervisor, args=(stopping,), daemon=True).start()
    return serve(settings, stopping, Place(pathlib.Path(order["folder"]), order["index"]))


def _end_with_the_supervisor(stopping: Stopping) -> None:
    sys.stdin.read()
    stopping.ask()


if __name__ == "__main__":
    sys.exit(main())
