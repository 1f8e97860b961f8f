"""The id of a call, which its answer and its line in the log name: the caller's own, or a new one."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable
from typing import Final

import grpc

REQUEST_ID: Final = "x-request-id"
"""Metadata of a call, and of the end of its answer."""

_READABLE: Final = re.compile(r"[A-Za-z0-9._:/+=-]{1,64}")
_PROCESS: Final = os.urandom(8).hex()
_numbers = itertools.count(int.from_bytes(os.urandom(4)))


def request_id_of(context: grpc.ServicerContext) -> str:
    """The caller's id if it is fit for a log, else one that no other call has: by chance the process, then a number."""
    return request_id_in(context.invocation_metadata() or ())


def request_id_in(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """The same of a call whose metadata are at hand."""
    for key, value in metadata:
        if key == REQUEST_ID and isinstance(value, str) and _READABLE.fullmatch(value):
            return value
    return f"{_PROCESS}{next(_numbers):016x}"
