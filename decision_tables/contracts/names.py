"""The names of a contract: keys of the workbook as names that every client language can use.

One rule for all of them: a key is taken as it is. If it is a reserved word of a client's language, one of the
contract's own names, or the same as another one once written in camel case, ``_value`` is put behind it, then
``_value2`` and so on. The lock keeps the name, so that it never changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from typing import Final

REQUEST_NAMES: Final = frozenset({"as_of", "release", "known_at"})
"""Fields of every request that are no inputs."""
RESPONSE_NAMES: Final = frozenset({"decision"})
"""Fields of every response that are no results."""

_WORDS = """
abstract alignas alignof and any array as asm assert async at auto await base become bool boolean box break byte case
catch chan char checked class co_await co_return co_yield compl concept const const_cast consteval constexpr constinit
continue crate debugger decimal declare decltype def default defer del delegate delete do double dyn dynamic_cast elif
else enum event except exit explicit export extends extern fallthrough false final finally fixed float fn for foreach
foreign friend from func function gen get global go goto if impl implements implicit import in inline instanceof int
interface internal is lambda let lock long loop macro map match mod module move mut mutable namespace native new nil
noexcept none nonlocal not null object operator or out override package params pass print private priv protected pub
public raise readonly record ref register reinterpret_cast requires return sbyte sealed select self set short signed
sizeof stackalloc static static_assert static_cast str strictfp string struct super switch synchronized template this
thread_local throw throws trait transient true try type typedef typeid typename typeof uint ulong unchecked union
unsafe unsigned unsized use ushort using var virtual void volatile wchar_t when where while with xor yield message
oneof option optional repeated reserved rpc service stream syntax to extensions group max double int32 int64 uint32
uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bytes
"""
RESERVED: Final = frozenset(_WORDS.split())
"""Reserved words of Python, Go, Java, TypeScript, Rust, C#, C++ and protobuf. A word may be added: locks keep names."""


def camel(key: str) -> str:
    """A key as the name of a type: ``annual_fee`` → ``AnnualFee``."""
    return "".join(part[:1].upper() + part[1:] for part in key.split("_"))


def json_name(name: str) -> str:
    """A field's name in JSON, as protobuf makes it: ``annual_fee`` → ``annualFee``."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def field_name(key: str, taken: Collection[str]) -> str:
    """The name of a field; ``taken`` are names in JSON that it may not have."""
    usable = (name for name in _candidates(key) if name not in RESERVED and json_name(name) not in taken)
    return next(usable)


def value_name(key: str, taken: Iterable[str]) -> str:
    """The name of a value of an enum without its prefix, in small letters, beside those that are taken."""
    used = {camel(name) for name in (*taken, "unspecified")}
    return next(name for name in _candidates(key) if camel(name) not in used)


def _candidates(key: str) -> Iterable[str]:
    stem = key.rstrip("_")
    return itertools.chain((key, f"{stem}_value"), (f"{stem}_value{n}" for n in itertools.count(2)))


def type_name(key: str, suffix: str, parts: Iterable[str], taken: Collection[str]) -> str:
    """The name of a type, or of an RPC with the types that belong to it, all beside those that are taken.

    ``parts`` are what stands behind the name in each of them. Where a name is taken, ``suffix`` is put behind it.
    """
    stem = camel(key)
    tries = itertools.chain((stem, stem + suffix), (f"{stem}{suffix}{n}" for n in itertools.count(2)))
    ends = tuple(parts)
    return next(name for name in tries if not any(name + end in taken for end in ends))


def enum_prefix(name: str) -> str:
    """What every value of an enum begins with: ``PaymentKind`` → ``PAYMENT_KIND_``."""
    parts = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    return parts.lstrip("_").upper() + "_"


def package_of(model: str, version: int) -> str:
    """The proto package of a contract."""
    return f"decisiontables.models.{package_part(model)}.v{version}"


def package_part(model: str) -> str:
    """The key of a model as a part of a package's name."""
    return f"{model.rstrip('_')}_value" if model in RESERVED else model


def service_of(model: str) -> str:
    """The name of the service of a model."""
    return f"{camel(model)}Service"
