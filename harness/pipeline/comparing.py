"""Two recorded runs to a comparison and a verdict, with everything a report shows of them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from harness import __version__
from harness.clock import SystemClock
from harness.compare.collector import uncollected
from harness.compare.comparison import Comparison, compare
from harness.compare.evidence import Evidence
from harness.compare.observation import Side
from harness.currency import Rate
from harness.gate.judge import judge
from harness.gate.verdict import Verdict
from harness.measure.measures import measures_between
from harness.pipeline.auditing import audit
from harness.pipeline.regrading import Cases, same_graders
from harness.pipeline.surrounding import around_pair
from harness.pipeline.trusting import with_judges
from harness.record import Answer, RunInfo
from harness.report.explain.explanation import Section
from harness.report.explain.verdict import explain
from harness.report.machines.brief import MOST, brief_document
from harness.report.machines.document import verdict_document
from harness.report.machines.measured import between_document
from harness.report.views.background import NOTHING, Background
from harness.report.views.briefs import brief_of, worst_ids
from harness.report.views.case import CaseAnswers
from harness.report.views.cases import WORSE
from harness.report.views.comparison import make_view
from harness.report.views.parts import Heading, ReportView
from harness.report.views.plots import ALONE, Surroundings
from harness.report.views.pull import SuiteBrief
from harness.settings import Settings
from harness.store.answers import read_answers
from harness.store.decisions import StoredVerdict, write_verdict
from harness.store.evidence import origins_of, spell_origins
from harness.store.questions import spell_policy
from harness.store.read import find_run, read_side
from harness.suite.policy import Policy
from harness.units import Json, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two runs, what can be said of them, and what the gate says."""

    baseline: RunInfo
    candidate: RunInfo
    comparison: Comparison
    verdict: Verdict
    answers: Mapping[str, CaseAnswers]
    """By case id."""
    wall: Seconds | None = None
    """How long asking took; None: nothing was asked."""
    flags: str = ""
    """What `harness gate SUITE` was told; empty: nothing, or nothing was asked."""
    rate: Rate | None = None
    """Of the currency that stands beside the dollars; None: none does."""
    background: Background = NOTHING
    store: Path | None = None
    """Where a page finds what was before; None: it tells nothing of that."""

    def view(self, report: str | None = None) -> ReportView:
        """What every surface shows. `report` is the path of the HTML page, where one is written."""
        heading = Heading(
            baseline=self.baseline,
            candidate=self.candidate,
            wall=self.wall,
            report=report,
            flags=self.flags,
            rate=self.rate,
            background=self.background,
            around=ALONE if self.store is None or report is None else self._around(self.store),
        )
        return make_view(self.comparison, self.verdict, self.answers, heading)

    def _around(self, store: Path) -> Surroundings:
        pair, status = (self.baseline, self.candidate), self.verdict.status
        return around_pair(store, pair, self.comparison, status)

    def document(self) -> dict[str, Json]:
        """What is kept of it."""
        return verdict_document(self.comparison, self.verdict, self.background)

    def told(self) -> dict[str, Json]:
        """What other programs read: what is kept, and what both sides come to beside their scores."""
        sides = self.comparison.baseline, self.comparison.candidate
        measures = measures_between(*(side.observations for side in sides))
        return {
            **self.document(),
            "measures": between_document(measures),
            "brief": brief_document(self._brief(MOST)),
        }

    def _brief(self, most: int) -> SuiteBrief:
        """What a pull request is told. Of the answers only those are read that belong to the `most` worst cases."""
        changes = {each.case_id: each for each in self.comparison.changes}
        worse = [each.case_id for each in changes.values() if each.change in WORSE]
        ids = [case for case in worst_ids(self.verdict.findings, worse) if case in changes]
        few = replace(self.comparison, changes=tuple(changes[case] for case in ids[:most]))
        answers = self.answers.only(ids[:most]) if isinstance(self.answers, _Answers) else self.answers
        return brief_of(replace(self, comparison=few, answers=answers).view(), most=most, worse=len(ids))

    def explained(self) -> tuple[Section, ...]:
        """Every number of the verdict, in order."""
        return explain(self.comparison, self.verdict, self.background, version=__version__)


def compare_runs(
    baseline: RunInfo, candidate: RunInfo, policy: Policy, settings: Settings, cases: Cases | None = None
) -> Compared:
    """Compare two stored runs, judge them, and keep the verdict. A function of stored rows and the policy.

    `cases` are what is known of them: with those, answers of different graders are graded anew (`same_graders`).
    Raises StoreError, StoreBusy.
    """
    compared, stored = _compared(baseline, candidate, policy, settings, {} if cases is None else cases)
    keep_verdict(compared, settings, Evidence(candidate=stored[1], baseline=stored[0]))
    return compared


