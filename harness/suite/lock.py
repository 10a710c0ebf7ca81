"""`prompts/prompts.lock`: the digest of every released prompt version, so that none changes unnoticed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from harness.errors import Place
from harness.suite.forms import prompt_shapes as shapes
from harness.suite.forms.prompts import Prompts
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.load import load_yaml
from harness.suite.tree import Tree

LOCK = "prompts/prompts.lock"
_HEAD = "# Written by `harness prompts lock`. A version in this list is released: it never changes again.\n"

Locked = Mapping[tuple[str, str], tuple[str, Place]]
"""Digest and place by (name, version)."""


def read_lock(tree: Tree, noted: Noted) -> Locked:
    """What is locked; nothing where there is no lock file."""
    if LOCK not in tree.files("prompts"):
        return {}
    node = load_yaml(tree, LOCK, noted)
    table = None if node is None else noted.table(node, "prompts.lock")
    listed = None if table is None else Fields(table, shapes.LOCK, noted).node("prompts")
    names = None if listed is None else noted.table(listed, "'prompts'")
    locked: dict[tuple[str, str], tuple[str, Place]] = {}
    for name, entry in () if names is None else names.entries.items():
        versions = noted.table(entry.node, f"the versions of {name[:80]!r}")
        for version, each in () if versions is None else versions.entries.items():
            said = noted.text(each.node, "a digest")
            if said is not None and not re.fullmatch("[0-9a-f]{64}", said):
                noted.bad(
                    each.node.place, "not a digest: 64 hexadecimal digits", "run `harness prompts lock`"
                )
            elif said is not None:
                locked[name, version] = (said, each.place)
    return locked


def check_lock(prompts: Prompts, seen: frozenset[tuple[str, str]], locked: Locked, noted: Noted) -> None:
    """Notes every released version that changed or is gone."""
    for (name, version), (digest, place) in locked.items():
        if (name, version) not in seen:
            what = f"{version} of prompt {name[:80]!r} is released, but its file is gone"
            noted.bad(place, what, f"restore prompts/{name[:80]}/{version[:80]}.yaml")
        prompt = prompts.get((name, version))
        if prompt is not None and prompt.digest != digest:
            what = f"{version} is released and has changed since (line {place.line} of {LOCK})"
            noted.bad(
                prompt.place, what, f"undo the change, and release it as {_next(name, seen)}.yaml instead"
            )


def _next(name: str, seen: frozenset[tuple[str, str]]) -> str:
    numbers = [int(version[1:].partition(".")[0][:9]) for prompt, version in seen if prompt == name]
    return f"v{max(numbers, default=0) + 1}"


def lock_text(prompts: Prompts) -> str:
    """The lock file that releases all of these versions.

    Give it the prompts of a project that was read: reading refuses released versions that changed, so no
    digest in the file is ever replaced by another.
    """
    lines = [_HEAD, "prompts:" if prompts else "prompts: {}", "\n"]
    last = None
    for (name, version), prompt in sorted(prompts.items()):
        if name != last:
            lines.append(f"  {name}:\n")
            last = name
        lines.append(f"    {version}: {json.dumps(prompt.digest)}\n")
    return "".join(lines)
