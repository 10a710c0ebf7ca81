"""Messages with more than text in them: content blocks of the API, for attachments and for marks of the prompt cache.

A request holds what an attachment is known by, and never its bytes: they are put in by `harness.call.sending` when
it is sent, and taken out again of everything that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.call.exchange import Message
from harness.suite.attachment import Attachment
from harness.suite.prompt import CacheTime, Role, Side
from harness.units import Json

Block = dict[str, Json]


def message(
    role: Role,
    text: str,
    *,
    cache: CacheTime | None = None,
    attachments: Iterable[Attachment] = (),
    side: Side = "before",
) -> Message:
    """A message with `attachments` before or after its text. One with nothing but a text is that text."""
    shown = [attachment_block(each) for each in attachments]
    if not shown and cache is None:
        return Message(role=role, content=text)
    said: list[Block] = [{"type": "text", "text": text}]
    blocks = [*shown, *said] if side == "before" else [*said, *shown]
    if cache is not None:
        blocks[-1] = {**blocks[-1], "cache_control": cache_control(cache)}
    return Message(role=role, content=tuple(blocks))


def cache_control(cache: CacheTime) -> Block:
    """The mark that ends a part of the prompt that is cached. Five minutes are what the API means by itself."""
    return {"type": "ephemeral"} if cache == "5m" else {"type": "ephemeral", "ttl": cache}


def attachment_block(attachment: Attachment) -> Block:
    """The block of an attachment, with what it is known by where its content goes."""
    known: Json = {"sha256": attachment.sha256, "bytes": attachment.size, "name": attachment.name}
    encoding = "text" if attachment.media_type == "text/plain" else "base64"
    source: Json = {"type": encoding, "media_type": attachment.media_type, "data": known}
    if attachment.is_image:
        return {"type": "image", "source": source}
    titled: Block = {"title": attachment.title} if attachment.title else {}
    return {"type": "document", "source": source, **titled}
