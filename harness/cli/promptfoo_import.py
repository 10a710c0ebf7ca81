"""`harness import promptfoo`: a configuration of promptfoo becomes a suite, with an account of everything in it."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path
from typing import cast

from harness.cli.inventory import Account, tell_as_json, tell_in_words
from harness.cli.verbs import Verbs
from harness.errors import UsageError
from harness.intake.drafts import Draft
from harness.intake.harvest.question import without_tags
from harness.intake.promptfoo.imported import Imported, Wish, import_promptfoo
from harness.intake.promptfoo.pinning import Target
from harness.intake.spelling import yaml_text
from harness.observe.redact import Redactor
from harness.pipeline.importing import Ground, ground, note_import, write_draft
from harness.settings import secrets_in
from harness.suite.names import NAME, refusal
from harness.suite.tree import WorkingTree


def add_promptfoo(verbs: Verbs) -> None:
    """The verb, for `harness import`."""
    summary = "a configuration of promptfoo, with everything it names"
    parser = verbs.add(
        "promptfoo", summary, _promptfoo, "import promptfoo promptfooconfig.yaml --name support"
    )
    add = parser.add_argument
    add("path", type=Path, help="a configuration (.yaml, .yml, .json), a list of tests, or the folder of one")
    add("--name", metavar="NAME", help="what suite and prompt are called (default: after the file)")
    add("--force", action="store_true", help="overwrite files that are there")
    add("--dry-run", action="store_true", help="write nothing, only say what would become of it")
    add("--json", action="store_true", help="print the account as JSON, with every construct")


def _promptfoo(args: argparse.Namespace) -> int:
    path, where = cast("Path", args.path), ground(Path.cwd())
    bad = None if args.name is None else refusal("a suite", cast("str", args.name), NAME)
    if bad is not None:
        raise UsageError(f"{bad}; choose another --name")
    found = import_promptfoo(_wish(path, cast("str | None", args.name), where))
    written: tuple[str, ...] = ()
    if found.files:
        draft = Draft(files=found.files)
        written = write_draft(where, draft, str, dry=bool(args.dry_run), force=bool(args.force))
    if written and not args.dry_run:
        note_import("promptfoo", path.name, found.inventory, written)
    account = Account(
        tool="promptfoo",
        suites=found.suites,
        cases=found.cases,
        files=written,
        notes=_notes(found),
        inventory=found.inventory,
        is_dry=bool(args.dry_run),
    )
    (tell_as_json if args.json else tell_in_words)(account)
    return found.inventory.exit_status


def _wish(path: Path, name: str | None, where: Ground) -> Wish:
    redactor = Redactor(secrets_in())

    def clean(text: str) -> str:
        return str(without_tags(redactor.redact_text(text)))

    tree = None if where.project is None else WorkingTree(where.root)
    models = (files("harness.cli") / "starter" / "prompts" / "models.yaml").read_text("utf-8")
    target = Target(root=str(where.root), tree=tree, models=models)
    return Wish(path=path, start=Path.cwd(), name=name, target=target, clean=clean)


def _notes(found: Imported) -> tuple[str, ...]:
    """Pins that are not in prompts/models.yaml yet, ready to be put there."""
    if not found.proposals or "prompts/models.yaml" in found.files:
        return ()
    lines = yaml_text(dict(found.proposals)).splitlines()
    return ("to add to prompts/models.yaml, once you know their prices:", *(f"  {line}" for line in lines))
