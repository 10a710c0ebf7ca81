"""Paths that files of a project name: below `evals/`, hidden nowhere, and written in one way."""

from __future__ import annotations

import posixpath

from harness.errors import Place
from harness.suite.notation.fields import Noted

FOLDER = "evals"


def inside_evals(noted: Noted, name: str, place: Place) -> str | None:
    """The path from the root of the project of a file that is named relative to `evals/`; None after noting why not."""
    joined = posixpath.normpath(posixpath.join(FOLDER, name))
    is_odd = any(sign in name for sign in ("\\", ":", "\0")) or not name.isprintable()
    if not name or name.startswith("/") or is_odd or not joined.startswith(f"{FOLDER}/"):
        noted.bad(place, f"{name[:80]!r} leads out of evals/", "use a path below the suite's folder")
        return None
    if any(part.startswith(".") for part in joined.split("/")):
        noted.bad(place, f"{name[:80]!r} is a hidden file", "give it a name that does not start with a dot")
        return None
    return joined
