"""The command that asks one case once more, as a shell takes it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from harness.compare.comparison import Change, Comparison
from harness.record import RunInfo
from harness.report.views.parts import Heading
from harness.suite.route import MARK

_CHOOSING = frozenset({"--case", "--tag", "--text", "--changed-since", "--sample", "--seed"})
"""Flags of a gate that say which cases it asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What asks a case again, without the case. Empty: nothing can, as with imported results."""

    both: str = ""
    """Both sides."""
    candidate: str = ""
    """The candidate alone: for a case that the baseline never had."""

    def command(self, case_id: str, change: Change | None) -> str:
        """The whole command; `change` is None where there is no baseline. Empty: nothing asks this case again."""
        if change is Change.REMOVED:
            return ""
        told = self.candidate if change in (None, Change.ADDED) else self.both
        named = [f"--case={case_id}"] if case_id.startswith("-") else ["--case", case_id]
        return f"{told} {shlex.join(named)}" if told else ""


NOT_AGAIN = Again()


def run_again(info: RunInfo) -> Again:
    """A run that was asked of a model. What was asked live is asked live again, and costs again."""
    if info.mode == "imported" or not info.prompt_version:
        return NOT_AGAIN
    told = ["harness", "run", info.suite, "--version", info.prompt_version]
    told += _model(info)
    return Again(candidate=shlex.join([*told, *_mode(info.mode)]))


def gate_again(comparison: Comparison, heading: Heading) -> Again:
    """A gate: as it was told, but for the cases. Of two stored runs: their variants, where those say which is which."""
    if heading.candidate is None or "imported" in {comparison.baseline.mode, comparison.candidate.mode}:
        return NOT_AGAIN
    candidate = run_again(heading.candidate).candidate
    told = _told(heading)
    if told is None:
        return Again(candidate=candidate)
    fresh = ["--fresh"] if "live" in told else []
    return Again(
        both=shlex.join(["harness", "gate", heading.candidate.suite, *told, *fresh]), candidate=candidate
    )


def _told(heading: Heading) -> list[str] | None:
    """The flags of the gate; None where nobody can say."""
    if heading.flags:
        said = shlex.split(heading.flags)
        pairs = zip(said[::2], said[1::2], strict=True)
        return [word for name, value in pairs if name not in _CHOOSING for word in (name, value)]
    before, after = heading.baseline, heading.candidate
    if before is None or after is None or _variant(before) == _variant(after):
        return None  # the files of another commit, and nobody knows which
    return ["--baseline", _variant(before), "--candidate", _variant(after), *_mode(after.mode)]


def _variant(info: RunInfo) -> str:
    return f"{info.prompt_version}@{info.model}"


def _model(info: RunInfo) -> list[str]:
    if info.model.startswith(MARK):
        return ["--route", info.model.removeprefix(MARK)]
    return ["--model", info.model]


def _mode(mode: str) -> list[str]:
    return [] if mode == "replay" else ["--mode", mode]
