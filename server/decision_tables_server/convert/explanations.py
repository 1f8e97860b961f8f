"""Explanations."""

from __future__ import annotations

from typing import Final

from decisiontables.v1 import explanation_pb2 as messages
from decisiontables.v1.problem_pb2 import BilingualText
from decisiontables.v1.table_pb2 import HitPolicy as HitPolicyMessage

from decision_tables.evaluator.explanation import (
    Explanation,
    FailedCondition,
    InputRead,
    Origin,
    Role,
    RuleExplanation,
    TableExplanation,
)
from decision_tables.model import HitPolicy, ModelDefinition
from decision_tables.text import Bilingual
from decision_tables_server.convert.decisions import results_message, table_status
from decision_tables_server.convert.values import date_message, value_message
from decision_tables_server.errors import fault_of, status_of

_ORIGINS: Final = {origin: messages.InputOrigin.Value(f"INPUT_ORIGIN_{origin.name}") for origin in Origin}
_ROLES: Final = {role: messages.RuleRole.Value(f"RULE_ROLE_{role.name}") for role in Role}


def explanation_message(found: Explanation, definition: ModelDefinition) -> messages.Explanation:
    """An explanation as a message."""
    return messages.Explanation(
        tables=[_table(table, definition) for table in found.tables],
        error=status_of(fault_of(found.refusal)) if found.refusal is not None else None,
        stopped_at=found.stopped_at or "",
        as_of=date_message(found.as_of),
    )


def text_message(text: Bilingual | None) -> BilingualText | None:
    """A text in both languages; None where there is none."""
    return BilingualText(zh=text.zh, en=text.en) if text is not None else None


def _table(table: TableExplanation, definition: ModelDefinition) -> messages.TableExplanation:
    asked = table.asked_rule
    return messages.TableExplanation(
        table=table.table,
        title=table.title,
        cell=table.cell,
        hit_policy=HitPolicyMessage.Value(f"HIT_POLICY_{HitPolicy(table.hit_policy).name}"),
        status=table_status(table.status),
        inputs=[_input(read, definition) for read in table.inputs],
        results=results_message(table.results, definition),
        shown_results=text_message(table.measured),
        rules=[_rule(rule, definition) for rule in table.rules],
        nearest=[_rule(rule, definition) for rule in table.nearest],
        asked_rule=_rule(asked, definition) if asked is not None else None,
        looked_up=table.looked_up,
    )


def _input(read: InputRead, definition: ModelDefinition) -> messages.InputReading:
    return messages.InputReading(
        field=read.field,
        label=read.label,
        value=value_message(read.value, definition.fields[read.field].type),
        shown=text_message(read.shown),
        origin=_ORIGINS[read.origin],
        table=read.table or "",
        rules=read.rules,
        formula=text_message(read.formula),
        operands=[_input(operand, definition) for operand in read.operands],
        overrides=read.overrides,
        unit=read.unit,
    )


def _rule(rule: RuleExplanation, definition: ModelDefinition) -> messages.RuleExplanation:
    return messages.RuleExplanation(
        rule=rule.rule,
        row=rule.row,
        cell=rule.cell,
        role=_ROLES[rule.role],
        reason=text_message(rule.reason),
        sources=rule.sources,
        results=results_message(rule.results, definition),
        shown_results=text_message(rule.shown_results),
        failed=[_failed(condition, definition) for condition in rule.failed],
    )


def _failed(condition: FailedCondition, definition: ModelDefinition) -> messages.FailedCondition:
    return messages.FailedCondition(
        field=condition.field,
        label=condition.label,
        value=value_message(condition.value, definition.fields[condition.field].type),
        shown=text_message(condition.shown),
        wanted=condition.wanted,
        cell=condition.cell,
        distance=text_message(condition.distance),
    )
