"""Drafts of somebody else's suites to files of a project: checked as a whole first, and nothing is overwritten."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.errors import FilesRejected, UsageError
from harness.intake.constructs import Inventory
from harness.intake.drafts import Draft, draft_files, redacted
from harness.intake.overlay import Overlay
from harness.pipeline.auditing import audit
from harness.pipeline.writing import write_files
from harness.settings import read_settings
from harness.suite.project import Project
from harness.suite.read import check, read_project
from harness.suite.tree import WorkingTree, find_root
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where imported files go: a project, or a folder that becomes one."""

    root: Path
    project: Project | None
    """None: there is none yet."""

    @property
    def taken(self) -> frozenset[str]:
        """Names of the suites and prompts that are there."""
        if self.project is None:
            return frozenset()
        return frozenset(self.project.suites) | frozenset(name for name, _version in self.project.prompts)


def ground(folder: Path) -> Ground:
    """The project that `folder` lies in, or the folder itself. Raises FilesRejected where the project has mistakes."""
    try:
        root = find_root(folder)
    except UsageError:
        return Ground(root=folder.resolve(), project=None)
    return Ground(root=root, project=read_project(WorkingTree(root)))


def write_draft(
    where: Ground, draft: Draft, clean: Callable[[str], str], *, dry: bool, force: bool
) -> tuple[str, ...]:
    """Write the files of a draft, and give their paths. `dry`: only check them. `force`: overwrite.

    Raises UsageError where one is there already or cannot be written, FilesRejected where the project would be broken.
    """
    files = draft_files(redacted(draft, clean))
    there = [path for path in files if os.path.lexists(where.root / path)]
    if there and not force:
        raise UsageError(f"{', '.join(there[:5])} would be overwritten; choose a --name, or say --force")
    tree = None if where.project is None else WorkingTree(where.root)
    problems = check(Overlay(str(where.root), tree, files))
    if problems:
        raise FilesRejected(problems)
    if not dry:
        write_files(where.root, files)
    return tuple(files)


def note_import(tool: str, source: str, inventory: Inventory, paths: tuple[str, ...]) -> None:
    """Put an import into the audit trail of its project."""
    counts: dict[str, Json] = {fate: len(inventory.of(fate)) for fate in ("mapped", "bridged", "listed")}
    audit(read_settings(), "suite_imported", {"from": tool, "path": source, "files": len(paths), **counts})
