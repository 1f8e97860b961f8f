"""What a decision costs a server: the handler beside protobuf alone, and batches and columns beside unary calls.

    python -m benchmarks.serving [--rounds 9] [--seconds 3]

The first part takes the handler from the request's bytes to the response's, in alternating rounds with the least that a
server of the same messages can do: parse the request and write the response. The second starts a server of its own and
takes its processor time for each row, by unary calls, batches of 1,000 and columns of 10,000. Only ratios count.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import grpc
import numpy as np
from decision_tables_server.access import EVERYTHING, Access, Principal, grant
from decision_tables_server.quick import Quick
from decision_tables_server.roles import Role
from decision_tables_server.snapshot import ServedModel, Serving, Snapshot
from decision_tables_server.wire import field, pieces, tag_of
from decisiontables.v1 import column_pb2
from decisiontables.v1 import evaluation_service_pb2 as messages
from decisiontables.v1.catalog_service_pb2 import ListFieldsRequest, ListValuesRequest
from decisiontables.v1.catalog_service_pb2_grpc import CatalogServiceStub
from decisiontables.v1.column_pb2 import BufferColumn, Column, DictionaryColumn, IntegerColumn
from decisiontables.v1.evaluation_service_pb2_grpc import EvaluationServiceStub
from decisiontables.v1.value_pb2 import Value
from google.type.date_pb2 import Date

from benchmarks.served import SERVE, Process, started
from benchmarks.tables import LARGEST, Rules, complete, definition, questions
from benchmarks.timing import alternating, written
from decision_tables.engine import Model

DAY = Date(year=2025, month=6, day=1)
CALLS, BATCH, COLUMNS = 2_000, 1_000, 10_000
MODEL, TABLE, WHO, YEAR = "wujiang_resident_insurance", "fee", "参保对象", "参保年度"
BYTE, WHOLE = column_pb2.BUFFER_TYPE_DICTIONARY8, column_pb2.BUFFER_TYPE_INT32


class Caller:
    """A caller who may ask everything and waits for ever."""

    def is_active(self) -> bool:
        """Whether the caller still waits."""
        return True

    def time_remaining(self) -> float | None:
        """The seconds that are left."""
        return None


def main() -> None:
    """Measure and print both parts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9, help="rounds of the first part (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="processor time of each contestant (%(default)s)")
    options = parser.parse_args()
    for line in (*handler(options.rounds), *server(options.seconds)):
        print(line)


def page(quick: bool) -> Iterator[str]:
    """Both parts, line by line."""
    yield from handler(2 if quick else 9)
    yield from server(0.1 if quick else 3.0)


# The handler


def handler(rounds: int) -> Iterator[str]:
    """The handler beside an echo of the same messages, for a table of 3,000 rules and four inputs."""
    rules = complete(3_000, 4)
    model = Model(definition(rules))
    serving = Serving(Snapshot({model.key: ServedModel(model, "bench")}))
    raws = [request(model, inputs).SerializeToString() for inputs in questions(rules, CALLS)]
    caller = _caller()
    known = Quick(serving, BATCH)
    responses = [messages.EvaluateResponse.FromString(_known(known.evaluate(raw, caller))) for raw in raws]

    def answer(quick: Quick, raws: Sequence[bytes] = raws) -> None:
        for raw in raws:
            quick.evaluate(raw, caller)

    def echo() -> None:
        for raw, response in zip(raws, responses, strict=True):
            messages.EvaluateRequest.FromString(raw)
            response.SerializeToString()

    told = [request(model, inputs).SerializeToString() for inputs in _lowest(rules)]
    fresh = [_warmed(serving, told, caller) for _ in range(rounds + 1)]
    again = _warmed(serving, raws, caller)
    orders = list(itertools.islice(itertools.permutations(range(4)), 1, rounds + 2))
    other = [[_in_order(raw, order) for raw in raws] for order in orders]
    contestants = {
        "requests met before": lambda: answer(known),
        "inputs met before, in other requests": lambda: answer(again, other.pop()),
        "inputs never met, answers met before": lambda: answer(fresh.pop()),
        "neither met before": lambda: answer(Quick(serving, BATCH)),
        "echo": echo,
    }
    found = alternating(contestants, rounds, dict.fromkeys(contestants, CALLS))
    least = found.pop("echo").median
    bound = 1.5 * least + 2e-6
    yield "| the handler, bytes in to bytes out | a call | beside protobuf alone | wanted at most |"
    yield "|---|--:|--:|--:|"
    for name, ours in found.items():
        yield f"| {name} | {written(ours.median)} | {ours.median / least:.2f} times | {written(bound)} |"
    yield ""
    yield (
        f"3,000 rules, four inputs; protobuf alone reads the request and writes the answer in {written(least)}. Of the "
        f"{CALLS:,} questions with inputs never met, two inputs are numbers of {LARGEST + 1:,} different ones."
    )


def _lowest(rules: Rules) -> Iterator[dict[str, str | int]]:
    """A question for every rule: its names, and the lowest numbers of its ranges."""
    for row in rules.rows:
        yield {
            key: demand[0] if isinstance(demand, tuple) else demand
            for key, demand in zip(rules.inputs, row, strict=True)
            if demand is not None
        }


def _warmed(serving: Serving, raws: Sequence[bytes], caller: Any) -> Quick:
    """One that has given all of some answers."""
    quick = Quick(serving, BATCH)
    for raw in raws:
        quick.evaluate(raw, caller)
    return quick


