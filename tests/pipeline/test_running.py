"""Plans to recorded runs: what is refused, what goes on, and what a signal does."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import Interrupted, StoreError, Terminated, UsageError
from harness.events import Event, RunBegan, RunEnded, Stopping, TrialEnded
from harness.pipeline.gating import Question, VariantChoice, flags, gate_suite, plan_sides, variant_choice
from harness.pipeline.running import resume_run, run_plans
from harness.plan import Plan
from harness.selection import Selection
from harness.settings import Settings, read_settings
from harness.store.journal import journal_path
from harness.store.past import read_journal
from harness.store.read import list_runs
from harness.suite.case import VariantName
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.units import Usd
from harness.wiring import Terms

REPLAY = Terms(mode="replay")


@pytest.fixture
def project(tiny: Path) -> Project:
    return read_project(WorkingTree(tiny))


@pytest.fixture
def settings(tiny: Path) -> Settings:
    return replace(read_settings(tiny, {}), at_once=1)


@pytest.fixture
def plans(project: Project, settings: Settings) -> tuple[Plan, Plan]:
    return plan_sides(Question(suite="tiny", mode="replay"), project, None, settings)


def test_runs_that_are_made_together_share_a_session_and_nothing_else(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    one, other = run_plans(plans, REPLAY, settings)
    assert one.session == other.session
    assert (one.prompt_version, other.prompt_version) == ("v1", "v2")
    assert {each.info.run_id for each in list_runs(settings.store)} == {one.run_id, other.run_id}


def test_every_trial_is_heard_of_once(plans: tuple[Plan, Plan], settings: Settings) -> None:
    heard: list[Event] = []
    run_plans(plans, REPLAY, settings, heard.append)
    assert sum(isinstance(event, TrialEnded) for event in heard) == 60


def test_a_store_that_takes_no_run_leaves_no_journal_without_its_end(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    settings.store.mkdir(parents=True)
    with pytest.raises(StoreError):
        run_plans(plans, REPLAY, settings)
    assert [read_journal(path).ended for path in settings.runs.glob("*.jsonl")] == ["finished"] * 2


def test_a_run_says_what_it_is_before_anything_is_asked_and_what_it_came_to_afterwards(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    heard: list[Event] = []
    infos = run_plans(plans, replace(REPLAY, budget=Usd(Decimal(2))), settings, heard.append)
    began = [event for event in heard[:2] if isinstance(event, RunBegan)]
    assert [(each.side, each.run_id) for each in began] == [
        ("baseline", infos[0].run_id),
        ("candidate", infos[1].run_id),
    ]
    assert {(each.suite, each.planned, each.kept, str(each.budget)) for each in began} == {
        ("tiny", 30, 0, "2")
    }
    ended = [event for event in heard[-2:] if isinstance(event, RunEnded)]
    assert [(each.run_id, each.why, each.answered, each.skipped) for each in ended] == [
        (info.run_id, "finished", 30, 0) for info in infos
    ]


def test_the_second_signal_cancels_what_the_first_let_finish(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    heard: list[Event] = []

    def stop(event: Event) -> None:
        heard.append(event)
        if isinstance(event, TrialEnded):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(
        Interrupted, match=r"(?s)harness run --resume tiny-v1-.*\n  harness run --resume tiny-v2-"
    ):
        run_plans(plans, REPLAY, settings, stop)
    stopping = [(event.why, event.at_most) for event in heard if isinstance(event, Stopping)]
    assert stopping == [("interrupted", 5.0), ("interrupted", 0.0)]
    journals = [read_journal(path) for path in settings.runs.glob("*.jsonl")]
    assert [each.ended for each in journals] == ["interrupted", "interrupted"]
    assert [len(each.records) for each in journals] == [30, 30]


def test_an_interrupted_run_goes_on_to_its_end(plans: tuple[Plan, Plan], settings: Settings) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, TrialEnded):
            os.kill(os.getpid(), signal.SIGTERM)

    alone = _alone(plans[1])
    with pytest.raises(Terminated):
        run_plans([alone], REPLAY, settings, stop)
    [path] = settings.runs.glob("*.jsonl")
    info = resume_run(path.stem, alone, REPLAY, settings)
    [stored] = list_runs(settings.store)
    assert (stored.info.run_id, stored.totals.accounting.answered) == (info.run_id, 30)


def _alone(plan: Plan) -> Plan:
    def plain(origin: object) -> object:
        return replace(origin, side="")  # type: ignore[type-var]  # an Origin

    trials = tuple(
        replace(trial, request=replace(trial.request, origin=plain(trial.request.origin)))  # type: ignore[arg-type]  # see above
        for trial in plan.trials
    )
    return replace(plan, trials=trials)


def test_a_run_in_a_thread_works_without_signals(plans: tuple[Plan, Plan], settings: Settings) -> None:
    made: list[object] = []
    thread = threading.Thread(target=lambda: made.extend(run_plans(plans, REPLAY, settings)))
    thread.start()
    thread.join(60)
    assert len(made) == 2


def test_a_replayed_run_cannot_go_on_live(plans: tuple[Plan, Plan], settings: Settings) -> None:
    alone = _alone(plans[1])
    [info] = run_plans([alone], REPLAY, settings)
    with pytest.raises(UsageError, match="mode changed since it began"):
        resume_run(info.run_id, alone, Terms(mode="live", budget=Usd(Decimal(1))), settings)


def test_a_journal_that_another_process_writes_is_left_alone(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    import fcntl

    alone = _alone(plans[1])
    [info] = run_plans([alone], REPLAY, settings)
    with journal_path(settings.runs, info.run_id).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="is writing this run"):
            resume_run(info.run_id, alone, REPLAY, settings)


@pytest.mark.parametrize(
    ("text", "version", "model"),
    [
        (None, "v2", "opus"),
        ("v3", "v3", "opus"),
        ("v3@sonnet", "v3", "sonnet"),
        ("@sonnet", "v2", "sonnet"),
        ("", "v2", "opus"),
    ],
)
def test_what_is_left_out_of_a_variant_is_as_the_suite_says(
    text: str | None, version: str, model: str
) -> None:
    found = variant_choice(text).over(VariantName(version="v2", model="opus"))
    assert found == VariantName(version=version, model=model)


def test_a_gate_can_be_asked_again_in_the_same_words() -> None:
    question = Question(
        suite="tiny",
        mode="live",
        baseline=variant_choice("@opus"),
        candidate=variant_choice("v3@route:by-size"),
        repeats=3,
        budget=Usd(Decimal("1E+1")),
        selection=Selection(ids=frozenset({"b", "a"}), tags=frozenset({"two words"})),
    )
    assert flags(question) == (
        " --baseline @opus --candidate v3@route:by-size --mode live --repeats 3 --budget 10"
        " --case a --case b --tag 'two words'"
    )


def test_a_gate_knows_how_long_it_took_and_what_it_compared(project: Project, settings: Settings) -> None:
    question = Question(suite="tiny", mode="replay", candidate=VariantChoice(version="v3"))
    compared = gate_suite(question, project, None, settings)
    assert compared.wall is not None
    assert compared.wall > 0
    assert compared.flags == " --candidate v3"
    assert len(compared.answers) == 30
    assert compared.document()["status"] == compared.verdict.status.value == "REGRESSED"


def test_a_store_in_a_folder_that_cannot_be_made_is_refused_before_anything_is_asked(
    plans: tuple[Plan, Plan], settings: Settings
) -> None:
    settings.reports.write_text("a file")
    with pytest.raises(UsageError, match="reports is a file, and has to be a folder: move it away"):
        run_plans(plans, REPLAY, settings)


def test_a_gate_of_what_failed_names_the_cases_to_whoever_asks_again(
    project: Project, settings: Settings
) -> None:
    question = Question(suite="tiny", mode="replay", candidate=VariantChoice(version="v4"))
    gate_suite(question, project, None, settings)
    failed = replace(question, selection=Selection(last_failed=True))
    assert gate_suite(failed, project, None, settings).flags == " --candidate v4 --case c00"
