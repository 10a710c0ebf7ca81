"""A whole project whose model, tags and errors are hostile: every command that shows them, and every file it writes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
import pytest

from harness.cli.main import main
from tests.github.rendered import MADE_OF, OURS, outside_code, rendered
from tests.github.runner import commands_in
from tests.projects import KEY, suite_text, tiny_model, write, write_project
from tests.report.gold import chunks
from tests.report.hostile import BEACON, CORPUS, TABLES
from tests.report.test_safe import forbidden
from tests.standin import Answer, StandIn, Trouble, last_text

pytestmark = pytest.mark.loopback
CASES = 24
TEXTS = [text for text in CORPUS if text not in TABLES]
ANSWERS = ["\n".join([TABLES[number % len(TABLES)], *TEXTS[number::CASES]]) for number in range(CASES)]
"""Each begins with a formula or a number, and holds several of the others, each on a line of its own."""
ACTS = {"script", "iframe", "object", "embed", "form", "base", "img", "image", "audio", "video", "math", "foreignobject", "animate", "use"}  # fmt: skip
"""Elements that could do something; the page has three of `script` that are its own."""


def hostile_model(body: Mapping[str, Any]) -> Answer:
    """v1 answers as it should; v2 says what nobody should read aloud, and sometimes fails with words of that kind."""
    if "You are v1" in str(body["system"]):
        return tiny_model(body)
    number = int(re.findall(r"number is (\d+)", last_text(body))[0])
    if number % 12 == 11:
        trouble = Trouble(
            kind="status", status=400, error_type="invalid_request_error", message=ANSWERS[number]
        )
        return Answer(trouble=trouble)
    return Answer(text=ANSWERS[number])


def hostile_suite() -> str:
    """The suite `tiny` with a tag of the corpus for every case, as far as YAML takes them."""
    tags = [each for each in TEXTS if each.isprintable() and each.strip() == each and len(each) < 60]
    lines = suite_text("tiny", CASES).splitlines()
    head, cases = lines[:-CASES], lines[-CASES:]
    tagged = [
        re.sub(r"tags: \[\w+\]", lambda _: f"tags: {json.dumps([tags[number], 'plain'])}", line, count=1)  # noqa: B023
        for number, line in enumerate(cases)
    ]
    return "\n".join([*head, *tagged]) + "\n"


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Iterator[Typed]:
    """Types a command in the project; gives its exit status and everything that a terminal got of it."""
    folder = write_project(tmp_path / "project", CASES)
    write(folder / "evals/tiny.yaml", hostile_suite())
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CI", raising=False)
    with StandIn(hostile_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)

        def type_it(*argv: str) -> tuple[int, str]:
            capfdbinary.readouterr()
            status = main(list(argv))
            got = capfdbinary.readouterr()
            return status, (got.out + got.err).decode()

        yield type_it


def assert_harmless_in_a_terminal(said: str) -> None:
    lines = said.split("\n")
    assert [line for line in lines if forbidden(line)] == []
    assert commands_in(said) == []


def gated(typed: Typed, *more: str) -> None:
    status, said = typed("gate", "tiny", "--mode", "live", *more)
    assert status in {1, 4}, said
    assert_harmless_in_a_terminal(said)


def test_nothing_that_a_model_says_acts_in_what_a_gate_writes(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    gated(typed, "--html", "p.html", "--junit", "j.xml", "--markdown", "c.md")
    assert_harmless_page(Path("p.html").read_text("utf-8"))
    assert_harmless_comment(Path("c.md").read_text("utf-8"))
    assert_harmless_comment(Path("summary.md").read_text("utf-8"))
    assert_harmless_junit(Path("j.xml").read_text("utf-8"))


@pytest.mark.slow
def test_nothing_that_a_model_says_acts_in_any_command_that_shows_it(typed: Typed) -> None:
    gated(typed)
    before, after = sorted(each.stem for each in Path("reports/runs").glob("*.jsonl"))[:2]
    for argv in (
        ("report", before, after), ("report", after), ("compare", before, after, "--explain"), ("history", "tiny"), ("log", after),
        ("report", before, after, "--json"), ("sql", "SELECT * FROM v_answers", "--json"), ("sql", "SELECT case_id, answer FROM v_answers"),
    ):  # fmt: skip
        status, said = typed(*argv)
        assert status in {0, 1, 3, 4}, (argv, said)
        assert said.strip()
        assert_harmless_in_a_terminal(said)
        if "--json" in argv:
            json.loads(said)
    assert typed("export", "v_answers", "--to", "answers.csv")[0] == 0
    assert_harmless_table(Path("answers.csv").read_text("utf-8"))
    assert typed("report", after, "--html", "run.html")[0] == 0
    assert_harmless_page(Path("run.html").read_text("utf-8"))


def assert_harmless_page(page: str) -> None:
    """No element of a payload, no attribute that acts, no address but those within the page; nothing unseen."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = [str(each.tag).lower().rpartition("}")[2] for each in tree.iter()]
    scripts = page.count("<script")
    assert {name for name in found if name in ACTS} == {"form", "script"}
    assert (found.count("script"), found.count("form"), found.count("dialog")) == (
        scripts,
        1,
        page.count("<dialog"),
    )
    for each in tree.iter():
        for name, value in each.attrib.items():
            assert not str(name).lower().startswith("on"), name
            if str(name).lower() in {"href", "src", "action", "xlink:href", "data", "srcset"}:
                assert value.startswith(("#", "data:,")), value
    assert forbidden(page) <= {"\n", "\t"}
    answers = json.dumps(chunks(page), ensure_ascii=False)
    assert forbidden(answers) == set()
    assert BEACON in answers


def assert_harmless_comment(text: str) -> None:
    assert commands_in(text) == []
    for tree in rendered(text):
        assert {str(each.tag) for each in tree.iter()} <= OURS - {"a"}
        assert not MADE_OF.search(outside_code(tree)), outside_code(tree)
    assert len(text) <= 65_000


def assert_harmless_junit(text: str) -> None:
    """An XML parser finds the elements of JUnit alone, and no letter that XML forbids."""
    suites = ET.fromstring(text)  # noqa: S314 - our own file
    assert {each.tag for each in suites.iter()} <= {
        "testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped", "system-out", "system-err",
    }  # fmt: skip
    told = "".join(value for each in suites.iter() for value in each.attrib.values())
    # A word joiner of ours stands in what the viewer of a log could take for a command.
    assert forbidden(told + "".join(suites.itertext())) <= {"\n", "\t", "\u2060"}
    assert "<!" not in text


def assert_harmless_table(text: str) -> None:
    """A spreadsheet takes no cell for a formula."""
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > CASES
    cells = [cell for row in rows for cell in row]
    assert [
        cell
        for cell in cells
        if re.match(r"\s*[=+\-@＝＋－＠]", cell) and not is_number(cell) and not cell.startswith("'")
    ] == []


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
