"""Looking for secrets in what a project has on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.observe.redact import Redactor
from harness.observe.scan import Scan, scan
from harness.settings import Settings
from harness.store.texts import texts_in


def usual_places(settings: Settings) -> tuple[Path, ...]:
    """The folders of a project that are handed on: what is committed, and what is kept of a run in CI."""
    inside = (settings.fixtures, settings.reports, settings.root / "prompts", settings.root / "evals")
    return tuple(path for path in inside if path.exists())


def scan_project(settings: Settings, paths: Sequence[Path], *, personal: bool = False) -> Scan:
    """Look into `paths`, or into the usual places where there are none.

    Raises UsageError for a path that does not exist, and where there is no file to look into: finding nothing in
    nothing says nothing.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder to scan")
    places = tuple(path.absolute() for path in paths) or usual_places(settings)
    found = scan(places, Redactor(settings.secrets, personal=personal), texts_in, settings.root)
    if not found.files:
        where = ", ".join(str(path) for path in places) or str(settings.root)
        raise UsageError(
            f"{where}: there is no file to scan, so nothing was looked at; name files or folders"
        )
    return found
