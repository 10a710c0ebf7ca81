"""Every action that matters is in the audit trail, with who, what and on what terms."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.events import BreakerMoved, RunEnded, Stopping, TrialEnded
from harness.observe.audit import fingerprint, read_trail
from harness.pipeline.auditing import RunAudit, commit, user_name
from harness.settings import Settings, read_settings
from harness.units import Seconds, Usd
from tests.doubles import FakeClock
from tests.projects import KEY, harness, write, write_project
from tests.values import run_began

BEGAN = run_began(mode="record", planned=2, budget=Usd(Decimal("2.00")))
OVER = RunEnded(run_id="one", side="", why="finished", answered=2, degraded=0, failed=0, skipped=0)
DONE = TrialEnded(origin="tiny/c00#1@tiny-v1", model="m", outcome="skipped", score=None, why="budget")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = write_project(tmp_path / "project", 1)
    write(folder / ".git/HEAD", "ref: refs/heads/main\n")
    write(folder / ".git/refs/heads/main", "0123abc\n")
    environ = {"ANTHROPIC_API_KEY": KEY, "GITHUB_ACTOR": "ada", "GITHUB_RUN_ID": "77"}
    return read_settings(folder, environ)


def test_a_run_leaves_its_terms_its_end_and_what_stopped_it(settings: Settings) -> None:
    trail = RunAudit(settings, FakeClock(), degrades_to=("haiku-5-5", "cached"))
    degraded = replace(DONE, outcome="degraded", why="fallback")
    for event in (
        BEGAN,
        BreakerMoved(model="m", state="open", because="5 of 5"),
        BreakerMoved(model="m", state="closed", because="it answers"),
        *(DONE, DONE, degraded, degraded),
        replace(DONE, outcome="answered", why=None),
        Stopping(why="interrupted", detail="", under_way=1, at_most=Seconds(5.0)),
        OVER,
    ):
        trail.heed(event)
    entries = read_trail(settings.audit).entries
    assert [entry["action"] for entry in entries] == [
        "run_began",
        "breaker_opened",
        "budget_reached",
        "degraded",
        "run_stopping",
        "run_ended",
        "recordings_written",
    ]
    began = entries[0]
    assert began["who"] == "ada (github 77)"
    assert (began["run"], began["budget_usd"], began["commit"]) == ("one", "2.00", "0123abc")
    assert began["degrades_to"] == ["haiku-5-5", "cached"]
    assert began["key_fingerprint"] == fingerprint(KEY)
    assert KEY not in settings.audit.read_text("utf-8")


def test_a_run_that_goes_on_says_so_and_a_replay_names_no_key(settings: Settings) -> None:
    trail = RunAudit(settings, FakeClock(), resumed=True)
    trail.heed(replace(BEGAN, mode="replay"))
    trail.heed(OVER)
    began, ended = read_trail(settings.audit).entries
    assert (began["action"], ended["action"]) == ("run_resumed", "run_ended")
    assert "key_fingerprint" not in began


def test_what_cannot_be_audited_is_not_begun_and_what_was_begun_is_ended(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.audit.mkdir(parents=True)
    trail = RunAudit(settings, FakeClock())
    with pytest.raises(StoreError, match="the audit trail cannot be written"):
        trail.heed(BEGAN)
    trail.heed(OVER)
    assert "the run goes on" in capsys.readouterr().err


def test_the_commit_is_read_where_it_is_plain_to_see(tmp_path: Path) -> None:
    assert commit(tmp_path) is None
    write(tmp_path / ".git/HEAD", "77aa\n")
    assert commit(tmp_path) == "77aa"
    write(tmp_path / ".git/HEAD", "ref: refs/heads/main\n")
    assert commit(tmp_path) is None
    write(tmp_path / ".git/packed-refs", "# pack-refs\n88bb refs/heads/other\n99cc refs/heads/main\n")
    assert commit(tmp_path) == "99cc"


def test_a_user_without_a_name_has_a_number() -> None:
    assert user_name(2**31 - 7) == f"user {2**31 - 7}"


def test_commands_leave_their_entries(tiny: Path) -> None:
    rows = tiny / "rows.jsonl"
    rows.write_text(json.dumps({"case_id": "a", "score": 1}) + "\n", "utf-8")
    assert harness(tiny, "gate").returncode in (0, 3)
    run = next((tiny / "reports/runs").glob("tiny-v1*.jsonl")).stem
    assert harness(tiny, "baseline", "bless", run, "--note", f"good, {KEY}").returncode == 0
    assert harness(tiny, "baseline", "expire", "tiny").returncode == 0
    assert harness(tiny, "prompts", "lock").returncode == 0
    assert harness(tiny, "import", "results", "rows.jsonl", "--suite", "s", "--run", "r").returncode == 0
    assert harness(tiny, "rebuild").returncode == 0
    trail = read_trail(tiny / "reports/audit.jsonl")
    assert trail.breaks == ()
    assert [entry["action"] for entry in trail.entries] == [
        "run_began",
        "run_began",
        "run_ended",
        "run_ended",
        "verdict_given",
        "baseline_blessed",
        "baseline_expired",
        "prompts_locked",
        "results_imported",
        "store_rebuilt",
    ]
    assert KEY not in (tiny / "reports/audit.jsonl").read_text("utf-8")
    assert KEY not in harness(tiny, "baseline", "list").stdout
