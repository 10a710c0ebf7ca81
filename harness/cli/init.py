"""`harness init`: a working project in an empty folder."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from harness.cli.console import say, tell
from harness.errors import UsageError
from harness.report.safe import term
from harness.report.words import listing
from harness.suite.schema import schema_text, schemas

_EPILOG = """\
Writes two versions of a prompt, a suite of 30 cases, made-up recordings of both sides, the schemas for your editor
and a workflow for pull requests. Nothing that is there is overwritten.

example:
  harness init demo && cd demo && harness gate
"""
_SCHEMAS = ".harness/schema"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="where (default: here)")


def run(args: argparse.Namespace) -> int:
    folder = cast("Path", args.folder)
    texts = _texts()
    _refuse_to_overwrite(folder, texts)
    try:
        for name, content in texts.items():
            _write_new(folder / name, content)
    except OSError as error:
        raise UsageError(f"cannot write into {folder}: {error.strerror}; choose another folder") from None
    for name in texts:
        tell(term(str(folder / name)))
    enter = "" if folder == Path() else f"  cd {term(str(folder))}\n"
    say(f"next\n{enter}  harness check\n  harness gate")
    return 0


def _texts() -> Mapping[str, str]:
    """Everything a new project has, by path; names that begin with `dot-` are hidden ones."""
    found = dict(_below(files("harness.cli") / "starter", ""))
    found |= {f"{_SCHEMAS}/{name}": schema_text(schema) for name, schema in schemas().items()}
    return dict(sorted(found.items()))


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for each in folder.iterdir():
        name = prefix + each.name.replace("dot-", ".", 1)
        if each.is_dir():
            yield from _below(each, f"{name}/")
        else:
            yield name, each.read_text("utf-8")


def _refuse_to_overwrite(folder: Path, texts: Mapping[str, str]) -> None:
    """Folders count as well: what lies in them already would become part of the project."""
    tops = dict.fromkeys(name.partition("/")[0] for name in texts)
    there = [name for name in tops if (folder / name).exists()]
    if there:
        raise UsageError(
            f"{folder} already has {listing(there)}, and nothing is overwritten; choose an empty folder: "
            "harness init demo"
        )


def _write_new(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(content)
