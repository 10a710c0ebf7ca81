"""Verdicts as Markdown: the comment on a pull request, and the summary of a CI step.

Text of models, users and other programs stands only in code spans and fences, where nothing is a mention, a
link, an image or HTML. Both surfaces have hard limits; what does not fit is counted, never lost silently.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.views.case import CaseRow
from harness.report.views.parts import Overview, ReportView

MARKER = "<!-- harness-report -->"
"""First line of every comment: by it the next comment replaces the last."""
COMMENT_CHARACTERS = 65_000
"""GitHub refuses comments above 65,536 characters."""
SUMMARY_BYTES = 900_000
"""GitHub drops a whole step summary above 1,024 KiB."""
_Size = Callable[[str], int]
_WORST = 3
_TOLD = 5
"""Suites whose verdict is told in sentences above the table; the rest are in it."""
_SUSPECTS = 10
_DIFF_LINES = 40
_DIFF_CHARACTERS = 4_000
_FINDINGS_CHARACTERS = 4_000


def comment(overview: Overview) -> str:
    """The comment: one table, the worst cases folded, and how to reproduce it. At most 65,000 characters."""
    return _fit(overview, _worst(overview, _WORST), COMMENT_CHARACTERS, _characters)


def summary(overview: Overview) -> str:
    """The step summary: as the comment, with every case that became worse. At most 900 kB."""
    return _fit(overview, _worst(overview, 10**9), SUMMARY_BYTES, _utf8)


def _fit(overview: Overview, cases: Sequence[tuple[str, CaseRow]], limit: int, size: _Size) -> str:
    """Whole sections as long as they fit, and a line that counts the rest."""
    head = [MARKER, *_headline(overview)]
    tail = ["", f"{safe.code_span(overview.command)} to reproduce", ""]
    used = sum(size(line) + 1 for line in [*head, *tail]) + 200
    rows = list(_rows(overview.reports))
    fitting, used = _take(rows, used, limit, size)
    head += fitting
    if len(fitting) < len(rows):
        head.append(f"\n{len(rows) - len(fitting)} suites omitted: this comment is full")
    told = [
        each
        for each in overview.reports
        if each.status is not Status.PASS or each.listings or each.models or each.process or each.suspects
    ]
    blocks = [*map(_findings, told), *(_case(suite, row) for suite, row in cases)]
    kept, _ = _take(blocks, used, limit, size)
    omitted = len(blocks) - len(kept)
    more = (
        [f"\n{omitted} {'detail' if omitted == 1 else 'details'} omitted: this comment is full"]
        if omitted
        else []
    )
    return "\n".join([*head, *kept, *more, *tail])


def _take(pieces: Sequence[str], used: int, limit: int, size: _Size) -> tuple[list[str], int]:
    taken: list[str] = []
    for piece in pieces:
        if used + size(piece) + 1 > limit:
            break
        taken.append(piece)
        used += size(piece) + 1
    return taken, used


def _headline(overview: Overview) -> list[str]:
    link = [] if overview.link is None else [f"[report](<{_address(overview.link)}>)"]
    line = " · ".join([f"**Harness: {overview.headline}**", *_first_change(overview), *link])
    banner = ["", f"> **{overview.synthetic}**"] if overview.synthetic else []
    told = [line for view in overview.reports[:_TOLD] for line in ("", _told(view))]
    return [line, *banner, *told, "", "| suite | change in points | verdict | cost |", "|---|---|---|---|"]


def _told(view: ReportView) -> str:
    """A verdict in its two sentences, and the cases it leaves out."""
    status = view.status.replace("_", " ")
    held = "".join(f" {safe.code_span(each.because)}" for each in view.findings if each.rule == "quarantine")
    return f"**{status}** {safe.code_span(view.suite)} {' '.join(view.named)}{held}"


def _first_change(overview: Overview) -> list[str]:
    """The worst suite's number beside the headline, where something is wrong at all."""
    worst = overview.reports[0]
    if worst.status is Status.PASS or worst.effect is None:
        return []
    return [f"{safe.code_span(worst.suite)} {worst.effect.points} points", f"cost {_cost(worst)}"]


