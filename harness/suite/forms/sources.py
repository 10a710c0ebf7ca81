"""The entries of `cases` to nodes: cases that stand in the suite, and those of the files it names.

The order is that of the list. Of an entry with several files it is the order of the entry, and of a pattern the
order of the paths, character by character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from harness.errors import Place
from harness.suite.forms import case_shapes as shapes
from harness.suite.forms.cases import Shared
from harness.suite.forms.matrices import unfolded
from harness.suite.forms.paths import FOLDER, inside_evals
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.load import SUFFIXES, CaseFiles
from harness.suite.notation.node import Items, Node, Scalar, Table

ReadShared = Callable[[Node, Shared], Shared]


@dataclass
class Sources:
    """Walks through the cases of one suite. A file is read once, whoever names it."""

    noted: Noted
    files: CaseFiles
    read_shared: ReadShared
    _read: dict[str, Place] = field(default_factory=dict[str, Place])

    def cases(self, item: Node, shared: Shared) -> Iterator[tuple[Node, Shared]]:
        """Every case of one entry, with what it shares."""
        if not isinstance(item, Table) or not {"file", "files"} & item.entries.keys():
            yield from ((case, shared) for case in unfolded(item, self.noted))
            return
        given = Fields(item, shapes.CASE_FILE, self.noted)
        defaults = given.node("defaults")
        if defaults is not None:
            shared = self.read_shared(defaults, shared)
        for name in self._names(given):
            for path in self._paths(name):
                for node in self.files.read(path, name.place):
                    yield from ((case, shared) for case in unfolded(node, self.noted))

    def _names(self, given: Fields) -> tuple[Scalar, ...]:
        one, several = given.node("file"), given.node("files")
        if one is not None and several is not None:
            self.noted.bad(given.place_of("files"), "'files' beside 'file'", "put all of them into `files`")
        if one is None and isinstance(several, Items) and not several.items:
            self.noted.bad(several.place, "'files' is empty", "name a file, or remove the entry")
        listed = () if several is None else self.noted.items(several, "'files'")
        named = listed if one is None else (one,)
        texts = [each for each in named if self.noted.text(each, "a file of cases") is not None]
        return tuple(each for each in texts if isinstance(each, Scalar))

    def _paths(self, name: Scalar) -> Iterator[str]:
        """The files that a name or a pattern means, in order, after noting those that are read already."""
        path = inside_evals(self.noted, name.text, name.place)
        if path is None:
            return
        paths = self._matches(path) if _is_pattern(path) else (path,)
        if not paths:
            self.noted.bad(
                name.place, f"no file below evals/ matches {name.text[:80]!r}", "mend the pattern, or add one"
            )
        for each in paths:
            first = self._read.setdefault(each, name.place)
            if not each.endswith(SUFFIXES):
                what = f"{each} is no file of cases"
                self.noted.bad(name.place, what, "use .jsonl, .csv, .parquet or .yaml")
            elif first is not name.place:
                what = f"{each} is read twice (first at {first})"
                self.noted.bad(name.place, what, "name it once, or make the pattern narrower")
            else:
                yield each

    def _matches(self, pattern: str) -> tuple[str, ...]:
        return tuple(path for path in self.files.tree.files(FOLDER) if fits(path, pattern))


def _is_pattern(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def fits(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern. `*`, `?` and `[ab]` stay within a folder; a part `**` is any number of folders."""
    parts = path.split("/")
    ends = {0}
    for wanted in pattern.split("/"):
        if wanted == "**":
            ends = set(range(min(ends, default=len(parts) + 1), len(parts) + 1))
        else:
            ends = {end + 1 for end in ends if end < len(parts) and fnmatchcase(parts[end], wanted)}
    return len(parts) in ends
