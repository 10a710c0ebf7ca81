"""The comment is made of hostile data, and is one comment."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.github.__main__ import main
from harness.github.comment import Occasion, ask_github, find_report, render, upsert
from harness.github.verdicts import MOST_BYTES, SuiteVerdict, read_verdicts
from harness.report.machines.brief import brief_document
from harness.report.machines.document import verdict_document
from harness.report.markdown.comment import COMMENT_CHARACTERS, comment
from harness.report.views.briefs import briefs_of
from harness.report.views.pull import make_pull
from tests.github.rendered import MADE_OF, OURS, REFERENCES, outside_code, rendered
from tests.github.runner import commands_in
from tests.report import examples
from tests.report.hostile import nasty

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


def written(folder: Path, document: object) -> Path:
    path = folder / "verdict.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


class GitHub:
    """Pull requests and their comments, as `gh api` tells them and changes them."""

    def __init__(self, pulls: str, comments: str = "", artifacts: str = "") -> None:
        self.pulls, self.artifacts = pulls, artifacts
        self.comments = [int(each) for each in comments.split()]
        self.told: list[tuple[str, str, str]] = []
        self.asked: list[str] = []

    def __call__(self, arguments: Sequence[str], body: str) -> str:
        if arguments[0] == "--method":
            self.told.append((arguments[1], arguments[2], json.loads(body)["body"] if body else ""))
            return self.change(arguments[1], arguments[2])
        self.asked.append(arguments[-1])
        if "/pulls?" in arguments[1]:
            return self.pulls
        found = self.artifacts if "/artifacts?" in arguments[1] else "\n".join(map(str, self.comments))
        return f"{found}\n" if found else ""

    def change(self, method: str, path: str) -> str:
        if method == "POST":
            self.comments.append(max([500, *self.comments]) + 1)
            return "{}"
        number = int(path.rpartition("/")[2])
        if number not in self.comments:
            raise UsageError("gh api failed: gh: Not Found (HTTP 404)")
        if method == "DELETE":
            self.comments.remove(number)
        return "{}"


def arguments(folder: Path) -> list[str]:
    rest = ["--repository", HERE.repository, "--sha", SHA, "--run-url", HERE.run_url]
    return [str(folder / "verdict.json"), *rest]


def typed(folder: Path, github: GitHub) -> int:
    return main(arguments(folder), github)


def shown(document: object) -> str:
    made = document if isinstance(document, list) else [document]
    return render([SuiteVerdict.model_validate_json(json.dumps(each)) for each in made], HERE)


def test_a_verdict_is_shown_with_its_numbers_and_reasons(tmp_path: Path) -> None:
    text = render(read_verdicts(written(tmp_path, VERDICT)), HERE)
    assert "| `triage` | −5.2 (−8.9 to −1.6) | **REGRESSED** | +12 % |" in text
    assert "REGRESSED quality: it fell" in text
    assert "30 planned = 29 answered + 1 failed" in text
    assert "1 only in the baseline: gone" in text
    assert "made up" in text
    assert "`harness gate --base origin/main` to reproduce" in text


def test_a_verdict_is_told_in_its_own_two_sentences() -> None:
    told = {**VERDICT, "summary": "It fell.\n@everyone"}
    assert "**REGRESSED** `triage` It fell. `@everyone`" in shown(told)


def test_what_was_not_measured_is_said_to_be() -> None:
    nothing = {"difference": None, "lower": None, "upper": None}
    changed = {**VERDICT, "status": "NOT_MEASURED", "quality": nothing, "cost": {"ratio": None}}
    assert "| not measured | **NOT MEASURED** | not compared |" in shown(changed)


@pytest.mark.parametrize("status", ["regressed", "inconclusive", "pass", "not_measured"])
def test_both_jobs_make_the_same_comment_of_the_same_verdict(status: str) -> None:
    view = examples.views()[status]
    made, verdict = {
        "regressed": (examples.comparison(), examples.REGRESSED),
        "inconclusive": (examples.unsure(), examples.INCONCLUSIVE),
        "pass": (examples.well(), examples.PASS),
        "not_measured": (examples.outage(), examples.NOT_MEASURED),
    }[status]
    (brief,) = briefs_of([view])
    document = {**verdict_document(made, verdict), "brief": brief_document(brief)}
    links = [("the run", HERE.run_url)]
    pull = make_pull([brief], command="harness gate --base origin/main", synthetic=False, links=links)
    ours = comment(replace(pull, commit=SHA[:8]))
    theirs = shown(document)
    unlisted = re.compile(r"\n[0-9]+ (with unmeasured trials|edited in between, not compared): .*")
    assert unlisted.sub("", ours) == theirs


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


def test_half_a_character_costs_no_verdict(tmp_path: Path) -> None:
    document = hostile("half \ud800 of one")
    (verdict,) = read_verdicts(written(tmp_path, document))
    assert "half ? of one" in render([verdict], HERE)


def test_deep_nesting_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(UsageError):
        read_verdicts(path)


@settings(max_examples=15)
@given(st.sampled_from(REFERENCES) | nasty.filter(lambda text: bool(text.strip())))
def test_no_text_of_a_stranger_becomes_a_link_an_image_a_mention_or_html(text: str) -> None:
    page = shown(hostile(text))
    assert commands_in(page) == []
    for tree, harmless in zip(rendered(page), rendered(shown(hostile("harmless"))), strict=True):
        assert {str(each.tag) for each in tree.iter()} <= OURS
        assert [each.get("href") for each in tree.iter("a")] == [HERE.run_url]
        assert not MADE_OF.search(outside_code(tree))
        for name in ("details", "table", "tr", "td", "pre", "p"):
            assert len(list(tree.iter(name))) == len(list(harmless.iter(name)))


def hostile(text: str) -> dict[str, Any]:
    """A document in which everything that may be text is this one."""
    case = {
        "case": text, "change": "regressed", "before": "3/3", "after": "0/3", "place": f"x{text}", "because": text,
        "evidence": [text], "diff": [text, f"-{text}"],
    }  # fmt: skip
    brief = {"told": text, "short": text, "notes": [text], "worse": 7, "cases": [case]}
    finding = {"rule": text, "status": "REGRESSED", "because": text}
    only = {"only_baseline": [text], "only_candidate": [text]}
    accounting = {**VERDICT["accounting"], **only}
    return {**VERDICT, "suite": text[:200], "label": text[:200], "brief": brief, "findings": [finding], "accounting": accounting}  # fmt: skip


def test_the_worst_cases_are_shown_with_their_diffs() -> None:
    page = shown(hostile("queue"))
    assert "<code>queue</code> <code>queue</code> regressed, 3/3 → 0/3" in page
    assert "```diff\nqueue\n-queue\n```" in page
    assert "6 more cases became worse: `queue` 6" in page


@pytest.mark.parametrize(
    "wrong", [{"change": "@everyone"}, {"before": "1/2 @x"}, {"after": "[x](y)"}, {"diff": "x"}, {"case": 1}]
)
def test_a_case_of_another_shape_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    document = hostile("x")
    document["brief"]["cases"][0] |= wrong
    with pytest.raises(UsageError, match="is not what"):
        read_verdicts(written(tmp_path, document))


def test_fifty_suites_with_answers_of_a_megabyte_fit_into_a_comment(tmp_path: Path) -> None:
    large = hostile("long " * 100)
    large["brief"]["cases"][0]["diff"] = ["-" + "x" * 100_000] * 3
    large["brief"] |= {"told": "word " * 20_000, "notes": ["n" * 1_000] * 100, "worse": 500}
    many = [{**large, "suite": "s" * 150 + str(number)} for number in range(20)]
    text = render(read_verdicts(written(tmp_path, many)), HERE)
    assert len(text) < COMMENT_CHARACTERS
    assert text.count("```diff") == 3
    assert "9,997 more cases became worse" in text


def test_a_pull_request_is_found_by_its_commit_and_gets_one_comment(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"11 {'f' * 40}\n12 {SHA}\n")
    assert typed(tmp_path, github) == 0
    ((method, path, body),) = github.told
    assert (method, path) == ("POST", "repos/owner/name/issues/12/comments")
    assert body.startswith("<!-- harness-report -->")


def test_the_next_verdict_replaces_the_newest_comment_and_leaves_no_other(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"12 {SHA}\n", comments="502 501 99")
    assert typed(tmp_path, github) == 0
    assert [told[:2] for told in github.told] == [
        ("PATCH", "repos/owner/name/issues/comments/502"),
        ("DELETE", "repos/owner/name/issues/comments/99"),
        ("DELETE", "repos/owner/name/issues/comments/501"),
    ]


def test_only_what_we_wrote_and_what_begins_with_the_marker_is_ours(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"12 {SHA}\n")
    typed(tmp_path, github)
    assert 'select(.user.login == "github-actions[bot]")' in github.asked[1]
    assert 'startswith("<!-- harness-report -->")' in github.asked[1]
    assert main([*arguments(tmp_path), "--author", "our-app[bot]"], github) == 0
    assert 'select(.user.login == "our-app[bot]")' in github.asked[-1]


def test_of_two_jobs_at_once_one_comment_stays() -> None:
    github = GitHub(f"12 {SHA}\n")

    class Slow(GitHub):
        """Another job writes its comment between our look and our own."""

        def change(self, method: str, path: str) -> str:
            if method == "POST" and not self.comments:
                upsert("theirs", HERE, github)
                self.comments = github.comments
            return super().change(method, path)

    slow = Slow(f"12 {SHA}\n")
    upsert("ours", HERE, slow)
    assert slow.comments == [502]
    assert [told[0] for told in slow.told] == ["POST", "DELETE"]


def test_a_comment_that_is_gone_by_now_is_written_anew() -> None:
    class Vanishing(GitHub):
        def change(self, method: str, path: str) -> str:
            if method == "PATCH":
                self.comments.clear()
            return super().change(method, path)

    github = Vanishing(f"12 {SHA}\n", comments="501")
    assert upsert("body", HERE, github) == (12,)
    assert [told[0] for told in github.told] == ["PATCH", "POST"]
    assert len(github.comments) == 1


def test_a_comment_that_may_not_be_changed_is_a_mistake_and_one_that_may_not_be_deleted_is_none() -> None:
    class Strict(GitHub):
        def __init__(self, forbidden: str) -> None:
            super().__init__(f"12 {SHA}\n", comments="501 502")
            self.forbidden = forbidden

        def change(self, method: str, path: str) -> str:
            if method == self.forbidden:
                raise UsageError("gh api failed: gh: Resource not accessible (HTTP 403)")
            return super().change(method, path)

    assert upsert("body", HERE, Strict("DELETE")) == (12,)
    with pytest.raises(UsageError, match="403"):
        upsert("body", HERE, Strict("PATCH"))


def test_the_page_of_that_run_is_linked_by_its_number(tmp_path: Path) -> None:
    written(tmp_path, VERDICT)
    github = GitHub(f"12 {SHA}\n", artifacts="41\n42")
    assert main([*arguments(tmp_path), "--report", "gate"], github) == 0
    assert f"[report](<{HERE.run_url}/artifacts/42>)" in github.told[0][2]
    assert 'select(.name == "gate" or .name == "gate.html")' in github.asked[0]
    without = GitHub(f"12 {SHA}\n")
    assert main([*arguments(tmp_path), "--report", "gate"], without) == 0
    assert "[report]" not in without.told[0][2]
    elsewhere = replace(HERE, run_url="https://ci.example/7")
    assert find_report("gate", elsewhere, github) is None

    def denied(arguments: Sequence[str], body: str) -> str:
        raise UsageError(f"gh api failed: {arguments} {body} (HTTP 403)")

    assert find_report("gate", HERE, denied) is None
    with pytest.raises(UsageError, match="--report"):
        find_report('x") | .id', HERE, github)


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
    "wrong",
    [
        {"repository": "owner"},
        {"sha": "main"},
        {"sha": SHA + "\n"},
        {"run_url": "https://x/) @all"},
        {"base": "--mode live"},
        {"base": "main; curl"},
        {"author": '") | select(true'},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        replace(HERE, **wrong)  # type: ignore[arg-type]  # test data, field by field


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
