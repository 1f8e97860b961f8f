"""The reasons that the comments of the protos name for each RPC, with those that hold for all RPCs of its service."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

PROTOS: Final = Path(__file__).parent.parent / "protos" / "decisiontables" / "v1"

_SERVICE = re.compile(r"((?:^//[^\n]*\n)+)^service (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_RPC = re.compile(r"((?:^  //.*\n)+)^  rpc (\w+)\(", re.MULTILINE)
_PAIR = re.compile(r"\b([A-Z][A-Z_]+) \(([A-Z_, ]+)(?::[^)]*)?\)")
_OF_A_ROW = re.compile(r"Errors of a row are those of .*?\. ")
_THOSE_OF = re.compile(r"Errors: those of (\w+)")

Reasons = Mapping[str, str]
"""The status code of each reason."""


@dataclasses.dataclass(frozen=True)
class Service:
    """A service: the reasons that all its RPCs may give, and those of each RPC beside them."""

    name: str
    general: Reasons
    rpcs: Mapping[str, Reasons]


def services() -> Iterator[Service]:
    """The services of the contract, by their files."""
    for path in sorted(PROTOS.glob("*_service.proto")):
        for comment, name, body in _SERVICE.findall(path.read_text(encoding="utf-8")):
            texts = {rpc: _words(about) for about, rpc in _RPC.findall(body)}
            yield Service(name, _pairs(_words(comment)), {rpc: _of_rpc(rpc, texts) for rpc in texts})


@functools.cache
def documented() -> dict[str, frozenset[str]]:
    """The reasons that each RPC may give, by its path."""
    return {
        f"/decisiontables.v1.{service.name}/{rpc}": frozenset({*service.general, *reasons})
        for service in services()
        for rpc, reasons in service.rpcs.items()
    }


def _words(comment: str) -> str:
    return " ".join(line.strip().removeprefix("//").strip() for line in comment.splitlines())


def _of_rpc(rpc: str, texts: Mapping[str, str]) -> dict[str, str]:
    text = _OF_A_ROW.sub("", texts[rpc])
    found = _pairs(text)
    for other in _THOSE_OF.findall(text):
        found = _pairs(_OF_A_ROW.sub("", texts[other])) | found
    return found


def _pairs(text: str) -> dict[str, str]:
    return {reason: code for code, reasons in _PAIR.findall(text) for reason in re.split(r", ?", reasons.strip())}
