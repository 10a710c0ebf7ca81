"""Nodes to attachments: files below `evals/`, of a kind the API takes, of a bounded size, known by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.errors import Place, Problem
from harness.suite.attachment import Attachment, MediaType
from harness.suite.forms import case_shapes as shapes
from harness.suite.forms.media import MOST_BYTES, MOST_PAGES, media_type, most_tokens, pages, promised
from harness.suite.forms.paths import inside_evals
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Items, Node
from harness.suite.tree import Tree, Unreadable
from harness.units import Tokens

MOST_FILES = 20
"""Attachments of one case."""
MOST_TOGETHER = 20_000_000
"""Bytes of the attachments of one case: the API takes 32 MB of a request, and base64 makes them a third longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What is known of a file that was looked at."""

    media_type: MediaType
    size: int
    sha256: str
    tokens: Tokens


@dataclass
class AttachmentReader:
    """Reads the attachments of one project. A file that several cases name is looked at once."""

    tree: Tree
    noted: Noted
    _looked: dict[str, _Looked | None] = field(default_factory=dict[str, "_Looked | None"])

    def read(self, given: Fields) -> tuple[Attachment, ...] | None:
        """`attachments` of a case or of defaults; None where there is no such key."""
        node = given.node("attachments")
        if node is None:
            return None
        items = self.noted.items(node, "'attachments'")
        if isinstance(node, Items) and not items:
            self.noted.bad(node.place, "'attachments' is empty", "name a file, or remove it")
        found = tuple(each for item in items if (each := self._attachment(item)) is not None)
        self._check_together(found, node.place)
        return found

    def _attachment(self, node: Node) -> Attachment | None:
        table = self.noted.table(node, "an attachment")
        if table is None:
            return None
        given = Fields(table, shapes.ATTACHMENT, self.noted)
        name, title = given.text("file"), given.text("title")
        place = given.place_of("file")
        path = None if name is None else inside_evals(self.noted, name, place)
        looked = None if path is None else self._look(path, place)
        if path is None or looked is None:
            return None
        if title is not None and looked.media_type.startswith("image/"):
            self.noted.bad(given.place_of("title"), "an image has no title", "say it in the prompt")
        return Attachment(
            name=path,
            media_type=looked.media_type,
            size=looked.size,
            sha256=looked.sha256,
            tokens=Tokens(looked.tokens + len((title or "").encode("utf-8", "replace"))),
            title=title or "",
            place=table.place,
            content=_reading(self.tree, path, looked),
        )

    def _look(self, path: str, place: Place) -> _Looked | None:
        """What the file is; None after noting why it cannot be sent. Its mistakes are said once."""
        if path not in self._looked:
            self._looked[path] = self._looked_at(path, place)
        return self._looked[path]

    def _looked_at(self, path: str, place: Place) -> _Looked | None:
        said = promised(path)
        try:
            content = self.tree.read(path, MOST_BYTES[said.split("/")[0]])
        except Unreadable as error:
            self.noted.bad(
                place,
                f"{path}: {error.what}",
                "send a smaller file" if "bytes" in error.what else error.remedy,
            )
            return None
        found = media_type(path, content)
        wrong = _wrong(path, content, said, found)
        if wrong is not None or isinstance(found, Problem):
            self.noted.bad(place, *(wrong or ("", "")))
            return None
        return _Looked(
            media_type=found,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            tokens=most_tokens(found, content),
        )

    def _check_together(self, found: tuple[Attachment, ...], place: Place) -> None:
        if len(found) > MOST_FILES:
            what = f"{len(found)} attachments; the most is {MOST_FILES}"
            self.noted.bad(place, what, "send fewer files")
        size = sum(each.size for each in found)
        if size > MOST_TOGETHER:
            what = f"attachments of {size:,} bytes together; the most is {MOST_TOGETHER:,}"
            self.noted.bad(place, what, "send fewer or smaller files")


def _wrong(path: str, content: bytes, said: MediaType, found: MediaType | Problem) -> tuple[str, str] | None:
    """What is wrong with a file and how to mend it, or None."""
    if isinstance(found, Problem):
        kinds = "PNG, JPEG, GIF, WebP, PDF and text in UTF-8"
        return f"{path} is of no kind that can be sent ({found.what})", f"send one of these: {kinds}"
    if not content:
        return f"{path} is empty", "put something into it, or remove it"
    if found != said:
        return f"{path} is {found} by its content, not {said}", "give it the ending of what it is"
    if found == "text/plain" and not content.strip():
        return f"{path} holds nothing but space", "put something into it, or remove it"
    if found == "application/pdf" and not 0 < pages(content) <= MOST_PAGES:
        count = pages(content)
        remedy = "split it" if count else "save it anew, without a password"
        return (
            f"{path} has {count or 'no'} pages that can be counted; from 1 to {MOST_PAGES} can be sent",
            remedy,
        )
    return None


def _reading(tree: Tree, path: str, looked: _Looked) -> Callable[[], bytes]:
    def content() -> bytes:
        read = tree.read(path, looked.size)
        if hashlib.sha256(read).hexdigest() != looked.sha256:
            raise Unreadable(f"{path} is not what it was when it was checked", "ask again")
        return read

    return content
