"""`harness scan` finds a secret wherever it is, never shows it, and is never content with nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.observe import scan as scanning
from tests.cli.conftest import Type

KEY = "sk-ant-" + "api03-" + "Zq3x9" * 10
KNOWN = "only-known-by-its-value"


def zipped(content: bytes, name: str = "inner/page.html") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def database(path: Path, text: str) -> None:
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE answers (number INTEGER, said VARCHAR, parts VARCHAR[])")
        connection.execute("INSERT INTO answers VALUES (1, 'nothing', []), (2, NULL, [?, 'x'])", [text])


def rows(path: Path, text: str) -> None:
    import duckdb

    form = "(FORMAT csv, COMPRESSION zstd)" if path.suffix == ".zst" else "(FORMAT parquet)"
    duckdb.execute(f"COPY (SELECT '{text}' AS said) TO '{path}' {form}")


WRITERS: dict[str, tuple[str, Callable[[Path, str], object]]] = {
    "text": ("log.txt", lambda path, text: path.write_text(f"one\ntwo {text} three")),
    "json": ("a.jsonl", lambda path, text: path.write_text(json.dumps({"text": f'"{text}"'}))),
    "page": ("page.html", lambda path, text: path.write_text(f"<p title='{text}'>")),
    "not text": ("b.bin", lambda path, text: path.write_bytes(b"\xff\x00\n" + text.encode() + b"\x80")),
    "base64 of a known value": (
        "c.txt",
        lambda path, text: path.write_bytes(base64.b64encode(f"u:{KNOWN}".encode())),
    ),
    "gzip": ("d.gz", lambda path, text: path.write_bytes(gzip.compress(text.encode()))),
    "zip": ("e.zip", lambda path, text: path.write_bytes(zipped(text.encode()))),
    "gzip in zip": ("f.zip", lambda path, text: path.write_bytes(zipped(gzip.compress(text.encode())))),
    "duckdb": ("g.duckdb", database),
    "parquet": ("h.parquet", rows),
    "zstd": ("i.csv.zst", rows),
}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SERVICE_TOKEN", KNOWN)


@pytest.mark.parametrize(("name", "write"), WRITERS.values(), ids=WRITERS.keys())
def test_a_secret_is_found_and_not_shown(
    tiny: Path, typed: Type, name: str, write: Callable[[Path, str], object]
) -> None:
    (tiny / "reports").mkdir()
    write(tiny / "reports" / name, KEY)
    said = typed("scan")
    assert said.status == 1, said.err
    assert said.out.startswith(f"reports/{name}:")
    assert len(said.out.splitlines()) == 1
    assert KEY not in said.out + said.err
    assert KNOWN not in said.out + said.err


def test_a_finding_has_its_line_its_column_and_its_rule(tiny: Path, typed: Type) -> None:
    (tiny / "notes.txt").write_text(f"one\ntwo {KEY} and {KEY}\n{KNOWN}")
    said = typed("scan", "notes.txt")
    first, again, known = said.out.splitlines()
    place, tag = first.rsplit(", ", 1)
    assert place == "notes.txt:2:5: anthropic"
    assert again == f"notes.txt:2:{len('two  and ') + len(KEY) + 1}: anthropic, {tag}"
    assert known.startswith("notes.txt:3:1: value, ")
    assert "withdraw the key" in said.err


def test_a_clean_project_is_clean_and_says_what_was_looked_at(tiny: Path, typed: Type) -> None:
    assert typed("run", "tiny").status == 0
    said = typed("scan")
    assert (said.status, said.out) == (0, "")
    assert said.err.startswith("no secret found; ")
    assert "MB looked at" in said.err


def test_as_json(tiny: Path, typed: Type) -> None:
    (tiny / "x.zip").write_bytes(zipped(f"ab {KEY}".encode()))
    found = json.loads(typed("scan", "x.zip", "--json").out)
    assert (found["schema"], found["files"], found["unread"]) == (1, 1, [])
    [finding] = found["findings"]
    assert finding.pop("tag")
    assert finding == {
        "file": "x.zip",
        "inside": "inner/page.html",
        "line": 1,
        "column": 4,
        "rule": "anthropic",
        "allowed_because": None,
    }


def test_a_line_may_say_why_it_is_no_secret(tiny: Path, typed: Type) -> None:
    (tiny / "notes.md").write_text(f"{KEY} <!-- harness:allow-secret a made-up key -->\n")
    said = typed("scan", "notes.md")
    assert said.status == 0
    assert "no secret found, 1 more allowed by a mark" in said.err
    [finding] = json.loads(typed("scan", "notes.md", "--json").out)["findings"]
    assert finding["allowed_because"] == "a made-up key"


@pytest.mark.parametrize(
    "mark", ["harness:allow-secret", "harness:allow-secret  ", "harness:allow-secret -->"]
)
def test_a_mark_without_a_reason_allows_nothing(tiny: Path, typed: Type, mark: str) -> None:
    (tiny / "notes.md").write_text(f"{KEY} {mark}\n")
    assert typed("scan", "notes.md").status == 1


def test_personal_data_is_looked_for_when_asked(tiny: Path, typed: Type) -> None:
    (tiny / "notes.md").write_text("write to ada@example.com")
    assert typed("scan", "notes.md").status == 0
    assert "email" in typed("scan", "notes.md", "--personal").out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b"x" * 1000)[:-5], "a.gz: "),
        (gzip.compress(b"x" * 100_000)[:-9] + b"123456789", "a.gz: "),
        (b"PK\x03\x04 and no more", "a.gz: File is not a zip file"),
        (b"12345678DUCK" + b"x" * 5000, "a.gz: cannot be read"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))), "more than 3 deep"),
    ],
    ids=["cut", "wrong", "no zip", "no database", "deep"],
)
def test_what_cannot_be_looked_into_is_said_and_is_no_success(
    tiny: Path, typed: Type, content: bytes, words: str
) -> None:
    (tiny / "a.gz").write_bytes(content)
    said = typed("scan", "a.gz")
    assert said.status == 2
    assert words in said.err
    assert "nobody has looked into it" in said.err


def test_what_is_too_large_is_not_unpacked(tiny: Path, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LARGEST", 1000)
    (tiny / "a.gz").write_bytes(gzip.compress(b"x" * 1001))
    (tiny / "b.txt").write_bytes(b"x" * 1001)
    said = typed("scan", "a.gz", "b.txt")
    assert said.status == 2
    assert "a.gz: unpacks to more than" in said.err
    assert "b.txt: larger than" in said.err


def test_a_file_nobody_may_read_is_no_success(tiny: Path, typed: Type) -> None:
    os.mkfifo(tiny / "pipe")  # a folder is walked for files only
    (tiny / "gone").symlink_to(tiny / "nowhere")
    assert typed("scan", ".").status == 0
    assert typed("scan", "gone").status == 2


def test_nothing_to_scan_is_a_mistake(tiny: Path, typed: Type) -> None:
    assert "there is no such file or folder to scan" in typed("scan", "nowhere").err
    (tiny / "empty").mkdir()
    said = typed("scan", "empty")
    assert said.status == 2
    assert "nothing was looked at" in said.err


def test_other_people_s_folders_are_left_out(tiny: Path, typed: Type) -> None:
    (tiny / "node_modules").mkdir()
    (tiny / "node_modules/x.js").write_text(KEY)
    assert typed("scan", ".").status == 0


def test_a_file_outside_the_project_keeps_its_whole_name(
    tiny: Path, typed: Type, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("else") / "x.txt"
    path.write_text(KEY)
    assert typed("scan", str(path)).out.startswith(f"{path}:1:1: anthropic, ")
