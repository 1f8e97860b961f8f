"""Write docs/guide/cell-forms.md from the corpus of the grammar's tests: how cells may be written, and their readings.

    python tools/cell_forms.py            write the page
    python tools/cell_forms.py --check    fail if it is not what the corpus gives

Of forms that differ only in their numbers or names one is shown. What the corpus marks as open stays out.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "guide" / "cell-forms.md"

sys.path.insert(0, str(ROOT))
from decision_tables.grammar import Finding, parse_condition, parse_literal, reading_of_value  # noqa: E402
from decision_tables.problems import CATALOGUE, Problem, Severity, hint_of, message_of  # noqa: E402
from decision_tables.values import FieldType  # noqa: E402
from tests.grammar.test_corpus import PLACE, Row, cell, rows, subject  # noqa: E402 - how the corpus is understood

REMARK = "<!-- Written by tools/cell_forms.py from tests/grammar/corpus.csv. Change it there, then run `make docs`. -->"
HEAD = """
# 单元格怎么写 · Cell forms

左边的写法都读作右边的意思。只差数字或名称的写法只列一个；全角和半角、有没有空格，读法都一样。整页由测试用例生成，列出的写法都经过检查。

Every form at the left is read as what stands at the right. Forms that differ only in their numbers or names are shown
once; full-width and half-width forms and blanks make no difference. The page is made from the tests, so each form on it
is known to be read like this.

怎样编写整本工作簿，见[编写指南](authoring.zh.md)。For whole workbooks see the [authoring guide](authoring.md).
"""
FORMS_IN_A_ROW = 12
FORMS_OF_A_PROBLEM = 4
STORED = {
    "number": "数字 number",
    "percent": "百分比 percent",
    "date": "日期 date",
    "month": "年月 month",
    "year": "年份 year",
    "datetime": "日期时间 date and time",
    "time": "时间 time",
    "bool": "逻辑值 logical value",
    "error": "错误值 error value",
    "unsaved": "公式 formula",
}
BLANK = "（空白 blank）"
UNSEEN = re.compile(r"\\u[0-9a-f]{4}")
DIGITS = re.compile(r"[0-9]+([.,][0-9]+)*")


class Form(NamedTuple):
    """One cell of the corpus: how it is written, the unit or value list of its field, and how it is read."""

    written: str
    field: str
    reading: str
    findings: tuple[Finding, ...]


def main(arguments: list[str]) -> int:
    """Write or check the page; the exit code."""
    wanted = page()
    if arguments == ["--check"]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
            return 0
        print("docs/guide/cell-forms.md is stale, run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


def page() -> str:
    """The whole page."""
    lines = [REMARK, HEAD.rstrip(), "", *_lists()]
    for title, source, read in (
        ("条件 · Conditions", "corpus.csv", _condition),
        ("结果和输入的值 · Results and inputs", "corpus_literals.csv", _literal),
    ):
        lines += ["", f"## {title}"]
        for type_ in sorted(FieldType, key=lambda type_: type_ is FieldType.TEXT):
            lines += _section(type_, _forms(source, type_, read))
    return "\n".join(lines) + "\n"


def _lists() -> Iterator[str]:
    """The value lists that the forms use."""
    yield "枚举和多选的例子用到这些取值表（括号内是别名）。"
    yield "Enumerations and sets below use these value lists (aliases in brackets)."
    yield ""
    names: dict[str, list[str]] = {}
    labels = {(row["list"], row["key"]): row["label"] for row in rows("corpus_lists.csv")}
    for row in rows("corpus_lists.csv"):
        parent = f"{labels[row['list'], row['parent']]} › " if row["parent"] else ""
        aliases = f"（{row['aliases'].replace(';', '、')}）" if row["aliases"] else ""
        names.setdefault(row["list"], []).append(f"{parent}{row['label']}{aliases}")
    for name, values in names.items():
        yield f"- `{name}`：{'；'.join(values)}"


def _forms(source: str, type_: FieldType, read: Callable[[Row], tuple[str, tuple[Finding, ...]]]) -> list[Form]:
    """The forms of one type, those of equal shape once per problem."""
    forms: dict[tuple[str, ...], Form] = {}
    for row in rows(source):
        is_left_out = row.get("note", "").startswith("open") or UNSEEN.search(row["cell"])
        if row["type"] != type_.value or is_left_out:
            continue
        reading, findings = read(row)
        codes = (finding.code for finding in findings)
        form = Form(_written(row), row["unit"] or row["list"], reading, findings)
        forms.setdefault((row["kind"], _shape(row), *codes), form)
    return list(forms.values())


def _condition(row: Row) -> tuple[str, tuple[Finding, ...]]:
    condition, findings = parse_condition(cell(row), subject(row))
    return condition.reading if condition else "", findings


def _literal(row: Row) -> tuple[str, tuple[Finding, ...]]:
    field = subject(row)
    literal = parse_literal(cell(row), field)
    if not literal.ok:
        return "", literal.findings
    return "没有值 no value" if literal.value is None else reading_of_value(literal.value, field), literal.findings


def _shape(row: Row) -> str:
    """The cell's text with every number and every name of its list replaced, blanks and full-width forms levelled."""
    text = "".join(unicodedata.normalize("NFKC", row["cell"].replace("，", "、")).lower().split())
    for name in _names(row["list"]):
        text = text.replace(name, "某")
    return DIGITS.sub("9", text)


