"""What a selection rests on, looked up: what changed since a commit, and what failed the last time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.errors import UsageError
from harness.selection import Selection
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.read import list_runs
from harness.suite.case import Suite
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import GitTree
from harness.trial import Variant


def looked_up(
    selection: Selection, suite: Suite, candidate: Variant, project: Project, settings: Settings
) -> Selection:
    """`selection` as it can be applied to `suite`. `candidate` is the variant that is asked about.

    Raises UsageError where git knows no such commit or nothing was run yet, FilesRejected where the files of that
    commit cannot be read, StoreBusy, StoreError.
    """
    if selection.is_looked_up:
        return selection
    everything = frozenset(case.id for case in suite.cases)
    among = everything
    if selection.since is not None:
        among &= _changed(selection.since, suite, candidate, project, settings)
    if selection.last_failed:
        among &= _failed(suite, candidate, settings)
    return replace(selection, among=among)


def _changed(
    ref: str, suite: Suite, candidate: Variant, project: Project, settings: Settings
) -> frozenset[str]:
    """New cases and changed ones. What is asked of every case, such as the prompt, changes all of them."""
    then = read_project(GitTree(settings.root, ref))
    before = then.suites.get(suite.name)
    if before is None or _asked(then, suite, candidate) != _asked(project, suite, candidate):
        return frozenset(case.id for case in suite.cases)
    known = {(case.id, case.digest) for case in before.cases}
    return frozenset(case.id for case in suite.cases if (case.id, case.digest) not in known)


def _asked(project: Project, suite: Suite, candidate: Variant) -> tuple[object, ...]:
    prompt = project.prompts.get((suite.prompt, candidate.prompt.version))
    pins = tuple(project.models.get(pin.name) for pin in candidate.pins)
    return None if prompt is None else prompt.digest, *(None if pin is None else pin.id for pin in pins)


def _failed(suite: Suite, candidate: Variant, settings: Settings) -> frozenset[str]:
    """Cases with a trial that was asked and did not pass in the newest run: of the candidate, if it ever ran."""
    store = settings.store
    runs = [
        each.info
        for each in (list_runs(store, suite=suite.name) if Path(store).exists() else ())
        if each.info.mode != "imported" and each.info.purpose not in ("confirm", "rerun")
    ]
    ids = ", ".join(pin.id for pin in candidate.pins)
    own = [each for each in runs if (each.prompt_version, each.model_id) == (candidate.prompt.version, ids)]
    newest = next(iter(own or runs), None)
    if newest is None:
        raise UsageError(f"no run of {suite.name!r} is stored, so nothing failed; leave --last-failed out")
    answers = read_answers(store, newest.run_id)
    return frozenset(each.case_id for each in answers if each.outcome != "skipped" and not each.passed)
