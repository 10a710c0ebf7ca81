"""The comment on a pull request: rendered here from numbers and short names, and kept as one comment."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.errors import UsageError
from harness.github.briefs import brief_of
from harness.github.verdicts import SuiteVerdict
from harness.report import safe
from harness.report.markdown.comment import MARKER, comment
from harness.report.views.pull import make_pull

Ask = Callable[[Sequence[str], str], str]
"""Arguments of `gh api` and the body to send (empty: none), to what GitHub answers. Raises UsageError."""

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Which commit was gated, and where. From the event of the trusted workflow, never from the artifact."""

    repository: str
    sha: str
    run_url: str
    base: str = "origin/main"
    """What the change is compared with, for the command that reproduces it."""
    author: str = "github-actions[bot]"
    """Who comments for us: the login that belongs to the token."""
    report: int | None = None
    """Number of the artifact that is the HTML page; None: there is none."""

    def __post_init__(self) -> None:
        """Raise UsageError for what cannot be a repository, a commit or an address of a run."""
        if not re.fullmatch(r"[\w.-]{1,100}/[\w.-]{1,100}", self.repository, re.ASCII):
            raise UsageError("--repository is not OWNER/NAME")
        if not re.fullmatch(r"[0-9a-f]{40}", self.sha):
            raise UsageError("--sha is not a full commit")
        if not re.fullmatch(r"https://[\w.:/-]{1,400}", self.run_url, re.ASCII):
            raise UsageError("--run-url is not an address")
        if not re.fullmatch(r"(?!-)[\w./-]{1,200}", self.base, re.ASCII):
            raise UsageError("--base is not the name of a commit")
        if not re.fullmatch(r"[\w-]{1,100}(?:\[bot\])?", self.author, re.ASCII):
            raise UsageError("--author is not a login")


def render(verdicts: Sequence[SuiteVerdict], occasion: Occasion) -> str:
    """The comment as Markdown, by the code that `--markdown` has too. What the artifact says is hostile there as well."""
    return comment(
        make_pull(
            list(map(brief_of, verdicts)),
            command=f"harness gate --base {occasion.base}",
            synthetic=any(each.synthetic for each in verdicts),
            commit=occasion.sha[:8],
            links=_links(occasion),
        )
    )


def render_nothing(why: str, occasion: Occasion) -> str:
    """The comment where there is no verdict, so that the last one does not stay for a new commit."""
    said = " · ".join([f"`{occasion.sha[:8]}`", *(f"[{name}](<{link}>)" for name, link in _links(occasion))])
    fence = safe.fence(safe.one_line(why)[:500])
    return f"{MARKER}\n**Harness: no verdict** · {said}\n\n{fence}\n"


def _links(occasion: Occasion) -> list[tuple[str, str]]:
    report = [("report", f"{occasion.run_url}/artifacts/{occasion.report}")] if occasion.report else []
    return [*report, ("the run", occasion.run_url)]


def upsert(body: str, occasion: Occasion, ask: Ask) -> tuple[int, ...]:
    """Put the comment on every open pull request whose head is this commit; gives their numbers.

    The number comes from GitHub, by the commit, since the artifact could name any. Raises UsageError.
    """
    numbers = tuple(_pull_requests(occasion, ask))
    for number in numbers:
        _put(number, json.dumps({"body": body}), occasion, ask)
    return numbers


def _put(number: int, document: str, occasion: Occasion, ask: Ask) -> None:
    """Replace the newest of our comments, or write the first; and leave no other.

    Two jobs at once may each find none and write one. So a job that wrote one looks again, and whoever looks last sees
    them all: both would keep the newest, whose number is the highest.
    """
    mine = _mine(number, occasion, ask)
    if not (mine and _is_replaced(mine[-1], document, occasion, ask)):
        ask(["--method", "POST", f"repos/{occasion.repository}/issues/{number}/comments"], document)
        mine = _mine(number, occasion, ask)
    for old in mine[:-1]:
        with contextlib.suppress(UsageError):  # the verdict is there; the next one tries again
            ask(["--method", "DELETE", _comment(old, occasion)], "")


def _is_replaced(comment_id: int, document: str, occasion: Occasion, ask: Ask) -> bool:
    """Whether it was. False: it is gone, since another job or a person was faster."""
    try:
        ask(["--method", "PATCH", _comment(comment_id, occasion)], document)
    except UsageError as error:
        if "HTTP 404" in str(error):
            return False
        raise
    return True


def _comment(number: int, occasion: Occasion) -> str:
    return f"repos/{occasion.repository}/issues/comments/{number}"


def _pull_requests(occasion: Occasion, ask: Ask) -> Iterator[int]:
    path = f"repos/{occasion.repository}/pulls?state=open&per_page=100"
    for line in ask(["--paginate", path, "--jq", '.[] | "\\(.number) \\(.head.sha)"'], "").splitlines():
        number, _, sha = line.partition(" ")
        if sha == occasion.sha:
            yield int(number)


def _mine(number: int, occasion: Occasion, ask: Ask) -> list[int]:
    """Our comments, oldest first: written by whoever writes for us, and beginning with the marker.

    The marker alone makes none ours: anybody can begin a comment with it.
    """
    path = f"repos/{occasion.repository}/issues/{number}/comments?per_page=100"
    chosen = (
        f'.[] | select(.user.login == "{occasion.author}") | select(.body | startswith("{MARKER}")) | .id'
    )
    return sorted(int(each) for each in ask(["--paginate", path, "--jq", chosen], "").split())


def find_report(name: str, occasion: Occasion, ask: Ask) -> int | None:
    """The number of that run's artifact of this name, or of a file of it; None: there is none, or nobody can tell.

    Raises UsageError for what can be no name. What is kept without an archive is called as its file is: `NAME.html`.
    """
    run = re.fullmatch(r".*/actions/runs/([0-9]+)", occasion.run_url)
    if not re.fullmatch(r"[\w. -]{1,100}", name, re.ASCII):
        raise UsageError("--report is not the name of an artifact")
    if run is None:
        return None
    path = f"repos/{occasion.repository}/actions/runs/{run[1]}/artifacts?per_page=100"
    named = f'select(.name == "{name}" or .name == "{name}.html")'
    chosen = f".artifacts[] | select(.expired | not) | {named} | .id"
    try:
        found = ask(["--paginate", path, "--jq", chosen], "").split()
    except UsageError:
        return None  # a verdict without its link is better than none
    return int(found[-1]) if found else None


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
