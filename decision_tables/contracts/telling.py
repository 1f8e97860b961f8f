"""What a change does to callers → problems at the workbook's cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from decision_tables.contracts.changes import Change, Difference
from decision_tables.contracts.contract import Form, Kind, Many
from decision_tables.problems import Problem, Severity
from decision_tables.text import Bilingual

_CODES: Final = {
    Change.INPUT_REMOVED: "DT901",
    Change.RESULT_REMOVED: "DT902",
    Change.TABLE_REMOVED: "DT903",
    Change.FORM_CHANGED: "DT904",
    Change.NEWLY_REQUIRED: "DT905",
    Change.VALUE_REMOVED: "DT906",
    Change.LIST_THAWED: "DT907",
    Change.INTEGER_WIDENED: "DT908",
    Change.VALUE_ADDED: "DT909",
    Change.INPUT_UNUSED: "DT910",
    Change.INPUT_ADDED: "DT911",
    Change.RESULT_ADDED: "DT911",
    Change.TABLE_ADDED: "DT911",
    Change.NO_LONGER_REQUIRED: "DT912",
}
_KINDS: Final = {
    Kind.TEXT: Bilingual("文本", "text"),
    Kind.INT32: Bilingual("32 位整数", "a 32-bit integer"),
    Kind.INT64: Bilingual("64 位整数", "a 64-bit integer"),
    Kind.DECIMAL: Bilingual("十进制数", "a decimal"),
    Kind.DATE: Bilingual("日期", "a date"),
    Kind.BOOLEAN: Bilingual("是否", "yes or no"),
    Kind.CODE: Bilingual("取值标识", "a code"),
    Kind.ENUM: Bilingual("固定的取值", "a frozen value"),
}
_MANY: Final = {
    Many.ONE: Bilingual("{kind}", "{kind}"),
    Many.SET: Bilingual("多选的{kind}", "a set, each {kind}"),
    Many.HITS: Bilingual("每条命中规则一个的{kind}", "a list, each {kind}"),
    Many.SETS: Bilingual("每条命中规则一组的{kind}", "a list of sets, each {kind}"),
}


def problems_of(changes: Iterable[Difference], version: int, *, is_new_version: bool = False) -> list[Problem]:
    """The changes as problems. ``version`` is the contract's; what breaks it is no error where a new one is made."""
    return [_problem(change, version, is_new_version=is_new_version) for change in changes]


def _problem(found: Difference, version: int, *, is_new_version: bool) -> Problem:
    arguments = {"label": found.label or found.subject, "key": found.subject or "decide"}
    if found.change in (Change.VALUE_REMOVED, Change.VALUE_ADDED):
        arguments["list"] = found.title or found.method
    words: dict[str, str | int | Bilingual] = {**arguments, "where": _where(found), "next": version + 1}
    if found.was is not None and found.now is not None:
        words |= {"was": _form(found.was), "now": _form(found.now)}
    severity = Severity.INFO if is_new_version and found.breaks else None
    return Problem(_CODES[found.change], found.place, words, severity=severity)


def _where(found: Difference) -> Bilingual:
    if not found.method:
        return Bilingual("整个模型", "the whole model")
    return Bilingual(f"表“{found.title or found.method}”", f"the table “{found.title or found.method}”")


def _form(form: Form) -> Bilingual:
    kind, many = _KINDS[form.kind], _MANY[form.many]
    return Bilingual(many.zh.format(kind=kind.zh), many.en.format(kind=kind.en))
