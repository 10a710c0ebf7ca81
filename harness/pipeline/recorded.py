"""What a replay can be asked: the trials there are recordings of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.settings import Settings
from harness.trial import Trial


def are_recorded(settings: Settings, trials: Sequence[Trial]) -> bool:
    """Whether there are recordings of all these trials; whether they fit still, a replay finds out."""
    from harness.providers.fixtures import file_of, read_recordings

    wanted: dict[Path, set[tuple[str, int]]] = {}
    for each in trials:
        file = file_of(settings.fixtures, each.request.origin, each.request.model)
        wanted.setdefault(file, set()).add(each.key)
    return all(
        file.is_file()
        and keys <= {(found.origin.case, found.origin.repeat) for found in read_recordings(file)}
        for file, keys in wanted.items()
    )
