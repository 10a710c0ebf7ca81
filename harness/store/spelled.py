"""What a stored request says of itself: the columns of a trial that its canonical JSON holds."""

from __future__ import annotations

import json
from typing import cast


def sent_columns(question: str) -> dict[str, object]:
    """What the request itself says; nothing where it is not the canonical JSON of one."""
    try:
        body = _object(json.loads(question))
    except ValueError:
        return {}
    return {
        "requested_model": body.get("model"),
        "effort": _object(body.get("output_config")).get("effort"),
        "thinking_type": _object(body.get("thinking")).get("type"),
    }


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
