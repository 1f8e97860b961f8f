"""How a decision came about: every table that was evaluated, what it read, which rules matched, and why."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from decision_tables.evaluator import messages
from decision_tables.evaluator.deciding import as_of_date, asked_tables
from decision_tables.evaluator.decision import ResultValue
from decision_tables.evaluator.explanation import (
    Explanation,
    InputRead,
    Origin,
    Role,
    RuleExplanation,
    TableExplanation,
)
from decision_tables.evaluator.finding import Found
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import RowResults, find, rules_in_force
from decision_tables.evaluator.nearest import MAX_NEAREST, failed_conditions, nearest_rules
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.evaluator.showing import measured_value, shown_value, unit_of
from decision_tables.evaluator.tracing import Tracing, traced
from decision_tables.evaluator.winning import Contest, part_of, why_conflicting, why_decided, why_outranked
from decision_tables.expressions import Expression, print_expression, references
from decision_tables.model import Field, Rule, RuleStatus, Table
from decision_tables.text import Bilingual, nearest
from decision_tables.values import Value

MAX_DEPTH = 8
"""How deep the operands of formulas inside formulas are shown."""


def explain(
    index: ModelIndex,
    inputs: Mapping[str, object],
    table: str | None = None,
    as_of: datetime.date | None = None,
    rule: str | None = None,
) -> Explanation:
    """Explain what ``decide`` answers for the same question, and what became of one rule if asked about.

    ``rule`` is the id of a rule of the asked table, or ``table:rule``. A refused evaluation is explained as far as it
    came. Raises ``Refusal`` only for a question that cannot be put: a table, a rule or a date that is none.
    """
    day = as_of_date(as_of, index)
    asked = asked_tables(table, index, day)
    wanted = _wanted_rule(rule, asked, index, day) if rule is not None else None
    log, refusal = traced(index, inputs, table, day)
    tables = tuple(_Story(by, each, refusal).told(wanted) for by, each in list(log))
    stopped = next((each.table for each in tables if each.status is None), None)
    return Explanation(tables, day, index.model.key, index.model.digest, refusal, stopped)


def _wanted_rule(name: str, asked: Sequence[Table], index: ModelIndex, day: datetime.date) -> tuple[Table, Rule]:
    """The rule asked about, with its table. Raises ``Refusal``."""
    tables, wanted = list(asked), name
    owner, colon, rest = name.partition(":")
    if colon and owner in index.table_keys:
        version = index.version(index.table_keys[owner], day)
        tables, wanted = [version] if version else [], rest
    found = [(table, rule) for table in tables for rule in table.rules if rule.id == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        names = [f"{table.key}:{wanted}" for table, _ in found]
        message = Bilingual(
            f"几张表都有规则“{wanted}”，请写明表，如 {names[0]}。",
            f"Several tables have a rule “{wanted}”; name the table, such as {names[0]}.",
        )
        raise Refusal(Reason.INVALID_REQUEST, message, field="rule", suggestions=names)
    near = nearest(wanted, [rule.id for table in tables for rule in table.rules])
    message = Bilingual(f"没有规则“{messages.shown(name)}”。", f"There is no rule “{messages.shown(name)}”.")
    raise Refusal(Reason.UNKNOWN_RULE, message, field="rule", suggestions=near)


class _Story:
    """What happened in one table."""

    def __init__(self, tracing: Tracing, table: Table, refusal: Refusal | None) -> None:
        self._tracing = tracing
        self._index = tracing.index
        self._table = table
        self._outcome = tracing.outcomes.get(table.key)
        self._refusal = refusal
        self._inputs = [tracing.value(c.field) for c in table.conditions if tracing.known(c.field)]
        self._has_read = len(self._inputs) == len(table.conditions)
        found = find(self._index, table, self._inputs, tracing.as_of) if self._has_read else Found((), ())
        self._hits = list(found.hits)
        self._noted = list(found.dissenting)

    def told(self, wanted: tuple[Table, Rule] | None) -> TableExplanation:
        """The table's part of the explanation."""
        outcome, table = self._outcome, self._table
        fields = dict.fromkeys(column.field for column in table.conditions)
        values = outcome.values if outcome else {}
        return TableExplanation(
            table=table.key,
            title=table.title,
            cell=str(table.place),
            hit_policy=table.hit_policy.value,
            status=outcome.status if outcome else None,
            inputs=tuple(self._read(key) for key in fields if self._tracing.known(key)),
            results=values,
            shown_results=self._shown(values) if outcome else None,
            rules=tuple(self._of_match(rule) for rule in self._in_order()),
            nearest=tuple(map(self._of_failed, self._nearest())),
            asked_rule=self._about(wanted[1]) if wanted and wanted[0] is table and self._has_read else None,
            looked_up=self._tracing.is_lookup,
            measured=self._shown(values, with_units=True) if outcome else None,
        )

    # Rules

    def _in_order(self) -> list[Rule]:
        """The deciding rules first, then the other hits, then those only noted."""
        deciding = list(self._outcome.deciding) if self._outcome else []
        others = [rule for rule in self._hits if all(rule is not other for other in deciding)]
        return [*deciding, *others, *self._noted]

    def _nearest(self) -> list[Rule]:
        if not self._has_read or any(not rule.is_default for rule in self._hits):
            return []
        table, day, finder = self._table, self._tracing.as_of, self._index.finder
        if finder is not None:
            return nearest_rules(table, finder.nearest(table, self._inputs, day, MAX_NEAREST), self._inputs)
        candidates = (rule for rule in rules_in_force(table, day) if rule.status is not RuleStatus.NOTED)
        return nearest_rules(table, candidates, self._inputs)

    def _of_match(self, rule: Rule) -> RuleExplanation:
        role, reason = self._part(rule)
        results = self._results(rule) if self._outcome else {}
        return self._rule(rule, role, reason, results)

    def _part(self, rule: Rule) -> tuple[Role, Bilingual]:
        if rule.status is RuleStatus.NOTED:
            return Role.DISSENTING, self._dissent(rule)
        if self._outcome is None:
            return self._part_in_refusal(rule)
        contest = Contest(self._table, self._hits, self._outcome.deciding, self._row, self._index)
        role = part_of(rule, self._outcome.deciding)
        return role, why_decided(contest, rule) if role is Role.DECIDED else why_outranked(contest, rule)

    def _part_in_refusal(self, rule: Rule) -> tuple[Role, Bilingual]:
        places = self._refusal.places if self._refusal else ()
        if self._refusal and self._refusal.reason is Reason.CONFLICTING_RULES and rule.place in places:
            others = [other for other in self._hits if other.place in places]
            return Role.CONFLICTING, why_conflicting(self._table, rule, others)
        return Role.OUTRANKED, Bilingual("命中，但评估在此表中止", "it matches, but the evaluation stopped here")

    def _dissent(self, rule: Rule) -> Bilingual:
        said = Bilingual("备查规则，命中但不参与决定", "only noted: it matches and never decides")
        deciding = self._outcome.deciding if self._outcome else ()
        if len(deciding) != 1:
            return said
        agrees = self._results(rule) == self._results(deciding[0])
        zh, en = ("结果相同", "with the same results") if agrees else ("结果不同", "with other results")
        return Bilingual(f"{said.zh}，{zh}", f"{said.en}, {en}")

    def _about(self, rule: Rule) -> RuleExplanation:
        """What became of a rule that the caller asks about."""
        if not rule.period.includes(self._tracing.as_of):
            first, last = rule.period.first or "…", rule.period.last or "…"
            reason = Bilingual(
                f"基准日 {self._tracing.as_of} 不在它的生效期（{first} 至 {last}）内",
                f"it is in force from {first} to {last}, not on {self._tracing.as_of}",
            )
            return self._rule(rule, Role.NOT_IN_FORCE, reason, {})
        if any(rule is other for other in self._in_order()):
            return self._of_match(rule)
        if rule.is_default:
            reason = Bilingual("有其他规则命中，不用默认规则", "another rule matches, so the default is not needed")
            return self._rule(rule, Role.DEFAULT_NOT_NEEDED, reason, {})
        return self._of_failed(rule)

    def _of_failed(self, rule: Rule) -> RuleExplanation:
        failed = tuple(failed_conditions(self._table, rule, self._inputs, self._index))
        reason = Bilingual(f"{len(failed)} 个条件不符", f"{len(failed)} condition{'s' * (len(failed) > 1)} not met")
        return dataclasses.replace(self._rule(rule, Role.FAILED, reason, {}), failed=failed)

    def _rule(self, rule: Rule, role: Role, reason: Bilingual, results: dict[str, Value]) -> RuleExplanation:
        return RuleExplanation(
            rule=rule.id,
            row=rule.place.row,
            cell=str(rule.place),
            role=role,
            reason=reason,
            sources=tuple(str(citation) for citation in rule.citations or self._table.citations),
            results=results,
            shown_results=self._shown(results) if results else None,
        )

    def _row(self, rule: Rule) -> Sequence[Value]:
        return RowResults(self._tracing, self._table, rule).all()

    def _results(self, rule: Rule) -> dict[str, Value]:
        """The results of a rule by field; none where they cannot be computed."""
        try:
            values = self._row(rule)
        except Refusal:
            return {}
        return {column.field: value for column, value in zip(self._table.results, values, strict=True)}

    def _shown(self, values: Mapping[str, ResultValue], *, with_units: bool = False) -> Bilingual:
        show = measured_value if with_units else shown_value
        shown = [(self._index.field(key), value) for key, value in values.items()]
        words = [(field.label, show(value, field, self._index.model)) for field, value in shown]
        return Bilingual("，".join(f"{n} {w.zh}" for n, w in words), ", ".join(f"{n} {w.en}" for n, w in words))

    # Inputs

    def _read(self, key: str, depth: int = 0) -> InputRead:
        field = self._index.field(key)
        return dataclasses.replace(self._as_read(key, field, depth), unit=unit_of(field))

    def _as_read(self, key: str, field: Field, depth: int) -> InputRead:
        value = self._tracing.value(key)
        shown = shown_value(value, field, self._index.model)
        if key in self._tracing.given:
            overrides = key in self._tracing.overridden
            return InputRead(key, field.label, value, shown, Origin.GIVEN, overrides=overrides)
        if self._index.is_produced(key):
            return self._from_table(field, value, shown)
        if field.formula is not None:
            return self._derived(field, field.formula, value, shown, depth)
        origin = Origin.MISSING if value is None else Origin.DEFAULT
        return InputRead(key, field.label, value, shown, origin)

    def _from_table(self, field: Field, value: Value, shown: Bilingual) -> InputRead:
        upstream = self._index.producer(field.key, self._tracing.as_of)
        if upstream is None:
            return InputRead(field.key, field.label, value, shown, Origin.MISSING)
        rules = tuple(rule.id for rule in self._tracing.outcome(upstream).deciding)
        return InputRead(field.key, field.label, value, shown, Origin.TABLE, table=upstream.key, rules=rules)

    def _derived(self, field: Field, formula: Expression, value: Value, shown: Bilingual, depth: int) -> InputRead:
        keys = [key for key in self._index.model.fields if key in references(formula) and self._tracing.known(key)]
        return InputRead(
            field=field.key,
            label=field.label,
            value=value,
            shown=shown,
            origin=Origin.FORMULA,
            formula=Bilingual(print_expression(formula, "zh"), print_expression(formula, "en")),
            operands=tuple(self._read(key, depth + 1) for key in keys) if depth < MAX_DEPTH else (),
        )