def _in_order(raw: bytes, order: Sequence[int]) -> bytes:
    """The same question with its inputs in another order: another request, word for word."""
    found = pieces(raw, tag_of(3), frozenset({tag_of(1), tag_of(2), tag_of(4)}))
    if found is None:
        raise AssertionError(raw)
    return found[0] + b"".join(field(tag_of(3), found[1][n]) for n in order)


def _caller() -> Any:
    caller = Caller()
    grant(caller, Access(Principal("", EVERYTHING), frozenset({Role.EVALUATOR})))
    return caller


def request(model: Model, inputs: Mapping[str, str | int]) -> messages.EvaluateRequest:
    """One question as a request."""
    values = {name: _value(value) for name, value in inputs.items()}
    table = model.definition.tables[0].key
    return messages.EvaluateRequest(model=model.key, table=table, inputs=values, as_of=DAY)


def _value(value: str | int) -> Value:
    return Value(text=value) if isinstance(value, str) else Value(integer=value)


def _known(raw: bytes | None) -> bytes:
    if raw is None:
        raise SystemExit("the question went the usual way")
    return raw


# The server


def server(seconds: float) -> Iterator[str]:
    """Processor time of a server process for each row, whichever way the rows come, on a shipped workbook."""
    with started([*SERVE, "--no-access-log"]) as process, grpc.insecure_channel(process.address) as channel:
        stub = EvaluationServiceStub(channel)
        kinds = [kind for kind in _kinds(CatalogServiceStub(channel)) if _is_answered(stub, kind)]
        ways: dict[str, tuple[Callable[[], object], int]] = {
            "unary calls": (lambda: _unary(stub, kinds), 200),
            f"batches of {BATCH:,}": (lambda: stub.EvaluateBatch(_batch(kinds), timeout=60), BATCH),
            f"columns of {COLUMNS:,}": (lambda: stub.EvaluateColumns(_columns(kinds, buffers=False)), COLUMNS),
            f"raw memory of {COLUMNS:,}": (lambda: stub.EvaluateColumns(_columns(kinds, buffers=True)), COLUMNS),
        }
        costs = {name: _cost(process, ask, rows, seconds) for name, (ask, rows) in ways.items()}
    yield ""
    yield "| rows | processor time of the server a row | rows for one by a unary call | wanted |"
    yield "|---|--:|--:|--:|"
    for (name, cost), wanted in zip(costs.items(), ("", "50", "200", ""), strict=True):
        yield f"| {name} | {written(cost)} | {costs['unary calls'] / cost:.0f} | {wanted} |"


def _kinds(catalog: CatalogServiceStub) -> list[str]:
    """Whom the fee table knows."""
    fields = catalog.ListFields(ListFieldsRequest(model=MODEL, page_size=1000), timeout=60).fields
    listed = next(field.value_list for field in fields if field.label == WHO)
    values = catalog.ListValues(ListValuesRequest(model=MODEL, value_list=listed, page_size=1000), timeout=60).values
    return [value.key for value in values if not value.group_only]


def _inputs(kinds: Sequence[str], row: int) -> dict[str, Value]:
    return {WHO: Value(code=kinds[row % len(kinds)]), YEAR: Value(integer=2025)}


def _is_answered(stub: EvaluationServiceStub, kind: str) -> bool:
    try:
        stub.Evaluate(_request(_inputs([kind], 0)), timeout=60)
    except grpc.RpcError:
        return False
    return True


def _request(inputs: Mapping[str, Value]) -> messages.EvaluateRequest:
    return messages.EvaluateRequest(model=MODEL, table=TABLE, inputs=inputs, as_of=DAY)


def _unary(stub: EvaluationServiceStub, kinds: Sequence[str]) -> None:
    for row in range(200):
        stub.Evaluate(_request(_inputs(kinds, row)), timeout=60)


def _batch(kinds: Sequence[str]) -> messages.EvaluateBatchRequest:
    rows = [messages.EvaluationRow(inputs=_inputs(kinds, row)) for row in range(BATCH)]
    return messages.EvaluateBatchRequest(model=MODEL, table=TABLE, rows=rows, as_of=DAY)


def _columns(kinds: Sequence[str], *, buffers: bool) -> messages.EvaluateColumnsRequest:
    who = np.arange(COLUMNS) % len(kinds)
    years = np.full(COLUMNS, 2025)
    if buffers:
        columns = [
            Column(field=WHO, buffer=BufferColumn(type=BYTE, data=who.astype("u1").tobytes(), dictionary=kinds)),
            Column(field=YEAR, buffer=BufferColumn(type=WHOLE, data=years.astype("<i4").tobytes())),
        ]
    else:
        columns = [
            Column(field=WHO, dictionary=DictionaryColumn(values=kinds, indices=who.tolist())),
            Column(field=YEAR, integers=IntegerColumn(values=years.tolist())),
        ]
    return messages.EvaluateColumnsRequest(
        model=MODEL, table=TABLE, row_count=COLUMNS, columns=columns, as_of=DAY, buffers=buffers
    )


def _cost(process: Process, ask: Callable[[], object], rows: int, seconds: float) -> float:
    """Seconds of the process's own time for a row, asked until it has used so many."""
    ask()
    began, asked = process.cpu_seconds(), 0
    while (used := process.cpu_seconds() - began) < seconds or not asked:
        ask()
        asked += rows
    return used / asked


if __name__ == "__main__":
    main()
