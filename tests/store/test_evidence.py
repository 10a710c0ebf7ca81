"""A verdict is decided from rows of the store, and can be decided again from them."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.compare.evidence import Evidence
from harness.errors import UsageError
from harness.store.bank import Bank, join, mark_stale
from harness.store.bank_rules import key_of
from harness.store.decisions import StoredVerdict, find_verdict, write_verdict
from harness.store.evidence import (
    origins_of,
    read_evidence,
    read_origins,
    read_runs,
    recompute,
    spell_origins,
)
from harness.store.ingest import rebuild
from harness.store.journal import Tools
from harness.store.pooling import pool
from harness.store.questions import spell_policy
from harness.store.read import read_side
from harness.suite.policy import Policy
from tests.store.samples import MOMENT, failed, info, record
from tests.store.test_bank import SOON, Room

VERDICT = StoredVerdict(
    suite="triage",
    baseline_run="old",
    candidate_run="new",
    decided_at=MOMENT,
    status="PASS",
    label=None,
    document="{}",
)


@pytest.fixture
def room(runs: Path, store: Path, use: Tools) -> Room:
    return Room(runs, store, use)


def decided(room: Room) -> Evidence:
    """Evidence of every kind: a bank with a gate's samples in it, a candidate, fresh samples of both sides."""
    room.bless(room.made("old", about=info(repeats=2)))
    screen = replace(info(repeats=2), purpose="screen")
    room.made("before", about=screen)
    join(room.store, [replace(screen, run_id="before")], "screen", SOON)
    for name in ("new", "b", "c", "d"):
        room.made(name)
    bank = room.bank({"a": "d" * 64})
    assert isinstance(bank, Bank)
    before, after = read_side(room.store, "b"), read_side(room.store, "c")
    evidence = Evidence(
        candidate=read_side(room.store, "new"),
        bank=bank.side,
        confirmation=(before, after),
        rerun=(read_runs(room.store, ["b", "d"]), after),
        seed="new",
    )
    write_verdict(
        room.store,
        replace(
            VERDICT,
            policy=spell_policy(Policy(alpha=0.05, flips=99)),
            alpha=0.025,
            decided_from=spell_origins(origins_of(evidence, bank.left_out)),
        ),
    )
    return evidence


def test_evidence_is_read_again_bit_for_bit(room: Room) -> None:
    evidence = decided(room)
    again = recompute(room.store, find_verdict(room.store, "").verdict_id)
    assert again.evidence == evidence
    assert again.policy == Policy(alpha=0.025, flips=99)


def test_what_leaves_the_bank_later_and_a_store_made_anew_change_nothing(room: Room) -> None:
    evidence = decided(room)
    mark_stale(room.store, key_of(info()), "drift", SOON)
    room.store.unlink()
    rebuild(room.store, room.runs)
    assert recompute(room.store, "").evidence == evidence


def test_reruns_that_came_one_after_another_are_one_side(room: Room) -> None:
    room.made("r1")
    room.kept(replace(info("r2"), first_repeat=2), [record("a", 2), failed("b", 2)])
    both = read_runs(room.store, ["r1", "r2"])
    assert both.runs == ("r1", "r2")
    assert [(o.case_id, o.repeat, o.missing) for o in both.observations] == [
        ("a", 1, None),
        ("a", 2, None),
        ("b", 1, None),
        ("b", 2, "timeout"),
    ]
    assert (both.accounting.planned, both.accounting.answered, both.accounting.failed) == (4, 3, 1)


def test_runs_of_a_route_share_out_their_models_together(room: Room) -> None:
    routed = replace(info(), route="{}", model="route:r", model_id="claude-opus-5-5")
    for name in ("r1", "r2"):
        room.made(name, about=routed)
    [share] = read_runs(room.store, ["r1", "r2"]).models
    assert (share.model, share.case_ids, share.planned, share.answered) == (
        "claude-opus-5-5",
        ("a", "b"),
        4,
        4,
    )
    assert share.cost_usd == "0.040000004"


def test_no_runs_are_no_side() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        pool([], [])


def test_evidence_of_two_sides_is_read_again_too(room: Room) -> None:
    for name in ("r1", "r2"):
        room.made(name)
    evidence = Evidence(candidate=read_side(room.store, "r2"), baseline=read_side(room.store, "r1"))
    assert read_evidence(room.store, read_origins(spell_origins(origins_of(evidence)))) == evidence


def test_a_verdict_that_does_not_say_where_it_comes_from_names_its_runs(room: Room) -> None:
    write_verdict(room.store, VERDICT)
    with pytest.raises(UsageError, match="harness compare old new"):
        recompute(room.store, VERDICT.verdict_id[:8])


def test_an_unknown_or_unclear_verdict_is_refused_with_those_there_are(room: Room) -> None:
    room.made("r1")
    with pytest.raises(UsageError, match="no such verdict; the newest are: none"):
        find_verdict(room.store, "ff")
    other = replace(VERDICT, status="REGRESSED")
    for each in (VERDICT, other):
        write_verdict(room.store, each)
    with pytest.raises(UsageError, match="2 begin like this"):
        find_verdict(room.store, "")
    with pytest.raises(UsageError, match=f"newest are: .*{other.verdict_id[:12]}"):
        find_verdict(room.store, "nothing")
    assert find_verdict(room.store, other.verdict_id) == other


def test_a_verdict_whose_runs_are_gone_says_so(room: Room) -> None:
    decided(room)
    (room.runs / "c.jsonl").unlink()
    room.store.unlink()
    rebuild(room.store, room.runs)
    with pytest.raises(UsageError, match="run 'c': there is no such run"):
        recompute(room.store, "")
