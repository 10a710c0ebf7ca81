"""`harness import promptfoo`, from the command line to the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Type

CONFIGS = Path(__file__).parents[1] / "intake" / "promptfoo" / "configs"
PLAIN = """\
prompts: ["Say {{word}}."]
providers: [anthropic:messages:claude-haiku-5-5]
tests:
  - vars: {word: lamp}
    assert: [{type: contains, value: "{{word}}"}]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    return tmp_path / "new"


def test_a_configuration_becomes_a_project_that_is_right(here: Path, typed: Type) -> None:
    (here / "promptfooconfig.yaml").write_text(PLAIN)
    said = typed("import", "promptfoo", ".", "--name", "lamps")
    assert said.status == 0
    assert said.out.splitlines() == ["evals/lamps.yaml", "prompts/lamps/v1.yaml", "prompts/models.yaml"]
    assert said.err.splitlines()[-1] == "1 case in 1 suite; next: harness check"
    assert typed("check").status == 0


def test_what_is_listed_shows_in_the_exit_status_and_with_its_place(here: Path, typed: Type) -> None:
    said = typed("import", "promptfoo", str(CONFIGS / "unusual"))
    assert said.status == 3
    assert (
        "unusual/promptfooconfig.yaml:16:9: assertion not-empty: listed: promptfoo has no assertion"
        in said.err
    )
    assert typed("check").status == 0


def test_a_dry_run_writes_nothing(here: Path, typed: Type) -> None:
    said = typed("import", "promptfoo", str(CONFIGS / "texts"), "--dry-run", "--json")
    found = json.loads(said.out)
    assert list(here.iterdir()) == []
    assert found["written"] is False
    count = found["counts"]["assertion"]
    assert count["in"] == count["mapped"] + count["bridged"] + count["listed"] == 30


def test_nothing_is_overwritten_unless_one_says_so(here: Path, typed: Type) -> None:
    (here / "promptfooconfig.yaml").write_text(PLAIN)
    assert typed("import", "promptfoo", ".", "--name", "lamps").status == 0
    refused = typed("import", "promptfoo", ".", "--name", "lamps")
    assert refused.status == 2
    assert "would be overwritten; choose a --name, or say --force" in refused.err
    assert typed("import", "promptfoo", ".", "--name", "lamps", "--force").status == 0


def test_it_becomes_part_of_the_project_that_is_there(
    starter: Path, tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(starter, tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    models = (tmp_path / "mine" / "prompts" / "models.yaml").read_bytes()
    said = typed("import", "promptfoo", str(CONFIGS / "files"), "--name", "more")
    assert said.status == 3
    assert (
        "to add to prompts/models.yaml, once you know their prices:\n  3-5-sonnet-20241022:\n    id: "
        in said.err
    )
    assert (tmp_path / "mine" / "prompts" / "models.yaml").read_bytes() == models
    assert "2 suites" not in typed("check").out
    assert typed("check").status == 0
    assert "suite_imported" in (tmp_path / "mine" / "reports" / "audit.jsonl").read_text()


def test_a_configuration_of_which_no_case_can_be_asked_writes_nothing(here: Path, typed: Type) -> None:
    (here / "promptfooconfig.yaml").write_text('prompts: ["{{word}}"]\ntests: [{vars: {word: ""}}]\n')
    said = typed("import", "promptfoo", ".")
    assert said.status == 3
    assert "the prompt is empty" in said.err
    assert said.err.splitlines()[-1] == "0 cases in 0 suites, nothing was written"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n", "is no configuration of promptfoo: it has no prompts, providers or tests"),
        ("prompts: [\n", "promptfooconfig.yaml:2:1: a bracket is still open here"),
        ("", "promptfooconfig.yaml:1:1: the file is empty"),
    ],
)
def test_what_cannot_be_read_is_refused(here: Path, typed: Type, text: str, said: str) -> None:
    (here / "promptfooconfig.yaml").write_text(text)
    found = typed("import", "promptfoo", ".")
    assert found.status == 2
    assert said in found.err


def test_a_name_that_is_none_is_refused(here: Path, typed: Type) -> None:
    said = typed("import", "promptfoo", ".", "--name", "../x")
    assert said.status == 2
    assert "choose another --name" in said.err
