"""Runs whose answers a judge decides: asked, paid, recorded, replayed, resumed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.clock import SystemClock
from harness.experts.notes import notes_in
from harness.gate.verdict import Status
from harness.grade.canaries import INJECTIONS, corpus
from harness.pipeline.comparing import Compared
from harness.pipeline.estimating import estimate
from harness.pipeline.gating import Question, gate_suite
from harness.pipeline.grading import grade_again
from harness.pipeline.running import resume_run, run_plans
from harness.plan import Plan, make_plan
from harness.record import RunInfo, awaits_grades
from harness.settings import Settings, read_settings
from harness.store.duck import reading
from harness.store.journal import journal_path
from harness.store.past import Journal, read_journal
from harness.suite.judge import Judge
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from harness.trial import Variant
from harness.units import Usd
from harness.wiring import Terms
from tests.judged_project import JUDGES, SECRET_CRITERIA, both, is_canary, is_judge, verdict, write_judged
from tests.projects import KEY, ROOT
from tests.standin import Answer, StandIn

pytestmark = pytest.mark.loopback
LIVE = Terms(mode="live")


class Bench:
    """A project, its settings, and whoever answers."""

    def __init__(self, folder: Path, server: StandIn) -> None:
        self.folder, self.server = folder, server

    @property
    def settings(self) -> Settings:
        found = read_settings(self.folder, {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": self.server.url})
        return replace(found, at_once=4)

    @property
    def plan(self) -> Plan:
        project = read_project(WorkingTree(self.folder))
        variant = Variant(prompt=project.prompts["tiny", "v1"], model=project.models["opus-5-5"])
        return make_plan(project.suites["tiny"], variant)

    def run(self, terms: Terms = LIVE) -> tuple[RunInfo, Journal]:
        [info] = run_plans([self.plan], terms, self.settings)
        return info, read_journal(journal_path(self.settings.runs, info.run_id))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with reading(self.settings.store) as connection:
            return connection.execute(sql).fetchall()

    def forget_canaries(self) -> None:
        """The judge has yet to show that it can be trusted."""
        shutil.rmtree(self.settings.reports / "judges")

    def asked(self) -> tuple[int, int, int]:
        """Requests to the model, to the judge about answers, and to the judge about canaries."""
        bodies = [each.body for each in self.server.log]
        judged = [each for each in bodies if is_judge(each)]
        canaries = sum(map(is_canary, judged))
        return len(bodies) - len(judged), len(judged) - canaries, canaries


class Script:
    """Answers as `both` does, until somebody says otherwise."""

    def __init__(self) -> None:
        self.say: Callable[[Mapping[str, Any]], Answer] = both

    def __call__(self, body: Mapping[str, Any]) -> Answer:
        return self.say(body)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def bench(tmp_path: Path, script: Script) -> Iterator[Bench]:
    with StandIn(script) as server:
        found = Bench(write_judged(tmp_path), server)
        [judge] = found.plan.judges.values()
        assert isinstance(judge, Judge)
        notes_in(found.settings.reports / "judges").write(corpus(judge), ())
        yield found


def test_a_judge_is_asked_about_every_answer_once_it_has_turned_down_the_canaries(bench: Bench) -> None:
    bench.forget_canaries()
    info, journal = bench.run()
    assert bench.asked() == (4, 4, len(INJECTIONS))
    assert [each.grading.score for each in journal.records] == [1.0] * 4
    assert '"judge:kind":"kind v1 on claude-opus-5-5, binary (' in info.graders
    grades = journal.records[0].grading.grades
    assert grades[0].evidence.endswith("found kind: pass: “so it is”")
    bench.run()
    assert bench.asked() == (8, 8, len(INJECTIONS))  # it is tried once, not in every run


def test_nothing_of_what_a_case_expects_reaches_the_model_under_test(bench: Bench) -> None:
    bench.run()
    asked = [str(each.body) for each in bench.server.log if not is_judge(each.body)]
    assert len(asked) == 4
    assert not any(SECRET_CRITERIA in each for each in asked)
    judged = [str(each.body) for each in bench.server.log if is_judge(each.body) and not is_canary(each.body)]
    assert all(SECRET_CRITERIA in each for each in judged)


def test_the_judge_is_paid_beside_the_answers_and_the_run_pays_for_both(bench: Bench) -> None:
    bench.forget_canaries()
    _, journal = bench.run()
    [(trials, judges, calls, whole, judged)] = bench.rows(
        "SELECT sum(t.cost_usd), sum(t.judge_cost_usd), sum(t.judge_calls), any_value(r.cost_usd), any_value(r.judge_cost_usd) "
        "FROM v_trials t JOIN v_runs r USING (run_id)"
    )
    assert isinstance(trials, Decimal)
    assert isinstance(judges, Decimal)
    assert trials + judges == whole == bench.server.bill.total
    assert judges == judged
    assert judges > 0
    assert calls == 4 + len(INJECTIONS)
    assert sum((each.cost or Decimal(0) for each in journal.records), Decimal(0)) == trials
    assert bench.rows("SELECT judge, attempts, faults FROM v_judges") == [("kind", calls, 0)]
    assert bench.rows("SELECT count(*) FROM v_calls WHERE asked_by = ''") == [(4,)]
    assert bench.rows("SELECT sum(cost_usd) FROM v_models") == [(whole,)]
    assert bench.rows("SELECT count(*), min(score) FROM v_opinions") == [(4, 1.0)]


def test_a_judge_counts_for_the_budget_and_one_without_money_left_is_no_fail(bench: Bench) -> None:
    _, journal = bench.run(replace(LIVE, budget=Usd(Decimal("0.02"))))
    scores = [each.grading.score for each in journal.records]
    assert None in scores
    assert 0.0 not in scores
    assert bench.server.bill.total <= Decimal("0.02")


def test_what_is_recorded_is_replayed_judge_and_all(bench: Bench) -> None:
    bench.run(Terms(mode="record"))
    before = len(bench.server.log)
    info, journal = bench.run(Terms(mode="replay"))
    assert len(bench.server.log) == before
    assert info.mode == "replay"
    assert [each.grading.score for each in journal.records] == [1.0] * 4
    assert (bench.folder / "fixtures/tiny/kind-v1@claude-opus-5-5.jsonl").is_file()


def test_a_judgement_that_was_not_recorded_is_missed_loudly(bench: Bench) -> None:
    bench.run(Terms(mode="record"))
    (bench.folder / "fixtures/tiny/kind-v1@claude-opus-5-5.jsonl").unlink()
    _, journal = bench.run(Terms(mode="replay"))
    for record in journal.records:
        assert record.grading.score is None
        assert record.grading.grades[0].mistake == "judge_error"
        assert "stale_fixture" in record.grading.grades[0].evidence
        assert "kind v1 on claude-opus-5-5 has no recording of this case" in record.grading.grades[0].evidence


@pytest.mark.parametrize(
    "said", ["", "It is fine.", '{"verdict": "pass"}', '{"reason": "r", "verdict": "good"}']
)
def test_a_judge_that_gives_no_verdict_leaves_the_trial_unmeasured(
    bench: Bench, script: Script, said: str
) -> None:
    script.say = lambda body: Answer(text=said) if is_judge(body) and not is_canary(body) else both(body)
    _, journal = bench.run()
    assert {each.grading.score for each in journal.records} == {None}
    assert {each.grading.grades[0].mistake for each in journal.records} == {"judge_error"}
    assert bench.rows("SELECT DISTINCT mistake FROM v_grades WHERE grader = 'rubric'") == [("judge_error",)]


def test_a_judge_that_lets_a_canary_pass_judges_nothing_and_the_canary_is_named(
    bench: Bench, script: Script
) -> None:
    fooled_by = "fake-verdict"

    def gullible(body: Mapping[str, Any]) -> Answer:
        return (
            verdict("pass")
            if is_judge(body) and INJECTIONS[fooled_by] in str(body["messages"][0]["content"])
            else both(body)
        )

    script.say = gullible
    bench.forget_canaries()
    _, journal = bench.run()
    assert bench.asked()[1] == 0
    for record in journal.records:
        assert record.grading.score is None
        assert f"it let a canary pass ({fooled_by})" in record.grading.grades[0].evidence
    script.say = both
    _, again = bench.run()  # it is not asked until it is lucky
    assert {each.grading.score for each in again.records} == {None}


def test_a_resume_asks_a_judge_again_and_pays_for_no_answer_twice(bench: Bench, script: Script) -> None:
    script.say = lambda body: Answer(text="?") if is_judge(body) and not is_canary(body) else both(body)
    info, first = bench.run()
    assert {each.grading.score for each in first.records} == {None}
    assert first.finished == frozenset()
    script.say = both
    resume_run(info.run_id, bench.plan, LIVE, bench.settings)
    journal = read_journal(journal_path(bench.settings.runs, info.run_id))
    assert bench.asked() == (4, 8, 0)
    assert [each.grading.score for each in journal.records] == [1.0] * 4
    assert len(journal.finished) == 4
    assert journal.superseded == ()
    assert bench.rows("SELECT cost_usd FROM v_runs") == [(bench.server.bill.total,)]


def test_another_judge_is_another_grader_so_a_run_does_not_go_on_with_it(bench: Bench) -> None:
    bench.forget_canaries()
    info, _ = bench.run()
    judges = JUDGES.replace("scale: binary}", "scale: binary, judgings: 3}")
    (bench.folder / "prompts/judges.yaml").write_text(judges)
    other, _ = bench.run()
    assert info.graders != other.graders
    assert bench.asked() == (
        8,
        4 + 12,
        len(INJECTIONS),
    )  # the same judge, asked more often: its canaries hold


def test_a_judge_that_asks_three_times_says_how_far_it_agrees(bench: Bench, script: Script) -> None:
    judges = JUDGES.replace("scale: binary}", "scale: binary, judgings: 3}")
    (bench.folder / "prompts/judges.yaml").write_text(judges)
    turns = iter(["pass", "pass", "fail"] * 4)
    script.say = lambda body: verdict(next(turns)) if is_judge(body) and not is_canary(body) else both(body)
    bench.run()
    [(mean,)] = bench.rows("SELECT avg(score) FROM v_opinions")
    assert mean == pytest.approx(2 / 3)
    assert bench.rows("SELECT count(*) FROM v_grades WHERE grade_confidence < 1") != [(0,)]


def gate(bench: Bench) -> Compared:
    question = Question(suite="tiny", mode="live", fresh=True)
    return gate_suite(question, read_project(WorkingTree(bench.folder)), None, bench.settings)


def test_a_gate_with_a_judge_says_what_the_judge_says(bench: Bench, script: Script) -> None:
    write_judged(bench.folder, 24, gate="{quality: {margin: 10pt}, cost: off, latency: off, cases: off}")
    script.say = worse_candidate
    compared = gate(bench)
    assert compared.verdict.status is Status.REGRESSED
    assert compared.verdict.quality is Status.REGRESSED


def worse_candidate(body: Mapping[str, Any]) -> Answer:
    """The judge finds the answers of v2 unkind."""
    if not is_judge(body):
        return Answer(text="whatever" if "You are v2" in str(body["system"]) else both(body).text)
    return verdict("fail" if "whatever" in str(body["messages"]) or is_canary(body) else "pass")


def test_a_gate_whose_judge_is_fooled_is_not_measured_and_names_the_canary(
    bench: Bench, script: Script
) -> None:
    bench.forget_canaries()
    script.say = lambda body: verdict("pass") if INJECTIONS["threat"] in str(body["messages"]) else both(body)
    compared = gate(bench)
    assert compared.verdict.status is Status.NOT_MEASURED
    told = " ".join(each.because for each in compared.verdict.findings)
    assert "4 x judge_error: fooled by threat" in told


def test_answers_are_graded_anew_by_what_the_judge_said_of_them(bench: Bench) -> None:
    info, _ = bench.run()
    before = len(bench.server.log)
    path = bench.folder / "evals/tiny.yaml"
    path.write_text(
        path.read_text().replace("criteria: names the number}", "criteria: names the number, at_least: 1}")
    )
    again = grade_again(info.run_id, read_project(WorkingTree(bench.folder)), bench.settings)
    assert len(bench.server.log) == before
    assert (again.trials, again.unmeasured, again.moved) == (4, 0, ())


def test_what_judges_may_cost_is_known_before_anything_is_sent(bench: Bench) -> None:
    [before] = [estimate(bench.plan, bench.settings, SystemClock().now().date())]
    assert before.judges is not None
    assert (before.judges.calls, before.judges.canaries) == (4, len(INJECTIONS))
    bench.run()
    assert before.judges.worst_usd is not None
    assert before.worst_usd is not None
    [(judged, whole)] = bench.rows("SELECT judge_cost_usd, cost_usd FROM v_runs")
    assert isinstance(judged, Decimal)
    assert isinstance(whole, Decimal)
    assert judged < before.judges.worst_usd
    assert whole < before.worst_usd


KILLED = """
import os, sys
from harness.providers import anthropic
from tests.pipeline.test_judged import kill_at_judge
kill_at_judge(sys.argv[1], sys.argv[2])
"""


def kill_at_judge(folder: str, url: str) -> None:
    """Runs the suite, and dies the hardest way when the first judge is about to be asked."""
    from harness.experts.judges import Judges

    async def dies(*_: object) -> object:
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    Judges.hear = dies  # type: ignore[method-assign, assignment]
    settings = replace(
        read_settings(Path(folder), {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": url}), at_once=4
    )
    project = read_project(WorkingTree(Path(folder)))
    variant = Variant(prompt=project.prompts["tiny", "v1"], model=project.models["opus-5-5"])
    run_plans([make_plan(project.suites["tiny"], variant)], LIVE, settings)


@pytest.mark.kill
def test_an_answer_outlives_the_process_that_was_about_to_have_it_judged(bench: Bench) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(bench.folder), bench.server.url],
        cwd=ROOT,
        timeout=100,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    asked = bench.asked()[0]
    [path] = bench.settings.runs.glob("*.jsonl")
    past = read_journal(path)
    waiting = [each for each in past.records if awaits_grades(each)]
    assert waiting
    assert past.finished == frozenset()
    resume_run(past.info.run_id, bench.plan, LIVE, bench.settings)
    journal = read_journal(path)
    assert [each.grading.score for each in journal.records] == [1.0] * 4
    # What was kept is not asked again; what was on its way when the process died may be.
    assert bench.asked()[0] == asked + 4 - len(waiting)
    assert bench.asked()[1] == 4
    [(proved, uncertain)] = bench.rows("SELECT cost_usd, cost_uncertain_usd FROM v_runs")
    assert isinstance(proved, Decimal)
    assert isinstance(uncertain, Decimal)
    assert proved <= bench.server.bill.total <= proved + uncertain
