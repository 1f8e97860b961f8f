"""What the templates of all languages are filled with."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from decision_tables.contracts import names
from decision_tables.contracts.bundle import own_proto_files, source_files
from decision_tables.contracts.contract import Contract, Form, Kind, Lock, Many, Method
from decision_tables.contracts.descriptors import path_of, service_path
from decision_tables.contracts.requests import AS_OF, RequestJson


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """One field of the request that an example sends: its name in the proto, what it holds, its values as in JSON.

    ``enum`` is the name of the type of an enum. A field that is no list has one value.
    """

    name: str
    kind: Kind
    is_list: bool
    values: tuple[Any, ...]
    enum: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Filling:
    """The names of one contract, and the question that its example asks."""

    lock: Lock
    contract: Contract
    method: Method
    request: RequestJson

    @property
    def part(self) -> str:
        """The model in a package's name."""
        return names.package_part(self.contract.model)

    @property
    def dashed(self) -> str:
        """The name of the package where words are joined by dashes."""
        return f"{self.part.strip('_').replace('_', '-')}-contract"

    @property
    def version(self) -> int:
        """The version of the contract."""
        return self.contract.version

    @property
    def package(self) -> str:
        """The proto package."""
        return names.package_of(self.contract.model, self.version)

    @property
    def service(self) -> str:
        """The name of the service."""
        return names.service_of(self.contract.model)

    @property
    def service_path(self) -> str:
        """The full name of the service."""
        return service_path(self.contract)

    @property
    def proto(self) -> str:
        """The path of the contract's proto."""
        return path_of(self.contract)

    @property
    def title(self) -> str:
        """The title of the model on one line, without what could end a quotation."""
        text = self.contract.title or self.contract.model
        return " ".join("".join(c for c in text if c.isprintable() and c not in '"\\<>&{}').split())

    @property
    def given(self) -> list[Given]:
        """The fields of the example's request, in the order of the contract."""
        return list(self._given())

    def _given(self) -> Iterator[Given]:
        for member in self.method.inputs:
            name = names.json_name(member.name)
            if not member.retired and name in self.request:
                yield self._field(member.name, member.form, self.request[name])
        if AS_OF in self.request:
            yield Given("as_of", Kind.DATE, False, (self.request[AS_OF],))

    def _field(self, name: str, form: Form, value: Any) -> Given:
        lists = {each.key: each.name for each in self.contract.lists if not each.retired}
        is_list = form.many is Many.SET
        return Given(name, form.kind, is_list, tuple(value) if is_list else (value,), lists.get(form.enum, ""))

    def holds(self, kind: Kind) -> bool:
        """Whether the example's request has a field of that kind."""
        return any(given.kind is kind for given in self.given)

    def fill(self, template: str, **more: str) -> bytes:
        """A template with ``@name@`` replaced by what stands here, or in ``more``."""
        words = {
            "part": self.part,
            "dashed": self.dashed,
            "version": str(self.version),
            "package": self.package,
            "service": self.service,
            "service_path": self.service_path,
            "method": self.method.name,
            "proto": self.proto,
            "title": self.title,
            "model": self.contract.model,
            **more,
        }
        for name, word in words.items():
            template = template.replace(f"@{name}@", word)
        return template.encode("utf-8")

    def readme(self, language: str, needs: str, command: str, beside: str) -> bytes:
        """What the package says of itself: what it needs, its one command, and how it goes with other packages."""
        told = _EXAMPLE if self.request else _NO_EXAMPLE
        return self.fill(
            _README,
            language=language,
            needs=needs,
            command=command,
            beside=self.fill(beside.strip()).decode(),
            told=told,
        )

    def sources(self) -> dict[str, bytes]:
        """The protos in their two folders."""
        return source_files(self.lock)

    def own_sources(self) -> dict[str, bytes]:
        """The protos without those of Google, which the tools of the language bring."""
        return {path: text for path, text in self.sources().items() if path.startswith("proto/")}

    def sources_apart(self, option: str, value: str) -> dict[str, bytes]:
        """The protos without Google's, those that all contracts share with a file option of their own.

        Where code is found by its name in the language alone, the shared messages get one that no other package has.
        """
        return own_proto_files(self.lock, option, value)


def filling_of(lock: Lock, examples: Mapping[str, RequestJson]) -> Filling:
    """What a package for the newest version of a contract says; its example asks the first method that has one."""
    contract = lock.newest
    alive = [method for method in contract.methods if not method.retired]
    method = next((each for each in alive if each.name in examples), alive[0])
    return Filling(lock, contract, method, examples.get(method.name, {}))


def joined(parts: Iterable[str], indent: str) -> str:
    """Lines with an indent, each ended."""
    return "".join(f"{indent}{part}\n" for part in parts)


def quoted(text: str, code: str = "\\u{:04x}") -> str:
    """A text as a literal between double quotes; ``code`` is how the language writes a sign that cannot be shown."""
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else code.format(ord(c))) for c in text) + '"'


_EXAMPLE = "The example asks a case that the rules answered when this package was made."
_NO_EXAMPLE = (
    "The example sets no input, since no case was found that the rules answer: put the inputs of a real one there."
)
_README = """# @title@ · @model@

The typed contract of the decision tables of @model@, version @version@, for @language@. Made by
`decision-tables client`; make it again when the contract has grown. What a field means stands in `proto/@proto@`.

Needs @needs@. In this folder:

    @command@

@told@

A field that is not set is missing, which is neither zero nor "no". Amounts are `google.type.Decimal`, a decimal
number as text: read it with the exact decimals of the language, never as a binary float. `decision` of an answer says
which rules and sources it rests on, and what is `missing` for a final answer. Set a deadline on every call.

## In a program of yours 用在自己的程序里

@beside@
"""
