"""`harness import inspect|openai-evals|deepeval|csv`: suites that were written for other tools."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from harness.cli.suite_import import Source, import_suite
from harness.cli.verbs import Verbs
from harness.errors import UsageError
from harness.intake.constructs import Register
from harness.intake.deepeval.importing import DeepevalImport
from harness.intake.inspect_ai.importing import InspectImport
from harness.intake.inspect_ai.scorers import Scorer, known_scorers
from harness.intake.openai_evals.classes import Spec, known_classes
from harness.intake.openai_evals.importing import RegistryImport
from harness.intake.references import WAYS, Way
from harness.intake.rows import SUFFIXES
from harness.intake.tables.columns import Said
from harness.intake.tables.importing import TableImport


def add_suites(verbs: Verbs) -> None:
    """The verbs of other tools, for `harness import`."""
    for add in (_add_inspect, _add_evals, _add_deepeval, _add_csv):
        add(verbs)


def _add_inspect(verbs: Verbs) -> None:
    parser = verbs.add("inspect", "logs and datasets of Inspect", _inspect, "import inspect logs/task.eval")
    _add_usual(parser, "a .eval or .json log, a dataset (.csv, .json, .jsonl), a Python file, or a folder")
    add = parser.add_argument
    add("--scorer", default="includes", metavar="NAME", help="the scorer of a dataset (default: includes)")
    add("--field", action="append", default=[], metavar="WHAT=COLUMN", help="a column with another name")


def _add_evals(verbs: Verbs) -> None:
    example = "import openai-evals registry/evals/mine.yaml"
    parser = verbs.add("openai-evals", "a registry of openai/evals, or samples of it", _evals, example)
    _add_usual(parser, "a .yaml file of the registry, a folder of them, or a .jsonl file of samples")
    summary = "the class of samples alone (default: Match)"
    parser.add_argument("--class", dest="kind", default="Match", metavar="NAME", help=summary)


def _add_deepeval(verbs: Verbs) -> None:
    example = "import deepeval goldens.json --as contains"
    parser = verbs.add("deepeval", "goldens and test cases of deepeval", _deepeval, example)
    _add_usual(parser, "a dataset (.json, .jsonl, .csv), a test run, a Python file, or a folder of them")
    _add_way(parser)


def _add_csv(verbs: Verbs) -> None:
    summary = "any table with a header, and exports of LangSmith and Braintrust"
    parser = verbs.add("csv", summary, _csv, "import csv cases.csv --input question --expect answer")
    _add_usual(parser, "a .csv, .tsv, .json or .jsonl file, or a folder of them")
    add = parser.add_argument
    add("--input", action="append", default=[], metavar="COLUMN", help="a column that is an input")
    add("--expect", action="append", default=[], metavar="COLUMN", help="a column with the right answer")
    add("--id", default="", metavar="COLUMN", help="the column with the names of the cases")
    add("--tag", action="append", default=[], metavar="COLUMN", help="a column that becomes tags")
    _add_way(parser)


def _add_usual(parser: argparse.ArgumentParser, what: str) -> None:
    add = parser.add_argument
    add("path", type=Path, help=what)
    add("--name", metavar="NAME", help="what suite and prompt are called (default: after the file)")
    add(
        "--model", metavar="NAME", help="the pin that is asked (default: the one of the source, or the first)"
    )
    add("--judge", default="", metavar="NAME", help="a judge of yours, for what a model is to grade")
    add("--force", action="store_true", help="overwrite files that are there")
    add("--dry-run", action="store_true", help="write nothing, only say what would become of it")
    add("--json", action="store_true", help="print the account as JSON, with every construct")


def _add_way(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="way", choices=WAYS, help="how an answer is held against the right one")


def _inspect(args: argparse.Namespace) -> int:
    register = Register()
    name = cast("str", args.scorer).removesuffix("()")
    if name not in known_scorers():
        raise UsageError(f"--scorer {name[:80]!r}: there are {', '.join(known_scorers())}")
    reader = InspectImport(
        register=register, scorer=Scorer(name=name, options={}, judge=args.judge), fields=_fields(args)
    )
    return import_suite(
        args,
        "inspect",
        register,
        Source(
            read=reader.read,
            suffixes=(".eval", *SUFFIXES, ".py"),
            repeats=lambda: reader.repeats,
            notes=reader.notes,
            models=reader.models,
        ),
    )


def _fields(args: argparse.Namespace) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each in cast("list[str]", args.field):
        what, equals, column = each.partition("=")
        if what not in ("input", "target", "id", "choices", "metadata") or not equals or not column:
            raise UsageError(
                f"--field {each[:80]!r}: write input, target, id, choices or metadata, `=` and the column"
            )
        found[what] = column
    return found


def _evals(args: argparse.Namespace) -> int:
    register = Register()
    if args.kind not in known_classes():
        raise UsageError(f"--class {args.kind[:80]!r}: there are {', '.join(known_classes())}")
    reader = RegistryImport(
        register=register, sole=Spec(kind=args.kind, args={}, graded={}, judge=args.judge)
    )
    return import_suite(args, "openai-evals", register, Source(read=reader.read, suffixes=(".yaml", ".yml")))


def _deepeval(args: argparse.Namespace) -> int:
    register = Register()
    reader = DeepevalImport(register=register, way=cast("Way | None", args.way), judge=args.judge)
    return import_suite(args, "deepeval", register, Source(read=reader.read, suffixes=(*SUFFIXES, ".py")))


def _csv(args: argparse.Namespace) -> int:
    register = Register()
    said = Said(inputs=tuple(args.input), expect=tuple(args.expect), id=args.id, tags=tuple(args.tag))
    reader = TableImport(register=register, said=said, way=cast("Way | None", args.way), judge=args.judge)
    return import_suite(
        args, "csv", register, Source(read=reader.read, suffixes=SUFFIXES, notes=reader.guessed)
    )
