"""One import of a suite: its files read, its draft written, and an account of everything that was met."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import cast

from harness.cli.inventory import Account, tell_as_json, tell_in_words
from harness.errors import Place, UsageError
from harness.intake.constructs import Register
from harness.intake.drafts import Draft, plain_name
from harness.intake.harvest.question import without_tags
from harness.intake.overlay import Overlay
from harness.intake.rows import files_in
from harness.intake.samples import Destination, Sample, draft_of
from harness.observe.redact import Redactor
from harness.pipeline.importing import Ground, ground, note_import, write_draft
from harness.settings import secrets_in
from harness.suite.forms.pins import MODELS, read_pins
from harness.suite.model import ModelPin
from harness.suite.names import NAME, refusal
from harness.suite.notation.fields import Noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How the files of one tool are read."""

    read: Callable[[Path, str], list[Sample]]
    """The samples of one file: its path, and what messages call it."""
    suffixes: tuple[str, ...]
    """Of files that are read below a folder."""
    repeats: Callable[[], int] = lambda: 1
    """How often each sample was asked, once all are read."""
    notes: list[str] = field(default_factory=list[str])
    """What was guessed or left on the way, in words."""
    models: Mapping[str, Place] = field(default_factory=dict[str, Place])
    """Models that were asked before, and where that stands."""


def import_suite(args: argparse.Namespace, tool: str, register: Register, source: Source) -> int:
    """Read what `args.path` holds, write the suite it becomes, and tell what became of everything in it."""
    path = cast("Path", args.path)
    where = ground(Path.cwd())
    name = args.name or plain_name(path.stem) or "imported"
    bad = refusal("a suite", name, NAME)
    if bad is not None:
        raise UsageError(f"{bad}; choose another --name")
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    samples = [sample for each in files_in(path, source.suffixes) for sample in source.read(each, str(each))]
    pin, pins = _pin(where, cast("str | None", args.model), source.models)
    to = Destination(
        suite=name,
        model=pin,
        repeats=source.repeats(),
        description=f"Imported from {tool}: {path.name}",
        comments=(f"Imported from {tool}: {path.name}",),
        files=pins,
        taken=frozenset() if args.force else where.taken - {name},
    )
    draft = draft_of(samples, to, register)
    _settle_models(register, source.models, pin)
    inventory = register.close()
    if not inventory.constructs:
        raise UsageError(f"{path}: nothing of {tool} is in it, so nothing was imported")
    written = _written(where, draft, dry=bool(args.dry_run), force=bool(args.force))
    if written and not args.dry_run:
        note_import(tool, path.name, inventory, written)
    account = Account(
        tool=tool,
        suites=tuple(suite.name for suite in draft.suites),
        cases=sum(len(suite.cases) for suite in draft.suites),
        files=written,
        notes=tuple(source.notes),
        inventory=inventory,
        is_dry=bool(args.dry_run),
    )
    (tell_as_json if args.json else tell_in_words)(account)
    return inventory.exit_status


def _settle_models(register: Register, models: Mapping[str, Place], pin: str) -> None:
    """Says of every model that was asked before who is asked now."""
    for model, place in sorted(models.items()):
        register.note(
            "model", model[:120], place, ("bridged", f"the suite asks the pin {pin}; --model names another")
        )


def _written(where: Ground, draft: Draft, *, dry: bool, force: bool) -> tuple[str, ...]:
    """The files of a draft, written unless it is a dry run; none where no case can be asked."""
    if not draft.suites:
        return ()
    redactor = Redactor(secrets_in())

    def clean(text: str) -> str:
        return str(without_tags(redactor.redact_text(text)))

    return write_draft(where, draft, clean, dry=dry, force=force)


def _pin(where: Ground, wanted: str | None, models: Mapping[str, Place]) -> tuple[str, Mapping[str, str]]:
    """The pin both sides are asked of, and the files it takes where there is no project yet.

    Where nobody names one, it is the pin of a model that was asked before, or else the first there is.
    """
    if where.project is not None:
        known: Mapping[str, ModelPin] = where.project.models
        new: Mapping[str, str] = {}
    else:
        text = (files("harness.cli") / "starter" / "prompts" / "models.yaml").read_text("utf-8")
        new = {MODELS: text}
        known = read_pins(Overlay("", None, new), Noted([]))
    if wanted is not None and wanted not in known:
        raise UsageError(f"there is no pin {wanted[:80]!r}; there are {', '.join(known)}")
    asked = {model.rpartition("/")[2] for model in models}
    same = next((name for name, pin in known.items() if pin.id in asked), None)
    return wanted or same or next(iter(known)), new
