"""A store written by one version of DuckDB is read and written by the other.

`OTHER_DUCKDB` names a Python that has the other version: `OTHER_DUCKDB=.venv-1.5/bin/python pytest tests/store`.
"""

import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from harness.store.answers import read_answers
from harness.store.ingest import ingest
from harness.store.journal import Tools
from harness.store.past import read_journal
from harness.store.read import list_runs
from harness.store.shrink import shrink
from tests.doubles import REPLY
from tests.store.samples import info, record, write_run

ROOT = Path(__file__).parents[2]
OTHER = os.environ.get("OTHER_DUCKDB", "")
INGEST = (
    "import sys; from harness.store.ingest import ingest; from harness.store.past import read_journal;"
    "ingest(sys.argv[1], read_journal(sys.argv[2]))"
)
READ = (
    "import sys; from harness.store.answers import read_answers; from harness.store.read import list_runs;"
    "print(*(f'{r.info.run_id}:{len(read_answers(sys.argv[1], r.info.run_id))}' for r in list_runs(sys.argv[1])))"
)

pytestmark = pytest.mark.skipif(not OTHER, reason="OTHER_DUCKDB names no Python with another DuckDB")


def other(code: str, *values: object) -> str:
    command = [OTHER, "-c", code, *map(str, values)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def journals(runs: Path, use: Tools) -> list[Path]:
    return [write_run(runs, info(name), [record("a"), record("b")], use) for name in ("r1", "r2")]


def test_the_other_python_has_another_duckdb() -> None:
    assert other("import duckdb; print(duckdb.__version__)") != duckdb.__version__


def test_what_we_write_the_other_version_reads_and_adds_to(store: Path, journals: list[Path]) -> None:
    ingest(store, read_journal(journals[0]))
    assert other(READ, store) == "r1:2"
    other(INGEST, store, journals[1])
    assert [each.info.run_id for each in list_runs(store)] == ["r1", "r2"]


def test_what_the_other_version_writes_we_read_and_add_to(store: Path, journals: list[Path]) -> None:
    other(INGEST, store, journals[0])
    assert read_answers(store, "r1")[0].text == REPLY.text
    ingest(store, read_journal(journals[1]))
    shrink(store)
    assert other(READ, store) == "r1:2 r2:2"
