"""Answers that were graded by other graders are graded anew, on both sides, without a call."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.compare.comparable import reasons_against
from harness.compare.observation import Regrading, Side
from harness.grade.decision import Decision
from harness.grade.grading import grade_response
from harness.grade.response import Response
from harness.grade.table import decide
from harness.pipeline.comparing import compare_runs
from harness.pipeline.regrading import Graders, cases_of, graded_today, graders_of_today, same_graders
from harness.settings import Settings, read_settings
from harness.store.answers import read_answers
from harness.store.bank import Bank, Refused, Wanted, find_bank
from harness.store.bank_rules import key_of
from harness.store.baselines import bless
from harness.store.evidence import Origins, read_evidence
from harness.store.ingest import ingest
from harness.store.journal import Tools, tools
from harness.store.past import read_journal
from harness.store.read import find_run, read_side
from harness.suite.canonical import canonical
from harness.suite.case import Case
from harness.suite.expectation import Expectation
from harness.suite.expectations.own import GraderCode, Python
from harness.suite.policy import BankRules, Policy
from harness.suite.project import Project
from harness.trial import Answered
from harness.units import Seconds
from tests.doubles import REPLY, FakeClock
from tests.experts.oracle import Foretold, expecting
from tests.grade.tables import said
from tests.grade.walks import walked
from tests.store.samples import MOMENT, failed, grading, info, record, write_run
from tests.values import HERE, case, suite

CASES = {(each.id, each.digest): each for each in (replace(case(name), digest=f"of {name}") for name in "ab")}
OLD, NOW = '{"equals":1}', '{"equals":2}'


def strict(_expectation: Expectation, response: Response) -> Decision:
    """The table after a change: only shouting counts."""
    return Decision(met=response.text.isupper(), found="a text")


def broken(_expectation: Expectation, _response: Response) -> Decision:
    raise RuntimeError("no such column")


Run = Callable[[str, Mapping[str, str], str], Side]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("evals", "prompts"):
        (tmp_path / folder).mkdir()
    return read_settings(tmp_path)


@pytest.fixture
def a_run(settings: Settings) -> Run:
    use: Tools = tools(lambda text: text, clock=FakeClock())

    def make(name: str, texts: Mapping[str, str], graders: str) -> Side:
        records = [
            replace(
                record(case_id, outcome=Answered(reply=replace(REPLY, text=text)), score=1.0),
                case_digest=f"of {case_id}",
            )
            if text
            else replace(failed(case_id), case_digest=f"of {case_id}", grading=grading(None))
            for case_id, text in texts.items()
        ]
        about = replace(info(name, cases=tuple(texts)), graders=graders)
        ingest(settings.store, read_journal(write_run(settings.runs, about, records, use)))
        return read_side(settings.store, name)

    return make


def scores(side: Side) -> dict[str, float | None]:
    return {each.case_id: each.score for each in side.observations}


def test_both_sides_are_graded_by_the_graders_of_today(settings: Settings, a_run: Run) -> None:
    one, other = (
        a_run("one", {"a": "YES", "b": "no"}, OLD),
        a_run("other", {"a": "yes", "b": ""}, '{"equals":0}'),
    )
    old, new = same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=strict))
    assert (scores(old), scores(new)) == ({"a": 1.0, "b": 0.0}, {"a": 0.0, "b": None})
    assert reasons_against(old, new) == ()
    assert old.regraded == Regrading(graders=OLD, answers=2, changed=1)
    assert new.regraded == Regrading(graders='{"equals":0}', answers=1, changed=1)


def test_a_grader_sees_of_a_stored_answer_what_it_saw_of_the_fresh_one(
    settings: Settings, a_run: Run
) -> None:
    seen: list[Response] = []

    def look(_expectation: Expectation, response: Response) -> Decision:
        seen.append(response)
        return Decision(met=True, found="a text")

    one, other = a_run("one", {"a": "yes"}, OLD), a_run("other", {"a": "yes"}, NOW)
    same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=look))
    (response,) = seen
    stored = (response.text, response.reply.stop_reason, response.reply.usage, response.reply.latency)
    assert stored == ("yes", REPLY.stop_reason, REPLY.usage, REPLY.latency)
    assert response.cost == record("a").cost


WAYS = """
- tool_call: {tool: refund, arguments: {order: "17"}, where: [{number: {path: $.amount, value: 5}}]}
- tools: {order: [search, refund], never: ["delete_*"], valid: true}
- tool_f1: {expected: [search, refund]}
- trajectory: {max_steps: 5, max_repeats: 1, no_errors: true, no_circles: true}
- all: [{tools: [refund]}, {cost: {at_most_usd: 1}}, {latency: {at_most_s: 100}}, {tokens: {max_output: 100000}}]
- citations: {of: [policy-2]}
"""


@pytest.mark.parametrize(
    "way",
    [
        'search {"q": "late"} > refund {"amount": 5, "order": "17"}',
        'refund {"amount": 6, "order": "17"} !invalid_arguments > refund {"amount": 6, "order": "17"} ~repeated_call',
        "delete_order ~unknown_tool ~not_run",
        "none",
    ],
)
def test_a_stored_conversation_is_graded_as_it_was_when_it_was_fresh(settings: Settings, way: str) -> None:
    live = walked(way, "It is refunded [policy-2].")
    asked = replace(case("a"), digest="of a", expect=said(WAYS))
    ended = replace(record("a", outcome=Answered(reply=live.reply)), case_digest="of a", steps=live.steps)
    live = replace(live, cost=ended.cost, inputs=asked.inputs)
    use: Tools = tools(lambda text: text, clock=FakeClock())
    about = replace(info("one", cases=("a",)), graders=OLD)
    ingest(settings.store, read_journal(write_run(settings.runs, about, [ended], use)))
    seen: list[Response] = []

    def look(expectation: Expectation, response: Response) -> Decision:
        seen.append(response)
        return decide(expectation, response)

    known_cases = {("a", "of a"): asked}
    graded_today(known_cases, settings, Graders(identity=NOW, decide=look))("one")
    assert seen[0].steps == live.steps
    fresh, later = (grade_response(asked, each) for each in (live, seen[0]))
    assert later == fresh
    assert not any(each.mistake for each in fresh.grades)


def test_a_side_of_today_stays_as_it_is(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "yes"}, OLD), a_run("other", {"a": "yes"}, NOW)
    old, new = same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=strict))
    assert new is other
    assert scores(old) == {"a": 0.0}


def test_the_grades_in_the_store_stay_as_they_were(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "yes"}, OLD), a_run("other", {"a": "yes"}, NOW)
    same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=strict))
    assert read_side(settings.store, "one") == one
    assert [each.score for each in read_answers(settings.store, "one")] == [1.0]


def test_an_answer_on_which_a_new_grader_breaks_is_unmeasured(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "yes"}, OLD), a_run("other", {"a": "yes"}, NOW)
    old, _ = same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=broken))
    assert (old.observations[0].score, old.observations[0].missing) == (None, "grader_error")


def test_a_case_that_nobody_knows_any_more_keeps_both_sides_as_they_were(
    settings: Settings, a_run: Run
) -> None:
    one, other = a_run("one", {"a": "yes", "c": "yes"}, OLD), a_run("other", {"a": "yes", "c": "yes"}, NOW)
    assert same_graders(one, other, CASES, settings) == (one, other)
    assert "could not be graded anew" in reasons_against(one, other)[0]


def test_a_case_of_one_side_alone_keeps_its_grade(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "yes", "c": "yes"}, OLD), a_run("other", {"a": "yes"}, NOW)
    old, _ = same_graders(one, other, CASES, settings, Graders(identity=NOW, decide=strict))
    assert scores(old) == {"a": 0.0, "c": 1.0}
    assert old.regraded == Regrading(graders=OLD, answers=1, changed=1)


def test_equal_graders_and_results_of_others_are_left_alone(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "yes"}, OLD), a_run("other", {"a": "yes"}, OLD)
    assert same_graders(one, other, CASES, settings) == (one, other)
    imported = replace(other, mode="imported", graders=NOW)
    assert same_graders(one, imported, CASES, settings) == (one, imported)


def test_a_comparison_of_an_old_run_is_measured_and_says_how(settings: Settings, a_run: Run) -> None:
    today = graders_of_today({})
    bumped = canonical({**json.loads(today.identity), "equals": 0})
    cases = [replace(case(f"c{k}"), digest=f"of c{k}") for k in range(30)]
    texts = {each.id: '{"queue": "refunds"}' for each in cases}
    a_run("one", texts, bumped)
    a_run("other", texts, today.identity)
    known = cases_of("triage", [_project(*cases), None])
    infos = [find_run(settings.store, name) for name in ("one", "other")]
    found = compare_runs(infos[0], infos[1], Policy(), settings, known)
    assert found.comparison.not_comparable == ()
    assert found.comparison.baseline.regraded is not None
    assert found.comparison.baseline.regraded.graders == bumped
    assert compare_runs(infos[0], infos[1], Policy(), settings).comparison.not_comparable != ()


def _project(*cases: Case) -> Project:
    return Project(root=".", suites={"triage": suite(*cases)}, prompts={}, models={})


def test_the_table_of_today_says_its_versions() -> None:
    assert json.loads(graders_of_today({}).identity)["equals"] == 1


def test_a_bank_that_older_graders_graded_stands_by_what_those_of_today_say(
    settings: Settings, a_run: Run
) -> None:
    a_run("one", {"a": "YES", "b": "no"}, OLD)
    about = find_run(settings.store, "one")
    bless(settings.store, about, by="ana", note="", at=MOMENT)
    key = replace(key_of(about), graders=NOW)
    wanted = Wanted(key=key, cases={"a": "of a", "b": "of b"}, shared=frozenset("ab"))
    rules, today = BankRules(least=1), Graders(identity=NOW, decide=strict)
    refused = find_bank(settings.store, wanted, rules, MOMENT)
    assert isinstance(refused, Refused)
    assert "graded by other graders" in refused.reasons[0]
    found = find_bank(settings.store, wanted, rules, MOMENT, graded_today(CASES, settings, today))
    assert isinstance(found, Bank)
    assert scores(found.side) == {"a": 1.0, "b": 0.0}
    assert found.side.graders == NOW
    a_run("two", {"a": "YES", "b": "no"}, NOW)
    origins = Origins(candidate="two", bank=found.side.runs)
    again = read_evidence(settings.store, origins, graded_today(CASES, settings, today))
    assert again.bank == found.side


def test_the_graders_of_today_leave_what_they_graded_themselves(settings: Settings, a_run: Run) -> None:
    one = a_run("one", {"a": "yes"}, graders_of_today({}).identity)
    assert graded_today({}, settings)("one") == one


def test_the_experts_who_send_nothing_look_at_stored_replies_again(settings: Settings, a_run: Run) -> None:
    one, other = a_run("one", {"a": "YES", "b": ""}, OLD), a_run("other", {"a": "no", "b": "YES"}, NOW)
    source = "from harness.graders import grader\n@grader\ndef shouts(answer): return answer.isupper()"
    code = GraderCode(source=source, takes=("answer",), seconds=Seconds(20.0))
    shouts = Python(place=HERE, function="shouts", file="evals/graders.py", code=code)
    asked = {(each, f"of {each}"): replace(expecting(shouts), digest=f"of {each}") for each in "ab"}
    old, new = same_graders(one, other, asked, settings)
    assert (scores(old), scores(new)) == ({"a": 1.0, "b": None}, {"a": 0.0, "b": 1.0})
    assert old.graders == new.graders
    assert "python evals/graders.py" in json.loads(old.graders)


def test_what_graders_rest_on_is_that_of_the_first_project() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Pinned(Foretold):
        rain: str

        @property
        def rests_on(self) -> Mapping[str, str]:
            return {"rain": self.rain}

    here, there = (_project(expecting(Pinned(place=HERE, rain=rain))) for rain in ("new", "old"))
    assert json.loads(graders_of_today(cases_of("triage", [here, there])).identity)["rain"] == "new"
    assert json.loads(graders_of_today(cases_of("triage", [here, there])).identity)["equals"] == 1
