"""A store whose maker is killed: while its schema moves on, while it is made again, while it is made smaller."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.store import duck
from harness.store.ingest import ingest, rebuild
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import list_runs
from harness.store.shrink import shrink
from tests.store.samples import info, record, write_run

ROOT = Path(__file__).parents[2]
CASES = tuple(f"c{number}" for number in range(200))
BIG = "CREATE TABLE big AS SELECT range AS number, sha256(range::VARCHAR) AS text FROM range(300_000)"
SECOND = duck.Migration(version=99, name="0099_big.sql", text=BIG)

REBUILD = "from harness.store.ingest import rebuild; go(); rebuild(store, runs)"
SHRINK = "from harness.store.shrink import shrink; go(); shrink(store)"
MIGRATE = (
    "from harness.store import duck; steps = duck.migrations();"
    f"more = duck.Migration(version=99, name='0099_big.sql', text={BIG!r}); duck.migrations = lambda: (*steps, more);"
    "w = duck.writing(store); go(); w.__enter__()"
)

MOMENTS = [
    pytest.param(0.03, id="soon"),
    *(
        pytest.param(random.Random(seed).uniform(0.0, 0.6), id=str(seed), marks=pytest.mark.kill)  # noqa: S311 - a moment, not a secret
        for seed in range(40)
    ),
]


@pytest.fixture
def full(runs: Path, store: Path, use: Tools) -> Path:
    for name in ("r1", "r2"):
        path = write_run(runs, info(name, cases=CASES), [record(each) for each in CASES], use)
        ingest(store, read_journal(path))
    return store


def kill(code: str, store: Path, after: float) -> None:
    """Start `code` in a process of its own, and kill that `after` seconds from where the work begins."""
    start = "import sys, duckdb; store, runs = sys.argv[1:]; go = lambda: print('go', flush=True);"
    command = [sys.executable, "-c", start + code, str(store), str(store.parent / "runs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        time.sleep(after)
        process.kill()


def answered(store: Path) -> list[int]:
    return [each.totals.accounting.answered for each in list_runs(store)]


@pytest.mark.parametrize("after", MOMENTS)
def test_a_rebuild_that_was_killed_leaves_a_whole_store(full: Path, runs: Path, after: float) -> None:
    kill(REBUILD, full, after)
    assert answered(full) == [200, 200]
    assert rebuild(full, runs) == ()
    assert answered(full) == [200, 200]
    assert not list(full.parent.glob("*.rebuilding*"))


@pytest.mark.parametrize("after", MOMENTS)
def test_a_store_killed_while_it_shrinks_is_whole(full: Path, after: float) -> None:
    kill(SHRINK, full, after)
    assert answered(full) == [200, 200]
    shrink(full)
    assert answered(full) == [200, 200]
    assert not list(full.parent.glob("*.shrinking*"))


@pytest.mark.parametrize("after", MOMENTS)
def test_a_migration_that_was_killed_is_taken_again_whole(
    full: Path, after: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(MIGRATE, full, after)
    steps = (*duck.migrations(), SECOND)
    monkeypatch.setattr(duck, "migrations", lambda: steps)
    assert answered(full) == [200, 200]
    with duck.reading(full) as connection:
        assert connection.execute("SELECT count(*) FROM big").fetchall() == [(300_000,)]
        versions = connection.execute("SELECT version FROM schema_migrations ORDER BY 1").fetchall()
    assert versions == [(each.version,) for each in steps]
