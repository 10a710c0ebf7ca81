"""The search for the canary finds it wherever it could be, so that finding nothing says something."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canary import CANARY, MARKER, NAME, is_in, leaks


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", content)
    return packed.getvalue()


WAYS: dict[str, Callable[[str], bytes]] = {
    "raw": lambda secret: secret.encode(),
    "json": lambda secret: json.dumps({"key": secret}).encode(),
    "json in json": lambda secret: json.dumps(json.dumps(secret)).encode(),
    "json utf-8": lambda secret: json.dumps(secret, ensure_ascii=False).encode(),
    "url": lambda secret: quote(secret, safe="").encode(),
    "hex": lambda secret: secret.encode().hex().encode(),
    "gzip": lambda secret: gzip.compress(secret.encode()),
    "zip": lambda secret: zipped(secret.encode()),
    **{
        f"base64 at {offset}": lambda secret, offset=offset: base64.b64encode(  # type: ignore[misc]
            b"x" * offset + secret.encode() + b"y"
        )
        for offset in range(3)
    },
}


@pytest.mark.writes_the_canary
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_it_is_found(way: Callable[[str], bytes], tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_bytes(b"before " + way(CANARY) + b" after")
    if way(CANARY).startswith((b"\x1f\x8b", b"PK")):
        (tmp_path / "deep/file").write_bytes(way(CANARY))
    assert leaks(tmp_path) == [str(tmp_path / "deep/file")]


def test_what_is_none_is_not_found(tmp_path: Path) -> None:
    for number, content in enumerate((b"canary", b"\x1f\x8bno", b"PK\x03\x04no", CANARY.encode()[:-2])):
        (tmp_path / str(number)).write_bytes(content)
    assert leaks(tmp_path) == []
    assert not is_in("a canary sings")


def test_it_is_in_the_environment() -> None:
    assert os.environ[NAME] == CANARY


@pytest.mark.writes_the_canary
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("(tmp_path / 'a').write_text(CANARY)", {"passed": 1, "errors": 1}),
        ("(tmp_path / 'a').write_text('nothing')", {"passed": 1}),
        ("print(CANARY)", {"failed": 1}),
        ("print('nothing')", {"passed": 1}),
    ],
)
def test_a_test_that_leaks_it_fails(pytester: pytest.Pytester, body: str, outcome: dict[str, int]) -> None:
    pytester.makeconftest(
        "from tests.canary_watch import *\n"
        "def pytest_configure(config):\n"
        f"    config.addinivalue_line('markers', '{MARKER}: writes it')\n"
    )
    pytester.makepyfile(f"from tests.canary import CANARY\ndef test_it(tmp_path):\n    {body}\n")
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:socket", "-p", "no:harness")
    result.assert_outcomes(**outcome)
