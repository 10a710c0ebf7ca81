"""Gold files: what a report looks like, kept in `tests/gold/` so that a change of it is read by people.

`make gold` accepts what is written now.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
ACCEPT = os.environ.get("HARNESS_ACCEPT_GOLD") == "1"
_PACKED = re.compile(r'(data-part="(?:index|shared|chunk)">)([A-Za-z0-9+/=]+)(<)')
_INLINED = re.compile(r"(<(style|script)>).*?(</\2>)", re.DOTALL)


def assert_gold(name: str, actual: str) -> None:
    """Compare with the gold file; on a mismatch keep the actual text where a diff can find it."""
    gold = TESTS / "gold" / name
    if ACCEPT:
        gold.parent.mkdir(exist_ok=True)
        gold.write_text(actual, encoding="utf-8")
    expected = gold.read_text(encoding="utf-8") if gold.exists() else ""
    if actual == expected:
        return
    kept = TESTS / "actual" / name
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(actual, encoding="utf-8")
    raise AssertionError(
        f"tests/gold/{name} differs from what is written now, which is in tests/actual/{name}; "
        "accept it with HARNESS_ACCEPT_GOLD=1"
    )


def scrubbed(page: str) -> str:
    """A page without what is not worth reading twice: style, script, their hashes; answers as plain JSON."""
    text = _INLINED.sub(r"\1...\3", page)
    text = re.sub(r"sha256-[A-Za-z0-9+/=]{44}", "sha256-...", text)
    return _PACKED.sub(
        lambda found: f"{found[1]}{json.dumps(unpacked(found[2]), ensure_ascii=False)}{found[3]}", text
    )


def unpacked(packed: str) -> Any:
    """What one packed element of a page holds."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    return json.loads(zstd.decompress(base64.b64decode(packed)))


def chunks(page: str) -> list[dict[str, Any]]:
    """Every case of a page, in order."""
    found = [unpacked(each[2]) for each in _PACKED.finditer(page) if "chunk" in each[1]]
    return [case for chunk in found for case in chunk["cases"]]


def carried(page: str, name: str) -> Any:
    """The `index` or the `shared` texts of a page."""
    return next(unpacked(each[2]) for each in _PACKED.finditer(page) if name in each[1])