def compare_unkept(
    baseline: RunInfo, candidate: RunInfo, policy: Policy, settings: Settings, cases: Cases
) -> Compared:
    """The same for somebody who only looks: nothing is written. Raises StoreError, StoreBusy."""
    return _compared(baseline, candidate, policy, settings, cases)[0]


def compare_as_stored(baseline: RunInfo, candidate: RunInfo, store: Path) -> Compared:
    """Two runs of a store without a project: by the default rules, with the grades they have. Nothing is written."""
    before, after = (read_side(store, each.run_id) for each in (baseline, candidate))
    comparison = compare(before, after, Policy())
    return Compared(
        baseline=baseline,
        candidate=candidate,
        comparison=comparison,
        verdict=judge(comparison, Policy()),
        answers=answers_of(store, baseline, candidate),
        store=store,
    )


def _compared(
    baseline: RunInfo, candidate: RunInfo, policy: Policy, settings: Settings, cases: Cases
) -> tuple[Compared, tuple[Side, Side]]:
    """Beside it, both sides as they are stored."""
    stored = read_side(settings.store, baseline.run_id), read_side(settings.store, candidate.run_id)
    before, after = same_graders(*stored, cases, settings)
    policy = with_judges(policy, after.graders, settings)
    comparison = compare(before, after, policy)
    compared = Compared(
        baseline=baseline,
        candidate=candidate,
        comparison=comparison,
        verdict=judge(comparison, policy),
        answers=answers_of(settings.store, baseline, candidate),
        rate=settings.rate,
        store=settings.store,
    )
    return compared, stored


def stored_run(name: str, settings: Settings) -> RunInfo:
    """The run with this id, unique beginning of an id, or imported name. Raises UsageError with candidates."""
    return find_run(settings.store, name)


def answers_of(store: Path, baseline: RunInfo, candidate: RunInfo) -> Mapping[str, CaseAnswers]:
    """What both runs answered, by case id; read from the store when somebody looks, as a verdict needs none of it."""
    return _Answers(store, baseline, candidate)


class _Answers(Mapping[str, CaseAnswers]):
    def __init__(self, store: Path, baseline: RunInfo, candidate: RunInfo) -> None:
        self._store, self._baseline, self._candidate = store, baseline, candidate

    def only(self, case_ids: Collection[str]) -> Mapping[str, CaseAnswers]:
        """Those of a few cases, without reading all."""
        return self._of(case_ids) if case_ids else {}

    @cached_property
    def _read(self) -> Mapping[str, CaseAnswers]:
        return self._of(None)

    def _of(self, case_ids: Collection[str] | None) -> Mapping[str, CaseAnswers]:
        with uncollected():
            before, after = (
                _by_case(read_answers(self._store, info.run_id, case_ids=case_ids))
                for info in (self._baseline, self._candidate)
            )
            return {
                case: CaseAnswers(baseline=tuple(before[case]), candidate=tuple(after[case]))
                for case in sorted(before.keys() | after.keys())
            }

    def __getitem__(self, case: str) -> CaseAnswers:
        return self._read[case]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _by_case(answers: tuple[Answer, ...]) -> defaultdict[str, list[Answer]]:
    found: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.case_id].append(answer)
    return found


def keep_verdict(
    compared: Compared,
    settings: Settings,
    evidence: Evidence,
    *,
    left_out: Sequence[str] = (),
    question: str | None = None,
) -> StoredVerdict:
    """Keep a verdict, with everything that gives it again, and write it into the audit trail.

    `left_out` is as the bank says that the evidence has; `question` (`question_digest`) is for a gate that asked
    something new: it is what counts as a try. Raises StoreError, StoreBusy.
    """
    document, policy = spell_document(compared), compared.verdict.policy
    kept = StoredVerdict(
        suite=compared.candidate.suite,
        baseline_run=compared.baseline.run_id,
        candidate_run=compared.candidate.run_id,
        decided_at=SystemClock().now(),
        status=compared.verdict.status.value,
        label=compared.verdict.label,
        document=document,
        question_digest=question,
        alpha=policy.alpha,
        policy=spell_policy(policy),
        decided_from=spell_origins(origins_of(evidence, left_out)),
        harness_version=__version__,
    )
    write_verdict(settings.store, kept)
    facts = {
        "suite": kept.suite,
        "status": kept.status,
        "label": kept.label,
        "baseline_run": kept.baseline_run,
        "candidate_run": kept.candidate_run,
        "document_sha256": hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    audit(settings, "verdict_given", facts)
    return kept


def spell_document(compared: Compared) -> str:
    """The document as it is kept."""
    return json.dumps(compared.document(), ensure_ascii=False, allow_nan=False)
