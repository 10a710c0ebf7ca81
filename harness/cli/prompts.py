"""`harness prompts`: list, show, diff and lock prompt versions."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from harness.cli.console import say, tell, tell_json, write
from harness.cli.table import Column, room, table, text
from harness.cli.verbs import Verbs, add_json, run
from harness.errors import FilesRejected, Problem, UsageError
from harness.pipeline.auditing import audit
from harness.report.safe import term_block
from harness.report.words import count
from harness.settings import read_settings
from harness.suite.lock import LOCK, lock_text, read_lock
from harness.suite.notation.fields import Noted
from harness.suite.project import Project
from harness.suite.prompt import PromptVersion
from harness.suite.read import WorkingTree, read_project
from harness.suite.spoken import spoken

__all__ = ["configure", "run"]

_EPILOG = """\
A version in prompts/prompts.lock is released: it never changes again. To change it, copy its file to the
next version, change the copy, and lock that.

examples:
  harness prompts list
  harness prompts diff triage v1 v2
  harness prompts lock
"""
_HEADS = (Column(head="prompt"), Column(head="version"), Column(head="state"), Column(head="digest"))


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    verbs = Verbs(parser)
    listing = verbs.add("list", "every version, released or draft, and who uses it", _list, "prompts list")
    show = verbs.add("show", "one version as it is asked", _show, "prompts show triage v2")
    diff = verbs.add("diff", "what differs between two versions", _diff, "prompts diff triage v1 v2")
    lock = verbs.add(
        "lock", "release every version that is still a draft", _lock, "prompts lock --check   # in CI"
    )
    for each in (show, diff):
        each.add_argument("prompt")
        each.add_argument("version")
    diff.add_argument("other", metavar="version")
    lock.add_argument("--check", action="store_true", help="write nothing; exit 2 when there is a draft")
    add_json(listing, show, diff)


def _list(args: argparse.Namespace) -> int:
    project = _project()
    released = _released(project)
    rows = [_row(each, released, project) for _, each in sorted(project.prompts.items())]
    if args.json:
        names = ("prompt", "version", "state", "digest", "used_by", "description")
        tell_json({"schema": 1, "prompts": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        heads = (*_HEADS, text("used by"), text("description"))
        shown = [(*row[:3], row[3][:12], ", ".join(row[4]), row[5]) for row in rows]
        tell(table(heads, shown, fit=room()))
    return 0


def _row(
    prompt: PromptVersion, released: frozenset[tuple[str, str]], project: Project
) -> tuple[str, str, str, str, tuple[str, ...], str]:
    name = (prompt.name, prompt.version)
    users = sorted(
        suite.name
        for suite in project.suites.values()
        if suite.prompt == prompt.name and prompt.version in (suite.baseline.version, suite.candidate.version)
    )
    state = "released" if name in released else "draft"
    return (*name, state, prompt.digest, tuple(users), prompt.description)


def _show(args: argparse.Namespace) -> int:
    prompt = _find(_project(), args.prompt, args.version)
    if args.json:
        about = {"prompt": prompt.name, "version": prompt.version, "digest": prompt.digest}
        tell_json(
            {"schema": 1, **about, "description": prompt.description, "text": "\n".join(spoken(prompt))}
        )
    else:
        tell("\n".join(line for part in spoken(prompt) for line in term_block(part)))
    return 0


def _diff(args: argparse.Namespace) -> int:
    project = _project()
    old = _find(project, args.prompt, args.version)
    new = _find(project, args.prompt, args.other)
    before, after = (f"{each.name}/{each.version}" for each in (old, new))
    lines = list(difflib.unified_diff(spoken(old), spoken(new), before, after, lineterm=""))
    if args.json:
        tell_json({"schema": 1, "prompt": old.name, "from": old.version, "to": new.version, "diff": lines})
    elif lines:
        tell("\n".join(shown for line in lines for shown in term_block(line)))
    else:
        say(f"{old.version} and {new.version} of {old.name} ask exactly the same")
    return 0


def _lock(args: argparse.Namespace) -> int:
    project = _project()
    drafts = [project.prompts[name] for name in sorted(project.prompts.keys() - _released(project))]
    if args.check and drafts:
        what = "{} of prompt {!r} is not released"
        raise FilesRejected(
            [
                Problem(each.place, what.format(each.version, each.name), "run `harness prompts lock`")
                for each in drafts
            ]
        )
    if drafts:
        write(Path(project.root) / LOCK, lock_text(project.prompts))
        locked = {f"{each.name}/{each.version}": each.digest for each in drafts}
        audit(read_settings(), "prompts_locked", {"versions": locked})
    for each in drafts:
        tell(f"{each.name} {each.version} {each.digest}")
    say(f"{LOCK}: {count(len(project.prompts), 'released version')}, {len(drafts)} of them new")
    return 0


def _project() -> Project:
    return read_project(WorkingTree(read_settings().root))


def _released(project: Project) -> frozenset[tuple[str, str]]:
    return frozenset(read_lock(WorkingTree(Path(project.root)), Noted([])))


def _find(project: Project, name: str, version: str) -> PromptVersion:
    found = project.prompts.get((name, version))
    if found is None:
        known = ", ".join(f"{prompt} {number}" for prompt, number in sorted(project.prompts)) or "none"
        raise UsageError(f"there is no version {version!r} of a prompt {name!r}; there are: {known}")
    return found
