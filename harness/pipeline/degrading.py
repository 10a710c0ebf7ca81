"""What may stand in for an answer in a run: names from the command line to pins, or the reason why not."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import UsageError
from harness.record import Mode
from harness.settings import Settings
from harness.stairs import Stair
from harness.suite.fit import misfits
from harness.suite.project import Project
from harness.trial import Variant


def ladder_of(
    names: Sequence[str], variant: Variant, mode: Mode, project: Project, settings: Settings
) -> tuple[Stair, ...]:
    """The stairs called `names`, in their order.

    Raises UsageError for one that does not exist, stands there twice, or could never be of use to `variant`.
    """
    if not names:
        return ()
    if mode != "live":
        raise UsageError(
            f"--degrade-to {names[0]} is for --mode live, not {mode}: a replay asks nobody, and a recording "
            "has to be of what was asked"
        )
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise UsageError(f"--degrade-to {twice} is given twice; each once, in the order they are tried")
    return tuple(_stair(name, variant, project, settings) for name in names)


def _stair(name: str, variant: Variant, project: Project, settings: Settings) -> Stair:
    if name == "cached":
        return "cached"
    if name == "partial":
        if not settings.stream:
            raise UsageError(
                "--degrade-to partial takes what had arrived of a stream, but answers are not streamed; "
                "set stream = true in [tool.harness] of pyproject.toml"
            )
        return "partial"
    pin = project.models.get(name)
    if pin is None:
        known = ", ".join(("cached", "partial", *sorted(project.models)))
        raise UsageError(f"--degrade-to {name}: no model is pinned as {name!r}; there are: {known}")
    if variant.pins == (pin,):
        raise UsageError(f"--degrade-to {name} is the model the run asks anyway; name another")
    for what, remedy in misfits(variant.prompt, pin):
        raise UsageError(f"--degrade-to {name}: {what}; {remedy}")
    return pin
