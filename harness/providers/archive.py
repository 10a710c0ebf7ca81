"""A folder of recordings: finding one, adding one while calls are paid for, and listing them all.

While recording, every reply is appended to `<file>.part` and made durable at once; closing merges the parts into
the sorted files. A part that a killed run left behind is read like the rest, and merged by the next recording.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from harness.call.exchange import Origin
from harness.errors import FilesRejected, Problem, StoreError, UsageError
from harness.providers.fixtures import append_recording, file_of, read_recordings, write_recordings
from harness.providers.recording import Asked, Recording

_PART = ".part"


class Archive:
    """The recordings of one folder. Every file is read once, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, dict[str, tuple[Recording, ...]]] = {}
        self._rejected: dict[Path, FilesRejected] = {}

    def find(self, asked: Asked) -> Recording | None:
        """The recording of exactly this question, of the same case where two cases ask the same.

        Raises FilesRejected where the file has mistakes.
        """
        found = self._by_key(self._file(asked)).get(asked.key, ())
        same_case = (each for each in found if each.origin.case == asked.origin.case)
        return next(same_case, found[0] if found else None)

    def same_question(self, asked: Asked) -> Recording | None:
        """The recording of this question, whichever repeat it was: the nearest one, of the same case before others.

        Raises FilesRejected where the file has mistakes.
        """
        recordings = (each for some in self._by_key(self._file(asked)).values() for each in some)
        return min(
            (each for each in recordings if each.request == asked.body),
            key=lambda each: (
                each.origin.case != asked.origin.case,
                *_distance(each.origin, asked.origin),
                each.key,
            ),
            default=None,
        )

    def nearest(self, asked: Asked) -> Recording | None:
        """The recording a stale request most likely means: same case and file, nearest repeat and turn."""
        recordings = (each for some in self._by_key(self._file(asked)).values() for each in some)
        return min(
            (each for each in recordings if each.origin.case == asked.origin.case),
            key=lambda each: (_distance(each.origin, asked.origin), each.key),
            default=None,
        )

    def _file(self, asked: Asked) -> Path:
        return file_of(self._folder, asked.origin, asked.model)

    def _by_key(self, path: Path) -> dict[str, tuple[Recording, ...]]:
        if path in self._rejected:
            raise self._rejected[path]
        if path not in self._files:
            self._files[path] = self._load(path)
        return self._files[path]

    def _load(self, path: Path) -> dict[str, tuple[Recording, ...]]:
        index: dict[str, tuple[Recording, ...]] = {}
        try:
            for recording in _file_and_part(path).values():
                index[recording.key] = (*index.get(recording.key, ()), recording)
        except FilesRejected as rejected:
            self._rejected[path] = rejected
            raise
        return index


class Recorder:
    """Adds recordings to a folder, for one process at a time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder.

        Raises UsageError where another process records into it, FilesRejected for bad files, StoreError for a
        folder that cannot be written.
        """
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise _unwritten(folder, error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise UsageError(f"{folder}: another run records into this folder; wait for its end") from None
        self._open = True
        try:
            self._merge()  # what a killed run left, so that its torn last line gets no neighbour
        except BaseException:
            os.close(self._lock)
            raise

    def keep(self, recording: Recording) -> None:
        """Make the recording durable. The same question of the same case replaces the older reply. Raises StoreError."""
        model = str(recording.request.get("model"))
        path = file_of(self._folder, recording.origin, model)
        part = path.with_name(path.name + _PART)
        try:
            append_recording(part, recording)
        except OSError as error:
            raise _unwritten(part, error) from error

    def close(self) -> None:
        """Merge what was recorded into the sorted files, and let the folder go. Safe to call twice.

        Raises StoreError; what was recorded is merged by the next run that records here then.
        """
        if not self._open:
            return
        self._open = False
        try:
            self._merge()
        except OSError as error:
            raise _unwritten(self._folder, error) from error
        finally:
            os.close(self._lock)

    def _merge(self) -> None:
        for part in sorted(self._folder.glob(f"*/*.jsonl{_PART}")):
            path = part.with_name(part.name.removesuffix(_PART))
            write_recordings(path, _file_and_part(path).values())
            part.unlink()


def _unwritten(path: Path, error: OSError) -> StoreError:
    if isinstance(error, FileExistsError):
        return StoreError(
            f"{path} is a file, and has to be a folder for recordings: move it away; nothing was asked"
        )
    return StoreError(
        f"{path}: recordings cannot be written ({error.strerror or error}), so nothing more is asked; "
        "make room or mend the folder's permissions, then resume the run"
    )


def recordings_of(folder: Path) -> Iterator[tuple[Path, Recording]]:
    """Every recording under `folder` with its file, in the order of files and lines.

    Raises FilesRejected, before the first, with the mistakes of all files.
    """
    problems: list[Problem] = []
    found: list[tuple[Path, Recording]] = []
    paths = {path.with_name(path.name.removesuffix(_PART)) for path in folder.glob("*/*.jsonl*")}
    for path in sorted(path for path in paths if path.suffix == ".jsonl" and not path.name.startswith(".")):
        try:
            found.extend((path, recording) for recording in _file_and_part(path).values())
        except FilesRejected as rejected:
            problems.extend(rejected.problems)
    if problems:
        raise FilesRejected(problems)
    return iter(found)


def _file_and_part(path: Path) -> dict[tuple[str, str], Recording]:
    recordings = {each.identity: each for each in read_recordings(path)} if path.exists() else {}
    part = path.with_name(path.name + _PART)
    if part.exists():
        recordings |= {each.identity: each for each in read_recordings(part, is_part=True)}
    return recordings


def _distance(one: Origin, two: Origin) -> tuple[int, int]:
    return (abs(one.repeat - two.repeat), abs(one.turn - two.turn))
