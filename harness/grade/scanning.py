"""JSON somewhere in a text: every object and every list that stands in it, read strictly.

A text can hold many beginnings of JSON that all go on to its end, so the work is bounded: what would take more is undecided.
"""

from __future__ import annotations

import json
import re
from typing import Final

from harness.grade.decision import Undecidable
from harness.grade.reading import checked, decoder
from harness.units import Json

LONGEST: Final = 1 << 20
"""Characters of a text that is searched."""
MOST_WORK: Final = 2 * LONGEST
"""Characters that are read in all, those that are read again included."""
_EACH: Final = 256
"""What any beginning costs, in characters: about as long as an exception takes."""
_COUNTED: Final = 64
"""Characters before a mistake that cost as much as one that is read: the library counts the lines in them."""
_BEGINNING: Final = re.compile(r"[\[{]")


def json_values(text: str) -> tuple[Json, ...]:
    """The outermost objects and lists in `text`, in order. Raises Undecidable where that takes too much work.

    What only looks like JSON (`[see below]`, a key twice, nested too deeply) is passed over; what stands inside of it is not.
    """
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and JSON is looked for in {LONGEST:,}")
    found: list[Json] = []
    read, work = decoder(), 0
    beginning = _BEGINNING.search(text)
    while beginning is not None:
        start = end = beginning.start()
        try:
            value, end = read.raw_decode(text, start)
            found.append(checked(value))
            work += end - start
        except json.JSONDecodeError as error:
            work += error.pos - start + error.pos // _COUNTED
        except (Undecidable, RecursionError, ValueError):
            work += len(text) - start
        work += _EACH
        if work > MOST_WORK:
            raise Undecidable("more beginnings of JSON than are looked at")
        beginning = _BEGINNING.search(text, max(end, start + 1))
    return tuple(found)
