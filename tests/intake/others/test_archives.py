"""Archives and files that would harm whoever believes them."""

from __future__ import annotations

import contextlib
import json
import stat
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.intake.bounded import Lines, Unfit, located_items, located_members, unpacked_zstandard
from harness.intake.constructs import Register
from harness.intake.inspect_ai.importing import InspectImport
from harness.intake.inspect_ai.scorers import Scorer
from tests.intake.others.made import header, sample, write_eval


def read(path: Path) -> list[Any]:
    reader = InspectImport(register=Register(), scorer=Scorer(name="includes", options={}))
    return list(reader.read(path, path.name))


def eval_with(path: Path, name: str, content: bytes, mode: int = 0) -> Path:
    write_eval(path, header("includes"), sample("a", "What?", "x"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "why"),
    [
        ("../../evil.json", 0, "leads out of the archive"),
        ("samples/../../evil.json", 0, "leads out of the archive"),
        ("/etc/passwd", 0, "absolute path"),
        ("C:/evil.json", 0, "absolute path"),
        ("samples\\evil.json", 0, "absolute path"),
        ("samples/link.json", stat.S_IFLNK | 0o777, "symbolic link"),
    ],
)
def test_a_member_that_leads_elsewhere_is_refused(tmp_path: Path, name: str, mode: int, why: str) -> None:
    path = eval_with(tmp_path / "log.eval", name, b"{}", mode)
    with pytest.raises(Unfit, match=why):
        read(path)
    assert sorted(each.name for each in tmp_path.parent.rglob("evil*")) == []


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = b'{"id": "b", "input": "' + b"a" * 25_000_000 + b'", "target": "x"}'
    path = eval_with(tmp_path / "log.eval", "samples/b_epoch_1.json", bomb)
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    with pytest.raises(Unfit, match="may be a bomb"):
        read(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000


def test_a_header_that_lies_about_a_size_is_not_believed(tmp_path: Path) -> None:
    path = eval_with(
        tmp_path / "log.eval", "samples/b_epoch_1.json", b'{"input": "' + b"a" * 5_000_000 + b'"}'
    )
    raw = bytearray(path.read_bytes())
    real = struct.pack("<I", 5_000_013)
    assert raw.count(real) >= 1
    path.write_bytes(bytes(raw).replace(real, struct.pack("<I", 13)))
    with pytest.raises(Unfit):
        read(path)


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = write_eval(tmp_path / "inner.eval", header("includes"), sample("in", "What?", "x"))
    path = eval_with(tmp_path / "log.eval", "samples/inner.eval", inner.read_bytes())
    assert [each.name for each in read(path)] == ["a"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense" * 100])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.eval"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is not an archive"):
        read(path)


def test_damage_anywhere_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = write_eval(tmp_path / "log.eval", header("includes"), sample("a", "What? " * 50, "x"))
    whole = path.read_bytes()
    said: list[str] = []
    for at in range(0, len(whole), 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(UsageError):
            read(path)
            said.append("nothing")
    path.write_bytes(whole)
    assert len(said) < len(range(0, len(whole), 37))


def test_a_member_twice_and_a_missing_header_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = eval_with(tmp_path / "log.eval", "header.json", b"{}")
    with pytest.raises(Unfit, match="twice"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme", "x")
    with pytest.raises(UsageError, match=r"no log of Inspect"):
        read(path)


def test_a_member_that_is_no_json_is_said(tmp_path: Path) -> None:
    path = eval_with(tmp_path / "log.eval", "samples/b_epoch_1.json", b"{" * 50_000)
    with pytest.raises(Unfit, match="is not JSON"):
        read(path)


def test_files_that_are_none_and_files_that_are_too_large_are_refused(tmp_path: Path) -> None:
    pickle = tmp_path / "data.pkl"
    pickle.write_bytes(b"\x80\x04.")
    with pytest.raises(UsageError, match="is no table"):
        read(pickle)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    with pytest.raises(UsageError, match="more than"):
        read(large)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values), st.dictionaries(st.text(max_size=4), json_values), st.sampled_from((None, 1)))
def test_every_value_of_a_document_is_found_where_it_stands(
    values: list[Any], table: Any, indent: Any
) -> None:
    text = json.dumps(values, indent=indent)
    found = list(located_items(text))
    assert [value for _offset, value in found] == values
    assert all(json.JSONDecoder().raw_decode(text, offset)[0] == value for offset, value in found)
    text = json.dumps(table, indent=indent)
    assert {name: value for name, _offset, value in located_members(text)} == table


@given(st.text(alphabet="a\n", max_size=20))
def test_lines_are_counted_from_one(text: str) -> None:
    lines = Lines.of(text)
    assert [lines.number(at) for at in range(len(text))] == [
        text.count("\n", 0, at) + 1 for at in range(len(text))
    ]


@pytest.mark.parametrize("text", ["", "[1", "[1 2]", "[,]", "{", "[" * 100_000])
def test_what_is_no_document_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(located_items(text))


def zstd_eval(path: Path, *members: tuple[str, bytes], lie: int = 0) -> Path:
    """An archive packed with Zstandard, as logs of today are: written by hand, since Python's own knows it from 3.14 on."""
    from backports.zstd import compress

    body, directory = bytearray(), bytearray()
    for name, content in members:
        packed = compress(content)
        facts = struct.pack(
            "<HHHHHIIIHH",
            20,
            0,
            93,
            0,
            0x21,
            zlib.crc32(content) ^ lie,
            len(packed),
            len(content),
            len(name),
            0,
        )
        directory += (
            b"PK\x01\x02"
            + struct.pack("<H", 20)
            + facts
            + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
            + name.encode()
        )
        body += b"PK\x03\x04" + facts + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    path.write_bytes(bytes(body + directory + b"PK\x05\x06" + end))
    return path


def members(*more: tuple[str, bytes]) -> list[tuple[str, bytes]]:
    one = json.dumps(sample("a", "What? " * 40, "x")).encode()
    return [("header.json", json.dumps(header("includes")).encode()), ("samples/a_epoch_1.json", one), *more]


def test_logs_packed_with_zstandard_are_read(tmp_path: Path) -> None:
    path = zstd_eval(tmp_path / "log.eval", *members())
    with zipfile.ZipFile(path) as archive:
        assert [info.compress_type for info in archive.infolist()] == [93, 93]
    assert [each.messages for each in read(path)] == [(("user", "What? " * 40),)]
    path.unlink()  # what looks into every file afterwards knows no Zstandard


def test_a_bomb_packed_with_zstandard_is_not_unpacked(tmp_path: Path) -> None:
    path = zstd_eval(tmp_path / "log.eval", *members(("samples/b_epoch_1.json", b" " * 80_000_000)))
    tracemalloc.start()
    with pytest.raises(Unfit, match="may be a bomb"):
        read(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    path.unlink()
    assert peak < 15_000_000


def test_damage_in_zstandard_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = zstd_eval(tmp_path / "log.eval", *members(), lie=1)
    with pytest.raises(Unfit, match="checksum"):
        read(path)
    whole = bytearray(zstd_eval(path, *members()).read_bytes())
    for at, byte in ((30 + len("header.json"), 0), (0, 0)):
        path.write_bytes(bytes(whole[:at]) + bytes([byte]) + bytes(whole[at + 1 :]))
        with pytest.raises(Unfit, match="cannot be unpacked"):
            read(path)
    path.unlink()


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("header.json", "{}")
    with pytest.raises(Unfit, match="method 12"):
        read(path)


def test_archives_are_bounded_in_number_and_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_eval(tmp_path / "log.eval", header("includes"), sample("a", "What?", "x"))
    monkeypatch.setattr("harness.intake.bounded.MOST_ARCHIVE", 100)
    with pytest.raises(Unfit, match="together"):
        read(path)
    monkeypatch.setattr("harness.intake.bounded.MOST_MEMBERS", 3)
    with pytest.raises(Unfit, match="has 4 members"):
        read(path)


def test_a_member_that_is_too_large_in_the_archive_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zstd_eval(tmp_path / "log.eval", *members())
    monkeypatch.setattr("harness.intake.bounded.MOST_MEMBER", 50)
    with pytest.raises(Unfit, match="the most is 50"):
        read(path)
    path.unlink()


def test_text_in_several_frames_is_read_whole() -> None:
    from backports.zstd import compress

    packed = compress(b"one, ") + compress(b"two")
    assert unpacked_zstandard(packed, 100) == b"one, two"
    assert unpacked_zstandard(packed, 6) == b"one, t"
    assert unpacked_zstandard(packed[:-4], 100) in (b"one, ", b"one, two")
