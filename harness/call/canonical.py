"""One spelling of every request: the body that is sent, and its canonical JSON.

Recordings, journal rows and digests all use this spelling, so equal requests have equal texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from harness.call.exchange import Request
from harness.units import Json


def body(request: Request) -> dict[str, Json]:
    """The JSON body of the Messages API for `request`: what is sent, and nothing else."""
    sent: dict[str, Json] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
    }
    if request.system is not None:
        sent["system"] = request.system
    if request.thinking is not None:
        sent["thinking"] = {"type": request.thinking}
    output: dict[str, Json] = {}
    if request.effort is not None:
        output["effort"] = request.effort
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.output_schema}
    if output:
        sent["output_config"] = output
    if request.stop_sequences:
        sent["stop_sequences"] = list(request.stop_sequences)
    return sent


def canonical(value: Json) -> str:
    """`value` as compact JSON with sorted keys: equal values give equal texts. Raises ValueError on NaN."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=_plain,
    )


def digest(value: Json) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    raise TypeError(f"not a JSON value: {type(value).__name__}")
