"""What a stored message holds, as people read it: texts as they are, and a line for every attachment. All hostile."""

from __future__ import annotations

import json
from typing import cast


def plain_text(value: object) -> str:
    """Text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def content_text(content: object) -> str:
    """What a message holds: texts as they are, and a line for every attachment."""
    blocks = _list(content)
    if not any(_data(block) is not None for block in blocks):
        return plain_text(content)
    return "\n".join(_block(block) for block in blocks)


def _block(block: object) -> str:
    data = _data(block)
    if data is not None:
        name, size, digest = (plain_text(data.get(key, "?")) for key in ("name", "bytes", "sha256"))
        return f"[attachment {name}, {size} bytes, SHA-256 {digest}]"
    text = _fields(block).get("text")
    return text if isinstance(text, str) else plain_text(block)


def _data(block: object) -> dict[str, object] | None:
    """What an attachment is known by, where the block is one."""
    return _fields(_fields(_fields(block).get("source")).get("data")) or None


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _fields(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
