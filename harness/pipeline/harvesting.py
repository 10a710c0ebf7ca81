"""Production logs to proposals, and proposals that a person has decided on to cases or to nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from harness.errors import FilesRejected, Problem, UsageError
from harness.intake.harvest.accepting import Verdict, accepted_case, naming_the_file, with_cases
from harness.intake.harvest.choosing import Known
from harness.intake.harvest.cleaning import Clean, clean_inputs, stable
from harness.intake.harvest.harvest import Harvest, Order, harvest
from harness.intake.harvest.proposals import (
    DECISIONS,
    Decision,
    Proposal,
    accepted_file,
    known_words,
    proposals_file,
    question_in_short,
    read_decisions,
    read_proposals,
)
from harness.intake.harvest.question import Needs, Question
from harness.intake.overlay import Overlay
from harness.intake.spelling import json_line
from harness.observe.redact import Redactor
from harness.pipeline.auditing import audit, who
from harness.pipeline.writing import write_files
from harness.settings import Settings
from harness.suite.case import Suite
from harness.suite.notation.fields import Noted
from harness.suite.notation.load import load_yaml
from harness.suite.notation.node import Table, plain
from harness.suite.project import Project
from harness.suite.read import check, read_project
from harness.suite.tree import Unreadable, WorkingTree
from harness.units import Json

_MOST_BYTES = 64 * 1024 * 1024
"""Of a file of proposals or decisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks of a harvest."""

    logs: tuple[Path, ...]
    suite: str | None = None
    most: int = 50
    into: str | None = None
    """The input that takes the user's words, where a log has only those."""
    keep_personal: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """One suite of a project, with what is proposed for it and what was decided."""

    settings: Settings
    project: Project
    suite: Suite
    proposals: tuple[Proposal, ...]
    """Open ones, in the order of the file."""
    decisions: tuple[Decision, ...]

    def find(self, ids: Sequence[str]) -> tuple[Proposal, ...]:
        """The open proposals of these names. Raises UsageError."""
        by_id = {each.id: each for each in self.proposals}
        missing = [each for each in ids if each not in by_id]
        if missing:
            where = proposals_file(self.suite.name)
            raise UsageError(
                f"{where} has no open proposal {missing[0]!r}; `harness harvest --review` lists them"
            )
        return tuple(by_id[each] for each in dict.fromkeys(ids))


def open_desk(settings: Settings, suite: str | None) -> Desk:
    """The proposals for a suite; None: the only one there is. Raises UsageError, FilesRejected."""
    tree = WorkingTree(settings.root)
    project = read_project(tree)
    chosen = _suite(project, suite)
    problems: list[Problem] = []
    path = proposals_file(chosen.name)
    proposals = tuple(read_proposals(path, _content(tree, path), problems))
    decisions = tuple(read_decisions(_content(tree, DECISIONS), problems))
    if problems:
        raise FilesRejected(problems)
    return Desk(settings, project, chosen, proposals, decisions)


def _suite(project: Project, name: str | None) -> Suite:
    if name is None and len(project.suites) == 1:
        return next(iter(project.suites.values()))
    known = ", ".join(sorted(project.suites))
    if name is None:
        raise UsageError(f"which suite is it for? name one with --suite: {known}")
    if name not in project.suites:
        raise UsageError(f"there is no suite {name!r}; there are {known}")
    return project.suites[name]


def _content(tree: WorkingTree, path: str) -> str:
    if not os.path.lexists(Path(tree.root, path)):
        return ""
    try:
        return tree.read(path, _MOST_BYTES).decode("utf-8", "replace")
    except Unreadable as error:
        raise UsageError(f"{path}: {error}") from None


def harvest_logs(desk: Desk, wanted: Wanted) -> Harvest:
    """Read the logs and put what is new into the suite's file of proposals. Raises UsageError."""
    redactor = Redactor(desk.settings.secrets, personal=not wanted.keep_personal)
    clean = stable(redactor.redact_json)
    known = tuple(_known(desk, clean))
    digests = {each.digest for each in desk.proposals} | {each.digest for each in desk.decisions}
    order = Order(
        needs=_needs(desk, wanted.into),
        most=wanted.most,
        clean=clean,
        decided=frozenset(digests | {question.digest for question, _cluster in _cases(desk, clean)}),
        known=known,
    )
    found = harvest(((path, str(path)) for path in wanted.logs), order)
    if found.proposals:
        write_files(
            desk.settings.root, {proposals_file(desk.suite.name): _lines([*desk.proposals, *found.proposals])}
        )
        facts: dict[str, Json] = {"suite": desk.suite.name, "proposed": len(found.proposals)}
        audit(desk.settings, "harvested", {**facts, "answers": found.tally.seen})
    return found


