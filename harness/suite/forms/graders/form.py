"""The form of a grader: its keys, its short form, and what is read of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.forms.compiled import check_path
from harness.suite.forms.functions import Functions
from harness.suite.forms.judges import NO_JUDGES, NamedJudges
from harness.suite.forms.kinds import PATH, SHARE, Schema, may
from harness.suite.notation.fields import Fields, Key, Noted, Shape
from harness.suite.notation.node import Entry, Items, Node, Scalar, Table
from harness.units import Json

ALSO_PATH = may("JSONPath into the answer read as JSON; without it the whole text.", PATH)
IGNORE_CASE = may(
    "Whether upper and lower case are the same; false where it is left out.", {"type": "boolean"}
)

AT_LEAST = may("The score from which it is met; without it the score counts as it is.", SHARE)

FindSchema = Callable[[Node], Json]
"""The JSON Schema a `json` expectation names or holds, or None after noting why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the readers of graders have at hand."""

    noted: Noted
    find_schema: FindSchema
    own: Functions
    """The files of a user's own code that graders may name."""
    nested: Callable[[Node], Expectation | None]
    """Reads an expectation that stands inside of another one, after noting what is wrong with it."""
    judges: NamedJudges = NO_JUDGES
    """The judges an expectation may name."""

    def path(self, given: Fields) -> str | None:
        """The `path`, after noting where it is none."""
        path = given.text("path")
        if path is not None:
            check_path(self.noted, given.place_of("path"), path)
        return path

    def is_said(self, node: Node, name: str) -> None:
        """Notes a value somebody forgot to write. A null that is meant is written out."""
        if isinstance(node, Scalar) and node.value is None and not node.text:
            self.noted.bad(node.place, f"{name!r} has no value", 'write it; `null` or `""` if that is wanted')

    def is_empty(self, place: Place, text: str, name: str) -> bool:
        """Whether `text` is empty, after noting that it is."""
        if not text:
            self.noted.bad(place, f"{name!r} of nothing is true of every answer", "write what is wanted")
        return not text

    def one_or_any(self, given: Fields, one: str, name: str) -> tuple[str, ...]:
        """The text under the key `one`, or those under `any`, after noting where it is not just one of both."""
        wanted, any_of = given.text(one), given.texts("any")
        if (one in given) is ("any" in given):
            self.noted.bad(given.place, f"{name!r} needs one of `{one}` and `any`", "write one of them")
        elif given.node("any") == Items(place=given.place_of("any"), items=()):
            self.noted.bad(
                given.place_of("any"), f"{name!r} of nothing is true of no answer", "write what is wanted"
            )
        return any_of if wanted is None else (wanted,)

    def at_least(self, given: Fields) -> float | None:
        """The graded score from which the expectation is met, above 0 and at most 1."""
        return given.within("at_least", given.share("at_least"), above=0, most=1)


ReadLong = Callable[[Reading, Fields, Place], Expectation | None]
ReadShort = Callable[[Reading, Node, Place], Expectation | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderForm:
    """How one grader is written. A reader gives None after noting what is wrong."""

    name: str
    means: str
    """One sentence, for editors."""
    keys: Mapping[str, Key]
    read: ReadLong
    """Of the long form, a mapping of `keys`."""
    short: Schema | None = None
    """JSON Schema of what may stand for the whole mapping; None: nothing may."""
    read_short: ReadShort | None = None
    """Of the short form; None where `short` is."""

    @property
    def shape(self) -> Shape:
        return Shape(what=self.name, keys=self.keys, refused={})


def stands_for(key: str, read: ReadLong, keys: Mapping[str, Key], *, listed: bool = False) -> ReadShort:
    """A short form that stands for one key of the long form, or for its list of one."""

    def read_short(reading: Reading, node: Node, place: Place) -> Expectation | None:
        value = Items(place=node.place, items=(node,)) if listed and not isinstance(node, Items) else node
        table = Table(place=node.place, entries={key: Entry(place=place, node=value)})
        return read(reading, Fields(table, Shape(what=key, keys=keys, refused={}), reading.noted), place)

    return read_short
