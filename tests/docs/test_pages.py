"""Pages say what the programs do today. `python -m tests.docs.generate` writes them anew."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli.main import COMMANDS, parser_of
from harness.suite.policy import Policy
from harness.suite.read import read_project
from harness.suite.tree import WorkingTree
from tests.characteristics.results import load
from tests.docs import (
    cli_page,
    console,
    decisions_page,
    faults_page,
    files_page,
    json_page,
    markdown,
    schema_page,
    statistics_page,
)
from tests.docs.generate import spoken
from tests.docs.rooms import ROOT, scrub

PAGES = markdown.pages()


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("schema", schema_page.page),
        ("files", files_page.page),
        ("decisions/README", decisions_page.page),
        ("reliability", faults_page.page),
        ("statistics", statistics_page.page),
    ],
)
def test_a_generated_page_is_as_it_would_be_made_today(name: str, page: object) -> None:
    assert callable(page)
    assert (ROOT / "docs" / f"{name}.md").read_text("utf-8") == page()


def test_the_page_of_commands_is_what_they_say_of_themselves() -> None:
    # Where argparse breaks lines differs from one Python to the next.
    assert (ROOT / "docs" / "cli.md").read_text("utf-8").split() == cli_page.page().split()


@pytest.mark.slow  # `make docs` compares these pages in every `make test`
@pytest.mark.parametrize("path", spoken(), ids=lambda path: path.name)
def test_what_a_page_shows_of_a_command_is_what_the_command_says(path: Path) -> None:
    written = path.read_text("utf-8")
    assert scrub(console.rerun(written)) == scrub(written)


def test_the_rules_of_the_gate_are_those_a_suite_has_that_says_nothing() -> None:
    page = (ROOT / "docs/statistics.md").read_text("utf-8")
    rules = Policy()
    assert rules.confirm is not None
    assert rules.rerun is not None
    assert rules.bank is not None
    confirm, rerun, bank = rules.confirm, rules.rerun, rules.bank
    for row in (
        f"| margin of quality | {100 * rules.quality_margin:g} points |",
        f"| {100 * rules.alpha:g} %, over all looks together |",
        f"| +{100 * (rules.cost_margin or 0):g} %, +{100 * (rules.latency_margin or 0):g} % |",
        f"| {rules.min_cases}; {rules.min_slice_clusters} |",
        f"| {confirm.repeats} of each case and side, {confirm.slice_repeats} in a slice; {100 * confirm.alpha:g} % |",
        f"| {rerun.repeats} of each side; {100 * rerun.alpha:g} % over all suspects |",
        f"| {rerun.must_pass[0]} of {rerun.must_pass[1]} fresh answers fail |",
        f"| at least {bank.least} of each case, at most {bank.days} days old |",
    ):
        assert row in page


@pytest.mark.slow
def test_the_examples_of_documents_have_the_keys_and_types_that_are_printed() -> None:
    assert json_page.page() == json_page.PAGE.read_text("utf-8")


def test_every_event_is_documented_with_the_keys_it_has_today() -> None:
    text = json_page.PAGE.read_text("utf-8")
    assert json_page.with_events(text) == text


def test_every_column_of_a_view_says_what_it_is_or_needs_no_words() -> None:
    silent = {line.split("`")[1] for line in schema_page.page().splitlines() if line.endswith("|  |")}
    assert not {name for name in silent if name.endswith(("_s", "_ms", "_usd", "score", "tokens"))}


def test_the_files_shown_are_a_project_without_a_mistake(tmp_path: Path) -> None:
    for name, text in files_page.examples().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    project = read_project(WorkingTree(tmp_path))
    assert [case.id for case in project.suites["reply"].cases] == [
        "refund-deadline", "injection", "late-parcel", "thanks",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_line_shown_is_one_the_commands_accept(page: Path) -> None:
    text = page.read_text("utf-8")
    for name, *rest in _typed("\n".join(markdown.blocks(text, "", "sh", "console", "yaml"))):
        assert name in COMMANDS, name
        parser_of(name).parse_args(rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_named_in_a_sentence_exists_with_its_flags(page: Path) -> None:
    for name, *rest in _typed("\n".join(markdown.spans(page.read_text("utf-8")))):
        assert name in COMMANDS, name
        known = "".join(parser.format_help() for parser in cli_page.parsers_of(name))
        assert all(f"{flag} " in known.replace("]", " ") for flag in rest if flag.startswith("--")), rest


def test_every_block_of_commands_with_output_says_where_it_runs() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        assert text.count("```console\n") == len(console._BLOCK.findall(text)), page


def test_the_figures_of_the_readme_are_those_of_the_simulation() -> None:
    row = re.compile(
        r"^\| .+? \| ([\d.]+) % \| ([\d.]+) % \| ([\d.]+) % \| ([\d.]+) \| ([\d.]+) % \|$", re.MULTILINE
    )
    quoted = [found.groups() for found in row.finditer((ROOT / "README.md").read_text("utf-8"))]
    worlds = ("nothing changed", "every case -5", "every case -10", "slice broken")
    results = [load()[f"{world} | nominal | 100"] for world in worlds]
    assert quoted == [
        (
            *(f"{each.percent(f'live: {status}'):.1f}" for status in ("REGRESSED", "INCONCLUSIVE", "PASS")),
            f"{each.calls:.1f}",
            f"{each.percent('others 3: any case that passed now fails'):.0f}",
        )
        for each in results
    ]


def test_documents_shown_are_documents() -> None:
    for block in markdown.blocks(json_page.PAGE.read_text("utf-8"), "json"):
        assert json.loads(block)


def _typed(text: str) -> Iterator[list[str]]:
    """The words of every line that starts a command of ours, without redirections and remarks."""
    for line in text.replace("\\\n", " ").splitlines():
        words = (
            line.strip()
            .removeprefix("- ")
            .removeprefix("$ ")
            .partition(" 2>")[0]
            .partition(" > ")[0]
            .partition(";")[0]
        )
        if words.startswith("harness ") and not words.startswith("harness --"):
            yield shlex.split(_REMARK.sub("", words), comments=True)[1:]


_REMARK = re.compile(r"\s{3,}\S.*$")
