"""An assertion with the variables of one case in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.intake.nunjucks import fill
from harness.intake.promptfoo.assertions import TheirAssertion
from harness.intake.promptfoo.nodes import inside, number, said, value
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.intake.promptfoo.wanted import Wanted
from harness.units import Json

_PROGRAM = re.compile(r"\.(?:[cm]?[jt]s|py|rb)(?::[\w.]+)?$")
SCRIPTS: Final = frozenset({"javascript", "python"})
"""Types whose value is a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the assertions of one case may look at."""

    inputs: Mapping[str, Json]
    graded: bool
    """Whether the test has a threshold of its own."""
    transform: str | None
    """What is done to the answer before it is looked at."""


def filled(sources: Sources, wanted: TheirAssertion, about: About) -> Wanted | str:
    """The assertion with its templates filled in, or why it cannot be read."""
    kind = wanted.type.removeprefix("not-")
    given = value(inside(wanted.node, "value"))
    loses: list[str] = []
    if isinstance(given, str) and given.startswith("file://") and kind not in SCRIPTS:
        try:
            given = _of_file(sources, given, wanted.base)
        except Unavailable as error:
            return f"{said(inside(wanted.node, 'value'))}: {error}"
    elif isinstance(given, str) and (kind not in SCRIPTS or "{{" in given):
        given, lost = fill(given, about.inputs)
        loses += lost
    elif isinstance(given, list):
        filled = [fill(one, about.inputs) if isinstance(one, str) else (one, ()) for one in given]
        given = [one for one, _lost in filled]
        loses += [each for _one, lost in filled for each in lost]
    return Wanted(
        kind=kind,
        negated=wanted.type.startswith("not-"),
        value=given,
        threshold=number(inside(wanted.node, "threshold")),
        config=value(inside(wanted.node, "config")),
        inputs=about.inputs,
        node=wanted.node,
        base=wanted.base,
        graded=about.graded,
        loses=tuple(dict.fromkeys(loses)),
    )


def _of_file(sources: Sources, name: str, base: Path) -> Json:
    if _PROGRAM.search(name):
        raise Unavailable("it is made by a program")
    path = sources.find(name, base)
    if path.suffix in {".json", ".yaml", ".yml"}:
        return value(sources.tree(path))
    return sources.text(path).strip()
