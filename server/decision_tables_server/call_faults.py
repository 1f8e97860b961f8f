"""Whatever ends a call, as the status that the caller reads."""

from __future__ import annotations

import logging

from google.rpc import status_pb2

from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.confined import GivenUp, TaskRefused
from decision_tables.releases.errors import ReleaseError
from decision_tables_server.errors import Fault, RequestFault, ServerReason, fault, fault_of, status_of
from decision_tables_server.release_faults import given_up_fault, release_fault, task_fault

_log = logging.getLogger(__name__)


def status_in(error: Exception, path: str, request_id: str) -> status_pb2.Status:
    """The status of an error. What nobody foresaw is logged, and the caller is told where to ask."""
    return status_of(_fault_in(error, path, request_id))


def _fault_in(error: Exception, path: str, request_id: str) -> Fault:
    match error:
        case RequestFault():
            return error.fault
        case Refusal():
            return fault_of(error)
        case ReleaseError():
            return release_fault(error)
        case TaskRefused():
            return task_fault(error)
        case GivenUp():
            return given_up_fault(error)
        case _:
            known = {"request_id": request_id, "method": path}
            _log.error("the call failed, id=%s", request_id, exc_info=error, extra=known)
            return _internal_error(request_id).fault


def _internal_error(request_id: str) -> RequestFault:
    return fault(
        ServerReason.INTERNAL_ERROR,
        f"服务器内部出错，请把请求编号 {request_id} 告诉管理员。",
        f"The server failed. Its log has the cause under request id {request_id}.",
    )
