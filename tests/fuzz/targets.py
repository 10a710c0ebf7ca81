"""What is fuzzed: each target takes any bytes, and raises where something happens that never may.

A reader either gives a value or says in its own words why not. Any other exception, and any broken promise about
what comes out, is a finding.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from harness.call.exchange import Usage
from harness.errors import JournalDamaged, Place, Problem, StoreError
from harness.grade.decision import Undecidable, quoted
from harness.grade.number import last_number
from harness.grade.path import select
from harness.grade.reading import read_json
from harness.observe.redact import Redactor
from harness.providers import reading, sse
from harness.report.safe import json_text, term, visible
from harness.store.past import read_journal
from harness.suite.forms.columns import COLUMNS
from harness.suite.forms.compiled import MOST_PATTERN
from harness.suite.notation.document import parse
from harness.suite.notation.fields import Noted
from harness.suite.notation.load import CaseFiles
from harness.suite.notation.text import decode
from harness.suite.read import check, read_project
from harness.suite.template import TemplateError, checked
from harness.suite.tree import Tree
from harness.units import Tokens
from tests.suite.files import with_files

Target = Callable[[bytes], None]

SECRET: Final = "sk-ant-api03-" + "fuzzed0123456789" * 3
_SHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_COMMAND: Final = re.compile(r"^\s*::|##\[")


def yaml(content: bytes) -> None:
    """The reader of our YAML: a tree, or problems with a place."""
    text = decode("fuzzed.yaml", content)
    if isinstance(text, Problem):
        _is_placed(text)
        return
    problems: list[Problem] = []
    node = parse("fuzzed.yaml", text, problems)
    assert node is not None or problems
    for each in problems:
        _is_placed(each)


def suite(content: bytes) -> None:
    """A whole project with one hostile file: it is read, or `check` says what is wrong with it."""
    tree: Tree = with_files({"evals/triage.yaml": content})
    _project(tree)


def prompt(content: bytes) -> None:
    """The same for a prompt version, templates included."""
    _project(with_files({"prompts/triage/v2.yaml": content}))


def models(content: bytes) -> None:
    """The same for the model pins."""
    _project(with_files({"prompts/models.yaml": content}))


def _project(tree: Tree) -> None:
    problems = check(tree)
    for each in problems:
        _is_placed(each)
    if not problems:
        read_project(tree)


def cases_jsonl(content: bytes) -> None:
    """Cases as JSON lines."""
    _cases(content, "evals/cases.jsonl")


def cases_csv(content: bytes) -> None:
    """Cases as a table."""
    _cases(content, "evals/cases.csv")


def cases_parquet(content: bytes) -> None:
    """Cases as a table of columns."""
    _cases(content, "evals/cases.parquet")


def _cases(content: bytes, path: str) -> None:
    problems: list[Problem] = []
    files = CaseFiles(tree=with_files({path: content}), noted=Noted(problems), graders=COLUMNS)
    found = list(files.read(path, Place("evals/triage.yaml", 1, 1)))
    assert found or problems
    for each in problems:
        _is_placed(each)


def template(content: bytes) -> None:
    """A prompt's template: its names, or its mistakes; never an attribute nobody may see."""
    text = content.decode("utf-8", "replace")
    try:
        found = checked(text, lambda line, column: Place("fuzzed.yaml", line, column))
    except TemplateError:
        return
    names = found if isinstance(found, frozenset) else frozenset()
    assert not any(name.startswith("_") for name in names)


def reply(content: bytes) -> None:
    """The body of a response: a whole answer, or the reason why it is none."""
    try:
        answer = reading.validate(reading.decode(content))
    except reading.Unreadable as unreadable:
        said = str(unreadable)
    else:
        said = ""
        assert isinstance(answer.usage, Usage)
        assert answer.usage.output_tokens >= Tokens(0)
    assert len(said) < 300


def stream(content: bytes) -> None:
    """A stream of events: events, or ValueError; and what is kept of it is read back alike."""
    try:
        events = sse.parse_events(content)
    except (ValueError, RecursionError):
        return
    try:
        again = sse.parse_events(sse.encode_events(events))
    except UnicodeEncodeError:  # half a character, which a recording refuses
        return
    assert again == events


def journal(content: bytes) -> None:
    """A journal somebody damaged: read as far as it is whole, or refused by line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.jsonl"
        path.write_bytes(content)
        try:
            size = read_journal(path).size
        except (JournalDamaged, StoreError) as damaged:
            size = 0 if str(path) in str(damaged) else -1
        assert 0 <= size <= len(content)


def answer(content: bytes) -> None:
    """What graders read of an answer: JSON, numbers, paths."""
    text = content.decode("utf-8", "surrogateescape")
    path, _, rest = text.partition("\n")
    readers: tuple[Callable[[], object], ...] = (
        lambda: read_json(text),
        lambda: last_number(text),
        lambda: select(path[:MOST_PATTERN], read_json(rest)),
    )
    for read in readers:
        assert "\n" not in _why_undecidable(read)


def _why_undecidable(read: Callable[[], object]) -> str:
    try:
        read()
    except Undecidable as undecidable:
        return undecidable.found
    return ""


def shown(content: bytes) -> None:
    """Hostile text where people and runners read it."""
    text = content.decode("utf-8", "surrogateescape")
    for each in (term(text), quoted(text)):
        assert not _SHOWN.search(each)
    assert not _COMMAND.search(term(text))
    visible(text).encode("utf-8")
    document = json.dumps({"text": text})
    assert json.loads(json_text(document)) == {"text": text}


def redacted(content: bytes) -> None:
    """A secret in the middle of anything is gone afterwards, and redacting again changes nothing."""
    text = content.decode("utf-8", "replace")
    redactor = Redactor([SECRET], key=b"fuzzed")
    middle = len(text) // 2
    clean = redactor.redact_text(text[:middle] + SECRET + text[middle:])
    assert SECRET not in clean
    assert redactor.redact_text(clean) == clean


def _is_placed(problem: Problem) -> None:
    said = str(problem)
    assert said == said.splitlines()[0], said
    assert not _SHOWN.search(said), said
    assert problem.place.file


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            yaml, suite, prompt, models, cases_jsonl, cases_csv, cases_parquet, template, reply, stream, journal, answer, shown, redacted,
        )
    }
)  # fmt: skip
"""By name: every reader of what others wrote."""
