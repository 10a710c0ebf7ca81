"""A judge held against people: its verdicts on answers that they labelled, what that says of it, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness.clock import SystemClock
from harness.errors import UsageError
from harness.events import Emit, nobody
from harness.measure.calibration import Calibration, calibrate_judge
from harness.measure.judged import Judged, items_of
from harness.pipeline.asking_judge import ask_about
from harness.pipeline.auditing import audit
from harness.report.machines.judges import calibration_document
from harness.settings import Settings
from harness.store.calibrations import StoredCalibration, keep_calibration, read_earlier
from harness.store.labelled import Labelled, read_graded, read_labelled
from harness.store.read import find_run
from harness.suite.expectation import Expectation, all_parts
from harness.suite.expectations.judged import Judged as JudgedBy
from harness.suite.judge import AnyJudge, Panel
from harness.suite.policy import JudgeFacts
from harness.suite.project import Project
from harness.wiring import Terms, redactor


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratingJudge:
    """What is asked of a calibration. Labels come from a file or from those that were imported for a run."""

    judge: str
    file: Path | None = None
    where: str | None = None
    run: str | None = None
    cut: float = 0.5
    """Score from which on an answer is good, for people and for the judge, in (0, 1]."""
    terms: Terms = field(default_factory=lambda: Terms(mode="replay"))
    """How the judge is asked, where its verdicts are not in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCalibrated:
    """A calibration, and what it rests on."""

    judge: str
    identity: str
    """Empty: no judge of this project; it is kept under its name all the same, and no gate asks for it."""
    source: str
    found: Calibration
    before: datetime | None
    """UTC: when it was calibrated last; None: never."""
    was_another: bool
    """Whether its prompt, model or scale was another one then."""


def calibrate_named(
    asked: CalibratingJudge, project: Project, settings: Settings, emit: Emit = nobody
) -> JudgeCalibrated:
    """Hold a judge against people's labels, and keep what came out. It is asked where its verdicts are not given.

    Raises UsageError, StoreBusy, StoreError, and what `run_plans` raises.
    """
    judge = project.judges.get(asked.judge)
    rows, source = (
        _of_file(asked, judge, settings, emit) if asked.run is None else _of_run(asked, project, settings)
    )
    earlier = read_earlier(settings.store, asked.judge)
    found = calibrate_judge(rows, cut=asked.cut, anchors=None if earlier is None else earlier.scores)
    done = JudgeCalibrated(
        judge=asked.judge,
        identity="" if judge is None else judge.identity,
        source=source,
        found=found,
        before=None if earlier is None else earlier.at,
        was_another=earlier is not None and judge is not None and earlier.identity != judge.identity,
    )
    _keep(done, rows, settings)
    return done


def facts_of(done: JudgeCalibrated) -> JudgeFacts:
    """What the gate needs to know of it."""
    found, agreement, length = done.found, done.found.agreement, done.found.length
    kappa = None if agreement is None else agreement.kappa
    tpr, tnr = (None, None) if agreement is None else (agreement.tpr, agreement.tnr)
    slope = None if length is None else length.per_doubling
    return JudgeFacts(
        judge=done.judge,
        identity=done.identity,
        age_days=0,
        labelled=found.labelled,
        lacking=found.lacking,
        kappa=None if kappa is None else kappa.value,
        tpr=None if tpr is None else tpr.value,
        tnr=None if tnr is None else tnr.value,
        per_doubling=None if slope is None else (slope.value, slope.lower, slope.upper),
    )


def _of_file(
    asked: CalibratingJudge, judge: AnyJudge | None, settings: Settings, emit: Emit
) -> tuple[Sequence[Judged], str]:
    if asked.file is None:
        raise UsageError(
            f"labels for judge {asked.judge!r} are missing: give a file of labelled answers (--labels FILE), "
            "or a run whose labels were imported (--run RUN)"
        )
    answers = read_labelled(asked.file, asked.where, redactor(settings).redact_text)
    verdicts = [each.judged for each in answers if each.judged is not None]
    if not verdicts:
        verdicts = list(_asked(asked, judge, answers, settings, emit))
    return verdicts, asked.file.name


def _asked(
    asked: CalibratingJudge,
    judge: AnyJudge | None,
    answers: Sequence[Labelled],
    settings: Settings,
    emit: Emit,
) -> Sequence[Judged]:
    """What the judge says when it is asked now, on the terms that were given."""
    if judge is None:
        raise UsageError(
            f"there is no judge {asked.judge!r} in prompts/judges.yaml to ask about {len(answers)} answers, and "
            f"{asked.file} has no column `judged` with its verdicts"
        )
    if isinstance(judge, Panel):
        names = ", ".join(each.name for each in judge.members)
        raise UsageError(
            f"{asked.judge!r} is a panel of {names}: calibrate each of them, or give the panel's verdicts in a "
            "column `judged` or by a run it graded (--run RUN)"
        )
    heard = ask_about(judge, answers, asked.terms, settings, emit)
    if not heard.judged:
        why = "there is no recording of them" if asked.terms.mode == "replay" else heard.lost[0]
        raise UsageError(
            f"judge {asked.judge!r} answered none of {len(heard.lost)} questions ({why}); ask it with --mode live, or "
            "keep what it says with --mode record"
        )
    return heard.judged


def _of_run(asked: CalibratingJudge, project: Project, settings: Settings) -> tuple[Sequence[Judged], str]:
    info = find_run(settings.store, str(asked.run))
    suite = project.suites.get(info.suite)
    expectations = [] if suite is None else [each for case in suite.cases for each in all_parts(case.expect)]
    places = {str(each.place) for each in expectations if _is_by(each, asked.judge)}
    rows = read_graded(settings.store, info.run_id, places, redactor(settings).redact_text)
    if not rows:
        raise UsageError(
            f"run {info.run_id} has no grade of judge {asked.judge!r}; name a run of a suite that asks it, or give "
            "labelled answers with --labels FILE"
        )
    if all(each.label is None for each in rows):
        raise UsageError(
            f"no answer of run {info.run_id} that judge {asked.judge!r} graded has a label; import some: "
            f"harness import labels FILE --run {info.run_id}"
        )
    return rows, info.run_id


def _is_by(expectation: Expectation, judge: str) -> bool:
    return isinstance(expectation, JudgedBy) and expectation.judge == judge


def _keep(done: JudgeCalibrated, rows: Sequence[Judged], settings: Settings) -> None:
    facts = facts_of(done)
    anchors = tuple(
        (item.item, item.criterion, item.label, item.score)
        for item in items_of(rows)
        if item.label is not None and item.score is not None
    )
    keep_calibration(
        settings.store,
        StoredCalibration(
            facts=facts,
            at=SystemClock().now(),
            source=done.source,
            document=json.dumps(calibration_document(done.found), ensure_ascii=False, allow_nan=False),
            anchors=anchors,
        ),
    )
    audit(
        settings,
        "judge_calibrated",
        {
            "judge": done.judge,
            "identity": done.identity,
            "source": done.source,
            "labelled": facts.labelled,
            "lacking": facts.lacking,
        },
    )