def _needs(desk: Desk, into: str | None) -> Needs:
    suite, prompts = desk.suite, desk.project.prompts
    sides = [prompts[suite.prompt, each.version] for each in (suite.baseline, suite.candidate)]
    variables = frozenset[str]().union(*(each.variables for each in sides))
    if into is not None and into not in variables:
        raise UsageError(
            f"prompt {suite.prompt!r} has no input {into!r}; it has {', '.join(sorted(variables))}"
        )
    given = {name: value for name, value in _defaults(desk).items() if name in variables}
    left = sorted(variables - given.keys())
    only = left[0] if len(left) == 1 else None
    return Needs(prompt=suite.prompt, variables=variables, given=given, into=into or only)


def _defaults(desk: Desk) -> Mapping[str, Json]:
    node = load_yaml(WorkingTree(desk.settings.root), desk.suite.place.file, Noted([]))
    for key in ("defaults", "inputs"):
        entry = node.entries.get(key) if isinstance(node, Table) else None
        node = None if entry is None else entry.node
    return (
        {} if not isinstance(node, Table) else {key: plain(each.node) for key, each in node.entries.items()}
    )


def _cases(desk: Desk, clean: Clean) -> Iterator[tuple[Question, str]]:
    """What the suite asks already, and the cluster of each."""
    for case in desk.suite.cases:
        turns = () if case.conversation is None else case.conversation.says
        cleaned = tuple(str(clean(each)) for each in turns)
        yield Question(inputs=clean_inputs(case.inputs, clean), turns=cleaned), case.cluster


def _known(desk: Desk, clean: Clean) -> Iterator[Known]:
    for question, cluster in _cases(desk, clean):
        yield Known(words=question.words, cluster=cluster)
    for words, cluster in known_words(desk.proposals):
        yield Known(words=words, cluster=cluster)
    for each in desk.decisions:
        if each.suite == desk.suite.name and each.decision == "rejected":
            yield Known(words=each.question, cluster="")


def accept(desk: Desk, ids: Sequence[str], verdict: Verdict, at: datetime) -> str:
    """Make cases of proposals, and the suite name their file, which is given back.

    Everything is checked first; where it is not sound, nothing is written. Raises UsageError where nobody said what is
    expected, FilesRejected where the cases would break the suite.
    """
    found = desk.find(ids)
    path = accepted_file(desk.suite.name)
    before = _content(WorkingTree(desk.settings.root), path)
    files = {path: with_cases(before, [accepted_case(each, verdict) for each in found])}
    if not _are_asked(desk, files, found):
        files |= {desk.suite.place.file: _naming_the_file(desk)}
        _are_asked(desk, files, found)
    _decide(desk, found, files, lambda each: _decision(desk, each, "accepted", "", at))
    return path


def _are_asked(desk: Desk, files: Mapping[str, str], found: Sequence[Proposal]) -> bool:
    """Whether the suite asks the new cases once these files are written. Raises FilesRejected."""
    overlay = Overlay(desk.project.root, WorkingTree(desk.settings.root), files)
    problems = check(overlay)
    if problems:
        raise FilesRejected(problems)
    cases = read_project(overlay).suites[desk.suite.name].cases
    return {each.id for each in found} <= {case.id for case in cases}


def _naming_the_file(desk: Desk) -> str:
    path = desk.suite.place.file
    named = naming_the_file(desk.suite.name, path, _content(WorkingTree(desk.settings.root), path))
    if named is None:
        raise UsageError(
            f"{path}: no line can be added to `cases`; write each case below it, on a line that begins with `- `"
        )
    return named


def reject(desk: Desk, ids: Sequence[str], because: str, at: datetime) -> tuple[str, ...]:
    """Turn proposals down, for good. Raises UsageError."""
    found = desk.find(ids)
    _decide(desk, found, {}, lambda each: _decision(desk, each, "rejected", because, at))
    return tuple(each.id for each in found)


def _decision(
    desk: Desk, proposal: Proposal, said: Literal["accepted", "rejected"], because: str, at: datetime
) -> Decision:
    ((words, _cluster),) = known_words([proposal])
    return Decision(
        digest=proposal.digest,
        decision=said,
        case=proposal.id,
        suite=desk.suite.name,
        question=question_in_short(words),
        because=because,
        by=who(desk.settings),
        at=at.isoformat(timespec="seconds"),
    )


def _decide(
    desk: Desk, found: Sequence[Proposal], files: Mapping[str, str], decide: Callable[[Proposal], Decision]
) -> None:
    """Write the files, the decisions and what is left of the proposals, in the order in which losing the rest hurts least."""
    decisions = [decide(each) for each in found]
    gone = {each.digest for each in found}
    left = [each for each in desk.proposals if each.digest not in gone]
    before = _content(WorkingTree(desk.settings.root), DECISIONS)
    log = before + "".join(json_line(each.spelled()) for each in decisions)
    write_files(desk.settings.root, {**files, DECISIONS: log, proposals_file(desk.suite.name): _lines(left)})
    for each in decisions:
        audit(desk.settings, f"case_{each.decision}", {"suite": each.suite, "case": each.case})


def _lines(proposals: Iterable[Proposal]) -> str:
    return "".join(json_line(each.spelled()) for each in proposals)
