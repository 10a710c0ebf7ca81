"""The comment on a pull request: rendered here from numbers and short names, and kept as one comment."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.errors import UsageError
from harness.gate.verdict import Status
from harness.github.verdicts import SuiteVerdict, Trials
from harness.report import safe, words
from harness.report.markdown.comment import MARKER
from harness.report.views.overview import headline_of
from harness.report.views.parts import SYNTHETIC

Ask = Callable[[Sequence[str], str], str]
"""Arguments of `gh api` and the body to send (empty: none), to what GitHub answers. Raises UsageError."""

_MOST_SUITES = 50
_MOST_CHARACTERS = 4_000
_BOT = "github-actions[bot]"
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Which commit was gated, and where. From the event of the trusted workflow, never from the artifact."""

    repository: str
    sha: str
    run_url: str

    def __post_init__(self) -> None:
        """Raise UsageError for what cannot be a repository, a commit or an address of a run."""
        if not re.fullmatch(r"[\w.-]{1,100}/[\w.-]{1,100}", self.repository, re.ASCII):
            raise UsageError("--repository is not OWNER/NAME")
        if not re.fullmatch(r"[0-9a-f]{40}", self.sha):
            raise UsageError("--sha is not a full commit")
        if not re.fullmatch(r"https://[\w.:/-]{1,400}", self.run_url, re.ASCII):
            raise UsageError("--run-url is not an address")


def render(verdicts: Sequence[SuiteVerdict], occasion: Occasion) -> str:
    """The comment as Markdown. Names stand in code spans, sentences in fences: none is a mention or a link."""
    ordered = sorted(verdicts, key=lambda each: (list(Status).index(each.status), each.suite))
    shown = ordered[:_MOST_SUITES]
    lines = [MARKER, f"**Harness: {headline_of([each.status for each in ordered])}** · {_origin(occasion)}"]
    if any(each.synthetic for each in ordered):
        lines += ["", f"> **{SYNTHETIC}**"]
    lines += ["", "| suite | change in points | verdict | cost |", "|---|---|---|---|", *map(_row, shown)]
    if len(shown) < len(ordered):
        lines.append(f"\n{len(ordered) - len(shown)} more suites: see the run")
    details = "\n".join(line for each in shown for line in _details(each))[:_MOST_CHARACTERS]
    if details:
        lines += ["", safe.fence(details)]
    return "\n".join([*lines, ""])


def render_nothing(why: str, occasion: Occasion) -> str:
    """The comment where there is no verdict, so that the last one does not stay for a new commit."""
    return (
        f"{MARKER}\n**Harness: no verdict** · {_origin(occasion)}\n\n{safe.fence(safe.one_line(why)[:500])}\n"
    )


def _origin(occasion: Occasion) -> str:
    return f"`{occasion.sha[:8]}` · [the run](<{occasion.run_url}>)"


def _row(verdict: SuiteVerdict) -> str:
    quality = verdict.quality
    change = "not measured"
    if quality.difference is not None and quality.lower is not None and quality.upper is not None:
        low, high = words.points(quality.lower), words.points(quality.upper)
        change = f"{words.points(quality.difference)} ({low} to {high})"
    label = f" {safe.code_span(verdict.label)}" if verdict.label else ""
    status = verdict.status.replace("_", " ")
    return f"| {safe.code_span(verdict.suite)} | {change} | **{status}**{label} | {words.change(verdict.cost.ratio)} |"


def _details(verdict: SuiteVerdict) -> Iterator[str]:
    """What was said against a suite, and what is not in the comparison."""
    name = safe.one_line(verdict.suite)
    if verdict.summary:
        yield f"{name}: {safe.one_line(verdict.summary)}"
    for finding in verdict.findings:
        if finding.status is not Status.PASS:
            yield f"{name}: {finding.status}  {safe.one_line(finding.rule)}: {safe.one_line(finding.because)}"
    sides = verdict.accounting
    for side, trials in (("baseline", sides.baseline), ("candidate", sides.candidate)):
        if trials.answered != trials.planned:
            yield f"{name}: {side} {_ended(trials)}"
    for side, only in (("baseline", sides.only_baseline), ("candidate", sides.only_candidate)):
        if only:
            shown = ", ".join(safe.one_line(each) for each in only[:10])
            yield f"{name}: {words.count(len(only), 'case')} only in the {side}: {shown}"


def _ended(trials: Trials) -> str:
    return (
        f"{trials.planned} planned = {trials.answered} answered + {trials.degraded} degraded"
        f" + {trials.failed} failed + {trials.skipped} skipped"
    )


def upsert(body: str, occasion: Occasion, ask: Ask) -> tuple[int, ...]:
    """Put the comment on every open pull request whose head is this commit; gives their numbers.

    The number comes from GitHub, by the commit, since the artifact could name any.
    """
    numbers = tuple(_pull_requests(occasion, ask))
    document = json.dumps({"body": body})
    for number in numbers:
        mine = _mine(number, occasion, ask)
        if mine is None:
            ask(["--method", "POST", f"repos/{occasion.repository}/issues/{number}/comments"], document)
        else:
            ask(["--method", "PATCH", f"repos/{occasion.repository}/issues/comments/{mine}"], document)
    return numbers


def _pull_requests(occasion: Occasion, ask: Ask) -> Iterator[int]:
    path = f"repos/{occasion.repository}/pulls?state=open&per_page=100"
    for line in ask(["--paginate", path, "--jq", '.[] | "\\(.number) \\(.head.sha)"'], "").splitlines():
        number, _, sha = line.partition(" ")
        if sha == occasion.sha:
            yield int(number)


def _mine(number: int, occasion: Occasion, ask: Ask) -> int | None:
    """The comment that is to be replaced: written by the workflow, and beginning with the marker."""
    path = f"repos/{occasion.repository}/issues/{number}/comments?per_page=100"
    chosen = f'.[] | select(.user.login == "{_BOT}") | select(.body | startswith("{MARKER}")) | .id'
    found = ask(["--paginate", path, "--jq", chosen], "").split()
    return int(found[0]) if found else None


def ask_github(arguments: Sequence[str], body: str) -> str:
    """`gh api`, which takes its token from the environment by itself. Raises UsageError."""
    command = ["gh", "api", *arguments, *(["--input", "-"] if body else [])]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the arguments are ours
            command, input=body, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"gh cannot be asked: {type(error).__name__}; install it, or try again") from None
    if done.returncode != 0:
        raise UsageError(f"gh api failed: {done.stderr.strip()[-300:]}")
    return done.stdout
