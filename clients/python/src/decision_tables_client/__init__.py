"""A thin client for decision tables servers.

>>> with connect("localhost:50051") as client:                              # doctest: +SKIP
...     client.evaluate({"出生日期": "2007-06-30"}, model="library_fees").results
"""

from decision_tables_client.client import Client, connect
from decision_tables_client.connection import Tls
from decision_tables_client.decision import Citation, Decision, Match, Outcome, Row, RuleStatus, Status
from decision_tables_client.errors import (
    BatchTooLarge,
    CalculationFailed,
    CallFailed,
    ConflictingRules,
    DeadlineExceeded,
    DecisionTablesError,
    DuplicateInput,
    FieldViolation,
    InternalError,
    InvalidInput,
    InvalidPage,
    InvalidRequest,
    MalformedRequest,
    ModelRequired,
    OutOfDomain,
    RequestRefused,
    RequiredInputMissing,
    ServiceUnavailable,
    TableNotInForce,
    UnknownInput,
    UnknownModel,
    UnknownRequestField,
    UnknownTable,
    UnknownValue,
    UnknownValueList,
)
from decision_tables_client.values import ResultValue

__all__ = [
    "BatchTooLarge",
    "CalculationFailed",
    "CallFailed",
    "Citation",
    "Client",
    "ConflictingRules",
    "DeadlineExceeded",
    "Decision",
    "DecisionTablesError",
    "DuplicateInput",
    "FieldViolation",
    "InternalError",
    "InvalidInput",
    "InvalidPage",
    "InvalidRequest",
    "MalformedRequest",
    "Match",
    "ModelRequired",
    "OutOfDomain",
    "Outcome",
    "RequestRefused",
    "RequiredInputMissing",
    "ResultValue",
    "Row",
    "RuleStatus",
    "ServiceUnavailable",
    "Status",
    "TableNotInForce",
    "Tls",
    "UnknownInput",
    "UnknownModel",
    "UnknownRequestField",
    "UnknownTable",
    "UnknownValue",
    "UnknownValueList",
    "connect",
]
