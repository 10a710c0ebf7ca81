"""One spelling for every JSON value, so that equal values have equal texts and equal digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from harness.units import Json


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
