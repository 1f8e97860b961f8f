"""The options by which a contract says, to programs, what its parts stand for."""

from __future__ import annotations

import functools
from typing import Any, Final

from google.protobuf.message import Message

from decision_tables.contracts.nouns import noun_class, noun_pool

PACKAGE: Final = "decisiontables.options.v1"


def set_option(options: Message, name: str, **values: Any) -> None:
    """Set the option ``(decisiontables.options.v1.NAME)``; empty values are left out.

    The option travels as an unknown field of the options, which keeps it byte for byte: the generated code of
    ``options.proto`` belongs to another pool.
    """
    holder = known_options(options)
    extension = _extension(name)
    holder.Extensions[extension].MergeFrom(
        noun_class(extension.message_type.full_name)(**{k: v for k, v in values.items() if v})
    )
    options.ParseFromString(holder.SerializeToString(deterministic=True))


def known_options(options: Message) -> Message:
    """The same options as a message of the nouns' own pool, which knows ours."""
    known = noun_class(options.DESCRIPTOR.full_name)()
    known.ParseFromString(options.SerializeToString(deterministic=True))
    return known


@functools.cache
def _extension(name: str) -> Any:
    return noun_pool().FindExtensionByName(f"{PACKAGE}.{name}")
