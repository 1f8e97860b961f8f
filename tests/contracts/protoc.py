"""The real protoc, as the judge of what the contracts print."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from decision_tables.contracts.printing import proto_text

ROOT = Path(__file__).parent.parent.parent
PROTOC = ROOT / "tools" / "protoc.sh"


def write_protos(files: Iterable[FileDescriptorProto], folder: Path) -> list[str]:
    """Print files into a folder; their paths inside it."""
    paths = []
    for file in files:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(proto_text(file), encoding="utf-8")
        paths.append(file.name)
    return paths


def compile_protos(paths: Iterable[str], folder: Path, *options: str) -> FileDescriptorSet:
    """What protoc makes of files in a folder; its words are the failure's."""
    target = folder / "compiled.binpb"
    command = [str(PROTOC), f"--proto_path={folder}", f"--descriptor_set_out={target}", *options, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return FileDescriptorSet.FromString(target.read_bytes())
