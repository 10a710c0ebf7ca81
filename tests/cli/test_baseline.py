from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness.pipeline.auditing import user_name
from tests.cli.conftest import Type

HOSTILE = "\x1b[31m::error::\u202e##[group]"


@pytest.fixture
def run_id(history: Path, typed: Type) -> str:
    """The run of v1."""
    return run_of("v1", typed)


def run_of(version: str, typed: Type) -> str:
    rows = json.loads(typed("sql", "--json", "SELECT prompt_version, run_id FROM runs").out)["rows"]
    return str(dict(rows)[version])


def test_a_blessed_run_is_shown_and_listed(run_id: str, typed: Type) -> None:
    said = typed("baseline", "bless", run_id, "--note", "release 12", "--by", "sara")
    assert (said.status, said.out) == (0, "")
    assert f"sentiment is compared with {run_id} from now on" in said.err
    line = typed("baseline", "list").out.splitlines()[1]
    assert line.split()[:2] == ["sentiment", run_id]
    assert line.endswith("sara  release 12")
    shown = typed("baseline", "show", "sentiment").out.splitlines()[0]
    assert shown.startswith(f"sentiment: baseline {run_id} since ")
    assert shown.endswith("by sara: release 12")


def test_the_user_of_the_machine_blesses_by_default(run_id: str, typed: Type) -> None:
    typed("baseline", "bless", run_id)
    found = json.loads(typed("baseline", "show", "sentiment", "--json").out)
    assert found["baseline"]["blessed_by"] == user_name(os.getuid())


def test_a_user_without_a_name_is_a_number() -> None:
    assert user_name(2**31 - 7) == f"user {2**31 - 7}"


def test_an_expired_baseline_stays_in_the_list(run_id: str, typed: Type) -> None:
    typed("baseline", "bless", run_id)
    assert f"no longer compared with {run_id}" in typed("baseline", "expire", "sentiment").err
    found = json.loads(typed("baseline", "list", "sentiment", "--json").out)
    assert found["schema"] == 1
    assert found["baselines"][0]["expired_at"].endswith("+00:00")
    assert len(typed("baseline", "list").out.splitlines()) == 2


def test_what_is_not_there_cannot_be_expired(history: Path, typed: Type) -> None:
    said = typed("baseline", "expire", "sentiment")
    assert said.status == 2
    assert "has no baseline" in said.err


def test_an_empty_list_says_how_to_make_a_baseline(history: Path, typed: Type) -> None:
    said = typed("baseline", "list")
    assert (said.status, said.out) == (0, "")
    assert "harness baseline bless RUN" in said.err


def test_a_run_with_holes_cannot_be_blessed(history: Path, typed: Type) -> None:
    (history / "rows.jsonl").write_text('{"case_id": "a", "score": 1}\n{"case_id": "b", "score": null}\n')
    typed("import", "results", "rows.jsonl", "--suite", "other", "--run", "holes")
    said = typed("baseline", "bless", "holes")
    assert said.status == 2
    assert "only a whole run can be a baseline" in said.err


def test_what_passed_a_gate_is_no_baseline_but_its_variant_is_measured_anew(
    history: Path, typed: Type
) -> None:
    said = typed("baseline", "bless", run_of("v2", typed))
    assert said.status == 2
    assert "was the candidate of a verdict" in said.err
    assert "`harness baseline measure sentiment --version v2@haiku-5-5`" in said.err


def test_imported_results_are_no_baseline(history: Path, typed: Type) -> None:
    (history / "rows.jsonl").write_text('{"case_id": "a", "score": 1}\n')
    typed("import", "results", "rows.jsonl", "--suite", "other", "--run", "theirs")
    said = typed("baseline", "bless", "theirs")
    assert said.status == 2
    assert "nothing can be asked beside it" in said.err


def test_a_hostile_note_reaches_no_terminal(run_id: str, typed: Type) -> None:
    typed("baseline", "bless", run_id, "--note", HOSTILE, "--by", HOSTILE)
    shown = typed("baseline", "list").out
    assert not set(shown) & {"\x1b", "\u202e"}
    assert "##[" not in shown


def test_without_a_store_the_remedy_is_named(project: Path, typed: Type) -> None:
    said = typed("baseline", "list")
    assert said.status == 2
    assert "run a suite first" in said.err
