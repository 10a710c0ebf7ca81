"""`harness compare --verdict`: what was decided once, decided again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Type


def verdict_of(typed: Type) -> str:
    past = json.loads(typed("history", "sentiment", "--json").out)
    [found] = [verdict["verdict_id"] for run in past["runs"] for verdict in run["verdicts"]]
    return str(found)


def test_a_stored_verdict_is_decided_again_bit_for_bit(history: Path, typed: Type) -> None:
    verdict = verdict_of(typed)
    then = json.loads(typed("sql", "SELECT document FROM v_verdicts", "--json").out)["rows"][0][0]
    said = typed("compare", "--verdict", verdict[:10], "--json")
    assert said.status == 0
    assert f"verdict {verdict[:12]} of " in said.err
    assert "comes out as it was" in said.err
    told = json.loads(said.out)
    del told["measures"], told["brief"]  # made anew whenever it is told, and not kept
    assert told == json.loads(then)
    assert verdict_of(typed) == verdict


def test_a_verdict_says_which_runs_so_none_are_named_beside_it(history: Path, typed: Type) -> None:
    said = typed("compare", "some-run", "--verdict", verdict_of(typed))
    assert said.status == 2
    assert "leave some-run out" in said.err


def test_one_run_is_not_compared_with_nothing(history: Path, typed: Type) -> None:
    said = typed("compare", "some-run")
    assert said.status == 2
    assert "harness compare BASELINE CANDIDATE, or harness compare --verdict ID" in said.err
