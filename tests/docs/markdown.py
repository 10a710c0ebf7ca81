"""What a page of Markdown links to, and what in it can be linked to."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.docs.rooms import ROOT

_FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
_GIT = shutil.which("git") or "git"
_GENERATED = ("tests/gold/", "harness/cli/starter/")


def pages() -> tuple[Path, ...]:
    """Every page of the repository that people wrote or read."""
    listed = subprocess.run(
        [_GIT, "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = [name for name in listed.splitlines() if not name.startswith(_GENERATED)]
    return tuple(ROOT / name for name in sorted(names) if (ROOT / name).exists())


def blocks(text: str, *languages: str) -> Iterator[str]:
    """The fenced blocks in one of these languages."""
    return (found[3] for found in _FENCE.finditer(text) if found[2] in languages)


def links(text: str) -> tuple[str, ...]:
    """Targets of the links outside of code."""
    return tuple(_LINK.findall(_SPAN.sub("", _FENCE.sub("", text))))


def spans(text: str) -> tuple[str, ...]:
    """Code in running text."""
    return tuple(_SPAN.findall(_FENCE.sub("", text)))


def anchors(text: str) -> frozenset[str]:
    """What GitHub makes of the headings."""
    return frozenset(_slug(each) for each in _HEADING.findall(_FENCE.sub("", text)))


def _slug(heading: str) -> str:
    plain = _LINK.sub("]", heading).replace("[", "").replace("]", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
