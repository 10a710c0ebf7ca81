"""`harness audit` lists the trail, and says where it cannot be believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type


@pytest.fixture
def trail(tiny: Path, typed: Type) -> Path:
    typed("run", "tiny", "--case", "c00")
    return tiny / "reports/audit.jsonl"


def test_the_trail_is_listed_and_verified(trail: Path, typed: Type) -> None:
    said = typed("audit")
    assert said.status == 0
    head, began, ended = said.out.splitlines()
    assert head.split() == ["no", "at", "who", "action", "what"]
    assert "run began" in began
    assert "mode replay" in began
    assert "why finished" in ended
    assert said.err == "the chain holds, over 2 lines\n"


def test_only_the_newest_and_only_verified(trail: Path, typed: Type) -> None:
    assert len(typed("audit", "--limit", "1").out.splitlines()) == 2
    assert typed("audit", "--limit", "0").out == ""
    assert typed("audit", "--limit", "-1").status == 2


def test_a_broken_chain_is_a_failure_with_its_line(trail: Path, typed: Type) -> None:
    trail.write_text(trail.read_text("utf-8").replace('"planned":1', '"planned":2'), "utf-8")
    said = typed("audit")
    assert said.status == 1
    assert f"{trail}:1: this entry or the one before was edited; compare with a copy" in said.err
    found = json.loads(typed("audit", "--json").out)
    assert (found["schema"], found["holds"], found["breaks"][0]["line"]) == (1, False, 1)
    assert [entry["action"] for entry in found["entries"]] == ["run_began", "run_ended"]


def test_no_trail_is_a_mistake(tiny: Path, typed: Type) -> None:
    assert typed("audit").status == 2
