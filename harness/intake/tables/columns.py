"""Which column of a table is what: as somebody says, or as its name lets guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.errors import UsageError
from harness.suite.names import VARIABLE, refusal
from harness.units import Json

_INPUTS: Final = (
    "inputs",
    "input",
    "question",
    "prompt",
    "query",
    "text",
    "message",
    "messages",
    "user_input",
    "instruction",
)
_EXPECTED: Final = (
    "expected", "expected_output", "expectedoutput", "expected_answer", "ideal", "target", "reference", "reference_output",
    "reference_outputs", "ground_truth", "groundtruth", "gold", "answer", "label", "outputs", "output", "completion",
)  # fmt: skip
_IDS: Final = ("id", "case_id", "test_id", "example_id", "uuid", "key")
_TAGS: Final = ("tags", "tag", "category", "split", "topic", "type", "difficulty", "language", "lang")
_METADATA: Final = ("metadata", "meta", "additional_metadata")
_NOISE: Final = re.compile(
    r"(created|modified|updated|started|ended|deleted)(_at)?|dataset_(id|name|version)|run_id|source_run_id|trace_id|span_id|root_span_id"
    r"|project_id|experiment_id|origin|_xact_id|_pagination_key|is_root|log_id|(actual|model|generated)_?(output|answer|response)"
    r"|scores?|latency.*|cost.*|tokens?|comments?|notes?|user_id|feedback.*|error|status"
)
MAGIC: Final = "__expected"
"""promptfoo's columns of assertions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of the columns on the command line. Empty: let it be guessed."""

    inputs: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    id: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column is what."""

    inputs: tuple[str, ...]
    expect: tuple[str, ...]
    id: str
    """Empty: there is none."""
    tags: tuple[str, ...]
    metadata: tuple[str, ...]
    magic: tuple[str, ...]
    """promptfoo's own."""
    left: tuple[str, ...]
    """Nobody knows what for."""
    guessed: tuple[str, ...]
    """What was guessed, in words."""


def columns_of(names: Sequence[str], said: Said) -> Columns:
    """Every column of `names` as one thing. Raises UsageError for one that is not there, or where nothing is asked."""
    for wanted in (*said.inputs, *said.expect, *said.tags, *((said.id,) if said.id else ())):
        if wanted not in names:
            raise UsageError(f"there is no column {wanted[:80]!r}; there are {', '.join(names)[:400]}")
    taken = {*said.inputs, *said.expect, *said.tags, said.id}
    free = [name for name in names if name not in taken and name]
    magic = tuple(name for name in free if name.startswith("__"))
    free = [name for name in free if not name.startswith("__")]
    guessed: list[str] = []

    def guess(
        what: str, known: Sequence[str], given: Sequence[str], *, several: bool = False
    ) -> tuple[str, ...]:
        if given:
            return tuple(given)
        found = sorted(
            (name for name in free if name.lower() in known), key=lambda name: known.index(name.lower())
        )
        chosen = found if several else found[:1]
        for name in chosen:
            free.remove(name)
            guessed.append(f"column {name[:80]!r} is taken for {what}")
        return tuple(chosen)

    has_magic = any(name.startswith(MAGIC) for name in magic)
    expect = guess("what is expected", _EXPECTED, said.expect) if said.expect or not has_magic else ()
    identity = guess("the id", _IDS, (said.id,) if said.id else ())
    tags = guess("tags", _TAGS, said.tags, several=True)
    metadata = guess("metadata", _METADATA, (), several=True)
    inputs = guess("an input", _INPUTS, said.inputs) if not has_magic or said.inputs else ()
    if not inputs:
        inputs = tuple(name for name in free if not _NOISE.fullmatch(name.lower()))
        guessed += [f"column {name[:80]!r} is taken for an input" for name in inputs]
        free = [name for name in free if name not in inputs]
    if not inputs:
        raise UsageError(f"no column is an input; name one with --input: {', '.join(names)[:400]}")
    return Columns(
        inputs=inputs,
        expect=expect,
        id=identity[0] if identity else "",
        tags=tags,
        metadata=metadata,
        magic=magic,
        left=tuple(free),
        guessed=tuple(guessed),
    )


def variable(name: str) -> str:
    """A column's name as the name of an input."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:50]
    return plain if refusal("", plain, VARIABLE) is None else f"input_{plain}".rstrip("_")


def variables(names: Iterable[str]) -> dict[str, str]:
    """A name of an input for each column, no two alike."""
    found: dict[str, str] = {}
    for name in names:
        wanted = said = variable(name)
        number = 1
        while said in found.values():
            number += 1
            said = f"{wanted}_{number}"
        found[name] = said
    return found


def names_of(rows: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
    """The columns of all rows, in the order in which they appear."""
    return tuple(dict.fromkeys(name for row in rows for name in row))


def is_assertion(name: str) -> bool:
    """Whether a column holds assertions of promptfoo: `__expected`, `__expected1` and so on."""
    return name == MAGIC or (name.startswith(MAGIC) and name[len(MAGIC) :].isdecimal())
