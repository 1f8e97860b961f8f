"""The protos that every contract imports, with their comments, as ``make generate`` wrote them."""

from __future__ import annotations

import functools
import importlib.resources
import threading
from collections.abc import Iterable, Iterator
from typing import Final

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

DECISION: Final = "decisiontables/v1/decision.proto"
OPTIONS: Final = "decisiontables/options/v1/options.proto"
DATE: Final = "google/type/date.proto"
DECIMAL: Final = "google/type/decimal.proto"
TIMESTAMP: Final = "google/protobuf/timestamp.proto"
_MAKING: Final = threading.RLock()


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


def classes_of(pool: descriptor_pool.DescriptorPool, paths: Iterable[str]) -> tuple[type[Message], ...]:
    """The classes of all messages in some files of a pool, to be kept as long as the pool is used.

    A pool does not keep its classes. One that is made anew in one thread while another collects it as garbage is not
    the one that the messages of the other have, or takes the whole process down.
    """
    tops = [kind for path in paths for kind in pool.FindFileByName(path).message_types_by_name.values()]
    return tuple(message_factory.GetMessageClass(kind) for top in tops for kind in _with_nested(top))


def _with_nested(kind: Descriptor) -> Iterator[Descriptor]:
    yield kind
    for inner in kind.nested_types:
        yield from _with_nested(inner)


@functools.cache
def _noun_classes() -> dict[str, type[Message]]:
    return {kind.DESCRIPTOR.full_name: kind for kind in classes_of(noun_pool(), nouns())}


def noun_class(name: str) -> type[Message]:
    """The class of a message in the pool of the nouns."""
    with _MAKING:
        return _noun_classes()[name]


@functools.cache
def noun_pool() -> descriptor_pool.DescriptorPool:
    """A pool of the nouns alone."""
    return fresh_pool(())
