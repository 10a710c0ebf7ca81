"""The committed corpus: a file per target, one input per line, as JSON text or as `{"base64": ...}`.

What a fuzzer found goes in here, so that it is tried for ever after.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "seeds"


def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs of one target; none where it has no file."""
    path = FOLDER / f"{target}.jsonl"
    if not path.is_file():
        return ()
    return tuple(_bytes(json.loads(line)) for line in path.read_text("utf-8").splitlines())


def add(target: str, inputs: Iterable[bytes]) -> int:
    """Add inputs that are new; gives how many there are now."""
    known = {*seeds(target), *inputs}
    lines = sorted(json.dumps(_line(each)) for each in known)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{target}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(known)


def _bytes(line: object) -> bytes:
    if isinstance(line, dict):
        return base64.b64decode(line["base64"])
    return str(line).encode("utf-8")


def _line(content: bytes) -> object:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}
