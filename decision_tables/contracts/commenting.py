"""The comments of a contract: what every part of its file stands for, in the workbook's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

from decision_tables.contracts.contract import Contract, FrozenList, Kind, Member, Method

_OWN: Final = {
    "as_of": "基准日：适用哪一天的规则。The date whose rules apply; not set means today in the model's time zone.",
    "release": "指定版本。The release that shall decide, by its digest or as MODEL#NUMBER; empty means the active one.",
    "known_at": "按某一时刻启用的版本。The moment whose active release shall decide; not set means now.\n"
    "Only one of release and known_at may be given.",
    "decision": "怎样得出：命中的规则、依据、状态、缺失的输入、基准日、版本。\n"
    "How it was decided: rules, sources, status, what is missing, date and release.\n"
    "Its map of results is empty, since these stand here as fields.",
}
_ERRORS: Final = (
    "Errors are those of decisiontables.v1.EvaluationService.Evaluate. A field that is not set is missing.\n"
    "Unknown fields and unknown enum numbers are refused (UNKNOWN_REQUEST_FIELD)."
)


def add_comments(file: FileDescriptorProto, contract: Contract) -> None:
    """Write the comments of a contract into its file, as a compiler would have found them in its text."""
    for line, (path, text) in enumerate(_comments(file, contract)):
        file.source_code_info.location.add(path=path, span=[line, 0, 0], leading_comments=text)


def _comments(file: FileDescriptorProto, contract: Contract) -> Iterator[tuple[list[int], str]]:
    yield [2], _lines(f"{contract.title}", contract.description, "由决策表生成，请勿修改。Made from decision tables.")
    served = [method for method in contract.methods if not method.retired]
    yield [6, 0], _lines(f"{contract.title}的决策服务。Decides by the tables of {contract.model}.", _ERRORS)
    yield from (([6, 0, 2, index], _of_method(method)) for index, method in enumerate(served))
    halves = [half for method in served for half in _halves(method)]
    for index, (message, (what, members)) in enumerate(zip(file.message_type, halves, strict=True)):
        yield from _of_message([4, index], message, what, members)
    lists = [found for found in contract.lists if not found.retired]
    for index, (enum, found) in enumerate(zip(file.enum_type, lists, strict=True)):
        yield from _of_enum([5, index], enum, found)


def _of_method(method: Method) -> str:
    if not method.key:
        return _lines("全部决策表一起。Asks every table that is in force.")
    return _lines(f"{method.title}。Asks the table {method.key}.", method.description)


def _halves(method: Method) -> Iterator[tuple[str, tuple[Member, ...]]]:
    title = method.title or method.key
    yield f"{title}：输入。The inputs of one question.", method.inputs
    yield f"{title}：结果。The results of one answer; what is not set has no value.", method.results


def _of_message(
    path: list[int], message: DescriptorProto, what: str, members: Iterable[Member]
) -> Iterator[tuple[list[int], str]]:
    yield path, _lines(what)
    by_name = {member.name: member for member in members if not member.retired}
    nested = 0
    for index, field in enumerate(message.field):
        member = by_name.get(field.name)
        yield [*path, 2, index], _of_member(member) if member else _lines(_OWN[field.name])
        if member and member.form.many.is_sequence:
            inside = [*path, 3, nested]
            yield inside, _lines(f"{member.label}：一条命中规则给出的值。What one rule that matched gives.")
            yield [*inside, 2, 0], _lines("值；没有设置表示没有值。The value; not set means that there is none.")
            nested += 1


def _of_member(member: Member) -> str:
    facts = [
        f"单位 unit: {member.unit}" if member.unit else "",
        f"取值 values: {member.domain}" if member.domain else "",
        f"取值表 value list: {member.value_list}" if member.form.kind is Kind.CODE else "",
        "必填 required" if member.required else "",
        "个人信息 personal" if member.personal else "",
        f"标识 key: {member.key}" if member.name != member.key else "",
    ]
    return _lines(f"{member.label or member.key}", "; ".join(filter(None, facts)), member.description)


def _of_enum(path: list[int], enum: EnumDescriptorProto, found: FrozenList) -> Iterator[tuple[list[int], str]]:
    yield path, _lines(f"{found.label or found.key}")
    yield [*path, 2, 0], _lines("没有给出；不能作为输入。Not said; refused as an input.")
    labels = [value.label or value.key for value in found.values if not value.retired]
    yield from (([*path, 2, index], _lines(label)) for index, label in enumerate(labels, start=1))


def _lines(*texts: str) -> str:
    """Texts as the lines of one comment; breaks of a workbook's cells are kept, blank lines and controls are not."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return "".join(f" {''.join(c for c in line if c.isprintable())}\n" for line in lines if line)
