"""The checks of the protos find what they are for; ``make protos`` runs them on the protos themselves."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

BUF = Path(__file__).parents[2] / "tools" / "buf"
PUBLISHED = BUF / "published.binpb"
EVALUATION = "decisiontables/v1/evaluation_service.proto"

pytestmark = pytest.mark.needs("npm")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [BUF / "buf.sh", *arguments, "--config", BUF / "buf.yaml"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def changed(folder: Path, change: Callable[[FileDescriptorProto], object]) -> Path:
    """The published protos with a change in the evaluation service."""
    protos = FileDescriptorSet.FromString(PUBLISHED.read_bytes())
    change(next(file for file in protos.file if file.name == EVALUATION))
    image = folder / "changed.binpb"
    image.write_bytes(protos.SerializeToString())
    return image


def message(file: FileDescriptorProto, name: str) -> DescriptorProto:
    return next(each for each in file.message_type if each.name == name)


def add_field(file: FileDescriptorProto) -> None:
    message(file, "EvaluateRequest").field.add(name="trace", number=99, type=8, label=1, json_name="trace")


def remove_field(file: FileDescriptorProto) -> None:
    del message(file, "EvaluateRequest").field[1]


def renumber_field(file: FileDescriptorProto) -> None:
    message(file, "EvaluateRequest").field[1].number = 9


def rename_rpc(file: FileDescriptorProto) -> None:
    file.service[0].method[0].name = "Decide"


def test_a_new_field_breaks_nobody(tmp_path: Path) -> None:
    found = run("breaking", changed(tmp_path, add_field), "--against", PUBLISHED)
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [(remove_field, '"table" on message'), (renumber_field, 'field "2"'), (rename_rpc, 'RPC "Evaluate"')],
)
def test_what_breaks_callers_is_found(
    tmp_path: Path, change: Callable[[FileDescriptorProto], object], words: str
) -> None:
    found = run("breaking", changed(tmp_path, change), "--against", PUBLISHED)
    assert found.returncode != 0
    assert words in found.stdout


def test_a_name_out_of_style_is_found(tmp_path: Path) -> None:
    def add_camel_case(file: FileDescriptorProto) -> None:
        message(file, "EvaluateRequest").field.add(name="TraceIt", number=99, type=8, label=1, json_name="TraceIt")

    found = run("lint", changed(tmp_path, add_camel_case))
    assert 'Field name "TraceIt" should be lower_snake_case' in found.stdout