def _rows(reports: Sequence[ReportView]) -> Iterator[str]:
    for view in reports:
        change = "not measured" if view.effect is None else f"{view.effect.points} ({view.effect.bounds})"
        verdict = f"**{view.status.replace('_', ' ')}**"
        if view.short:
            verdict += f" {safe.code_span(view.short)}"
        yield f"| {safe.code_span(view.suite)} | {change} | {verdict} | {_cost(view)} |"


def _cost(view: ReportView) -> str:
    return next((each.value for each in view.figures if each.name == "cost"), "")


def _findings(view: ReportView) -> str:
    """What was said against one suite, and where its trials ended, folded."""
    lines = [
        f"{each.status}  {each.rule}: {each.because}"
        for each in view.findings
        if each.status is not Status.PASS
    ]
    lines += [f"{each.name}  {each.sentence}" for each in view.process]
    lines += [
        f"suspect  {each.case_id}  {each.first or each.fresh}{', broke again' if each.broke else ''}"
        for each in view.suspects[:_SUSPECTS]
    ]
    lines += [f"{each.name}  {each.sentence}" for each in view.measures]
    lines += [f"{each.side}  {each.sentence}" for each in view.accounting]
    lines += [f"{each.name}  {each.sentence}" for each in view.models]
    lines += [f"{len(each.case_ids)} {each.title}: {', '.join(each.case_ids[:20])}" for each in view.listings]
    text = "\n".join(safe.one_line(each) for each in lines)[:_FINDINGS_CHARACTERS]
    name, status = safe.html_code(view.suite), view.status.replace("_", " ")
    title = f"about {name}" if view.status is Status.PASS else f"why {name} is {status}"
    return _folded(title, safe.fence(text))


def _worst(overview: Overview, number: int) -> list[tuple[str, CaseRow]]:
    """The cases that became worse, in turns over the suites, so that no suite hides another's."""
    lists = [[(view.suite, row) for row in view.worst] for view in overview.reports]
    longest = max(len(each) for each in lists)
    turns = [each[place] for place in range(min(longest, number)) for each in lists if place < len(each)]
    return turns[:number]


def _case(suite: str, row: CaseRow) -> str:
    title = f"{safe.html_code(suite)} {safe.html_code(row.case_id)} {row.change}, {row.before} → {row.after}"
    return _folded(title, _difference(row))


def _difference(row: CaseRow) -> str:
    """A short diff of the first pair of answers that differ."""
    for pair in row.pairs:
        before = "" if pair.baseline is None else pair.baseline.text
        after = "" if pair.candidate is None else pair.candidate.text or pair.candidate.note
        if before != after:
            return safe.fence("\n".join(_diff(before, after)), "diff")
    return safe.fence(f"before: {row.short_before}\nafter: {row.short_after}")


def _diff(before: str, after: str) -> list[str]:
    """A unified diff without its header, cut to what a comment can carry."""
    old = before[:_DIFF_CHARACTERS].splitlines()
    new = after[:_DIFF_CHARACTERS].splitlines()
    lines = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    shown = [line for line in lines if not line.startswith("@@")]
    cut = len(before) > _DIFF_CHARACTERS or len(after) > _DIFF_CHARACTERS or len(shown) > _DIFF_LINES
    return [*shown[:_DIFF_LINES], *(["(cut)"] if cut else [])]


def _folded(title: str, body: str) -> str:
    """A closed section. The blank line after the summary makes GitHub read the rest as Markdown again."""
    return f"\n<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _address(link: str) -> str:
    """Our own address as a link target: nothing in it may end the target."""
    return "".join(letter for letter in safe.visible(link) if letter not in "<>\n\t \\")


def _characters(text: str) -> int:
    """Length as GitHub counts it: code units of UTF-16 bound it from above."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
