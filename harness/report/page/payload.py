"""The cases as a page carries them: an index with every row, and chunks with what is read only when a case is opened.

All of it is JSON, packed by Zstandard, in base64, whose alphabet cannot end a script element. Browsers unpack gzip by
themselves, but it looks back no further than 32 kB; for texts like these Zstandard takes half the room, and `fzstd.js`,
a library of 8 kB, unpacks it.
Equal views give equal pages. What many cases were asked alike is kept once, in a chunk of its own.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness.report import safe, words
from harness.report.page.details import detail, told
from harness.report.views.case import CaseRow

SOFT_BYTES = 25_000_000
"""Of all chunks; above it cases in which nothing happened leave their answers out."""
HARD_BYTES = 50_000_000
"""Above it only the first ones, which are the worst, keep theirs."""
CHUNK_CASES = 200
CHUNK_CHARACTERS = 1_500_000
"""A chunk ends with the case that reaches one of the two."""
_EFFORT = 10
"""Of Zstandard: 12 takes half as long again for a page that is a hundredth smaller."""
UNEVENTFUL = frozenset({"same", "passed"})
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|[bfr\\])")
"""Escapes of JSON that stand for control characters, and the backslash that only looks like the start of one."""
_CONTROLS = {"b": "\b", "f": "\f", "r": "\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Everything a script element each."""

    index: str
    shared: str
    chunks: tuple[str, ...]
    left_out: str
    """What is not in it, in a sentence; empty where everything is."""


def packed(
    cases: Sequence[CaseRow], *, compared: bool, soft: int = SOFT_BYTES, hard: int = HARD_BYTES
) -> Payload:
    """All cases, and as many of their answers as `soft` and `hard` (bytes) have room for."""
    kept = [True] * len(cases)
    made = _Chunks(cases, kept)
    if made.size > soft:
        kept = [row.change not in UNEVENTFUL for row in cases]
        made = _Chunks(cases, kept)
    if made.size > hard:
        most = made.cases_within(hard)
        kept = [each and number < most for number, each in enumerate(kept)]
        made = _Chunks(cases, kept)
    return Payload(
        index=_packed(_json(_index(cases, made.starts, compared=compared))),
        shared=made.shared,
        chunks=tuple(made.chunks),
        left_out=_left_out(kept),
    )


def _left_out(kept: Sequence[bool]) -> str:
    missing = len(kept) - sum(kept)
    if not missing:
        return ""
    return (
        f"To keep this page small, the answers of {missing:,} of {words.count(len(kept), 'case')} are left out; "
        "every case is in the list, and those that became worse come first."
    )


class _Chunks:
    """The answers of the cases that are `kept`, and where in the list each chunk starts."""

    def __init__(self, cases: Sequence[CaseRow], kept: Sequence[bool]) -> None:
        common = _common(row for row, each in zip(cases, kept, strict=True) if each)
        self.shared = _packed(_json(list(common)))
        lengths = [told(row) if each else 0 for row, each in zip(cases, kept, strict=True)]
        spans = list(_spans(lengths))
        self.starts = [start for start, _ in spans]
        texts = (_chunk(cases[start:end], kept[start:end], common) for start, end in spans)
        with ThreadPoolExecutor() as pool:  # packing lets other threads run meanwhile
            self.chunks = list(pool.map(_packed, texts))

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return len(self.shared) + sum(map(len, self.chunks))

    def cases_within(self, most: int) -> int:
        """How many of the first cases are in the chunks that fit into `most` bytes."""
        room = most - len(self.shared)
        for start, chunk in zip(self.starts, self.chunks, strict=True):
            room -= len(chunk)
            if room < 0:
                return start
        return self.starts[-1] + CHUNK_CASES


def _common(cases: Iterable[CaseRow]) -> Mapping[str, int]:
    """Texts that more than one case was asked with, each with its number."""
    uses = Counter(
        text
        for row in cases
        for text in dict.fromkeys(each.text for each in (*row.asked_before, *row.asked_after))
    )
    return {text: number for number, text in enumerate(text for text, times in uses.items() if times > 1)}


def _spans(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = length = 0
    for number, each in enumerate(lengths, start=1):
        length += each
        if number - start == CHUNK_CASES or length >= CHUNK_CHARACTERS or number == len(lengths):
            yield start, number
            start, length = number, 0


def _chunk(cases: Sequence[CaseRow], kept: Sequence[bool], common: Mapping[str, int]) -> str:
    """Texts stand beside each other, so that packing sees what they have in common."""
    numbers = dict(common)
    details = [detail(row, numbers, is_kept=each) for row, each in zip(cases, kept, strict=True)]
    return _json({"texts": list(numbers)[len(common) :], "cases": details})


def _index(cases: Sequence[CaseRow], starts: Sequence[int], *, compared: bool) -> dict[str, object]:
    """What the table shows of every case, column by column."""
    return {
        "compared": compared,
        "starts": list(starts),
        "ids": [row.case_id for row in cases],
        "changes": _coded([[row.change] for row in cases]),
        "tags": _coded([row.tags for row in cases]),
        "failing": _coded([row.failing for row in cases]),
        "worse": [int(row.is_worse) for row in cases],
        "passed": [f"{row.before} → {row.after}" if compared else row.after for row in cases],
        "points": [row.points if compared else _score(row.mean) for row in cases],
        "score": [_short(row.difference if compared else row.mean) for row in cases],
        "costs": ["" if row.cost_usd is None else words.dollars(row.cost_usd) for row in cases],
        "cost": [None if row.cost_usd is None else float(row.cost_usd) for row in cases],
        "times": ["" if row.latency_s is None else words.seconds(row.latency_s) for row in cases],
        "time": [_short(row.latency_s) for row in cases],
        "before": [row.short_before for row in cases],
        "after": [row.short_after for row in cases],
    }


def _coded(columns: Sequence[Sequence[str]]) -> dict[str, object]:
    """Names once, and their numbers for every case."""
    numbers: dict[str, int] = {}
    of = [[numbers.setdefault(name, len(numbers)) for name in names] for names in columns]
    return {"names": list(numbers), "of": of}


def _score(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.2f}"


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 6)


def _packed(text: str) -> str:
    """No time stamp is in it: equal texts give equal bytes."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    return base64.b64encode(zstd.compress(text.encode(), _EFFORT)).decode()


def _json(value: object) -> str:
    """JSON in which every string is visible: its own signs are ASCII, so all of it may be looked through at once."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return safe.visible(_ESCAPE.sub(_seen, text))


def _seen(found: re.Match[str]) -> str:
    """An escape of JSON, or the name of the control character that it stands for; newlines and tabs stay."""
    escaped = found[1]
    control = chr(int(escaped[1:], 16)) if escaped[0] == "u" else _CONTROLS.get(escaped)
    return found[0] if control is None else safe.visible(control)
