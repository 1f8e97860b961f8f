"""The conformance cases, and how an answer is held against them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

FOLDER: Final = pathlib.Path(__file__).parents[2] / "clients" / "conformance" / "cases"
_ONLY_BY_GRPC: Final = ("evaluate_stream", "watch_releases", "template")


@dataclasses.dataclass(frozen=True)
class Case:
    """One case of one feature."""

    feature: str
    name: str
    expected: Any
    within: float | None
    """The most seconds that the call may take."""
    needs: frozenset[str] = frozenset()
    """What not every client has; lacking.json says which ones have not."""

    @property
    def id(self) -> str:
        """How a runner names it."""
        return f"{self.feature}/{self.name}"


def all_cases(folder: pathlib.Path = FOLDER) -> list[Case]:
    """All cases, by file name and then as they stand in the file."""
    return [
        Case(content["feature"], case["name"], case["answer"], case.get("within"), needs_of(case, content))
        for content in contents(folder)
        for case in content["cases"]
    ]


def needs_of(case: Mapping[str, Any], content: Mapping[str, Any]) -> frozenset[str]:
    """What a client has to have for a case: what the case and its file say, and gRPC for streams and certificates."""
    how = case.get("connect", {})
    by_grpc = case.get("call") in _ONLY_BY_GRPC or "tls" in how or how.get("server") in ("encrypted", "mutual")
    said = {*content.get("needs", ()), *case.get("needs", ())}
    return frozenset(said | {"grpc"} if by_grpc else said)


def lacks(client: str) -> frozenset[str]:
    """What a client has not."""
    return frozenset(need for need, each in LACKING.items() if client in each["clients"])


LACKING: Final[Mapping[str, Any]] = json.loads((FOLDER.parent / "lacking.json").read_text(encoding="utf-8"))


def put(client: str, folder: pathlib.Path) -> None:
    """Write the cases that a client can be asked into an empty folder."""
    for content in contents():
        cases = [case for case in content["cases"] if not needs_of(case, content) & lacks(client)]
        text = json.dumps({**content, "cases": cases}, ensure_ascii=False)
        (folder / f"{content['feature']}.json").write_text(text, encoding="utf-8")


def contents(folder: pathlib.Path = FOLDER) -> list[dict[str, Any]]:
    """The files, in the order of their names."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def differences(expected: Any, got: Any, at: str = "answer") -> Iterator[str]:
    """Where an answer is not as expected. An object must have what the expected one has, and may have more.

    ``{"$contains": X}`` is a text with X in it or a list with the member X, ``{"$matches": PATTERN}`` a text,
    ``{"$length": N}`` the length of a list, ``{"$first": X}`` and ``{"$last": X}`` one of its members,
    ``{"$today": ZONE}`` the day that it is there.
    """
    if isinstance(expected, Mapping) and expected and all(key.startswith("$") for key in expected):
        for key, argument in expected.items():
            yield from _CHECKS[key](argument, got, at)
    elif isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key, part in expected.items():
            if key in got:
                yield from differences(part, got[key], f"{at}.{key}")
            else:
                yield f"{at} has no {key}"
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for position, (part, found) in enumerate(zip(expected, got, strict=True)):
            yield from differences(part, found, f"{at}[{position}]")
    elif expected != got or type(expected) is not type(got):
        yield f"{at} is {json.dumps(got, ensure_ascii=False)} and not {json.dumps(expected, ensure_ascii=False)}"


def _contains(part: Any, got: Any, at: str) -> Iterator[str]:
    if part not in (got or ()):
        yield f"{at} is {got!r} and has no {part!r} in it"


def _matches(pattern: str, got: Any, at: str) -> Iterator[str]:
    if not re.fullmatch(pattern, str(got), re.DOTALL):
        yield f"{at} is {got!r} and does not match {pattern}"


def _length(length: int, got: Any, at: str) -> Iterator[str]:
    if len(got or ()) != length:
        yield f"{at} has {len(got or ())} members and not {length}"


def _first(part: Any, got: Any, at: str) -> Iterator[str]:
    yield from differences(part, got[0], f"{at}[0]") if got else [f"{at} is empty"]


def _last(part: Any, got: Any, at: str) -> Iterator[str]:
    yield from differences(part, got[-1], f"{at}[-1]") if got else [f"{at} is empty"]


def _today(zone: str, got: Any, at: str) -> Iterator[str]:
    now = datetime.datetime.now(zoneinfo.ZoneInfo(zone))
    if got not in (now.date().isoformat(), (now - datetime.timedelta(minutes=5)).date().isoformat()):
        yield f"{at} is {got} and not today"


_CHECKS: Final[dict[str, Callable[[Any, Any, str], Iterator[str]]]] = {
    "$contains": _contains,
    "$matches": _matches,
    "$length": _length,
    "$first": _first,
    "$last": _last,
    "$today": _today,
}
