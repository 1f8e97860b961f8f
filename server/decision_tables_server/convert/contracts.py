"""Typed contracts as they are given out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from decisiontables.v1.catalog_service_pb2 import GetContractResponse

from decision_tables.contracts.bundle import described, proto_files
from decision_tables.contracts.contract import Contract, Lock
from decision_tables.contracts.lock_file import lock_bytes
from decision_tables.contracts.requests import RequestJson
from decision_tables_server.errors import ServerReason, fault


def contract_message(
    lock: Lock, version: int, examples: Callable[[Contract], Mapping[str, RequestJson]]
) -> GetContractResponse:
    """One version of a contract with everything that it imports; 0 is the newest. Refuses one that there is not.

    ``examples`` gives requests of a version by the names of their methods.
    """
    contract = lock.version(version)
    versions = [each.version for each in lock.contracts]
    if contract is None:
        raise fault(
            ServerReason.UNKNOWN_CONTRACT_VERSION,
            f"接口没有第 {version} 版；有的是：{'、'.join(map(str, versions))}。",
            f"There is no version {version} of the contract; there is {', '.join(map(str, versions))}.",
            field="version",
            suggestions=tuple(map(str, versions[-5:])),
        )
    one = Lock((contract,))
    return GetContractResponse(
        model=contract.model,
        version=contract.version,
        proto_files=proto_files(one),
        descriptor_set=described(one),
        lock=lock_bytes(lock).decode("utf-8"),
        served_versions=versions,
        example_requests={
            name: json.dumps(request, ensure_ascii=False) for name, request in examples(contract).items()
        },
    )
