"""Results the world already has, imported and compared with the command line: the verdicts of docs/statistics.md."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from tests.projects import write_project

RESULTS = Path(__file__).parents[2] / "../shared/data/real_results.parquet"
pytestmark = pytest.mark.skipif(not RESULTS.exists(), reason="the real results are not here")

ALPACA = "source = 'alpaca_eval' and model = '{}'"
BFCL = "source = 'bfcl' and model = '{}' and run = '2024-08-11'"
CODE = "suite = '{}' and model = '{}'"
RUNS: Mapping[str, str] = {
    "claude-2": ALPACA.format("claude-2"),
    "claude-2.1": ALPACA.format("claude-2.1"),
    "concise": ALPACA.format("claude-2.1_concise"),
    "bfcl-2.1": BFCL.format("claude-2.1"),
    "bfcl-3-sonnet": BFCL.format("claude-3-sonnet-20240229"),
    "bfcl-3.5-sonnet": BFCL.format("claude-3-5-sonnet-20240620"),
    "bfcl-3-opus": BFCL.format("claude-3-opus-20240229"),
    "bfcl-3-haiku": BFCL.format("claude-3-haiku-20240307"),
    "repair-0620": CODE.format("lcb-repair", "Claude-3.5-Sonnet-20240620"),
    "repair-1022": CODE.format("lcb-repair", "Claude-3.5-Sonnet-20241022"),
}


@dataclass(frozen=True)
class Pair:
    """One row of the table, in points; None where no bound is printed."""

    baseline: str
    candidate: str
    n: int
    difference: float
    bounds: tuple[float, float] | None
    quality: str
    overall: str
    label: str | None = None


PAIRS = (
    Pair("claude-2", "claude-2.1", 805, -1.45, (-3.0, 0.05), "PASS", "PASS"),
    Pair("claude-2.1", "concise", 805, -6.51, (-8.1, -4.9), "REGRESSED", "REGRESSED"),
    Pair("bfcl-2.1", "bfcl-3-sonnet", 1700, 4.53, (2.7, 6.4), "PASS", "REGRESSED"),
    Pair("bfcl-3-sonnet", "bfcl-3.5-sonnet", 1700, 8.53, None, "PASS", "PASS", "improved"),
    Pair("bfcl-3-opus", "bfcl-3.5-sonnet", 1700, 2.53, (1.4, 3.6), "PASS", "PASS", "improved"),
    Pair("bfcl-3.5-sonnet", "bfcl-3-haiku", 1700, -15.5, None, "REGRESSED", "REGRESSED"),
    Pair("repair-0620", "repair-1022", 713, 2.85, (1.4, 4.3), "PASS", "PASS", "improved"),
)
EXIT = {"PASS": 0, "REGRESSED": 1}


def typed(folder: Path, *argv: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        return main(argv), out.getvalue()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("real"), 1)


@cache
def imported(folder: Path, name: str) -> str:
    file = str(RESULTS.resolve())
    status, said = typed(
        folder, "import", "results", file, "--suite", "real", "--run", name, "--where", RUNS[name]
    )
    assert status == 0
    return said.strip()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.baseline} to {pair.candidate}")
def test_the_command_says_of_real_models_what_is_published(project: Path, pair: Pair) -> None:
    status, said = typed(
        project, "compare", imported(project, pair.baseline), imported(project, pair.candidate), "--json"
    )
    found: Any = json.loads(said)
    quality = found["quality"]
    assert (status, found["status"], found["label"]) == (EXIT[pair.overall], pair.overall, pair.label)
    assert (quality["n"], quality["status"]) == (pair.n, pair.quality)
    assert 100 * quality["difference"] == pytest.approx(pair.difference, abs=0.05)
    if pair.bounds is not None:
        assert [100 * quality["lower"], 100 * quality["upper"]] == pytest.approx(pair.bounds, abs=0.051)
