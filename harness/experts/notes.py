"""What canaries showed of judges, kept in a folder of reports: a judge is tried once, not in every run."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from harness.errors import StoreError
from harness.experts.judges import Notes


def notes_in(folder: Path) -> Notes:
    """Notes of one file per judge, by everything its verdicts depend on. Who wants a judge tried again deletes its file."""

    def read(corpus: str) -> Sequence[str] | None:
        try:
            noted: object = json.loads((folder / f"{corpus}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there, or nothing that we wrote: it is tried again
            return None
        fooled = cast("dict[str, object]", noted).get("fooled") if isinstance(noted, dict) else None
        return None if not isinstance(fooled, list) else [str(each) for each in cast("list[object]", fooled)]

    def write(corpus: str, fooled: Sequence[str]) -> None:
        path = folder / f"{corpus}.json"
        draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"fooled": list(fooled)}) + "\n", encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            raise StoreError(
                f"{path}: cannot be written ({error.strerror}); make room, then try again"
            ) from error

    return Notes(read=read, write=write)
