"""Runs one command about releases, and tells people what went wrong."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Final

from decision_tables.cli.output import say
from decision_tables.cli.releasing import acting, auditing, keeping, publishing, reading, repeating
from decision_tables.cli.releasing.session import Unusable, Usage
from decision_tables.releases.errors import ReleaseError
from decision_tables.text import Bilingual

COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "publish": publishing.publish,
    "approve": acting.approve,
    "reject": acting.reject,
    "activate": acting.activate,
    "rollback": acting.roll_back,
    "withdraw": acting.withdraw,
    "policy": acting.policy,
    "shadow": acting.shadow,
    "releases": reading.releases,
    "show": reading.show,
    "download": reading.download,
    "answer": repeating.answer_one,
    "replay": repeating.replay,
    "audit_log": auditing.log,
    "audit_verify": auditing.verify_store,
    "audit_checkpoint": auditing.checkpoint,
    "audit_restore": auditing.accept_restore,
    "audit_key": auditing.change_key,
    "store_init": keeping.init,
    "store_migrate": keeping.migrate,
    "store_backup": keeping.backup,
    "store_restore": keeping.restore_store,
}


def run(command: str, arguments: argparse.Namespace) -> int:
    """0 if it was done, 1 if it was refused or failed, 2 for a wrong call."""
    try:
        return COMMANDS[command](arguments)
    except ReleaseError as error:
        _tell(error, arguments)
        return 1
    except Usage as usage:
        say(usage.message, arguments.lang)
        return 1 if isinstance(usage, Unusable) else 2
    except OSError as error:
        why = f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        say(Bilingual(f"文件无法读写：{why}", f"a file cannot be read or written: {why}"), arguments.lang)
        return 2


def _tell(error: ReleaseError, arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        message, hint = error.message, error.hint
        plain = {
            "reason": error.reason.value,
            "message": {"zh": message.zh, "en": message.en},
            "hint": {"zh": hint.zh, "en": hint.en},
        }
        print(json.dumps({"error": plain}, ensure_ascii=False))
        return
    say(error.message, arguments.lang)
    say(Bilingual(f"    → {error.hint.zh}", f"    → {error.hint.en}"), arguments.lang)
