"""The fault matrix in `docs/reliability.md`: what every trouble of the stand-in ends in, from the table the tests assert."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.docs.rooms import ROOT
from tests.faults.expected import ENDS_STREAMED, EXPECTED, Expected
from tests.standin.troubles import ANSWERS, BODY, LIMITED, STATUS, STREAM, WIRE, Known

PAGE = ROOT / "docs" / "reliability.md"
_PART = re.compile(r"(<!-- faults -->\n).*?(\n<!-- end of faults -->)", re.DOTALL)
_GROUPS: Mapping[str, Mapping[str, Known]] = {
    "Error responses": STATUS,
    "429, and what may stand in Retry-After": LIMITED,
    "The wire": WIRE,
    "Bodies": BODY,
    "Odd answers": ANSWERS,
    "Streams": STREAM,
}
_HEAD = (
    "| trouble | what the server does | billed | it ends as | whose | requests | at most | others | exit |"
)
_RULE = "|---|---|---|---|---|---|---|---|---|"


def page() -> str:
    """The page with its part made anew."""
    made = "\n".join(_lines())
    return _PART.sub(lambda found: f"{found[1]}{made}{found[2]}", PAGE.read_text("utf-8"))


def _lines() -> Iterator[str]:
    for title, rows in _GROUPS.items():
        yield from ("", f"**{title}**", "", _HEAD, _RULE)
        for name, known in rows.items():
            yield _row(name, known, EXPECTED[name])
    yield ""


def _row(name: str, known: Known, expected: Expected) -> str:
    streamed = ENDS_STREAMED.get(name)
    ends = expected.ends if streamed is None else f"{expected.ends} (streamed: {streamed})"
    cells = (
        f"`{name}`",
        known.about.replace("|", "\\|"),
        "yes" if known.is_billed else "",
        ends,
        expected.whose,
        str(expected.attempts),
        _length(expected),
        expected.others,
        str(expected.status),
    )
    return f"| {' | '.join(cells)} |"


def _length(expected: Expected) -> str:
    if expected.streamed is None:
        return f"{expected.seconds:.4g} s"
    return f"{expected.seconds:.4g} s (streamed: {expected.streamed:.4g} s)"
