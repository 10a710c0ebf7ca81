"""The bank: which old samples stand for a baseline. Declared good or asked by a gate; never picked for a score."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harness.call.fault import Fault, Kind
from harness.errors import UsageError
from harness.grade.grade import Grading
from harness.record import Record, RunInfo
from harness.store.bank import Bank, Refused, Wanted, find_bank, join, judged_runs, list_members, mark_stale
from harness.store.bank_rules import key_of
from harness.store.baselines import bless, expire, show_baseline
from harness.store.decisions import StoredVerdict, log_path, write_verdict
from harness.store.ingest import ingest, rebuild
from harness.store.journal import Tools
from harness.store.lines import encode
from harness.store.past import read_journal
from harness.suite.policy import BankRules
from harness.trial import Degraded, Failed, Skipped
from tests.doubles import REPLY
from tests.store.samples import MOMENT, failed, info, record, write_run

CASES = {"a": "d" * 64, "b": "d" * 64}
SOON = MOMENT + timedelta(hours=1)
RULES = BankRules(least=2, target=4, days=14)


class Room:
    """A store, and runs that are written into it."""

    def __init__(self, runs: Path, store: Path, use: Tools) -> None:
        self.runs, self.store, self.use = runs, store, use

    def made(
        self, run_id: str, *, about: RunInfo | None = None, scores: Mapping[str, float] | None = None
    ) -> RunInfo:
        """A whole run of both cases, all of them right unless `scores` says otherwise."""
        planned = replace(about or info(), run_id=run_id)
        found = scores or {}
        return self.kept(planned, [record(c, r, score=found.get(c, 1.0)) for c, r in planned.keys])

    def kept(self, about: RunInfo, records: list[Record]) -> RunInfo:
        ingest(self.store, read_journal(write_run(self.runs, about, records, self.use)))
        return about

    def bless(self, about: RunInfo) -> None:
        bless(self.store, about, by="ana", note="", at=SOON)

    def bank(self, cases: Mapping[str, str] = CASES, *, now: datetime = SOON) -> Bank | Refused:
        wanted = Wanted(key=key_of(info()), cases=cases, shared=frozenset(cases))
        return find_bank(self.store, wanted, RULES, now)

    def judged(self, candidate: RunInfo) -> None:
        write_verdict(
            self.store,
            StoredVerdict(
                suite="triage",
                baseline_run="r0",
                candidate_run=candidate.run_id,
                decided_at=MOMENT,
                status="PASS",
                label=None,
                document="{}",
            ),
        )


@pytest.fixture
def room(runs: Path, store: Path, use: Tools) -> Room:
    return Room(runs, store, use)


def runs_of(found: Bank | Refused) -> tuple[str, ...]:
    assert isinstance(found, Bank)
    return found.side.runs


def reasons_of(found: Bank | Refused) -> str:
    assert isinstance(found, Refused)
    return "; ".join(found.reasons)


def test_blessed_runs_become_one_side_with_repeats_numbered_through(room: Room) -> None:
    later = replace(info(repeats=2), started_at=MOMENT + timedelta(minutes=1))
    room.made("r1", about=info(repeats=2), scores={"a": 0.0})
    room.bless(room.made("r2", about=later, scores={"b": 0.5}))
    found = room.bank()
    assert isinstance(found, Bank)
    assert found.side.runs == ("r1", "r2")
    assert dict(found.samples) == {"a": 4, "b": 4}
    assert [(o.case_id, o.repeat, o.score) for o in found.side.observations] == [
        ("a", 1, 0.0),
        ("a", 2, 0.0),
        ("a", 3, 1.0),
        ("a", 4, 1.0),
        ("b", 1, 1.0),
        ("b", 2, 1.0),
        ("b", 3, 0.5),
        ("b", 4, 0.5),
    ]
    assert (found.side.accounting.planned, found.side.accounting.answered) == (8, 8)


def test_of_two_runs_with_different_scores_both_stand_for_the_baseline_or_none(room: Room) -> None:
    bad = room.made("bad", about=info(repeats=2), scores={"a": 0.0, "b": 0.0})
    good = room.made("good", about=info(repeats=2))
    assert "no run of this baseline is in the bank" in reasons_of(room.bank())
    room.bless(good)
    assert set(runs_of(room.bank())) == {"bad", "good"}
    expire(room.store, suite="triage", at=SOON)
    assert "2 runs in the bank: expired" in reasons_of(room.bank())
    room.bless(bad)
    assert set(runs_of(room.bank())) == {"bad", "good"}


def test_the_ratchet_is_impossible(room: Room) -> None:
    """Promote whatever passed, over and over: it never becomes what the next one is compared with."""
    for turn in range(3):
        lucky = room.made(f"lucky{turn}", about=info(repeats=2))
        room.judged(lucky)
        with pytest.raises(
            UsageError, match=r"candidate of a verdict.*baseline measure triage --version v1@opus"
        ):
            room.bless(lucky)
        assert join(room.store, [lucky], "screen", SOON) == ()
    room.bless(room.made("anew", about=replace(info(repeats=2), purpose="measure")))
    assert runs_of(room.bank()) == ("anew",)
    assert judged_runs(room.store, "triage") == {"lucky0", "lucky1", "lucky2"}


def test_a_baseline_asked_before_it_was_judged_stays_one(room: Room) -> None:
    anew = room.made("anew", about=replace(info(repeats=2), purpose="measure"))
    room.bless(anew)
    room.judged(anew)
    assert runs_of(room.bank()) == ("anew",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"graders": '{"equals":2}'}, "graded by other graders"),
        ({"prompt_digest": "x" * 64}, "of another prompt"),
        ({"model_id": "claude-haiku-5-5"}, "of another model"),
        ({"params": '{"effort":"low"}'}, "asked with other parameters"),
        ({"route_digest": "r" * 64}, "routed otherwise"),
        ({"synthetic": True}, "made-up replies beside real ones"),
    ],
)
def test_samples_of_something_else_do_not_stand_for_it(
    room: Room, change: dict[str, object], reason: str
) -> None:
    other = replace(info(repeats=2), **change)  # type: ignore[arg-type]  # fields of RunInfo
    room.bless(room.made("r1", about=other))
    assert f"1 run in the bank: {reason}" in reasons_of(room.bank())


def test_samples_grow_old(room: Room) -> None:
    room.bless(room.made("r1", about=info(repeats=2)))
    assert runs_of(room.bank(now=MOMENT + timedelta(days=14))) == ("r1",)
    assert "older than 14 days" in reasons_of(room.bank(now=MOMENT + timedelta(days=14, seconds=1)))


def test_too_few_samples_are_named(room: Room) -> None:
    room.bless(room.made("r1", about=info(cases=["a"], repeats=2)))
    room.bless(room.made("r2", about=info(cases=["a", "b"], repeats=1)))
    assert "fewer than 2 samples of b (1)" in reasons_of(room.bank())


def test_many_cases_without_samples_are_counted(room: Room) -> None:
    room.bless(room.made("r1", about=info(repeats=2)))
    said = reasons_of(room.bank({f"c{n}": "d" * 64 for n in range(9)}))
    assert "c0 (0), c1 (0), c2 (0), c3 (0), c4 (0) and 4 more" in said


def test_a_case_that_was_edited_has_no_samples(room: Room) -> None:
    room.bless(room.made("r1", about=info(repeats=2)))
    assert "fewer than 2 samples of b (0)" in reasons_of(room.bank({**CASES, "b": "e" * 64}))


def test_a_case_that_is_gone_stands_for_nothing(room: Room) -> None:
    room.bless(room.made("r1", about=info(repeats=2)))
    found = room.bank({"a": "d" * 64})
    assert isinstance(found, Bank)
    assert (dict(found.samples), found.left_out) == ({"a": 2}, ("b",))


def test_only_the_newest_text_of_a_case_counts(room: Room) -> None:
    late = replace(info("r2", repeats=2), started_at=MOMENT + timedelta(minutes=1))
    edited = [replace(record(c, r), case_digest="e" * 64, tags=("new",)) for c, r in late.keys]
    room.bless(room.made("r1", about=info(repeats=2)))
    room.bless(room.kept(late, edited))
    found = room.bank({"a": "e" * 64, "b": "e" * 64})
    assert isinstance(found, Bank)
    assert dict(found.samples) == {"a": 2, "b": 2}
    assert {o.tags for o in found.side.observations} == {("new",)}


def test_a_replayed_run_is_a_baseline_and_never_a_sample(room: Room) -> None:
    room.bless(room.made("r1", about=replace(info(repeats=2), mode="replay")))
    assert "no run of this baseline" in reasons_of(room.bank())


def test_a_failure_of_the_model_is_a_sample_like_any_other(room: Room) -> None:
    """Else the runs in which it failed would be left out for their score."""
    lost = replace(
        record("b", outcome=Failed(fault=Fault(kind=Kind.TOOL_LOOP, detail="went in circles"))),
        grading=Grading(grades=(), score=0.0, passed=False),
    )
    room.bless(room.kept(info("r1"), [record("a"), lost]))
    room.bless(room.made("r2", about=info("r2")))
    found = room.bank()
    assert isinstance(found, Bank)
    assert [o.score for o in found.side.observations] == [1.0, 1.0, 0.0, 1.0]
    assert found.side.accounting.failed == 1


def test_a_rerun_stays_out_for_it_went_on_where_the_baseline_did_well(room: Room) -> None:
    again = replace(info("again", repeats=2), purpose="rerun", first_repeat=4)
    room.made("again", about=again)
    assert join(room.store, [again], "confirm", SOON) == ()


def test_what_a_gate_asked_of_its_baseline_comes_in_whole(room: Room) -> None:
    fresh = replace(info("fresh", repeats=2), purpose="confirm", first_repeat=4)
    holes = replace(info("holes", repeats=2), purpose="confirm")
    room.made("fresh", about=fresh)
    room.kept(holes, [record("a"), failed("b"), record("a", 2), record("b", 2)])
    assert join(room.store, [fresh, holes], "confirm", SOON) == ("fresh",)
    assert join(room.store, [fresh], "confirm", SOON) == ()
    assert runs_of(room.bank()) == ("fresh",)
    with pytest.raises(UsageError, match="made by a gate"):
        room.bless(fresh)


def test_of_a_screen_that_could_end_early_only_the_first_wave_counts(room: Room) -> None:
    screen = replace(info("screen", repeats=3), purpose="screen")
    decided = record("b", 3, outcome=Skipped(why="decided"))
    records = [*(record(c, r) for c, r in screen.keys if (c, r) != ("b", 3)), decided]
    room.kept(screen, records)
    assert join(room.store, [screen], "screen", SOON) == ("screen",)
    assert "fewer than 2 samples of a (1), b (1)" in reasons_of(room.bank())


def test_a_screen_that_ended_within_its_first_wave_is_left_out(room: Room) -> None:
    screen = replace(info("screen"), purpose="screen")
    room.kept(screen, [record("a"), record("b", outcome=Skipped(why="decided"))])
    assert join(room.store, [screen], "screen", SOON) == ()


def test_a_run_with_a_substitute_in_it_is_left_out(room: Room) -> None:
    run = room.kept(info("r1"), [record("a"), record("b", outcome=Degraded(reply=REPLY, why="x"))])
    assert join(room.store, [run], "confirm", SOON) == ()


def test_stale_samples_are_gone_for_good(room: Room) -> None:
    old = room.made("old", about=info(repeats=2))
    room.bless(old)
    assert mark_stale(room.store, key_of(info()), "the provider drifted", SOON) == ("old",)
    assert mark_stale(room.store, key_of(info()), "again", SOON) == ()
    assert "stale: the provider drifted (2026-11-21)" in reasons_of(room.bank())
    with pytest.raises(UsageError, match=r"stale: the provider drifted.*measure the variant anew"):
        room.bless(old)
    room.bless(room.made("anew", about=replace(info(repeats=2), purpose="measure")))
    assert runs_of(room.bank()) == ("anew",)


def test_the_bank_outlives_the_store(room: Room) -> None:
    room.bless(room.made("r1", about=info(repeats=2)))
    fresh = replace(info("fresh"), purpose="confirm")
    room.made("fresh", about=fresh)
    join(room.store, [fresh], "confirm", SOON)
    members, found = list_members(room.store, "triage"), room.bank()
    room.store.unlink()
    assert rebuild(room.store, room.runs) == ()
    assert list_members(room.store, "triage") == members
    assert room.bank() == found


def test_a_decision_whose_process_died_before_the_store_had_it_is_there_after_a_rebuild(room: Room) -> None:
    run = room.made("r1", about=info(repeats=2))
    line = encode(
        {
            "kind": "joined",
            "suite": "triage",
            "runs": [run.run_id],
            "as": "confirm",
            "at": "2026-11-21 12:00:00",
        }
    )
    log_path(room.store).write_bytes(line + line)
    assert list_members(room.store, "triage") == ()
    assert rebuild(room.store, room.runs) == ()
    assert runs_of(room.bank()) == ("r1",)
    assert len(list_members(room.store, "triage")) == 1


def test_a_blessing_of_old_names_no_runs_and_stays_a_baseline(room: Room) -> None:
    room.made("r1", about=info(repeats=2))
    old = {
        "kind": "blessed",
        "suite": "triage",
        "run_id": "r1",
        "by": "ana",
        "note": "",
        "at": "2026-11-21 12:00:00",
    }
    log_path(room.store).write_bytes(encode(old))
    rebuild(room.store, room.runs)
    current = show_baseline(room.store, suite="triage")
    assert current is not None
    assert current.run_id == "r1"
    assert list_members(room.store, "triage") == ()
    room.bless(info("r1", repeats=2))
    assert runs_of(room.bank()) == ("r1",)


def test_without_a_store_nothing_stands_for_a_baseline(room: Room) -> None:
    assert "no samples are kept yet" in reasons_of(room.bank())
    assert judged_runs(room.store, "triage") == frozenset()
