"""Files of a project, each there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.errors import UsageError


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write each file (path below `root` to its text), with the folders it needs. Raises UsageError."""
    for path, content in files.items():
        target = root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.part")
            beside.write_text(content, encoding="utf-8", newline="")
            beside.replace(target)
        except OSError as error:
            raise UsageError(
                f"cannot write {target}: {error.strerror}; make room, or mend the permissions"
            ) from None
