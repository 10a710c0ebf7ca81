"""What a live gate did, on every surface: looks, confirmation, suspects, the bank."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given

from harness.compare.comparison import Comparison, compare
from harness.compare.design import Look
from harness.gate.judge import judge
from harness.gate.parts import Sequential
from harness.gate.verdict import Status, Verdict
from harness.report.explain.verdict import explain
from harness.report.machines.document import verdict_document
from harness.report.markdown import comment as markdown
from harness.report.page import html
from harness.report.text import terminal
from harness.report.views.background import BankAge
from harness.report.views.comparison import make_view
from harness.report.views.origins import next_steps
from harness.report.views.parts import Heading, ReportView
from harness.report.views.process import process_rows
from tests.gate.live import Gate, cases
from tests.report import examples, live
from tests.report.gold import assert_gold, scrubbed
from tests.report.hostile import nasty
from tests.report.pulls import pull_of
from tests.report.test_safe import forbidden

MADE = live.comparison()
BANKED = replace(MADE, baseline=replace(MADE.baseline, runs=("monday", "tuesday")))


def view(verdict: Verdict | None = None) -> ReportView:
    heading = replace(examples.HEADING, background=live.BACKGROUND)
    return make_view(BANKED, verdict or live.verdict(MADE), {}, heading)


def told(verdict: Verdict) -> dict[str, str]:
    return {row.name: row.sentence for row in process_rows(MADE, verdict)}


def test_a_live_verdict_looks_as_agreed_in_a_terminal() -> None:
    assert_gold("terminal-live-80.txt", terminal.render(view()))


def test_a_live_verdict_looks_as_agreed_in_a_comment() -> None:
    assert_gold("comment-live.md", markdown.comment(pull_of([view()])))


def test_a_live_verdict_looks_as_agreed_on_a_page() -> None:
    assert_gold("live.html", scrubbed(html.render(view())))


def test_a_pass_says_what_it_saved() -> None:
    passed = replace(
        examples.PASS, sequential=replace(live.SEQUENTIAL, looks=()), triage=(), reruns=(), confirmation=None
    )
    shown = terminal.render(make_view(examples.well(), passed, {}))
    assert "asked: decided at look 2 of 4, after 80 of 200 calls: 120 saved" in " ".join(shown.split())


def test_a_gate_that_asked_everything_saved_nothing() -> None:
    whole: Sequential = replace(live.SEQUENTIAL, look=4, asked=200, saved=0)
    assert told(replace(live.verdict(MADE), sequential=whole))["asked"] == (
        "decided at look 4 of 4, after 200 of 200 calls"
    )


def test_a_gate_that_was_cut_short_decided_nothing_and_saved_nothing() -> None:
    cut = replace(live.SEQUENTIAL, look=1, cut_short=True)
    found = replace(live.verdict(MADE), sequential=cut, status=Status.INCONCLUSIVE)
    assert told(found)["asked"] == "cut short after look 1 of 4, after 80 of 200 calls"
    heading = Heading(flags=" --mode live")
    for each in (
        found,
        replace(found, sequential=live.SEQUENTIAL, confirmation=replace(live.CONFIRMATION, lacking="9 of 9")),
    ):
        step = next_steps(MADE, each, heading)[0]
        assert step.command == f"harness gate {MADE.candidate.suite} --mode live"
        assert step.why.startswith("go on where it stopped")


def test_a_catastrophe_stops_at_once() -> None:
    killed = replace(live.SEQUENTIAL, look=0, looks=(), killed_at=1, asked=2, saved=198)
    assert told(replace(live.verdict(MADE), sequential=killed))["asked"] == (
        "stopped at once, 1 case in, after 2 of 200 calls: 198 saved"
    )


def test_what_did_not_show_again_is_said_beside_what_did() -> None:
    first, second = live.CONFIRMATION.hypotheses
    tried = replace(
        live.CONFIRMATION, candidate_answers=120, hypotheses=(first, replace(second, confirmed=False))
    )
    assert told(replace(live.verdict(MADE), confirmation=tried))["confirmed"] == (
        "on 120 fresh answers of each side: quality −17.0 points, confirmed (p 0.004); "
        "slice urdu −80.0 points, not confirmed (p 0.001)"
    )


def test_the_bank_says_where_it_comes_from_and_whether_it_is_still_good() -> None:
    one = replace(MADE, baseline=replace(MADE.baseline, runs=("monday",)))
    assert (
        process_rows(one, examples.REGRESSED)[0].sentence == "1 earlier run stands for the baseline, monday"
    )
    stale = replace(live.verdict(MADE), bank=replace(live.BANK, stale=True, p=0.0001))
    assert told(stale)["bank"] == "−1.0 points since then on 40 cases (p < 0.001): stale, measure it anew"
    assert told(live.verdict(MADE))["bank"].endswith("still good")
    assert process_rows(MADE, examples.REGRESSED) == ()


def test_a_suspect_nobody_asked_again_blocks_nothing() -> None:
    listed = view(replace(live.verdict(MADE), reruns=(), triage=live.SUSPECTS * 3))
    assert [(row.case_id, row.fresh, row.broke) for row in listed.suspects] == [
        ("case-00", "", False),
        ("case-04", "", False),
    ]
    again = view(replace(live.verdict(MADE), triage=()))
    assert [(row.first, row.broke) for row in again.suspects] == [("", True), ("", True)]


def test_more_suspects_than_a_terminal_shows_are_counted() -> None:
    many = tuple(replace(live.SUSPECTS[0], case_id=f"c{number}") for number in range(7))
    shown = terminal.render(view(replace(live.verdict(MADE), reruns=(), triage=many)))
    assert "4 more in the report" in " ".join(shown.split())


def test_the_document_says_everything_that_happened() -> None:
    made = json.loads(
        json.dumps(verdict_document(BANKED, live.verdict(MADE), live.BACKGROUND), allow_nan=False)
    )
    assert (made["sequential"]["asked"], made["sequential"]["saved"]) == (80, 120)
    assert [each["flagged"] for each in made["sequential"]["looks"]] == [[], ["quality", "slice: urdu"]]
    assert made["confirmation"]["confirmed"] is True
    assert [each["rule"] for each in made["confirmation"]["hypotheses"]] == ["quality", "slice: urdu"]
    assert [each["case"] for each in made["triage"]] == ["case-00", "case-04"]
    assert [each["regressed"] for each in made["reruns"]] == [True, True]
    assert made["bank"] == {
        "runs": ["monday", "tuesday"], "samples_per_case": [9, 10], "oldest_days": 9.5, "newest_days": 3.25, "cases": 40, "difference": -0.01, "p": 0.4, "stale": False,
    }  # fmt: skip
    assert made["asked"] == {
        "calls": 206, "cost_usd": "0.123",
        "by_purpose": {
            "screen": {"calls": 80, "cost_usd": "0.05"}, "confirm": {"calls": 120, "cost_usd": "0.07"},
            "rerun": {"calls": 6, "cost_usd": "0.003"},
        },
    }  # fmt: skip
    assert made["cost"]["split"]["parts"][-1]["name"] == "unknown"


def test_the_size_of_a_live_gate_is_all_it_asked_and_none_of_the_bank() -> None:
    assert view().size == "40 cases, 206 calls, $0.12, 41 s"


@pytest.mark.parametrize(
    ("fewest", "newest", "oldest", "said"),
    [
        (10, 3.25, 9.5, "10 samples per case of 2 runs, 3 to 9 days old"),
        (9, 0.5, 0.9, "9 to 10 samples per case of 2 runs, less than a day old"),
        (10, 1.1, 1.9, "10 samples per case of 2 runs, 1 day old"),
    ],
)
def test_a_bank_says_how_old_it_is(fewest: int, newest: float, oldest: float, said: str) -> None:
    age = BankAge(runs=2, fewest=fewest, most=10, newest_days=newest, oldest_days=oldest)
    assert str(age) == said


def test_every_number_of_what_was_asked_and_of_the_bank_is_explained() -> None:
    found = {each.title: each for each in explain(BANKED, live.verdict(MADE), live.BACKGROUND, version="0")}
    asked = {each.name: each.value for each in found["Asked for this verdict"].numbers}
    assert (asked["calls, confirm"], asked["calls"], asked["cost"]) == (120, 206, "0.123")
    assert {"oldest", "newest", "stale"} <= {each.name for each in found["The bank"].numbers}
    unchecked = explain(BANKED, examples.REGRESSED, live.BACKGROUND, version="0")
    assert "The bank" in {each.title for each in unchecked}


def labelled(count: int) -> Comparison:
    """The same comparison, with what people say of the first cases: they agree with the graders on all but one."""
    sides = [
        replace(
            side,
            observations=tuple(
                replace(each, label=0.5 if number == 0 else each.score) if number < count else each
                for number, each in enumerate(side.observations)
            ),
        )
        for side in (MADE.baseline, MADE.candidate)
    ]
    return compare(sides[0], sides[1], live.POLICY)


def test_labels_say_how_far_graders_are_to_be_trusted() -> None:
    enough = labelled(30)
    rows = {row.name: row.sentence for row in process_rows(enough, judge(enough, live.POLICY))}
    assert rows["labels"].startswith(
        "people labelled 30 cases on both sides; graders agree on 98.3 % of the baseline and 98.3 % of the "
        "candidate; quality is corrected by them (trust 0."
    )
    made = verdict_document(enough, judge(enough, live.POLICY))["labels"]
    assert isinstance(made, dict)
    assert (made["cases"], made["graded_difference"]) == (
        30,
        MADE.quality.difference if MADE.quality else None,
    )


def test_a_few_labels_correct_nothing() -> None:
    few = labelled(5)
    rows = {row.name: row.sentence for row in process_rows(few, judge(few, live.POLICY))}
    assert rows["labels"].endswith("too few to correct anything")
    titles = {each.title for each in explain(few, judge(few, live.POLICY), version="0")}
    assert "Labels of people" in titles


def test_one_side_alone_may_be_labelled() -> None:
    made = labelled(5)
    half = compare(made.baseline, MADE.candidate, live.POLICY)
    document = verdict_document(half, judge(half, live.POLICY))["labels"]
    assert isinstance(document, dict)
    assert document["candidate"] is None


def test_a_corrected_difference_is_explained_beside_the_graders_own() -> None:
    enough = labelled(30)
    sections = {each.title: each for each in explain(enough, judge(enough, live.POLICY), version="0")}
    graded = {each.name: each.value for each in sections["Difference of quality"].numbers}
    people = {each.name: each.value for each in sections["Labels of people"].numbers}
    assert enough.quality is not None
    assert (graded["m"], people["m"]) == (
        MADE.quality.difference if MADE.quality else None,
        enough.quality.difference,
    )
    assert "p_ni, t" not in {each.name for each in sections["Decision about quality"].numbers}


def test_a_bank_that_nobody_checked_has_runs_and_no_numbers() -> None:
    made = verdict_document(BANKED, examples.REGRESSED)
    assert made["bank"] == {
        "runs": ["monday", "tuesday"], "samples_per_case": None, "oldest_days": None, "newest_days": None, "cases": None, "difference": None, "p": None, "stale": None,
    }  # fmt: skip


def test_a_look_that_never_flags_has_no_boundary_in_json() -> None:
    never = Look(after=1, fraction=0.1, z_regress=math.inf, z_pass=2.0, slice_alpha=0.0, wave=1)
    taken = replace(live.SEQUENTIAL, looks=(replace(live.SEQUENTIAL.looks[0], look=never),))
    made = json.loads(
        json.dumps(verdict_document(MADE, replace(live.verdict(MADE), sequential=taken)), allow_nan=False)
    )
    assert made["sequential"]["looks"][0]["z_regress"] is None


FLAKY = cases((70, 0.97), (20, 0.6), (10, 0.1))
WORSE = {case: max(0.0, rate - 0.3) for case, rate in FLAKY.items()}
URDU = {case: ("urdu",) if place < 12 else ("plain",) for place, case in enumerate(FLAKY)}
WORLDS = {
    "unconfirmed": Gate(before=FLAKY, after=FLAKY, seed="1", tags=URDU),
    "a catastrophe": Gate(before=FLAKY, after=WORSE, seed="1", tags=URDU),
    "a catastrophe beside a baseline": Gate(before=FLAKY, after=WORSE, seed="2", tags=URDU, bank=0),
    "a slice": Gate(
        before=FLAKY, after={**FLAKY, **dict.fromkeys(list(FLAKY)[:12], 0.0)}, seed="1", tags=URDU
    ),
    "one case": Gate(before=FLAKY, after={**FLAKY, "c003": 0.0}, seed="2", must_pass=frozenset({"c003"})),
    "too few": Gate(before=dict(list(FLAKY.items())[:12]), after=dict(list(FLAKY.items())[:12]), bank=0),
}


@pytest.mark.parametrize("world", WORLDS)
def test_what_a_live_gate_decides_can_be_told_and_checked_by_hand(world: str) -> None:
    decided = WORLDS[world].run()
    shown = make_view(decided.comparison, decided.verdict, {})
    assert terminal.render(shown).startswith("triage")
    assert json.dumps(verdict_document(decided.comparison, decided.verdict), allow_nan=False)
    sections = {each.title: each for each in explain(decided.comparison, decided.verdict, version="0")}
    told = {each.name: float(str(each.value)) for each in sections["Difference of quality"].numbers}
    assert told["U"] == pytest.approx(min(1.0, told["m"] + told["t"] * told["SE"]))
    assert told["L_t"] == pytest.approx(max(-1.0, told["m"] - told["t'"] * told["SE"]))
    quality = decided.comparison.quality
    assert quality is not None
    pseudo = {each.name: each.value for each in sections["With two pseudo-cases, +1 and -1"].numbers}
    assert pseudo["L"] == pytest.approx(quality.lower)
    if world == "unconfirmed":
        assert "confirm: quality is unconfirmed" not in " ".join(terminal.render(shown).split())
        assert shown.headline.startswith("Quality seemed to have fallen, but it rose by")


@given(text=nasty)
def test_hostile_names_stay_text_everywhere(text: str) -> None:
    hostile = replace(
        live.verdict(MADE),
        triage=(replace(live.SUSPECTS[0], case_id=text),),
        reruns=(replace(live.RERUNS[1], case_id=text),),
        confirmation=replace(
            live.CONFIRMATION,
            hypotheses=(replace(live.CONFIRMATION.hypotheses[0], rule=f"slice: {text}"),),
        ),
    )
    shown = view(hostile)
    assert forbidden(terminal.render(shown)) <= {"\n"}
    page = html.render(shown)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<iframe" not in page
