"""Closed sections of a comment: one case with its short diff, or what was said of one suite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.views.pull import CaseBrief, SuiteBrief
from harness.report.views.rows import Listing

_DIFF_LINES = 30
_EVIDENCE_LINES = 4
_ABOUT_LINES = 60
_CHARACTERS = 3_000
"""Of one fence."""
_WIDE = 300
"""Of a line of a diff."""
_SENTENCE = 400
_NAMED = 20
"""Cases that are named in a listing."""


def case_fold(suite: str, case: CaseBrief) -> str:
    """What became of one case, where it stands, what differs, and what was not met."""
    title = (
        f"{safe.html_code(suite)} {safe.html_code(case.case_id)} {case.change}, {case.before} → {case.after}"
    )
    reasons = [each for each in (case.because, *case.evidence) if each]
    parts = [
        safe.code_span(case.place),
        _fence(case.diff, _DIFF_LINES, _WIDE, "diff") if case.diff else "",
        _fence([safe.one_line(each) for each in reasons], _EVIDENCE_LINES, _SENTENCE) if reasons else "",
    ]
    body = "\n\n".join(part for part in parts if part)
    return _folded(title, body or "Nothing is kept of its answers.")


def about(suite: SuiteBrief) -> str:
    """What was said against one suite, and where its trials ended."""
    name, status = safe.html_code(suite.suite), suite.status.replace("_", " ")
    title = f"about {name}" if suite.status is Status.PASS else f"why {name} is {status}"
    return _folded(title, _fence([safe.one_line(each) for each in _said(suite)], _ABOUT_LINES, _SENTENCE))


def _said(suite: SuiteBrief) -> Iterator[str]:
    for finding in suite.findings:
        if finding.status is not Status.PASS:
            yield f"{finding.status}  {finding.rule}: {finding.because}"
    yield from suite.notes
    yield from (f"{each.side}  {each.sentence}" for each in suite.accounting)
    yield from map(_listing, suite.listings)


def _listing(listing: Listing) -> str:
    named, more = listing.case_ids[:_NAMED], len(listing.case_ids) - _NAMED
    rest = [f"{more} more"] if more > 0 else []
    return f"{len(listing.case_ids)} {listing.title}: {', '.join([*named, *rest])}"


def _fence(lines: Sequence[str], most: int, wide: int, language: str = "text") -> str:
    """A fence of at most `most` lines and `_CHARACTERS`, each line of at most `wide`; a last one counts the rest."""
    shown: list[str] = []
    used = 0
    for line in lines[:most]:
        cut = _cut(line, wide)
        used += len(cut) + 1
        if used > _CHARACTERS:
            break
        shown.append(cut)
    left = len(lines) - len(shown)
    return safe.fence("\n".join([*shown, *([f" ({left} more lines)"] if left else [])]), language)


def _cut(line: str, wide: int) -> str:
    """One line; what cannot be seen in it is named before it is measured."""
    shown = safe.visible(line[: 2 * wide]).replace("\n", " ")
    return shown if len(shown) <= wide else f"{shown[: wide - 1]}…"


def _folded(title: str, body: str) -> str:
    """A closed section. The blank line after the summary makes GitHub read the rest as Markdown again."""
    return f"\n<details><summary>{title}</summary>\n\n{body}\n\n</details>"
