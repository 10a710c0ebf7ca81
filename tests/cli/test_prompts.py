from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Type

V2 = "prompts/sentiment/v2.yaml"
V3 = "prompts/sentiment/v3.yaml"


def add_draft(project: Path, old: str = "", new: str = "") -> None:
    text = (project / V2).read_text("utf-8")
    (project / V3).write_text(text.replace(old, new, 1), "utf-8")


def test_the_list_tells_released_versions_from_drafts(project: Path, typed: Type) -> None:
    add_draft(project, "effort: low", "effort: high")
    lines = [line.split()[:3] for line in typed("prompts", "list").out.splitlines()]
    assert lines[1:] == [
        ["sentiment", "v1", "released"],
        ["sentiment", "v2", "released"],
        ["sentiment", "v3", "draft"],
    ]


def test_the_list_as_json_has_whole_digests_and_users(project: Path, typed: Type) -> None:
    add_draft(project, "effort: low", "effort: high")
    found = json.loads(typed("prompts", "list", "--json").out)
    assert found["schema"] == 1
    assert [each["used_by"] for each in found["prompts"]] == [["sentiment"], ["sentiment"], []]
    assert all(len(each["digest"]) == 64 for each in found["prompts"])


def test_show_gives_everything_that_is_asked(project: Path, typed: Type) -> None:
    shown = typed("prompts", "show", "sentiment", "v1").out
    assert shown.startswith("max_tokens: 300\neffort: low\nthinking: adaptive\nsystem:\n  You read")
    assert "user:\n  Message:\n  {{ message | untrusted }}\noutput:\n  {" in shown


def test_show_as_json(project: Path, typed: Type) -> None:
    found = json.loads(typed("prompts", "show", "sentiment", "v1", "--json").out)
    assert found["text"].startswith("max_tokens: 300\n")
    assert set(found) == {"schema", "prompt", "version", "digest", "description", "text"}


def test_an_unknown_version_names_those_there_are(project: Path, typed: Type) -> None:
    said = typed("prompts", "show", "sentiment", "v9")
    assert said.status == 2
    assert "there are: sentiment v1, sentiment v2" in said.err


def test_diff_shows_the_lines_that_differ(project: Path, typed: Type) -> None:
    add_draft(project, "effort: low", "effort: high")
    lines = typed("prompts", "diff", "sentiment", "v2", "v3").out.splitlines()
    assert lines[:2] == ["--- sentiment/v2", "+++ sentiment/v3"]
    assert [line for line in lines[2:] if line[0] in "+-"] == ["-effort: low", "+effort: high"]


def test_a_diff_of_equal_versions_is_empty(project: Path, typed: Type) -> None:
    add_draft(project, "description: Say", "description: Tell")
    said = typed("prompts", "diff", "sentiment", "v2", "v3")
    assert (said.status, said.out) == (0, "")
    assert "ask exactly the same" in said.err


def test_diff_as_json(project: Path, typed: Type) -> None:
    found = json.loads(typed("prompts", "diff", "sentiment", "v1", "v2", "--json").out)
    assert (found["from"], found["to"]) == ("v1", "v2")
    assert found["diff"][0] == "--- sentiment/v1"


def test_a_hostile_prompt_reaches_no_terminal(project: Path, typed: Type) -> None:
    add_draft(
        project,
        "system: |\n",
        'system: "\\e]0;owned\\a\\n::error::x\\n##[group]"\nstop_sequences: ["\\e"]\nx: |\n',
    )
    text = (project / V3).read_text("utf-8")
    head, _, tail = text.partition("x: |\n")
    (project / V3).write_text(head + tail[tail.index("messages:") :], "utf-8")
    for argv in (["show", "sentiment", "v3"], ["diff", "sentiment", "v2", "v3"]):
        said = typed("prompts", *argv)
        assert said.status == 0
        assert "\x1b" not in said.out
        assert not any(line.lstrip().startswith("::") for line in said.out.splitlines())
        assert "##[" not in said.out


def test_lock_releases_the_drafts(project: Path, typed: Type) -> None:
    add_draft(project, "effort: low", "effort: high")
    said = typed("prompts", "lock")
    assert said.status == 0
    assert said.out.startswith("sentiment v3 ")
    assert said.err == "prompts/prompts.lock: 3 released versions, 1 of them new\n"
    assert "draft" not in typed("prompts", "list").out


def test_locking_twice_changes_nothing(project: Path, typed: Type) -> None:
    before = (project / "prompts/prompts.lock").read_bytes()
    said = typed("prompts", "lock")
    assert (said.status, said.out) == (0, "")
    assert (project / "prompts/prompts.lock").read_bytes() == before


def test_a_released_version_that_changed_is_never_locked_again(project: Path, typed: Type) -> None:
    add_draft(project)
    text = (project / V2).read_text("utf-8")
    (project / V2).write_text(text.replace("irony is negative", "irony is bad"), "utf-8")
    before = (project / "prompts/prompts.lock").read_bytes()
    said = typed("prompts", "lock")
    assert said.status == 2
    assert "release it as v4.yaml instead" in said.err
    assert (project / "prompts/prompts.lock").read_bytes() == before


def test_check_refuses_drafts_and_writes_nothing(project: Path, typed: Type) -> None:
    add_draft(project)
    before = (project / "prompts/prompts.lock").read_bytes()
    said = typed("prompts", "lock", "--check")
    assert said.status == 2
    assert "v3 of prompt 'sentiment' is not released; run `harness prompts lock`" in said.err
    assert (project / "prompts/prompts.lock").read_bytes() == before


def test_check_is_content_when_everything_is_released(project: Path, typed: Type) -> None:
    assert typed("prompts", "lock", "--check").status == 0


def test_a_narrow_terminal_gets_lines_that_fit(project: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "harness", "prompts", "list"]
    environment = {**os.environ, "COLUMNS": "70", "TERM": "xterm"}
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, check=True, env=environment)
    os.close(theirs)
    lines = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    assert len(lines) == 3
    assert max(len(line) for line in lines) <= 70
    assert lines[1].endswith("…")
