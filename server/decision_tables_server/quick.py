"""Answers that are ready as bytes, found by the bytes of the request.

What an input stands for and what a question is answered are remembered in the form in which they travel. An input is
read in full, and strictly, the first time that its bytes come; afterwards its bytes say what it adds to the number of
the question. The number, or where there is none the bytes of all inputs, lead to the answer, which was made the usual
way once. Whatever is unusual or refused is left to the usual way each time.

All of it belongs to one snapshot and is forgotten with it, and before that beyond a bound.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import grpc
from decisiontables.v1.evaluation_service_pb2 import EvaluateRequest, EvaluationRow

from decision_tables.engine import Model
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.coding import MOST_INPUTS, Coding
from decision_tables_server.access import require_model
from decision_tables_server.convert import values as convert
from decision_tables_server.counted import adding, count
from decision_tables_server.deadlines import deadline_of, still_awaited
from decision_tables_server.deciding import decided
from decision_tables_server.errors import RequestFault
from decision_tables_server.rows import Shared
from decision_tables_server.selection import Selected, select
from decision_tables_server.snapshot import Serving, Snapshot
from decision_tables_server.strict import parse
from decision_tables_server.wire import field, pieces, plain_entry, tag_of

MAX_BYTES: Final = 16 << 20
"""What may be remembered of one snapshot; beyond, all of it is forgotten."""

MAX_WHOLE_BYTES: Final = 1 << 20
"""What may be remembered of whole requests besides."""

LONGEST: Final = 4096
"""Longer inputs, and questions of longer inputs, are not remembered."""

LOOK_SECONDS: Final = 0.001
"""How often it is asked, between rows, whether their caller still waits."""

_INPUTS, _ROWS, _ROW_INPUTS = tag_of(3), tag_of(3), tag_of(1)
_OUTCOMES, _DECISION = tag_of(1), tag_of(1)
_HEAD = frozenset({tag_of(1), tag_of(2), tag_of(4)})
"""The model, the table and the date; requests that name a release or a moment go the usual way."""

_SERVICE = "/decisiontables.v1.EvaluationService"
_NOTHING: Final[frozenset[int]] = frozenset()


class Ready:
    """An answer as it travels, alone and as a row of a batch."""

    __slots__ = ("adding", "as_outcome", "as_response")

    def __init__(self, decision: Decision, content: bytes) -> None:
        self.adding = adding(decision)
        self.as_response = field(_DECISION, content)
        self.as_outcome = field(_OUTCOMES, self.as_response)


class Memory:
    """What is remembered of one snapshot, and how much that is."""

    def __init__(self, serving: Serving, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._serving = serving
        self._size = 0
        self._heads: dict[bytes, Head] = {}
        self._whole: dict[bytes, tuple[Head, Asked, Ready]] = {}
        self._whole_size = 0

    def whole(self, raw: bytes) -> tuple[Head, Asked, Ready] | None:
        """What a request that came before word for word asks and is answered, on the day of that time."""
        return self._whole.get(raw)

    def note_whole(self, raw: bytes, head: Head, asked: Asked, ready: Ready) -> None:
        """Remember a request as a whole. There is little room for these: most people differ from one another."""
        self._whole_size += len(raw) + 200
        if self._whole_size > MAX_WHOLE_BYTES:
            self._whole_size, self._whole = len(raw) + 200, {}
        self._whole[raw] = (head, asked, ready)

    def head(self, content: bytes) -> Head:
        """What the requests with this beginning ask. Raises RequestFault, which is not remembered."""
        known = self._heads.get(content)
        if known is None:
            known = Head(self, content, self._serving)
            if len(content) <= LONGEST:
                self._heads[content] = known
                self.note(len(content))
        return known

    def note(self, size: int) -> None:
        """Something has been remembered; forget all if it is too much by now."""
        self._size += size + 200
        if self._size > MAX_BYTES:
            self._size = 0
            self._heads = {}
            self._whole_size, self._whole = 0, {}


class Head:
    """A model, a table and perhaps a date. Raises RequestFault where they are none."""

    def __init__(self, memory: Memory, content: bytes, serving: Serving) -> None:
        request: EvaluateRequest = parse(EvaluateRequest.FromString, content)  # type: ignore[assignment]
        self.selected: Selected = select(serving, request.model)
        self.model: Model = self.selected.model
        self.table: str = request.table
        self.is_noted = bool(getattr(self.selected, "notes", ()))
        """Whether somebody logs or compares each case, who sees it the usual way."""
        self._memory = memory
        self._day = convert.date(request.as_of, "as_of") if request.HasField("as_of") else None
        self._asked: tuple[float, Asked] | None = None

    def asked(self) -> Asked:
        """The question on its date, or on today's, which is looked up every minute: every day begins with a minute."""
        minute = time.time() // 60 if self._day is None else 0.0
        known = self._asked
        if known is not None and known[0] == minute:
            return known[1]
        day = self._day or self.model.today()
        asked = known[1] if known is not None and known[1].day == day else Asked(self, day, self._memory.note)
        self._asked = (minute, asked)
        return asked


