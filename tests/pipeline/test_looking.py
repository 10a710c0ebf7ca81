"""One case of two runs: what became of it, and what a reader has to know of both sides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.compare.change import Change
from harness.compare.observation import Observation, Side
from harness.errors import UsageError
from harness.pipeline import looking
from harness.pipeline.looking import look, matter_of
from harness.settings import read_settings
from harness.store.known_cases import newest_run
from harness.store.read import read_side

HELD = "{until: 2099-01-31, owner: triage team, reason: the order of refunds is disputed}"


@pytest.fixture
def runs(tiny: Path) -> list[str]:
    """Of v1, and of v3 after c01 got another expectation and c02 went into quarantine."""
    suite = tiny / "evals/tiny.yaml"
    assert main(["run", "tiny", "--version", "v1"]) == 0
    text = suite.read_text("utf-8").replace("equals: number 1}", "contains: number}")
    suite.write_text(text.replace("{id: c02,", f"{{id: c02, quarantine: {HELD},"), "utf-8")
    assert main(["run", "tiny", "--version", "v3"]) == 0
    return sorted(path.stem for path in (tiny / "reports/runs").glob("*.jsonl"))


def test_what_a_reader_has_to_know_of_both_sides_is_said(
    runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings()
    matter = matter_of(runs, settings)
    edited, held = (look(matter, each, settings) for each in ("c01", "c02"))
    assert [each.change and each.change.change for each in (edited, held)] == [
        Change.NOT_COMPARABLE,
        Change.QUARANTINED,
    ]
    assert edited.notes == ()
    assert held.notes[0].startswith("in quarantine: until 2099-01-31")

    def never_asked(store: Path, run_id: str) -> Side:
        side = read_side(store, run_id)
        if run_id != runs[1]:
            return side
        undone = tuple(map(_undone, side.observations))
        return replace(side, observations=undone, graders='{"equals": 99}')

    monkeypatch.setattr(looking, "read_side", never_asked)
    missed = look(matter, "c03", settings)
    assert missed.change is not None
    assert missed.change.missing == ("candidate: skipped: decided",)
    assert missed.notes == (
        "the two sides were graded by different graders; harness compare grades both anew",
    )


def _undone(trial: Observation) -> Observation:
    return replace(trial, score=None, passed=None, missing="skipped: decided")


def test_a_run_that_nobody_made_is_not_found(runs: list[str]) -> None:
    with pytest.raises(UsageError, match="suite tiny: no run of it has a case 'c99'"):
        newest_run(read_settings().store, "tiny", "c99")
