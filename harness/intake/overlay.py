"""Files that are yet to be written, laid over those there are, so that everything is checked before anything is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.suite.tree import Tree, Unreadable


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tree in which some files say something else, or are there at all."""

    root: str
    """As an absolute path."""
    under: Tree | None
    """What is there already; None: an empty folder."""
    over: Mapping[str, str]
    """What is to be written, by path relative to the root."""

    def files(self, folder: str) -> tuple[str, ...]:
        there = () if self.under is None else self.under.files(folder)
        return tuple(sorted({*there, *(path for path in self.over if path.startswith(f"{folder}/"))}))

    def read(self, path: str, most: int) -> bytes:
        if path not in self.over:
            if self.under is None:
                raise Unreadable("there is no such file", "mend the name, or add the file")
            return self.under.read(path, most)
        content = self.over[path].encode()
        if len(content) > most:
            raise Unreadable(f"has {len(content):,} bytes; the most is {most:,}", "import less at a time")
        return content

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        if path not in self.over and self.under is not None:
            return self.under.lines(path, most)
        return iter(self.read(path, most).splitlines(keepends=True))
