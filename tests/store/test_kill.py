"""Real processes, really killed: what was acknowledged is there, and nothing is paid for twice."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import list_runs, read_side, run_totals
from tests.store.killed import CASES
from tests.store.samples import CENT, info, record, write_run

ROOT = Path(__file__).parents[2]
AT_ONCE = 3


def command(folder: Path, step: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.store.killed", str(folder), str(step), *more]


def live(folder: Path, step: int, *more: str) -> tuple[int, list[str]]:
    """One life of the process: its exit status, and what it said."""
    done = subprocess.run(command(folder, step, *more), capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode, done.stdout.splitlines()


def mended(folder: Path, said: list[str]) -> None:
    """After the crash: nothing acknowledged is lost, and a resumed run is like one nothing happened to."""
    path = folder / "runs" / "r1.jsonl"
    kept = {line.split()[1] for line in said if line.startswith("kept")}
    if path.exists():
        assert kept <= {each.case_id for each in read_journal(path).records}
        code, more = live(folder, 0, "resume")
    else:
        assert not kept
        code, more = live(folder, 0)
    assert code == 0
    past = read_journal(path)
    assert sorted(each.case_id for each in past.records) == sorted(CASES)
    sent = Counter(line.split()[1] for line in (*said, *more) if line.startswith("sent"))
    assert sum(sent.values()) - len(CASES) <= AT_ONCE
    assert not kept & {line.split()[1] for line in more if line.startswith("sent")}
    totals = run_totals(folder / "harness.duckdb", "r1")
    assert totals.accounting.answered == len(CASES)
    assert totals.cost is not None
    assert totals.cost + totals.cost_uncertain >= sum(sent.values()) * CENT
    side = read_side(folder / "harness.duckdb", "r1")
    assert [each.score for each in side.observations] == [1.0] * len(CASES)


@pytest.mark.parametrize("step", [2, 5, 20])
def test_a_run_that_was_killed_goes_on_as_if_nothing_had_happened(tmp_path: Path, step: int) -> None:
    code, said = live(tmp_path, step)
    assert code == -signal.SIGKILL
    mended(tmp_path, said)


@pytest.mark.kill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("step", range(1, 60))
def test_a_kill_at_every_single_operation_loses_nothing(tmp_path: Path, step: int) -> None:
    _, said = live(tmp_path, step)
    mended(tmp_path, said)


@pytest.mark.kill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(100))
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, seed: int) -> None:
    process = subprocess.Popen(command(tmp_path, 0), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    time.sleep(random.Random(seed).uniform(0.2, 1.5))  # noqa: S311 - a moment, not a secret
    process.kill()
    said = process.communicate()[0].splitlines()
    mended(tmp_path, said)


def test_two_processes_that_ingest_at_once_both_get_in(
    tmp_path: Path, runs: Path, store: Path, use: Tools
) -> None:
    cases = [f"c{number}" for number in range(30)]
    for name in ("r1", "r2", "r3"):
        write_run(runs, info(name, cases=cases), [record(each) for each in cases], use)
    code = (
        "import sys; from harness.store.ingest import ingest; from harness.store.past import read_journal;"
        "[ingest(sys.argv[1], read_journal(sys.argv[2])) for _ in range(3)]"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(store), str(runs / f"{name}.jsonl")], cwd=ROOT)
        for name in ("r1", "r2")
    ]
    ingest(store, read_journal(runs / "r3.jsonl"))
    assert [each.wait(60) for each in both] == [0, 0]
    assert [each.totals.accounting.answered for each in list_runs(store)] == [30, 30, 30]


@pytest.mark.parametrize(
    "after", [0.05, *(pytest.param(step / 50, marks=pytest.mark.kill) for step in range(20))]
)
def test_an_ingest_that_was_killed_is_all_or_nothing(
    runs: Path, store: Path, use: Tools, after: float
) -> None:
    cases = [f"c{number}" for number in range(1000)]
    path = write_run(runs, info(cases=cases), [record(each) for each in cases], use)
    ingest(store, read_journal(write_run(runs, info("r0"), [record()], use)))
    code = (
        "import sys; from harness.store.ingest import ingest; from harness.store.past import read_journal;"
        "import duckdb; j = read_journal(sys.argv[2]); print('go', flush=True); ingest(sys.argv[1], j)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(store), str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()
    assert {each.totals.accounting.answered for each in list_runs(store) if each.info.run_id == "r1"} <= {
        1000
    }
    ingest(store, read_journal(path))
    assert run_totals(store, "r1").accounting.answered == 1000