class Asked:
    """One table, or all, on one day: what inputs add up to, and what is answered."""

    def __init__(self, head: Head, day: datetime.date, note: Callable[[int], None]) -> None:
        self.day = day
        self._head, self._note = head, note
        self._coding: Coding | None = head.model.coding(head.table, day) if head.table else None
        self._adds: dict[bytes, int] = {}
        self._by_number: dict[int, Ready] = {}
        self._by_bytes: dict[bytes, Ready] = {}

    def answer(self, inputs: list[bytes]) -> Ready | None:
        """The answer to inputs, each as it travels; None where they go the usual way."""
        if self._coding is None:
            return self._by_all_bytes(inputs)
        total = self._coding.base
        adds = self._adds
        try:
            for each in inputs:
                total += adds[each]
        except KeyError:
            return self._met_first(inputs)
        ready = self._by_number.get(total)
        return ready if ready is not None else self._worked_out(inputs, total, self._by_number)

    def row(self, raw: bytes) -> Ready | None:
        """The answer to a row as it travels, which has inputs and nothing else."""
        if self._coding is None:
            known = self._by_bytes.get(raw)
            if known is not None:
                return known
        found = pieces(raw, _ROW_INPUTS, _NOTHING)
        return self.answer(found[1]) if found is not None else None

    def _met_first(self, inputs: list[bytes]) -> Ready | None:
        coding = self._coding
        if coding is None or len(inputs) > MOST_INPUTS:
            return None
        total = coding.base
        for each in inputs:
            added = self._adds.get(each)
            if added is None:
                named = plain_entry(each) or _named(each)
                added = coding.adds(*named) if named is not None else None
                if added is None:
                    return None
                if len(each) <= LONGEST:
                    self._adds[each] = added
                    self._note(len(each))
            total += added
        ready = self._by_number.get(total)
        return ready if ready is not None else self._worked_out(inputs, total, self._by_number)

    def _worked_out(self, inputs: list[bytes], number: int, known: dict[int, Ready]) -> Ready | None:
        if self._coding is None or len(inputs) > MOST_INPUTS or not self._coding.is_sound(number):
            return None
        ready = self._decided(inputs)
        if ready is not None:
            known[number] = ready
            self._note(2 * len(ready.as_outcome))
        return ready

    def _by_all_bytes(self, inputs: list[bytes]) -> Ready | None:
        content = b"".join([field(_ROW_INPUTS, each) for each in inputs])
        ready = self._by_bytes.get(content)
        if ready is None:
            ready = self._decided(inputs)
            if ready is not None and len(content) <= LONGEST:
                self._by_bytes[content] = ready
                self._note(len(content) + 2 * len(ready.as_outcome))
        return ready

    def _decided(self, inputs: list[bytes]) -> Ready | None:
        """The answer made the usual way; None where it is refused."""
        read, head = _read(inputs), self._head
        if read is None:
            return None
        try:
            decision, message = decided(head.selected, read, head.table, self.day)
        except Refusal:
            return None
        return Ready(decision, message.SerializeToString())


def _named(each: bytes) -> tuple[str, object] | None:
    """One input as its name and plain value, read by protobuf."""
    read = _read([each])
    return next(iter(read.items())) if read is not None and len(read) == 1 else None


