"""The lines of a journal: one JSON object each, with a checksum over exactly the text that counts.

A line reads `{"crc":"0a1b2c3d","line":{"seq":7,"kind":"trial",...}}` and ends with a newline. `crc` is the
CRC-32 of the text of the inner object, so a torn or altered line is told from a whole one without guessing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import assert_never, cast

from pydantic import TypeAdapter

from harness.events import AttemptStarted, Reserved, Settled
from harness.record import Record, RunInfo
from harness.trial import Answered, Degraded, Outcome
from harness.units import Json, Seconds, Usd

Body = dict[str, object]
"""The inner object of a line, as plain JSON values."""

Redact = Callable[[str], str]
"""Takes text and gives it back without secrets."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
"""Made once: `json.dumps` makes a new one for every line."""
_HEAD = b'{"crc":"'
_MIDDLE = b'","line":'
_BODY = len(_HEAD) + 8 + len(_MIDDLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One trial that somebody else asked and graded: what is known of it, and no more."""

    case_id: str
    repeat: int
    score: float | None
    """In [0, 1]; None: unmeasured, and `error_type` says why."""
    error_type: str | None
    cluster: str
    tags: tuple[str, ...]
    weight: float
    cost: Usd | None
    latency: Seconds | None
    answer_confidence: float | None = None
    """What the answer claims of itself, in [0, 1]."""


def encode(body: Mapping[str, object]) -> bytes:
    """`body` as one line. Raises ValueError on NaN or infinity. Lone surrogates become `?`."""
    text = _JSON.encode(body)
    inner = text.encode("utf-8", "replace")
    return b"%s%08x%s%s}\n" % (_HEAD, zlib.crc32(inner), _MIDDLE, inner)


def decode(raw: bytes) -> Body | None:
    """The body of one line without its newline; None when the line is torn or damaged."""
    raw = raw.removesuffix(b"\r")
    if not (raw.startswith(_HEAD) and raw[_BODY - len(_MIDDLE) : _BODY] == _MIDDLE and raw.endswith(b"}")):
        return None
    inner = raw[_BODY:-1]
    if raw[len(_HEAD) : len(_HEAD) + 8] != b"%08x" % zlib.crc32(inner):
        return None
    try:
        body = json.loads(inner.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return cast("Body", body) if isinstance(body, dict) else None


@cache
def _adapter(kind: type) -> TypeAdapter[object]:
    return TypeAdapter(kind)


def dump_record(record: Record, redact: Redact) -> Body:
    """`record` as plain JSON values; everything a person or a model wrote has passed `redact`."""
    plain = replace(record, outcome=_with_json(record.outcome, _plain))
    body = cast("Body", _adapter(Record).dump_python(plain, mode="json"))
    body["question"] = redact(record.question)
    for key in ("outcome", "grading", "attempts", "steps", "opinions", "judgings"):
        body[key] = _redacted(body[key], redact)
    return body


def load_record(body: object) -> Record:
    """The record in `body`, with its JSON values frozen. Raises ValueError."""
    record = cast("Record", _adapter(Record).validate_python(body))
    return replace(record, outcome=_with_json(record.outcome, _frozen))


def dump_info(info: RunInfo) -> Body:
    """`info` as plain JSON values."""
    return cast("Body", _adapter(RunInfo).dump_python(info, mode="json"))


def dump_imported(row: ImportedRow, redact: Redact) -> Body:
    """`row` as plain JSON values; what may be somebody's words has passed `redact`, ids have not."""
    clean = replace(
        row,
        error_type=None if row.error_type is None else redact(row.error_type),
        tags=tuple(map(redact, row.tags)),
    )
    return cast("Body", _adapter(ImportedRow).dump_python(clean, mode="json"))


def dump_event(event: AttemptStarted | Reserved | Settled) -> Body:
    """What a journal keeps of an event."""
    body: Body = {"origin": event.origin, "model": event.model, "attempt": event.attempt}
    match event:
        case AttemptStarted():
            return {"kind": "sent", **body}
        case Reserved(amount=amount):
            return {"kind": "reserved", **body, "amount": str(amount)}
        case Settled(cost=cost, uncertain=uncertain):
            return {"kind": "settled", **body, "cost": str(cost), "uncertain": str(uncertain)}
        case _:
            assert_never(event)


def load_info(body: object) -> RunInfo:
    """Raises ValueError."""
    return cast("RunInfo", _adapter(RunInfo).validate_python(body))


def load_imported(body: object) -> ImportedRow:
    """Raises ValueError."""
    return cast("ImportedRow", _adapter(ImportedRow).validate_python(body))


def load_moment(text: object) -> datetime:
    """A UTC moment as `datetime.isoformat` writes it. Raises ValueError."""
    return datetime.fromisoformat(str(text))


_FREE_TEXT = frozenset(
    {"text", "why", "degraded", "detail", "evidence", "reason", "usage_json", "blocks", "arguments", "tool"}
    | {"request_id", "served_model", "refusal_category"}
)
"""Fields that hold what a model, a server or a person wrote. Our own ids and digests stay as they are: resuming and
pairing rest on them."""


def _redacted(value: object, redact: Redact) -> object:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {
            key: _clean(each, redact) if key in _FREE_TEXT else _redacted(each, redact)
            for key, each in fields.items()
        }
    if isinstance(value, list):
        return [_redacted(each, redact) for each in cast("list[object]", value)]
    return value


def _clean(value: object, redact: Redact) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {redact(key): _clean(each, redact) for key, each in fields.items()}
    if isinstance(value, list):
        return [_clean(each, redact) for each in cast("list[object]", value)]
    return value


def _with_json(outcome: Outcome, turn: Callable[[Json], Json]) -> Outcome:
    """`outcome` with every JSON value in it put through `turn`."""
    if not isinstance(outcome, Answered | Degraded):
        return outcome
    reply = outcome.reply
    if not reply.blocks and not reply.tool_calls:
        return outcome
    calls = tuple(
        replace(call, arguments=cast("Mapping[str, Json]", turn(call.arguments))) for call in reply.tool_calls
    )
    blocks = tuple(cast("Mapping[str, Json]", turn(block)) for block in reply.blocks)
    return replace(outcome, reply=replace(reply, blocks=blocks, tool_calls=calls))


def _frozen(value: Json) -> Json:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(each) for key, each in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_frozen(each) for each in value)
    return value


def _plain(value: Json) -> Json:
    """Dicts and lists: pydantic does not know mapping proxies."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
