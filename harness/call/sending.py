"""What goes over the wire: the body of a request with the content of its attachments, and such a body without it."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from harness.call.canonical import body
from harness.call.exchange import Request
from harness.suite.attachment import Attachment
from harness.units import Json

_SHOWN = frozenset({"image", "document"})

Fill = Callable[[Mapping[str, Json]], Json]
"""The data of a source, from the source."""


def sent(request: Request) -> dict[str, Json]:
    """The JSON body of the Messages API for `request`, whole. Raises `Unreadable` where an attachment has changed."""
    whole = body(request)
    if not request.attachments:
        return whole
    by_content = {each.sha256: each for each in request.attachments}
    return _with_data(whole, lambda source: _content(source, by_content))


def lean(whole: Mapping[str, Json]) -> Mapping[str, Json]:
    """A body as it was sent, with what each attachment is known by in place of its content. Others stay as they are."""
    return _with_data(whole, _known)


def _content(source: Mapping[str, Json], by_content: Mapping[str, Attachment]) -> Json:
    known = cast("Mapping[str, Json]", source["data"])
    content = by_content[str(known["sha256"])].content()
    if source["type"] == "text":
        return content.decode("utf-8-sig")
    return b64encode(content).decode("ascii")


def _known(source: Mapping[str, Json]) -> Json:
    data = source["data"]
    if not isinstance(data, str):
        return data
    content = data.encode("utf-8", "surrogatepass") if source["type"] == "text" else b64decode(data)
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _with_data(whole: Mapping[str, Json], fill: Fill) -> dict[str, Json]:
    messages = whole.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        return dict(whole)
    return {**whole, "messages": [_message(each, fill) for each in messages]}


def _message(said: Json, fill: Fill) -> Json:
    content = said.get("content") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or isinstance(content, str) or not isinstance(content, Sequence):
        return said
    if not any(_is_shown(block) for block in content):
        return said
    return {**said, "content": [_block(block, fill) if _is_shown(block) else block for block in content]}


def _is_shown(block: Json) -> bool:
    source = block.get("source") if isinstance(block, Mapping) else None
    return (
        isinstance(block, Mapping)
        and block.get("type") in _SHOWN
        and isinstance(source, Mapping)
        and source.get("type") in {"base64", "text"}
        and "data" in source
    )


def _block(block: Json, fill: Fill) -> Json:
    shown = cast("Mapping[str, Json]", block)
    source = cast("Mapping[str, Json]", shown["source"])
    return {**shown, "source": {**source, "data": fill(source)}}
