"""The comment is made of hostile data, and is one comment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harness.errors import UsageError
from harness.github.__main__ import main
from harness.github.comment import Occasion, ask_github, render, upsert
from harness.github.verdicts import MOST_BYTES, SuiteVerdict, read_verdicts
from harness.report.markdown.comment import COMMENT_CHARACTERS

SHA = "0123456789abcdef0123456789abcdef01234567"
HERE = Occasion(repository="owner/name", sha=SHA, run_url="https://github.com/owner/name/actions/runs/7")
NUMBERS = {"planned": 30, "answered": 29, "degraded": 0, "failed": 1, "skipped": 0}
VERDICT: dict[str, Any] = {
    "schema": 1,
    "suite": "triage",
    "status": "REGRESSED",
    "label": None,
    "quality": {"difference": -0.052, "lower": -0.089, "upper": -0.016},
    "cost": {"ratio": 1.12},
    "findings": [{"rule": "quality", "status": "REGRESSED", "because": "it fell"}],
    "accounting": {
        "baseline": NUMBERS,
        "candidate": NUMBERS,
        "only_baseline": ["gone"],
        "only_candidate": [],
    },
    "synthetic": True,
}
HOSTILE = (
    "@everyone",
    "![x](https://evil.example/p.png)",
    "[x](https://evil.example)",
    "<img src=x>",
    "```",
    "|",
    "\n# x",
)


def written(folder: Path, document: object) -> Path:
    path = folder / "verdict.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


class GitHub:
    """What `gh api` answers, and what it was told."""

    def __init__(self, pulls: str, comments: str = "") -> None:
        self.pulls, self.comments = pulls, comments
        self.told: list[tuple[str, str, str]] = []

    def __call__(self, arguments: Sequence[str], body: str) -> str:
        if body:
            self.told.append((arguments[1], arguments[2], json.loads(body)["body"]))
            return "{}"
        return self.pulls if "/pulls?" in arguments[1] else self.comments


def typed(folder: Path, github: GitHub) -> int:
    rest = ["--repository", HERE.repository, "--sha", SHA, "--run-url", HERE.run_url]
    return main([str(folder / "verdict.json"), *rest], github)


def test_a_verdict_is_shown_with_its_numbers_and_reasons(tmp_path: Path) -> None:
    text = render(read_verdicts(written(tmp_path, VERDICT)), HERE)
    assert "| `triage` | −5.2 (−8.9 to −1.6) | **REGRESSED** | +12 % |" in text
    assert "triage: REGRESSED  quality: it fell" in text
    assert "30 planned = 29 answered + 0 degraded + 1 failed + 0 skipped" in text
    assert "1 case only in the baseline: gone" in text
    assert "made up" in text


def test_a_verdict_is_told_in_its_own_two_sentences(tmp_path: Path) -> None:
    told = {**VERDICT, "summary": "It fell.\n@everyone"}
    assert "triage: It fell. @everyone" in render(read_verdicts(written(tmp_path, told)), HERE)


def test_what_was_not_measured_is_said_to_be(tmp_path: Path) -> None:
    nothing = {"difference": None, "lower": None, "upper": None}
    changed = {**VERDICT, "status": "NOT_MEASURED", "quality": nothing, "cost": {"ratio": None}}
    assert "| not measured | **NOT MEASURED** | unknown |" in render(
        read_verdicts(written(tmp_path, changed)), HERE
    )


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        [[]],
        "text",
        {**VERDICT, "suite": 7},
        {**VERDICT, "suite": "x" * 201},
        {**VERDICT, "status": "FINE"},
        {**VERDICT, "quality": {"difference": float("inf"), "lower": 0, "upper": 0}},
        [VERDICT] * 201,
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(UsageError, match="is not what"):
        read_verdicts(written(tmp_path, document))


def test_a_large_file_a_link_and_a_folder_are_refused(tmp_path: Path) -> None:
    large, link = tmp_path / "large.json", tmp_path / "link.json"
    large.write_bytes(b" " * (MOST_BYTES + 1))
    link.symlink_to(written(tmp_path, VERDICT))
    for path in (large, link, tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError):
            read_verdicts(path)


def test_deep_nesting_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(UsageError):
        read_verdicts(path)


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), min_size=4, max_size=4))
def test_no_text_of_a_stranger_becomes_a_link_an_image_a_mention_or_html(words: list[str]) -> None:
    suite, label, rule, because = (word[:200] for word in words)
    summary = " ".join(words)
    finding = {"rule": rule, "status": "REGRESSED", "because": because}
    document = {**VERDICT, "suite": suite, "label": label, "summary": summary, "findings": [finding]}
    verdict = SuiteVerdict.model_validate_json(json.dumps(document))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render([verdict], HERE))
    inline = [child for token in tokens for child in token.children or []]
    assert {token.type for token in tokens} & {"heading_open", "hr"} == set()
    assert [each.attrGet("href") for each in inline if each.type == "link_open"] == [HERE.run_url]
    assert not [each for each in inline if each.type in {"image", "html_inline"}]
    assert not [each for each in inline if each.type == "text" and "@" in each.content]


def test_many_suites_fit_into_a_comment() -> None:
    many = [{**VERDICT, "suite": "s" * 150 + str(number)} for number in range(200)]
    text = render([SuiteVerdict.model_validate_json(json.dumps(each)) for each in many], HERE)
    assert len(text) < COMMENT_CHARACTERS
    assert "150 more suites" in text


def test_a_pull_request_is_found_by_its_commit_and_gets_one_comment(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"11 {'f' * 40}\n12 {SHA}\n")
    assert typed(tmp_path, github) == 0
    ((method, path, body),) = github.told
    assert (method, path) == ("POST", "repos/owner/name/issues/12/comments")
    assert body.startswith("<!-- harness-report -->")


def test_the_next_verdict_replaces_the_comment(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"12 {SHA}\n", comments="501\n502\n")
    assert typed(tmp_path, github) == 0
    assert [told[:2] for told in github.told] == [("PATCH", "repos/owner/name/issues/comments/501")]


def test_without_a_verdict_the_old_comment_does_not_stay(tmp_path: Path) -> None:
    github = GitHub(f"12 {SHA}\n", comments="501\n")
    assert typed(tmp_path, github) == 0
    assert "**Harness: no verdict**" in github.told[0][2]


def test_a_commit_that_was_overtaken_is_not_commented_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    github = GitHub(f"12 {'f' * 40}\n")
    assert typed(tmp_path, github) == 0
    assert github.told == []
    assert "no open pull request" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [{"repository": "owner"}, {"sha": "main"}, {"sha": SHA + "\n"}, {"run_url": "https://x/) @all"}]
)
def test_an_event_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    about = {"repository": "owner/name", "sha": SHA, "run_url": HERE.run_url, **wrong}
    with pytest.raises(UsageError):
        Occasion(**about)


def test_it_can_be_looked_at_without_github(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(written(tmp_path, VERDICT))
    rest = ["--repository", HERE.repository, "--sha", SHA, "--run-url", HERE.run_url, "--print"]
    assert main([path, *rest]) == 0
    assert "`triage`" in capsys.readouterr().out
    assert main([path, "--repository", "x", "--sha", SHA, "--run-url", HERE.run_url, "--print"]) == 2


def test_gh_is_asked_with_the_body_on_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "gh"
    program.write_text(
        '#!/bin/sh\n[ "$2" = fail ] && { echo no >&2; exit 1; }\necho "$@"; cat\n', encoding="utf-8"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert ask_github(["--method", "POST", "x"], "{}") == "api --method POST x --input -\n{}"
    with pytest.raises(UsageError, match="gh api failed: no"):
        ask_github(["fail"], "")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="gh cannot be asked"):
        ask_github(["x"], "")


def test_several_pull_requests_of_one_commit_all_get_it() -> None:
    github = GitHub(f"3 {SHA}\n4 {SHA}\n")
    assert upsert("body", HERE, github) == (3, 4)
