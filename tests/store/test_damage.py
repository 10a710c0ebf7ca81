"""Torn, altered and missing lines: only a torn tail is forgiven, everything else is named."""

from pathlib import Path

import pytest

from harness.errors import JournalDamaged
from harness.store.journal import Tools
from harness.store.lines import decode, dump_record, encode
from harness.store.past import read_journal
from tests.doubles import go
from tests.store.samples import info, record, resume_with, write_run


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_no_part_of_a_line_passes_for_a_line() -> None:
    line = encode({"record": dump_record(record(), str)})[:-1]
    assert decode(line) is not None
    assert not any(decode(line[:cut]) for cut in range(len(line)))


@pytest.mark.parametrize("cut", [1, 8, 16, 24, 500, -2, -1])
def test_a_tail_cut_anywhere_costs_only_the_last_line(runs: Path, use: Tools, cut: int) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    whole = b"".join(lines[:2])
    path.write_bytes(whole + lines[2][:cut])
    past = read_journal(path)
    assert [each.case_id for each in past.records] == ["a"]
    assert past.size == len(whole)
    assert "r1.jsonl:3: the last write was cut off" in past.warnings[0]


def test_a_torn_tail_is_cut_off_before_more_is_written(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    path.write_bytes(b"".join(_lines(path)[:2]) + b'{"crc":"00')
    go(resume_with(runs, use, record("b")))
    past = read_journal(path)
    assert [each.case_id for each in past.records] == ["a", "b"]
    assert past.warnings == ()


def test_damage_in_the_middle_names_its_line(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    lines[1] = lines[1].replace(b"end_turn", b"END_TURN")
    path.write_bytes(b"".join(lines))
    with pytest.raises(JournalDamaged, match=r"r1\.jsonl:2: this line is damaged; restore"):
        read_journal(path)


def test_a_line_that_is_missing_is_noticed(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    lines = _lines(path)
    path.write_bytes(lines[0] + lines[2] + lines[3])
    with pytest.raises(JournalDamaged, match="number 2 is missing"):
        read_journal(path)


def test_lines_may_stand_twice_and_in_another_order(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a"), record("b")], use)
    before = read_journal(path)
    lines = _lines(path)
    path.write_bytes(b"".join([lines[2], lines[0], lines[1], lines[1], lines[3]]))
    after = read_journal(path)
    assert (after.records, after.ended) == (before.records, before.ended)
    assert "stands there twice; counted once" in after.warnings[0]


def test_windows_line_ends_do_no_harm(runs: Path, use: Tools) -> None:
    path = write_run(runs, info(), [record("a")], use)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert [each.case_id for each in read_journal(path).records] == ["a"]


@pytest.mark.parametrize("junk", [b"", b"\n\n", b"hello\n", b"\x00" * 4096])
def test_a_file_that_is_no_journal_says_so(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(junk)
    with pytest.raises(JournalDamaged, match="no whole line"):
        read_journal(path)
