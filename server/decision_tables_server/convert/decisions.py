"""Decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from decisiontables.v1 import decision_pb2, source_pb2, value_pb2

from decision_tables.evaluator.decision import Decision, Match, ResultValue, Status
from decision_tables.model.model import Citation, ModelDefinition, RuleStatus
from decision_tables_server.convert.values import date_message, result_message
from decision_tables_server.selection import Selected

STATUSES: Final = {
    Status.MATCHED: decision_pb2.DECISION_STATUS_MATCHED,
    Status.NO_MATCH: decision_pb2.DECISION_STATUS_NO_MATCH,
}
_TABLE_STATUSES = {status: decision_pb2.TableStatus.Value(f"TABLE_STATUS_{status.name}") for status in Status}
_RULE_STATUSES = {status: decision_pb2.RuleStatus.Value(f"RULE_STATUS_{status.name}") for status in RuleStatus}


def decision_message(found: Decision, selected: Selected) -> decision_pb2.Decision:
    """A decision as a message, with what it says of where it comes from."""
    definition = selected.model.definition
    return decision_pb2.Decision(
        status=STATUSES[found.status],
        results=results_message(found.results, definition),
        matches=[_match(match, definition) for match in found.matched],
        missing=found.missing,
        overridden=found.overridden,
        unused=found.unused,
        tables={key: _TABLE_STATUSES[status] for key, status in found.tables.items()},
        as_of=date_message(found.as_of),
        model=found.model,
        model_digest=found.digest,
        release=selected.release,
        known_at=selected.known_at,
        semantics=selected.semantics,
    )


def table_status(status: Status | None) -> decision_pb2.TableStatus.ValueType:
    """How a table came out; unspecified where it did not."""
    return _TABLE_STATUSES[status] if status is not None else decision_pb2.TABLE_STATUS_UNSPECIFIED


def results_message(results: Mapping[str, ResultValue], definition: ModelDefinition) -> dict[str, value_pb2.Value]:
    """Results by field key."""
    return {key: result_message(value, definition.fields[key].type) for key, value in results.items()}


def _match(match: Match, definition: ModelDefinition) -> decision_pb2.Match:
    return decision_pb2.Match(
        table=match.table,
        rule=match.rule,
        cell=match.cell,
        citations=[_cited(text, definition) for text in match.sources],
        status=_RULE_STATUSES[match.status],
        default=match.default,
        dissent=match.dissent,
    )


def _cited(text: str, definition: ModelDefinition) -> source_pb2.Citation:
    """A citation from its written form, ``S1 第二条``."""
    source, _, locator = text.partition(" ")
    return citation_message(Citation(source, locator), definition)


def citation_message(citation: Citation, definition: ModelDefinition) -> source_pb2.Citation:
    """A citation with the title of its source."""
    cited = definition.sources.get(citation.source)
    return source_pb2.Citation(
        source=citation.source, locator=citation.locator, title=cited.title if cited is not None else ""
    )
