"""Verdicts out of a file that somebody else's pull request may have written: hostile data, and nothing more.

The job that gates a pull request runs with that request's files, and a change of its workflow can make it say
anything. So nothing in its artifact is trusted: it is small, it has exactly this shape, and it is only shown.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from harness.compare.change import Change
from harness.errors import UsageError
from harness.gate.verdict import Status
from harness.report.views.cases import change_word

MOST_BYTES = 16 << 20
"""Fifty suites in which hundreds of cases became worse have a document of some megabytes."""
_Name = Annotated[str, Field(max_length=200)]
_Line = Annotated[str, Field(max_length=MOST_BYTES)]
"""As long as it is: whoever shows it cuts it."""
_Passed = Annotated[str, Field(pattern=r"\A(?:[0-9]{1,9}/[0-9]{1,9}|[0-9]\.[0-9]{2}|none|–)\z")]
_CHANGES = frozenset(map(change_word, Change))
_Count = Annotated[int, Field(ge=0, le=10**9)]
_Number = Annotated[float, Field(ge=-1e6, le=1e6)]


def _known(change: str) -> str:
    if change not in _CHANGES:
        raise ValueError("no such change")
    return change


class _Shape(BaseModel):
    """Strict types, no infinity; keys that are not known are left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class Quality(_Shape):
    """The difference, as a share; all None where nothing was measured."""

    difference: _Number | None
    lower: _Number | None
    upper: _Number | None


class Cost(_Shape):
    """Candidate over baseline."""

    ratio: _Number | None


class Finding(_Shape):
    """One rule applied."""

    rule: _Line
    status: Annotated[Status, Field(strict=False)]
    because: _Line


class Trials(_Shape):
    """Where the planned trials of one side ended."""

    planned: _Count
    answered: _Count
    degraded: _Count
    failed: _Count
    skipped: _Count


class Sides(_Shape):
    """Both sides, and the cases that only one of them has."""

    baseline: Trials
    candidate: Trials
    only_baseline: Annotated[list[_Line], Field(max_length=100_000)]
    only_candidate: Annotated[list[_Line], Field(max_length=100_000)]


class Case(_Shape):
    """One case that became worse."""

    case: _Line
    change: Annotated[str, AfterValidator(_known)]
    before: _Passed
    after: _Passed
    place: _Line
    because: _Line
    evidence: Annotated[list[_Line], Field(max_length=100)]
    diff: Annotated[list[_Line], Field(max_length=1_000)]


class Brief(_Shape):
    """What is told in words."""

    told: _Line
    short: _Line
    notes: Annotated[list[_Line], Field(max_length=10_000)] = []
    worse: _Count
    cases: Annotated[list[Case], Field(max_length=100)] = []


class SuiteVerdict(_Shape):
    """One document of `harness gate --json`, as far as a comment shows it."""

    suite: _Name
    status: Annotated[Status, Field(strict=False)]
    label: _Name | None
    summary: _Line = ""
    """Absent from what older versions wrote."""
    quality: Quality
    cost: Cost
    findings: Annotated[list[Finding], Field(max_length=100_000)]
    accounting: Sides
    synthetic: bool
    brief: Brief | None = None
    """Absent from what older versions wrote."""


_MANY = TypeAdapter(Annotated[list[SuiteVerdict], Field(min_length=1, max_length=200)])


def read_verdicts(path: Path) -> tuple[SuiteVerdict, ...]:
    """The verdicts in a file. Raises UsageError for everything that `harness gate --json` does not print."""
    data = _whole(_read(path).strip(), path.name)
    try:
        return tuple(_MANY.validate_json(data if data.startswith(b"[") else b"[" + data + b"]"))
    except ValidationError as error:
        raise UsageError(
            f"{path.name} is not what `harness gate --json` prints: {error.error_count()} mistakes in it"
        ) from None


def _whole(data: bytes, name: str) -> bytes:
    """The same document without halves of characters, which JSON can spell and a model may answer, but UTF-8 cannot hold."""
    try:
        return json.dumps(json.loads(data), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is not what `harness gate --json` prints: it is no JSON") from None


def _read(path: Path) -> bytes:
    """A regular file of at most `MOST_BYTES`; links are not followed."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path.name} is not a file")
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path.name} has more than {MOST_BYTES:,} bytes")
    return data
