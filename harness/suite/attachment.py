"""Attachments: files that go along with a case, as the model sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harness.errors import Place
from harness.units import Json, Tokens

MediaType = Literal["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file beside the text of a case. What it holds is read when it is sent, and is never kept."""

    name: str
    """The path of the file, from the root of the project. Never sent."""
    media_type: MediaType
    """What the file is by its content."""
    size: int
    """In bytes."""
    sha256: str
    """Of the content, as 64 hexadecimal digits: what the file is known by."""
    tokens: Tokens
    """The most tokens the model may read it as."""
    title: str = ""
    """What the model is told it is called; empty: nothing. Images have none."""
    place: Place = field(compare=False)
    content: Callable[[], bytes] = field(compare=False, repr=False)
    """Reads it again. Raises `Unreadable` where it is not what it was any more."""

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    def spelled(self) -> Json:
        """What it is, as JSON, for digests: its content, and what is said of it."""
        return {"sha256": self.sha256, "media_type": self.media_type, "title": self.title}
