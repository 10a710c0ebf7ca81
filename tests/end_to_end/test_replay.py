"""Replaying in any surroundings: the same verdict, byte for byte, with no socket and no key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.projects import ROOT, harness

SURROUNDINGS: list[dict[str, str]] = [
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Karachi"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TERM": "dumb"},
    {"PYTHONHASHSEED": "3", "NO_COLOR": "1", "COLUMNS": "40", "LANG": "tr_TR.UTF-8"},
]


def test_surroundings_do_not_change_a_byte_of_the_verdict(tiny: Path) -> None:
    done = [harness(tiny, "gate", "tiny", "--candidate", "v3", "--json", **each) for each in SURROUNDINGS]
    assert [each.returncode for each in done] == [1, 1, 1]
    assert len({each.stdout for each in done}) == 1


def test_surroundings_do_not_change_what_is_said_into_a_pipe(tiny: Path) -> None:
    said = {harness(tiny, "check", **each).stdout for each in SURROUNDINGS}
    assert len(said) == 1
    assert "\x1b" not in said.pop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suite", "candidate", "status"), [("triage", "v2", 0), ("triage", "v3", 1), ("policy", "v3", 1)]
)
def test_the_project_s_own_suites_are_gated_as_documented(
    tmp_path: Path, suite: str, candidate: str, status: int
) -> None:
    for name in ("evals", "prompts", "fixtures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    done = harness(tmp_path, "gate", suite, "--candidate", candidate, "--json")
    assert done.returncode == status, done.stderr
    assert json.loads(done.stdout)["accounting"]["candidate"]["failed"] == 0