def _read(inputs: list[bytes]) -> Mapping[str, object] | None:
    """The inputs as plain values; None where something in them is not as it should be."""
    try:
        row = parse(EvaluationRow.FromString, b"".join([field(_ROW_INPUTS, each) for each in inputs]))
        return convert.inputs(row.inputs)  # type: ignore[attr-defined]  # a row, as just parsed
    except RequestFault:
        return None


Watched: TypeAlias = Callable[[grpc.ServicerContext], bool]
"""Whether somebody wants to see the cases of a call with their inputs."""


class Quick:
    """Answers requests by their bytes where that is possible; None where they go the usual way."""

    def __init__(self, serving: Serving, max_batch_rows: int) -> None:
        self.watched: list[Watched] = []
        """Where one of these says so, all goes the usual way, and whoever logs or compares cases sees them there."""
        self._serving = serving
        self._max_batch_rows = max_batch_rows
        self._memory = Memory(serving, serving.current)

    @property
    def methods(self) -> dict[str, Callable[[bytes, grpc.ServicerContext], bytes | None]]:
        """What is answered so, by path."""
        return {f"{_SERVICE}/Evaluate": self.evaluate, f"{_SERVICE}/EvaluateBatch": self.evaluate_batch}

    def evaluate(self, raw: bytes, context: grpc.ServicerContext) -> bytes | None:
        """EvaluateRequest → EvaluateResponse."""
        memory = self._remembered()
        known = memory.whole(raw)
        if known is not None and self._is_open(context, known[0]) and known[0].asked() is known[1]:
            ready = known[2]
        else:
            found = self._ready(memory, raw, context)
            if found is None:
                return None
            ready = found
        count(ready.adding)
        return ready.as_response

    def _ready(self, memory: Memory, raw: bytes, context: grpc.ServicerContext) -> Ready | None:
        found = pieces(raw, _INPUTS, _HEAD)
        head = self._head(memory, found[0], context) if found is not None else None
        if found is None or head is None:
            return None
        asked = head.asked()
        ready = asked.answer(found[1])
        if ready is not None and len(raw) <= LONGEST:
            memory.note_whole(raw, head, asked, ready)
        return ready

    def evaluate_batch(self, raw: bytes, context: grpc.ServicerContext) -> bytes | None:
        """EvaluateBatchRequest → EvaluateBatchResponse. Rows that are refused are answered as ever, each for itself."""
        found = pieces(raw, _ROWS, _HEAD)
        if found is None or len(found[1]) > self._max_batch_rows:
            return None
        head = self._head(self._remembered(), found[0], context)
        return self._outcomes(head, found[1], context) if head is not None else None

    def _outcomes(self, head: Head, rows: Sequence[bytes], context: grpc.ServicerContext) -> bytes | None:
        end, asked = deadline_of(context), head.asked()
        usual = Shared(head.selected, head.table, asked.day)
        outcomes: list[bytes] = []
        times: dict[Ready, int] = {}
        look = 0.0
        for row in rows:
            if (now := time.monotonic()) >= look:
                look = now + LOOK_SECONDS
                if not still_awaited(end, context):
                    break
            ready = asked.row(row)
            if ready is not None:
                outcomes.append(ready.as_outcome)
                times[ready] = times.get(ready, 0) + 1
                continue
            try:
                parsed: EvaluationRow = parse(EvaluationRow.FromString, row)  # type: ignore[assignment]
            except RequestFault:
                return None
            outcomes.append(field(_OUTCOMES, usual.outcome(parsed).SerializeToString()))
        for ready, often in times.items():
            count(ready.adding, often)
        return b"".join(outcomes)

    def _head(self, memory: Memory, content: bytes, context: grpc.ServicerContext) -> Head | None:
        """What is asked, if the caller may; None for the usual way, which says what is wrong."""
        try:
            head = memory.head(content)
        except (RequestFault, Refusal):
            return None
        return head if self._is_open(context, head) else None

    def _is_open(self, context: grpc.ServicerContext, head: Head) -> bool:
        """Whether the caller may ask this, and nobody wants to see the case."""
        if head.is_noted or (self.watched and any(watched(context) for watched in self.watched)):
            return False
        try:
            require_model(context, head.model.key)
        except RequestFault:
            return False
        return True

    def _remembered(self) -> Memory:
        memory, current = self._memory, self._serving.current
        if memory.snapshot is not current:
            memory = self._memory = Memory(self._serving, current)
        return memory
