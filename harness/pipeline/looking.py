"""What a person wants to look at, found in the store: the comparison, the case, and both answers. Nothing is asked."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.compare.asked import by_case
from harness.compare.change import CaseChange, Change, changes_of
from harness.compare.comparable import graders_differ
from harness.compare.decided import asked_of_both
from harness.compare.held import Held, held_of
from harness.compare.observation import Side
from harness.errors import UsageError
from harness.record import Answer, RunInfo
from harness.report.views.case import CaseAnswers
from harness.report.views.cases import case_rows, run_rows
from harness.report.views.one_case import Decided, Found, Matter
from harness.report.words import listing
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.bank import pool_runs
from harness.store.decisions import newest_verdict
from harness.store.evidence import Origins, read_origins
from harness.store.known_cases import graders_of_run, ids_of, newest_run, not_met, suites_of
from harness.store.read import find_run, read_side

_NAMED = 5
"""Names that a message lists."""
_NEAR = 60
"""How much alike a name has to be to be meant, of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases of a matter are listed."""

    changes: frozenset[Change]
    """Empty: whatever became of them."""
    tags: frozenset[str]
    """All of them; empty: with whatever tags."""
    failing: str | None
    """A grader, or a criterion, that an answer of the candidate did not meet; None: whatever graders said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One case, as far as the store knows it."""

    change: CaseChange | None
    """None where one run is looked at alone."""
    answers: CaseAnswers
    notes: tuple[str, ...]


def meant(what: str, settings: Settings) -> tuple[str, str | None]:
    """A suite, and a case of it where one was named. Raises UsageError for what is not there, or not one thing."""
    store = settings.store
    suites, every = suites_of(store, what), suites_of(store)
    if what in every:
        return what, None
    suite, slash, case_id = what.partition("/")
    if slash and suite in every and suite in suites_of(store, case_id):
        return suite, case_id
    if len(suites) == 1:
        return suites[0], what
    if suites:
        some = " or ".join(f"harness show {shlex.quote(f'{each}/{what}')}" for each in suites[:_NAMED])
        raise UsageError(f"{len(suites)} suites have a case {what!r}; say which: {some}")
    if slash and suite in every:
        raise UsageError(
            f"suite {suite}: no run has a case {case_id!r}; {_near(case_id, ids_of(store, suite))}"
        )
    raise UsageError(f"no run has a case or a suite {what!r}; {_near(what, (*every, *ids_of(store)))}")


def matter_of(names: Sequence[str], settings: Settings) -> Matter:
    """One run, or a baseline and a candidate, as they were named. Raises UsageError."""
    infos = [find_run(settings.store, name) for name in names]
    return Matter(suite=infos[-1].suite, baseline=infos[0] if len(infos) > 1 else None, candidate=infos[-1])


def newest_matter(suite: str, case_id: str | None, settings: Settings) -> Matter:
    """The newest verdict that has this case, else the newest run that has it: one of them has, as `meant` found it."""
    verdict = newest_verdict(settings.store, suite, case_id)
    if verdict is None:
        return Matter(suite=suite, baseline=None, candidate=newest_run(settings.store, suite, case_id))
    return Matter(
        suite=suite,
        baseline=find_run(settings.store, verdict.baseline_run),
        candidate=find_run(settings.store, verdict.candidate_run),
        decided=Decided(
            verdict_id=verdict.verdict_id,
            status=verdict.status,
            at=verdict.decided_at,
            origins=verdict.decided_from,
        ),
    )


def look(matter: Matter, case_id: str, settings: Settings) -> Looked:
    """One case of a matter. Raises UsageError where no side planned it, StoreBusy."""
    planned = [each for each in (matter.baseline, matter.candidate) if each is not None]
    if not any(case_id in each.case_ids for each in planned):
        runs = " and ".join(each.run_id for each in planned)
        known = sorted({known for each in planned for known in each.case_ids})
        raise UsageError(f"{runs} did not ask a case {case_id!r}; {_near(case_id, known)}")
    answers = _answers(matter, (case_id,), settings)[case_id]
    if matter.baseline is None:
        return Looked(change=None, answers=answers, notes=())
    before, after = _sides(matter, matter.baseline, settings, frozenset({case_id}))
    changes, held = _changes(before, after)
    if not changes:  # a side never came to it
        changes = changes_of(by_case(before.observations), by_case(after.observations))
    notes = (*_notes(before, after, held.get(case_id)), *_fresh(matter, case_id, answers))
    return Looked(change=changes[0], answers=answers, notes=notes)


def search(matter: Matter, wanted: Wanted, settings: Settings, most: int | None) -> Found:
    """The first `most` cases of a matter that are wanted, worst first. Raises UsageError, StoreBusy."""
    failing = _failing(matter, wanted.failing, settings)
    if matter.baseline is None:
        return _of_one_run(matter, wanted, settings, failing, most)
    changes, _ = _changes(*_sides(matter, matter.baseline, settings))
    found = [each for each in changes if _is_wanted(each, wanted, failing)]
    first = found[:most]
    answers = _answers(matter, [each.case_id for each in first], settings)
    return Found(rows=case_rows(first, answers)[0], found=len(found), cases=len(changes))


def _of_one_run(
    matter: Matter, wanted: Wanted, settings: Settings, failing: Collection[str] | None, most: int | None
) -> Found:
    observed = read_side(settings.store, matter.candidate.run_id).observations
    kept = {
        each.case_id
        for each in observed
        if wanted.tags <= set(each.tags) and (failing is None or each.case_id in failing)
    }
    rows, _ = run_rows(read_answers(settings.store, matter.candidate.run_id, case_ids=kept))
    return Found(rows=rows[:most], found=len(rows), cases=len({each.case_id for each in observed}))


def _is_wanted(case: CaseChange, wanted: Wanted, failing: Collection[str] | None) -> bool:
    return (
        (not wanted.changes or case.change in wanted.changes)
        and wanted.tags <= set(case.tags)
        and (failing is None or case.case_id in failing)
    )


def _failing(matter: Matter, grader: str | None, settings: Settings) -> Collection[str] | None:
    """The cases that a grader was not content with. Raises UsageError for one that graded nothing."""
    if grader is None:
        return None
    run = matter.candidate.run_id
    known = graders_of_run(settings.store, run)
    if grader not in known:
        raise UsageError(f"run {run}: nothing was graded by {grader!r}; {_near(grader, known)}")
    return not_met(settings.store, run, grader)


def _changes(before: Side, after: Side) -> tuple[tuple[CaseChange, ...], Held]:
    """What a comparison says of each case, worst first, without the numbers of the whole."""
    old, new = map(by_case, asked_of_both(before, after))
    held = held_of(old, new)
    return changes_of(old, new, held), held


def _sides(
    matter: Matter, baseline: RunInfo, settings: Settings, cases: Collection[str] | None = None
) -> tuple[Side, Side]:
    """Both sides as the verdict had them, of these cases only; the bank where old answers stand for the baseline."""
    origins, store = _origins(matter), settings.store
    before = pool_runs(store, origins.bank, origins.left_out) if origins.bank else None
    sides = before or read_side(store, baseline.run_id), read_side(store, matter.candidate.run_id)
    if cases is None:
        return sides
    old, new = (
        replace(side, observations=tuple(each for each in side.observations if each.case_id in cases))
        for side in sides
    )
    return old, new


def _answers(matter: Matter, case_ids: Sequence[str], settings: Settings) -> Mapping[str, CaseAnswers]:
    """What both sides answered, by case id: first what was compared, then fresh answers, numbered through."""
    origins = _origins(matter)
    fresh = [each for each in (origins.confirmation, origins.rerun) if each is not None]
    before = [] if matter.baseline is None else [*(origins.bank or [matter.baseline.run_id])]
    old = _by_case([*before, *(run for each in fresh for run in each[0])], case_ids, settings)
    new = _by_case([matter.candidate.run_id, *(run for each in fresh for run in each[1])], case_ids, settings)
    return {case: CaseAnswers(baseline=tuple(old[case]), candidate=tuple(new[case])) for case in case_ids}


def _by_case(runs: Sequence[str], case_ids: Sequence[str], settings: Settings) -> Mapping[str, list[Answer]]:
    found: dict[str, list[Answer]] = {case: [] for case in case_ids}
    for run in runs:
        for answer in read_answers(settings.store, run, case_ids=case_ids):
            kept = found[answer.case_id]
            used = {each.repeat for each in kept}
            kept.append(replace(answer, repeat=max(used) + 1) if answer.repeat in used else answer)
    return found


def _origins(matter: Matter) -> Origins:
    """What the verdict was decided from; of one that does not say so, and without one, the two runs."""
    if matter.decided is None or matter.decided.origins is None:
        return Origins(candidate=matter.candidate.run_id)
    return read_origins(matter.decided.origins)


def _notes(before: Side, after: Side, held: str | None) -> Iterator[str]:
    if held is not None:
        yield f"in quarantine: {held}"
    if graders_differ(before, after):
        yield "the two sides were graded by different graders; harness compare grades both anew"


def _fresh(matter: Matter, case_id: str, answers: CaseAnswers) -> Iterator[str]:
    """Which repeats were asked because of what the others said: they are in no first comparison."""
    compared = sum(case == case_id for case, _ in matter.candidate.keys)
    fresh = [str(each.repeat) for each in answers.candidate[compared:]]
    if fresh:
        one = len(fresh) == 1
        yield f"repeat{'' if one else 's'} {listing(fresh)} of the candidate: fresh, asked to see whether it is so"


def _near(name: str, known: Sequence[str]) -> str:
    """What may have been meant, or what there is."""
    from rapidfuzz import process

    near = [each[0] for each in process.extract(name, known, limit=3, score_cutoff=_NEAR)]
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    some = ", ".join(known[:_NAMED]) + (", ..." if len(known) > _NAMED else "")
    return f"there are: {some}" if known else "there is none yet; harness run makes one"
