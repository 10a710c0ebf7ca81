"""The grader of citations: every one names a source that was given.

Without a `pattern` a citation is what stands in square brackets in one line, of up to 200 characters; several in one pair are separated by
`,` or `;`. A Markdown link, `[text](...)`, is none. Names are compared in Unicode normal form C, without space around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from harness.grade.decision import Decision, Undecidable, quoted
from harness.grade.path import select
from harness.grade.pattern import found_in
from harness.grade.response import Response
from harness.grade.spelling import composed
from harness.suite.canonical import canonical
from harness.suite.expectations.documents import Citations
from harness.units import Json

BRACKETS: Final = r"\[([^\[\]\n]{1,200})\](\(?)"
MOST: Final = 10_000
"""Citations that are read."""


def citations(wanted: Citations, response: Response) -> Decision:
    """Whether the citations name sources, and enough of them. Raises Undecidable where there is no source, or too much text."""
    sources = _sources(wanted, response)
    names = list(_cited(wanted.pattern, response.reply.text))
    cited = set(names) & sources
    stray = next((each for each in names if each not in sources), None)
    found = f"{len(names)} {'citation' if len(names) == 1 else 'citations'} of {len(cited)} of {len(sources)} sources"
    if stray is not None:
        return Decision(met=False, found=f"{found}; {quoted(stray, 100)} is none of them")
    least = len(sources) if wanted.all_of_them else wanted.least
    return Decision(met=len(cited) >= least, found=found)


def _sources(wanted: Citations, response: Response) -> set[str]:
    """The names of the sources. A number in the inputs is its digits."""
    if wanted.of_inputs is None:
        return {_plain(each) for each in wanted.of}
    named = [_name(each) for each in select(wanted.of_inputs, json.loads(canonical(response.inputs)))]
    if not named:
        raise Undecidable(f"no source at {wanted.of_inputs} of the inputs")
    return set(named)


def _name(value: Json) -> str:
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Undecidable("a source among the inputs that is no text")


def _cited(pattern: str | None, text: str) -> Iterator[str]:
    found = 0
    for groups in found_in(pattern or BRACKETS, text):
        if pattern is None and groups[1]:  # a link
            continue
        for name in groups[0].replace(";", ",").split(",") if pattern is None else groups[:1]:
            found += 1
            if found > MOST:
                raise Undecidable(f"more than {MOST:,} citations")
            yield _plain(name)


def _plain(name: str) -> str:
    return composed(name).strip()
