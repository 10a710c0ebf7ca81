"""Comments and step summaries: bounded, harmless, with everything that matters first."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from harness.report.markdown import comment as markdown
from harness.report.views.comparison import make_view
from harness.report.views.overview import make_overview
from harness.report.views.parts import Overview, ReportView
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import PAYLOADS, nasty

OURS = {"html", "head", "body", "p", "strong", "code", "pre", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "a", "blockquote"}  # fmt: skip


def three() -> Overview:
    views = examples.views()
    names = {"regressed": "triage", "pass": "extract", "inconclusive": "policy"}
    link = "https://ci.example/reports/1"
    return make_overview([replace(views[status], suite=name) for status, name in names.items()], link=link)


def parsed(text: str) -> Element:
    """The comment as GitHub's dialect of Markdown makes it HTML."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
    return tree


def outside_code(tree: Element) -> str:
    """All text that could hold a mention or a reference."""
    said = [tree.text or ""] if tree.tag not in {"code", "pre"} else []
    for child in tree:
        said += [outside_code(child), child.tail or ""]
    return " ".join(said)


def test_the_comment_looks_as_agreed() -> None:
    assert_gold("comment.md", markdown.comment(three()))


def test_the_first_line_is_the_marker_and_the_last_reproduces() -> None:
    lines = markdown.comment(three()).strip().splitlines()
    assert lines[0] == markdown.MARKER
    assert lines[-1] == "`harness gate --base origin/main` to reproduce"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_leaves_its_code(payload: str) -> None:
    check_harmless(payload)


@settings(max_examples=100)
@given(nasty)
def test_no_text_leaves_its_code(text: str) -> None:
    check_harmless(text)


def check_harmless(text: str) -> None:
    view = replace(examples.hostile_view(text), suite=f"triage{text}")
    tree = parsed(markdown.comment(make_overview([view])))
    assert {str(each.tag) for each in tree.iter()} <= OURS - {"a"}
    assert not [each for each in tree.iter() if set(each.attrib) - {"class"}]
    assert not re.search(r"[@#]\w|https?:|www\.", outside_code(tree))
    assert len(list(tree.iter("details"))) == 3


def endless(number: int) -> ReportView:
    view = examples.views()["regressed"]
    row = view.worst[0]
    pairs = tuple(
        replace(each, candidate=replace(each.candidate, text="long line\n" * 900) if each.candidate else None)
        for each in row.pairs
    )
    worst = tuple(replace(row, case_id=f"case-{n}", pairs=pairs) for n in range(number))
    return replace(view, cases=worst, worst=worst)


def test_a_comment_never_exceeds_what_github_takes() -> None:
    views = [replace(endless(9), suite=f"suite-{n}-{'x' * 200}") for n in range(400)]
    text = markdown.comment(make_overview(views))
    assert len(text) <= 65_000
    assert "suites omitted" in text
    assert "details omitted" in text
    assert text.rstrip().endswith("to reproduce")


def test_a_summary_never_exceeds_what_github_takes() -> None:
    text = markdown.summary(make_overview([endless(9_000)]))
    assert 100_000 < len(text.encode()) <= 900_000
    assert re.search(r"\d+ details omitted", text)


def test_a_comment_shows_three_cases_and_a_summary_all() -> None:
    overview = make_overview([examples.views()["regressed"]])
    assert markdown.comment(overview).count("```diff") == 3
    assert markdown.summary(overview).count("```diff") == 5


def test_synthetic_recordings_are_named_in_the_comment() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    text = markdown.comment(make_overview([make_view(made, examples.PASS, {})]))
    assert "synthetic recordings" in text.split("|", maxsplit=1)[0]


def test_cases_of_one_side_only_are_named_even_beside_a_pass() -> None:
    view = make_view(examples.comparison(), examples.PASS, {})
    text = markdown.comment(make_overview([view]))
    assert "about <code>triage</code>" in text
    assert "1 only in the baseline: old-case" in text


def test_our_own_link_cannot_be_ended() -> None:
    overview = replace(three(), link="https://ci.example/a>b <c>\n[x](y)")
    links = [each.get("href") for each in parsed(markdown.comment(overview)).iter("a")]
    assert len(links) == 1
