"""The contract as its readers see it: everything described, names as Buf's style guide has them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROTOS = sorted((Path(__file__).parents[2] / "protos").rglob("*.proto"))
DECLARATION = re.compile(r"\s*(message|enum|service|rpc|oneof)\s+(\w+)")
FIELD = re.compile(r"\s*(?:repeated |optional )?(?:map<[\w, .]+>|[\w.]+) (\w+) = (\d+);")
ENUM_VALUE = re.compile(r"\s*([A-Z][A-Z0-9_]*) = (\d+);")

each_proto = pytest.mark.parametrize("proto", PROTOS, ids=lambda path: path.name)


def lines_of(proto: Path) -> list[str]:
    return proto.read_text(encoding="utf-8").splitlines()


def blocks(proto: Path, kind: str) -> Iterator[tuple[str, list[str]]]:
    """Name and lines of each message or enum."""
    name = ""
    inside: list[str] = []
    for line in lines_of(proto):
        if started := re.match(rf"{kind} (\w+) {{", line):
            name, inside = started[1], []
        elif line == "}" and name:
            yield name, inside
            name = ""
        else:
            inside.append(line)


@each_proto
def test_everything_is_described(proto: Path) -> None:
    lines = lines_of(proto)
    bare = [
        line.strip()
        for before, line in itertools.pairwise(lines)
        if any(form.match(line) for form in (DECLARATION, FIELD, ENUM_VALUE)) and not before.strip().startswith("//")
    ]
    assert bare == []


@each_proto
def test_enum_values_carry_their_enums_name_and_start_with_an_unspecified_zero(proto: Path) -> None:
    for name, inside in blocks(proto, "enum"):
        prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() + "_"
        values = [found for line in inside if (found := ENUM_VALUE.match(line))]
        assert [value[1] for value in values if not value[1].startswith(prefix)] == []
        assert (values[0][1], values[0][2]) == (f"{prefix}UNSPECIFIED", "0")


@each_proto
def test_fields_are_lower_snake_case(proto: Path) -> None:
    for _, inside in blocks(proto, "message"):
        fields = [found for line in inside if (found := FIELD.match(line))]
        assert [field[1] for field in fields if not re.fullmatch(r"[a-z][a-z0-9_]*", field[1])] == []


def test_every_rpc_has_a_request_and_a_response_of_its_own_and_tells_its_errors() -> None:
    for proto in PROTOS:
        text = proto.read_text(encoding="utf-8")
        for comment, name, request, response in re.findall(
            r"((?:  //.*\n)*)  rpc (\w+)\((\w+)\) returns \((\w+)\);", text
        ):
            assert (request, response) == (f"{name}Request", f"{name}Response")
            assert "Errors" in comment, name