def _names(value_list: str) -> list[str]:
    values = [row for row in rows("corpus_lists.csv") if row["list"] == value_list]
    names = {name.lower() for row in values for name in (row["key"], row["label"], *row["aliases"].split(";")) if name}
    return sorted(names, key=lambda name: (-len(name), name))


def _written(row: Row) -> str:
    """The cell as the page shows it."""
    if not row["cell"].strip():
        return BLANK
    text = row["cell"].partition("|")[0] if row["kind"] in ("number", "percent") else row["cell"]
    code = f"`` {text} ``" if "`" in text else f"`{text}`"
    stored = STORED.get(row["kind"])
    return f"{stored} {_safe(code)}" if stored else _safe(code)


def _safe(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", "⏎").replace(r"\n", "⏎")


def _section(type_: FieldType, forms: list[Form]) -> Iterator[str]:
    if not forms:
        return
    yield from ("", f"### {type_.label} · {type_.value}")
    accepted = [form for form in forms if not form.findings]
    scope = "取值表 list" if type_.has_list else "单位 unit"
    has_scope = any(form.field for form in accepted)
    yield from ("", _row("写法 written", scope, "读作 read as", has_scope), _row("---", "---", "---", has_scope))
    for field, reading, written in _by_reading(accepted):
        yield _row(" ".join(written), field, _safe(reading), has_scope)
    troubled = [form for form in forms if form.findings]
    if troubled:
        yield from ("", "| 写法 written | 问题 problem |", "|---|---|")
        yield from _problems(troubled)


def _row(written: str, field: str, reading: str, has_scope: bool) -> str:
    """One row of a table, without the middle column where no field of the type has a unit or list."""
    return f"| {written} | {field} | {reading} |" if has_scope else f"| {written} | {reading} |"


def _by_reading(forms: Iterable[Form]) -> Iterator[tuple[str, str, list[str]]]:
    """Forms of one field and reading together, in rows of a bearable length."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for form in forms:
        found.setdefault((form.field, form.reading), {})[form.written] = None
    for (field, reading), forms_of_it in found.items():
        written = list(forms_of_it)
        for start in range(0, len(written), FORMS_IN_A_ROW):
            yield field, reading, written[start : start + FORMS_IN_A_ROW]


def _problems(forms: Iterable[Form]) -> Iterator[str]:
    """A row per problem code, in the order of the codes: some forms, and what is said of the first."""
    found: dict[str, list[tuple[Form, Finding]]] = {}
    for form in forms:
        for finding in form.findings:
            found.setdefault(finding.code, []).append((form, finding))
    for code, pairs in sorted(found.items()):
        written = " ".join(form.written for form, _ in pairs[:FORMS_OF_A_PROBLEM])
        yield f"| {written} | [{code}](../problems/{code}.md) {_said(pairs[0][1])} |"


def _said(finding: Finding) -> str:
    problem = Problem(finding.code, PLACE, finding.arguments)
    kind = "（警告 warning）" if CATALOGUE[finding.code].severity is Severity.WARNING else ""
    said = [f"{message_of(problem, 'zh')}{kind}{hint_of(problem, 'zh')}", message_of(problem, "en")]
    return _safe("<br>".join(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
