"""`harness.load`: the stored results of a project, or a store on its own, for a notebook or a script."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.notebook.lab import Lab
from harness.notebook.place import StoredAt
from harness.report.words import listing
from harness.settings import Settings, read_settings
from harness.store.frames import Choice, check_installed, read_frame
from harness.suite.tree import find_root


def load(place: str | Path | None = None, *, suite: str | Sequence[str] | None = None) -> Lab:
    """What is stored, as pandas frames: `harness.load().runs`.

    `place` is a folder of a project, or a store such as `results.duckdb`; None: the project that the working
    directory lies in. `suite` names the suites that are wanted; None: all. Nothing is written, and a run may go on
    meanwhile. Raises UsageError where there is no project, no store, no such suite, or no pandas; StoreError for a
    file that is no store; StoreBusy when a process writes for more than 5 s.
    """
    check_installed("pandas", "pyarrow")
    where = _found(None if place is None else Path(place))
    stored = read_frame(where.store, "v_runs", Choice(columns=["suite"]))["suite"]
    suites = None if suite is None else (suite,) if isinstance(suite, str) else tuple(suite)
    _check_suites(where.store, suites or (), set(stored.cat.categories))
    return Lab(where, suites)


def _found(place: Path | None) -> StoredAt:
    if place is None or place.is_dir():
        settings = read_settings(place)
        return StoredAt(store=settings.store, settings=settings)
    if not place.exists():
        raise UsageError(
            f"{place}: there is no such file or folder; name a project, or a store such as reports/harness.duckdb"
        )
    return StoredAt(store=place, settings=_owner(place))


def _owner(store: Path) -> Settings | None:
    """The settings of the project whose store this is; None: it stands alone."""
    try:
        root = find_root(store.resolve().parent)
    except UsageError:
        return None
    settings = read_settings(root)
    return settings if settings.store.resolve() == store.resolve() else None


def _check_suites(store: Path, wanted: Sequence[str], known: Collection[str]) -> None:
    strange = [each for each in wanted if each not in known]
    if strange:
        there = f"there are runs of {listing(sorted(known))}" if known else "there is no run at all"
        raise UsageError(f"{store}: no run of {listing([repr(each) for each in strange])}; {there}")
