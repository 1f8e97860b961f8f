"""What the templates of all languages are filled with."""

from __future__ import annotations

import dataclasses

from decision_tables.contracts import names
from decision_tables.contracts.bundle import source_files
from decision_tables.contracts.contract import Contract, Kind, Lock, Many, Member, Method
from decision_tables.contracts.descriptors import path_of, service_path


@dataclasses.dataclass(frozen=True, slots=True)
class Filling:
    """The names of one contract, and a question that every example asks."""

    lock: Lock
    contract: Contract
    method: Method

    @property
    def part(self) -> str:
        """The model in a package's name."""
        return names.package_part(self.contract.model)

    @property
    def dashed(self) -> str:
        """The name of the package where words are joined by dashes."""
        return f"{self.part.replace('_', '-')}-contract"

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
    def input(self) -> Member | None:
        """An input that every example can fill in: a whole number, a text or a code."""
        simple = (Kind.INT32, Kind.INT64, Kind.CODE, Kind.TEXT)
        alive = (member for member in self.method.inputs if not member.retired)
        return next((m for m in alive if m.form.kind in simple and m.form.many is Many.ONE), None)

    @property
    def is_number(self) -> bool:
        """Whether that input is a whole number."""
        return self.input is not None and self.input.form.kind in (Kind.INT32, Kind.INT64)

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

    def sources(self) -> dict[str, bytes]:
        """The protos in their two folders."""
        return source_files(self.lock)


def filling_of(lock: Lock) -> Filling:
    """What a package for the newest version of a contract says."""
    contract = lock.newest
    return Filling(lock, contract, next(method for method in contract.methods if not method.retired))


README = """# @title@ · @model@

The typed contract of the decision tables of @model@, version @version@, for @language@. Made by
`decision-tables client`; make it again when the contract has grown. What a field means stands in `proto/@proto@`.

    @command@

The example sets one input, to a made-up value, so the server may refuse it: put the inputs of a real case there.

A field that is not set is missing, which is neither zero nor "no". Amounts are `google.type.Decimal`, a decimal
number as text: read it with the exact decimals of the language, never as a binary float. `decision` of an answer says
which rules and sources it rests on, and what is `missing` for a final answer. Set a deadline on every call.
"""
