"""Verdicts as Markdown: the comment on a pull request, and the summary of a CI step.

Text of models, users and other programs stands only in code spans and fences, where nothing is a mention, a
link, an image, a formula or HTML; of a sentence, only plain words stand outside. Both surfaces have hard limits:
every part has a share, and what does not fit is counted, never lost silently. No line is a command of a CI runner,
since a comment may be printed to its log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.markdown.folds import about, case_fold
from harness.report.views.briefs import MOST, MOST_OF_A_SUITE
from harness.report.views.pull import Pull, SuiteBrief
from harness.report.words import count

MARKER = "<!-- harness-report -->"
"""First line of every comment: by it the next comment replaces the last."""
COMMENT_CHARACTERS = 65_000
"""GitHub refuses comments above 65,536 characters."""
SUMMARY_BYTES = 900_000
"""GitHub drops a whole step summary above 1,024 KiB."""
_Size = Callable[[str], int]
_TOLD = 5
"""Suites whose verdict is told in sentences above the table; the rest are in it."""
_TOLD_CHARACTERS = 1_500
_COUNTS = 200
"""Room for the lines that count what is left out."""
_NAMED = 10
"""Suites that are named where cases are left out."""
_TABLE = 0.4
"""Of the room, the share that the table may take: a table of hundreds leaves room for the worst cases."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much fits, and of what there may be no more."""

    limit: int
    size: _Size
    cases: int
    cases_of_a_suite: int


def comment(pull: Pull) -> str:
    """The comment: one table, the three worst cases folded, and how to reproduce it. At most 65,000 characters."""
    return _fit(pull, _Room(COMMENT_CHARACTERS, _characters, cases=3, cases_of_a_suite=3))


def summary(pull: Pull, limit: int = SUMMARY_BYTES) -> str:
    """The step summary: as the comment, with many more cases. At most `limit` bytes; empty where nothing fits."""
    return _fit(pull, _Room(limit, _utf8, cases=MOST, cases_of_a_suite=MOST_OF_A_SUITE))


def _fit(pull: Pull, room: _Room) -> str:
    """Whole sections as long as they fit, most telling first, and lines that count the rest."""
    ending = ["", f"{safe.code_span(pull.command)} to reproduce", ""]
    head = [MARKER, *_headline(pull)]
    least = "\n".join([MARKER, _verdict(pull), *ending])
    counts = _left([], pull.suites)  # as long as what counts the cases can be
    used = _total([*head, *ending, *counts], room.size) + _COUNTS
    if used > room.limit:
        return least if room.size(least) <= room.limit else ""
    rows = list(map(_row, pull.suites))
    table, used = _take(rows, used, used + int((room.limit - used) * _TABLE), room.size)
    lines = [*head, *table, *_more(len(rows) - len(table), "suite", "omitted")]
    shown = list(_cases(pull, room))
    cases, used = _take([fold for _, fold in shown], used, room.limit, room.size)
    lines += [*cases, *_left([suite for suite, _ in shown[: len(cases)]], pull.suites)]
    folds = [about(each) for each in pull.suites if _has_more(each)]
    kept, _ = _take(folds, used, room.limit, room.size)
    lines += [*kept, *_more(len(folds) - len(kept), "detail", "omitted: this is full")]
    return "\n".join([*lines, *ending])


def _take(pieces: Sequence[str], used: int, limit: int, size: _Size) -> tuple[list[str], int]:
    taken: list[str] = []
    for piece in pieces:
        if used + size(piece) + 1 > limit:
            break
        taken.append(piece)
        used += size(piece) + 1
    return taken, used


def _total(lines: Sequence[str], size: _Size) -> int:
    return sum(size(line) + 1 for line in lines)


def _more(number: int, noun: str, what: str) -> list[str]:
    return [f"\n{number:,} more {noun if number == 1 else f'{noun}s'} {what}"] if number else []


def _headline(pull: Pull) -> list[str]:
    banner = ["", f"> **{pull.synthetic}**"] if pull.synthetic else []
    told = [line for suite in pull.suites[:_TOLD] for line in ("", _told(suite))]
    heads = ["", "| suite | change in points | verdict | cost |", "|---|---|---|---|"]
    return [_verdict(pull), *banner, *told, *heads]


def _verdict(pull: Pull) -> str:
    """What it comes to, in one line."""
    commit = [safe.code_span(pull.commit)] if pull.commit else []
    links = [f"[{name}](<{_address(link)}>)" for name, link in pull.links]
    return " · ".join([f"**Harness: {pull.headline}**", *_first_change(pull), *commit, *links])


def _first_change(pull: Pull) -> list[str]:
    """The worst suite's number beside the headline, where something is wrong at all."""
    worst = next((each for each in pull.suites if each.points), pull.suites[0])
    if worst.status is Status.PASS or not worst.points:
        return []
    cost = [f"cost {safe.prose(worst.cost)}"] if worst.cost else []
    return [f"{safe.code_span(worst.suite)} {safe.prose(worst.points)} points", *cost]


def _told(suite: SuiteBrief) -> str:
    """A verdict in its two sentences, and the cases it leaves out."""
    told = safe.prose(suite.told, _TOLD_CHARACTERS)
    return f"{_status(suite)} {safe.code_span(suite.suite)} {told}".rstrip()


def _row(suite: SuiteBrief) -> str:
    change = f"{safe.prose(suite.points)} ({safe.prose(suite.bounds)})" if suite.points else "not measured"
    verdict = f"{_status(suite)} {safe.code_span(suite.short)}".rstrip()
    return f"| {safe.code_span(suite.suite)} | {change} | {verdict} | {safe.prose(suite.cost)} |"


def _status(suite: SuiteBrief) -> str:
    return f"**{suite.status.replace('_', ' ')}**"


def _cases(pull: Pull, room: _Room) -> Iterator[tuple[str, str]]:
    """The suite of a case, and its fold, worst first."""
    shown: Counter[str] = Counter()
    for suite, case in pull.worst():
        if shown.total() == room.cases:
            return
        if shown[suite.suite] < room.cases_of_a_suite:
            shown[suite.suite] += 1
            yield suite.suite, case_fold(suite.suite, case)


def _left(shown: Sequence[str], suites: Sequence[SuiteBrief]) -> list[str]:
    """How many cases that became worse are not among those `shown`, suite by suite."""
    there = Counter(shown)
    left = [(each.suite, each.worse - there[each.suite]) for each in suites if each.worse > there[each.suite]]
    if not left:
        return []
    named = [f"{safe.code_span(suite)} {number:,}" for suite, number in left[:_NAMED]]
    rest = [f"{len(left) - _NAMED} more suites"] if len(left) > _NAMED else []
    total = sum(number for _, number in left)
    return [
        safe.without_commands(f"\n{count(total, 'more case')} became worse: {', '.join([*named, *rest])}")
    ]


def _has_more(suite: SuiteBrief) -> bool:
    return suite.status is not Status.PASS or bool(suite.listings or suite.notes)


def _address(link: str) -> str:
    """Our own address as a link target: nothing in it may end the target."""
    return "".join(letter for letter in safe.visible(link) if letter not in "<>\n\t \\")


def _characters(text: str) -> int:
    """Length as GitHub counts it: code units of UTF-16 bound it from above."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
