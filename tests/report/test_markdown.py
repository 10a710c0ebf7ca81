"""Comments and step summaries: bounded, harmless, with everything that matters first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.report import safe
from harness.report.markdown import comment as markdown
from harness.report.views.comparison import make_view
from harness.report.views.parts import ReportView
from harness.report.views.pull import Pull, SuiteBrief, make_pull
from tests.github.rendered import MADE_OF, OURS, REFERENCES, outside_code, rendered, structure
from tests.github.runner import commands_in
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import PAYLOADS, nasty
from tests.report.pulls import REPORT, pull_of

said = st.one_of(nasty, st.lists(st.sampled_from(REFERENCES), min_size=1, max_size=3).map(" ".join))


def three() -> list[ReportView]:
    views = examples.views()
    names = {"regressed": "triage", "pass": "extract", "inconclusive": "policy"}
    return [replace(views[status], suite=name) for status, name in names.items()]


def test_the_comment_looks_as_agreed() -> None:
    assert_gold("comment.md", markdown.comment(pull_of(three(), links=[REPORT])))


def test_the_first_line_is_the_marker_and_the_last_reproduces() -> None:
    lines = markdown.comment(pull_of(three())).strip().splitlines()
    assert lines[0] == markdown.MARKER
    assert lines[-1] == "`harness gate --base origin/main` to reproduce"


@pytest.mark.parametrize("payload", [*PAYLOADS, *REFERENCES])
def test_no_payload_leaves_its_code(payload: str) -> None:
    check_harmless(payload)


@settings(max_examples=20)
@given(said)
def test_no_text_leaves_its_code(text: str) -> None:
    check_harmless(text)


def check_harmless(text: str) -> None:
    view = replace(examples.hostile_view(text), suite=f"triage{text}")
    for shown in (markdown.comment(pull_of([view])), markdown.summary(told_in_full(text))):
        assert commands_in(shown) == []
        for tree in rendered(shown):
            assert {str(each.tag) for each in tree.iter()} <= OURS - {"a"}
            assert not [each for each in tree.iter() if set(each.attrib) - {"class", "lang"}]
            assert not MADE_OF.search(outside_code(tree)), outside_code(tree)


def told_in_full(text: str) -> Pull:
    """A pull request in which everything that an artifact could say is `text`."""
    (brief,) = pull_of([examples.views()["regressed"]]).suites
    case = replace(
        brief.cases[0], case_id=text, place=text, because=text, evidence=(text,) * 3, diff=(text, f"+{text}")
    )
    finding = replace(brief.findings[0], rule=text, because=text)
    listing = replace(brief.listings[0], case_ids=(text, text))
    hostile = replace(
        brief, suite=text, short=text, told=text, notes=(text,), findings=(finding,), listings=(listing,),
        cases=(case,) * 3, points=text, bounds=text, cost=text,
    )  # fmt: skip
    return make_pull([hostile], command=text, synthetic=True, commit=text)


@settings(max_examples=15)
@given(said.filter(lambda text: bool(text.strip())))
def test_hostile_text_leaves_the_same_page_as_harmless_text(text: str) -> None:
    pages = [markdown.comment(pull_of([examples.hostile_view(each)])) for each in (text, "harmless")]
    for hostile, harmless in zip(*map(rendered, pages), strict=True):
        assert tables(structure(hostile)) == tables(structure(harmless))
        assert len(list(hostile.iter("details"))) == len(list(harmless.iter("details"))) == 3


def tables(tree: Sequence[object]) -> object:
    """Tables and folds, and what holds them; not how often a sentence changes between text and code."""
    tag, attributes, children = tree
    assert isinstance(children, list)
    kept = [tables(child) for child in children if child[0] != "code"]
    return [tag, attributes, kept]


@given(said)
@example("a`b")
def test_a_sentence_keeps_what_it_says(text: str) -> None:
    shown = safe.prose(text)
    assert shown.replace("`", "").split() != [] or not safe.one_line(text).replace("`", "").strip()


@pytest.mark.parametrize(
    "text", ["word " * 900, "@x " * 900, "`a` " * 900, "\u202e " * 900, "x" * 9_000, "`" * 9_000]
)
def test_an_endless_sentence_ends(text: str) -> None:
    assert len(safe.prose(text, 500)) <= 700
    assert rendered(f"so {safe.prose(text, 500)}")[0].find(".//p") is not None


def test_hostile_sentences_of_many_suites_leave_room_for_the_worst_cases() -> None:
    told = "\u202e " * 5_000
    pull = many(50, 500)
    hostile = [replace(each, told=told, short=told, notes=(told,) * 50) for each in pull.suites]
    text = markdown.comment(replace(pull, suites=tuple(hostile)))
    assert units(text) <= 65_000
    assert text.count("```diff") == 3


def test_plain_words_and_numbers_of_a_sentence_are_no_code() -> None:
    told = "Quality fell by 5.2 points, from 91.2 % to 86.0 %: slice `urdu` too (184 in all; about $0.12)."
    assert safe.prose(told) == told.replace("$0.12", "`$0.12`")


@cache
def endless() -> SuiteBrief:
    """A suite with a hundred prepared cases, each of long answers."""
    view = examples.views()["regressed"]
    row = view.worst[0]
    text = "\n".join(f"line {n} of a long answer 👍" for n in range(100))
    pairs = tuple(
        replace(each, candidate=replace(each.candidate, text=text) if each.candidate else None)
        for each in row.pairs
    )
    (brief,) = pull_of([replace(view, cases=(), worst=())]).suites
    (made,) = pull_of([replace(view, cases=(replace(row, pairs=pairs),), worst=(row,))]).suites
    return replace(brief, cases=tuple(replace(made.cases[0], case_id=f"case-{n}") for n in range(100)))


def many(suites: int, worse: int, padding: str = "") -> Pull:
    cases = endless().cases[: min(worse, 100)]
    briefs = [
        replace(endless(), suite=f"suite-{n:02}{padding}", cases=cases, worse=worse) for n in range(suites)
    ]
    return make_pull(briefs, command="harness gate --base origin/main", synthetic=False)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(("suites", "worse"), [(1, 500), (50, 500)])
def test_the_comment_of_a_run_with_hundreds_of_regressions_says_the_essential(
    suites: int, worse: int
) -> None:
    text = markdown.comment(many(suites, worse))
    assert units(text) <= 65_000
    assert f"**Harness: {suites} of {suites} suite" in text
    assert len(re.findall(r"^\| `suite-\d\d` \|", text, re.MULTILINE)) == suites
    assert text.count("```diff") == 3
    assert f"\n{suites * worse - 3:,} more cases became worse: `suite-00` " in text
    assert text.rstrip().endswith("to reproduce")


@pytest.mark.parametrize("letter", ["x", "👍"])
def test_a_comment_never_exceeds_what_github_takes(letter: str) -> None:
    text = markdown.comment(many(400, 4, letter * 200))
    assert units(text) <= 65_000
    assert re.search(r"\d+ more suites omitted", text)
    assert text.count("```diff") == 3
    assert re.search(r"\d+ more details omitted", text)
    assert text.rstrip().endswith("to reproduce")


def test_a_summary_never_exceeds_what_github_takes() -> None:
    text = markdown.summary(many(9, 1_000))
    assert 100_000 < len(text.encode()) <= 900_000
    assert "more cases became worse" in text


@pytest.mark.parametrize("limit", [100, 1_000, 3_000, 10_000, 100_000])
def test_a_summary_keeps_to_the_room_it_has(limit: int) -> None:
    text = markdown.summary(many(9, 9, "👍" * 200), limit)
    assert len(text.encode()) <= limit
    assert not text or "9 of 9 suites regressed" in text


def test_a_comment_shows_three_cases_and_a_summary_all() -> None:
    pull = pull_of([examples.views()["regressed"]])
    assert markdown.comment(pull).count("```diff") == 3
    assert markdown.summary(pull).count("```diff") == 5
    assert "2 more cases became worse: `triage` 2" in markdown.comment(pull)
    assert "became worse" not in markdown.summary(pull)


def test_synthetic_recordings_are_named_in_the_comment() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    text = markdown.comment(pull_of([make_view(made, examples.PASS, {})]))
    assert "synthetic recordings" in text.split("|", maxsplit=1)[0]


def test_cases_of_one_side_only_are_named_even_beside_a_pass() -> None:
    view = make_view(examples.comparison(), examples.PASS, {})
    text = markdown.comment(pull_of([view]))
    assert "about <code>triage</code>" in text
    assert "1 only in the baseline: old-case" in text


def test_our_own_link_cannot_be_ended() -> None:
    text = markdown.comment(pull_of(three(), links=[("report", "https://ci.example/a>b <c>\n[x](y)")]))
    for tree in rendered(text):
        assert len([each.get("href") for each in tree.iter("a")]) == 1
