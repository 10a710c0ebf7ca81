"""The audit trail keeps every entry, also of several processes, and shows every change."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError, UsageError
from harness.observe.audit import append, fingerprint, read_trail
from tests.projects import ROOT

ACTIONS = ("run_began", "run_ended", "verdict_given", "baseline_blessed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "reports/audit.jsonl"
    for action in ACTIONS:
        append(path, {"action": action, "note": 'a "quoted" ü \ud800'})
    return path


def broken(path: Path) -> list[tuple[int, str]]:
    return [(each.line, each.what) for each in read_trail(path).breaks]


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_what_was_put_in_comes_out_in_order_and_the_chain_holds(path: Path) -> None:
    trail = read_trail(path)
    assert [entry["action"] for entry in trail.entries] == list(ACTIONS)
    assert [entry["seq"] for entry in trail.entries] == [1, 2, 3, 4]
    assert trail.breaks == ()


def test_an_edited_entry_is_shown(path: Path) -> None:
    change(path, b"verdict_given", b"verdict_taken")
    assert broken(path) == [(3, "this entry or the one before was edited")]


def test_an_entry_that_was_taken_out_is_shown(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[3:]))
    assert broken(path) == [(2, "2 entries before this line were taken out")]


def test_an_entry_that_was_put_in_is_shown(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[0], *lines[2:]]))
    assert [line for line, _ in broken(path)] == [3, 4]
    assert "entries were put in or moved" in broken(path)[0][1]


def test_an_entry_that_is_none_any_more_is_shown_and_the_next_follows_it_no_more(path: Path) -> None:
    change(path, b'"action":"run_ended"', b'"action":"run_ended')
    assert broken(path) == [
        (2, "this line is no entry: it was damaged or edited"),
        (3, "1 entries before this line were taken out"),
    ]


def test_a_forged_last_line_does_not_stop_the_trail(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"forged\n")
    append(path, {"action": "run_began"})
    assert [line for line, _ in broken(path)] == [5, 6]


def test_a_line_a_power_cut_left_unfinished_is_said_and_then_cut(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"chain":"00')
    assert broken(path) == [(5, "the last line was not finished: it was never confirmed")]
    append(path, {"action": "run_began"})
    assert broken(path) == []
    assert len(read_trail(path).entries) == 5


@given(st.data())
def test_no_change_of_any_byte_stays_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("trail") / "audit.jsonl"
    for number in range(3):
        append(path, {"action": "a", "number": number})
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert read_trail(path).breaks


WRITER = """
import sys
from pathlib import Path
from harness.observe.audit import append
for number in range(20):
    append(Path(sys.argv[1]), {"action": "a", "writer": sys.argv[2], "number": number})
"""


def test_processes_queue_and_lose_nothing(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(number)], cwd=ROOT)
        for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    trail = read_trail(path)
    assert trail.breaks == ()
    assert len(trail.entries) == len(ACTIONS) + 60


def test_a_full_disk_keeps_what_was_confirmed_and_says_so(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30, hard))
    try:
        with pytest.raises(StoreError, match="the audit trail cannot be written"):
            append(path, {"action": "run_began"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(read_trail(path).entries) == len(ACTIONS)
    assert broken(path) == []


def test_no_trail_yet_and_one_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no audit trail yet"):
        read_trail(tmp_path / "audit.jsonl")
    with pytest.raises(StoreError, match="cannot be read"):
        read_trail(tmp_path)
    (tmp_path / "audit.jsonl").write_bytes(b"")
    assert read_trail(tmp_path / "audit.jsonl").entries == ()


def test_deep_nonsense_is_no_entry(tmp_path: Path, path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"chain":"' + b"0" * 64 + b'","entry":' + b"[" * 100_000 + b"}\n")
        file.write(b'{"chain":"' + b"0" * 64 + b'","entry":[]}\n')
    assert [line for line, _ in broken(path)] == [5, 6]


def test_an_entry_without_a_number_breaks_the_chain(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"chain":"' + b"0" * 64 + b'","entry":{"seq":"x"}}\n')
    assert "put in or moved" in broken(path)[0][1]


def test_a_fingerprint_is_the_same_for_the_same_key_only() -> None:
    assert fingerprint("one") == fingerprint("one") != fingerprint("two")
    assert "one" not in fingerprint("one")


def test_a_line_holds_nothing_but_chain_and_entry(path: Path) -> None:
    assert json.loads(path.read_bytes().splitlines()[0]).keys() == {"chain", "entry"}
    assert path.stat().st_mode & 0o077 == 0
