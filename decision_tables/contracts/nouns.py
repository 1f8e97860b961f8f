"""The protos that every contract imports, with their comments, as ``make generate`` wrote them."""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterable
from typing import Final

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

DECISION: Final = "decisiontables/v1/decision.proto"
OPTIONS: Final = "decisiontables/options/v1/options.proto"
DATE: Final = "google/type/date.proto"
DECIMAL: Final = "google/type/decimal.proto"
TIMESTAMP: Final = "google/protobuf/timestamp.proto"


@functools.cache
def nouns() -> dict[str, FileDescriptorProto]:
    """The files by path, each after those that it imports. Not to be changed."""
    content = importlib.resources.files("decision_tables.contracts").joinpath("nouns.binpb").read_bytes()
    return {file.name: file for file in FileDescriptorSet.FromString(content).file}


def our_nouns() -> list[FileDescriptorProto]:
    """The files that are ours, without those of Google, which every language has in a package of its own."""
    return [file for name, file in nouns().items() if name.startswith("decisiontables/")]


def fresh_pool(files: Iterable[FileDescriptorProto]) -> descriptor_pool.DescriptorPool:
    """A pool with the nouns and some files that rest on them. Pools cannot be changed later, so each has its own."""
    pool = descriptor_pool.DescriptorPool()
    for file in (*nouns().values(), *files):
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def message_class(pool: descriptor_pool.DescriptorPool, name: str) -> type[Message]:
    """The class of a message in a pool."""
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


@functools.cache
def noun_pool() -> descriptor_pool.DescriptorPool:
    """A pool of the nouns alone."""
    return fresh_pool(())
