"""An explanation as text, in the clerk's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.explanation import (
    Explanation,
    FailedCondition,
    InputRead,
    Origin,
    Role,
    RuleExplanation,
    TableExplanation,
)
from decision_tables.model.words import HIT_POLICIES
from decision_tables.text import Bilingual


def explanation_text(explanation: Explanation, language: str = "zh") -> str:
    """The explanation as lines of text, in ``zh`` or ``en``."""
    titles = {table.table: table.title for table in explanation.tables}
    lines = [line for table in explanation.tables for line in (*_table(table, titles), Bilingual("", ""))]
    if explanation.refusal is not None:
        message = explanation.refusal.message
        where = _stopped(explanation, titles)
        lines.append(Bilingual(f"{where.zh}：{message.zh}", f"{where.en}: {message.en}"))
    return "\n".join(line.in_language(language) for line in lines).rstrip("\n")


def _stopped(explanation: Explanation, titles: Mapping[str, str]) -> Bilingual:
    key = explanation.stopped_at
    if key is None:
        return Bilingual("没有作出决策", "No decision")
    return Bilingual(
        f"没有作出决策，停在表“{titles.get(key, key)}”", f"No decision; stopped in table “{titles.get(key, key)}”"
    )


def _table(table: TableExplanation, titles: Mapping[str, str]) -> Iterator[Bilingual]:
    used = Bilingual("（由 LOOKUP 查用）", " (asked by LOOKUP)") if table.looked_up else Bilingual("", "")
    policy = _policy(table.hit_policy)
    yield Bilingual(
        f"表“{table.title}”（{table.table}，{table.cell}，命中策略：{policy.zh}）{used.zh}",
        f"Table “{table.title}” ({table.table}, {table.cell}, hit policy: {policy.en}){used.en}",
    )
    for read in table.inputs:
        yield from _input(read, "  ", titles)
    for rule in table.rules:
        yield _rule(rule)
    if table.nearest:
        yield from _nearest(table)
    if table.asked_rule is not None and table.asked_rule not in (*table.rules, *table.nearest):
        yield _asked(table.asked_rule)
    yield _outcome(table)


def _policy(letters: str) -> Bilingual:
    _, chinese, english = (word for word, meant in HIT_POLICIES.items() if meant == letters)
    return Bilingual(chinese, english)


# Inputs


def _input(read: InputRead, indent: str, titles: Mapping[str, str]) -> Iterator[Bilingual]:
    origin = _origin(read, titles)
    unit = f" {read.unit}" if read.unit else ""
    if read.origin is Origin.MISSING:
        yield Bilingual(f"{indent}{read.label}：{origin.zh}", f"{indent}{read.label}: {origin.en}")
        return
    yield Bilingual(
        f"{indent}{read.label} = {read.shown.zh}{unit}（{origin.zh}）",
        f"{indent}{read.label} = {read.shown.en}{unit} ({origin.en})",
    )
    for operand in read.operands:
        yield from _input(operand, indent + "  ", titles)


def _origin(read: InputRead, titles: Mapping[str, str]) -> Bilingual:
    match read.origin:
        case Origin.GIVEN if read.overrides:
            return Bilingual("给出的值，代替本应算出的值", "given, in place of what would be worked out")
        case Origin.GIVEN:
            return Bilingual("给出", "given")
        case Origin.DEFAULT:
            return Bilingual("缺省值", "default")
        case Origin.FORMULA if read.formula is not None:
            return Bilingual(f"公式：{read.formula.zh}", f"formula: {read.formula.en}")
        case Origin.TABLE:
            return _from_table(read, titles)
    return Bilingual("未填", "missing")


def _from_table(read: InputRead, titles: Mapping[str, str]) -> Bilingual:
    name = titles.get(read.table or "", read.table)
    if not read.rules:
        return Bilingual(f"表“{name}”没有规则命中", f"no rule of table “{name}” matches")
    return Bilingual(
        f"来自表“{name}”规则 {'、'.join(read.rules)}", f"from table “{name}”, rule {', '.join(read.rules)}"
    )


# Rules

_ROLES = {
    Role.DECIDED: Bilingual("决定", "decides"),
    Role.OUTRANKED: Bilingual("命中但未采用", "matches and is not taken"),
    Role.CONFLICTING: Bilingual("冲突", "conflicts"),
    Role.DISSENTING: Bilingual("另有不同依据", "dissents"),
    Role.FAILED: Bilingual("没有命中", "does not match"),
    Role.DEFAULT_NOT_NEEDED: Bilingual("没有用到", "is not needed"),
    Role.NOT_IN_FORCE: Bilingual("不生效", "is not in force"),
}


def _rule(rule: RuleExplanation) -> Bilingual:
    role = _ROLES[rule.role]
    name = _named(rule)
    gives = rule.shown_results
    zh = f"，结果 {gives.zh}" if gives and rule.role is not Role.DECIDED else ""
    en = f"; it gives {gives.en}" if gives and rule.role is not Role.DECIDED else ""
    return Bilingual(
        f"  规则 {name.zh}{role.zh}：{rule.reason.zh}{zh}", f"  Rule {name.en} {role.en}: {rule.reason.en}{en}"
    )


def _named(rule: RuleExplanation) -> Bilingual:
    facts = [rule.cell, *rule.sources]
    return Bilingual(f"{rule.rule}（{'，'.join(facts)}）", f"{rule.rule} ({', '.join(facts)})")


def _nearest(table: TableExplanation) -> Iterator[Bilingual]:
    for n, rule in enumerate(table.nearest):
        yield near_miss(rule, is_nearest=n == 0)


def near_miss(rule: RuleExplanation, *, is_nearest: bool) -> Bilingual:
    """A rule that does not match, with the conditions that failed."""
    place = Bilingual(f"第{rule.row}行", f"row {rule.row}")
    failed = [_failed(condition) for condition in rule.failed]
    zh, en = "；".join(f.zh for f in failed), "; ".join(f.en for f in failed)
    if is_nearest:
        return Bilingual(
            f"  {place.zh}最接近（规则 {rule.rule}）：{zh}", f"  The nearest is {place.en} (rule {rule.rule}): {en}"
        )
    return Bilingual(f"  其次{place.zh}（规则 {rule.rule}）：{zh}", f"  Then {place.en} (rule {rule.rule}): {en}")


def _failed(failed: FailedCondition) -> Bilingual:
    cell = failed.cell
    far = failed.distance
    zh, en = (f"，{far.zh}", f", {far.en}") if far else ("", "")
    return Bilingual(
        f"{failed.label} {failed.shown.zh}，要求 {failed.wanted}（{cell}{zh}）",
        f"{failed.label} {failed.shown.en}, wanted {failed.wanted} ({cell}{en})",
    )


def _asked(rule: RuleExplanation) -> Bilingual:
    if rule.role is not Role.FAILED:
        return _rule(rule)
    name = _named(rule)
    failed = [_failed(condition) for condition in rule.failed]
    return Bilingual(
        f"  规则 {name.zh}没有命中：{'；'.join(f.zh for f in failed)}",
        f"  Rule {name.en} does not match: {'; '.join(f.en for f in failed)}",
    )


def _outcome(table: TableExplanation) -> Bilingual:
    if table.status is None:
        return Bilingual("  在此中止", "  stopped here")
    shown = table.measured or Bilingual("", "")
    if table.status is Status.NO_MATCH:
        return Bilingual(f"  没有规则命中：{shown.zh}", f"  No rule matches: {shown.en}")
    return Bilingual(f"  结果：{shown.zh}", f"  Result: {shown.en}")
