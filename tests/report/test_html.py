"""The page: self-contained, harmless, useful without JavaScript, and small."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cache
from itertools import pairwise
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings

from harness.compare.comparison import Change
from harness.report.page import html, payload
from harness.report.page.frame import asset, content_policy
from harness.report.page.payload import packed
from harness.report.page.typeset import typeset
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.parts import ReportView, RunTotals
from harness.report.views.run import make_run_view
from tests.report import examples
from tests.report.gold import assert_gold, carried, chunks, scrubbed, unpacked
from tests.report.hostile import PAYLOADS, nasty


def shape(page: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """Every element of a page with the names of its attributes."""
    tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
    return Counter((str(each.tag), tuple(sorted(map(str, each.attrib)))) for each in tree.iter())


@cache
def benign() -> Counter[tuple[str, tuple[str, ...]]]:
    return shape(html.render(examples.hostile_view("plain")))


def run_page(*, synthetic: bool = False) -> str:
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=364, cost_usd="0.15", cost_uncertain_usd="0", wall_s=41
    )
    answers = [*examples.ANSWERS["double-charge-ur"].candidate, *examples.ANSWERS["thank-you"].candidate]
    return html.render_run(
        make_run_view(examples.info("v3", synthetic=synthetic), totals, answers, examples.SCORE)
    )


def large(cases: int) -> ReportView:
    """A comparison of many cases with answers of some 600 characters."""
    words = [f"{stem}{n}" for n in range(400) for stem in ("parcel", "refund", "late", "order")]
    changes = [examples.change(f"case-{n}", Change.SAME, 1.0, 1.0, ("tag",)) for n in range(cases)]
    answers = {}
    for n, case in enumerate(changes):
        text = " ".join(words[(n * 31 + place * place * 7) % len(words)] for place in range(70))
        pair = (examples.answer(case.case_id, 1, text), examples.answer(case.case_id, 1, f"{text[::-1]}."))
        answers[case.case_id] = CaseAnswers(baseline=pair[:1], candidate=pair[1:])
    return make_view(examples.comparison(changes=tuple(changes)), examples.PASS, answers, examples.HEADING)


@pytest.mark.parametrize("status", ["regressed", "inconclusive", "not_measured"])
def test_the_page_looks_as_agreed(status: str) -> None:
    assert_gold(f"{status}.html", scrubbed(html.render(examples.views()[status])))


def test_the_page_of_a_run_looks_as_agreed() -> None:
    assert_gold("run.html", scrubbed(run_page()))


@pytest.mark.parametrize("payload", PAYLOADS[:-1])
def test_no_payload_changes_the_structure_of_the_page(payload: str) -> None:
    assert shape(html.render(examples.hostile_view(payload))) == benign()


@settings(max_examples=25)
@given(nasty.filter(str.strip))
def test_no_text_changes_the_structure_of_the_page(text: str) -> None:
    assert shape(html.render(examples.hostile_view(text))) == benign()


def test_the_page_asks_nobody_for_anything() -> None:
    page = html.render(examples.views()["regressed"])
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", page)
    links = re.findall(r'href="([^"]*)"', page)
    assert links[:2] == ["data:,", "#_cases"]
    assert all(each.startswith("#") for each in links[1:])
    assert "innerHTML" not in page
    assert " style=" not in page
    assert " onclick" not in page


def test_the_policy_names_exactly_this_style_and_this_script() -> None:
    page = html.render(examples.views()["regressed"])
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert (len(style), len(script)) == (1, 1)
    policy = content_policy(style[0], script[0])
    assert policy.replace("'", "&#39;") in page
    assert "unsafe" not in policy


def test_without_scripts_the_worst_cases_and_both_their_answers_are_there() -> None:
    tree: Element = html5lib.parse(html.render(large(70)), namespaceHTMLElements=False)
    bodies = [each for each in tree.iter("tbody") if each.get("id")]
    assert len(bodies) == html.STATIC_CASES
    assert all(len(list(each.iter("pre"))) == 3 for each in bodies)


def test_every_case_travels_with_its_answers() -> None:
    page = html.render(large(230))
    assert len(chunks(page)) == 230
    assert page.count('data-part="chunk">') == 2
    assert carried(page, "index")["starts"] == [0, 200]


def test_equal_views_give_equal_pages() -> None:
    assert html.render(examples.views()["regressed"]) == html.render(examples.views()["regressed"])


def test_five_thousand_cases_fit_into_six_megabytes_in_little_time() -> None:
    view = large(5_000)
    html.render(examples.views()["pass"])
    started = time.process_time()
    page = html.render(view)
    spent = time.process_time() - started
    assert len(page.encode()) <= 6_000_000
    assert spent <= 2.0, f"{spent:.2f} s; some 0.5 s on an idle machine"


def test_a_page_that_would_be_huge_keeps_the_answers_that_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = examples.views()["regressed"].cases
    made = packed(rows, compared=True, soft=100, hard=1_000_000)
    assert len(unpacked(made.index)["ids"]) == len(rows)
    kept = ["p" in case for case in unpacked(made.chunks[0])["cases"]]
    assert kept == [row.change != "same" for row in rows]
    assert made.left_out.startswith("To keep this page small, the answers of 1 of 8 cases are left out")
    monkeypatch.setattr(payload, "CHUNK_CASES", 2)
    whole = packed(rows, compared=True)
    room = len(whole.shared) + len(whole.chunks[0]) + 100
    cut = packed(rows, compared=True, soft=100, hard=room)
    assert ["p" in case for chunk in cut.chunks for case in unpacked(chunk)["cases"]] == [True] * 2 + [
        False
    ] * 6


def test_what_many_cases_were_asked_alike_is_carried_once() -> None:
    page = html.render(examples.views()["regressed"])
    assert "You sort support tickets." in carried(page, "shared")
    told = [(len(case["c"]), "b" in case) for case in chunks(page)]
    assert told == [(3, False)] * 8  # system, user and settings, which are the same on both sides


def test_synthetic_recordings_are_named_on_every_page() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    assert "synthetic recordings" in html.render(make_view(made, examples.PASS, {}))
    assert "synthetic recordings" in run_page(synthetic=True)


def test_marks_that_cannot_be_seen_are_named_on_the_page() -> None:
    page = html.render(examples.hostile_view("a\u202eb\x00"))
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "a⟨U+202E⟩b⟨U+0000⟩" in page
    assert any("⟨U+202E⟩" in str(case) for case in chunks(page))
    assert "⟨U+202E⟩" in str(carried(page, "index"))


def test_the_script_stays_small_and_cannot_end_its_own_element() -> None:
    script = "".join(map(asset, html._SCRIPTS))
    assert "</s" not in script.lower()
    assert len(script) < 60_000


def test_every_link_of_a_page_leads_somewhere_on_it() -> None:
    for page in (html.render(examples.views()["regressed"]), run_page()):
        tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
        ids = [each.get("id") for each in tree.iter() if each.get("id")]
        links = [str(each.get("href")) for each in tree.iter("a")]
        assert len(ids) == len(set(ids))
        assert {unquote(each[1:]) for each in links} <= set(ids)
        assert all(
            each.get("aria-labelledby") is None or set(str(each.get("aria-labelledby")).split()) <= set(ids)
            for each in tree.iter()
        )


def test_headings_go_down_one_level_at_a_time() -> None:
    for page in (html.render(examples.views()["regressed"]), run_page()):
        tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
        levels = [int(str(each.tag)[1]) for each in tree.iter() if re.fullmatch(r"h[1-6]", str(each.tag))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_sentences_are_set_as_a_book_has_them() -> None:
    assert (
        typeset("92.0 % -> 86.0 %, -6.0 points (-8 to +2)")
        == "92.0\u00a0% → 86.0\u00a0%, −6.0 points (−8 to +2)"
    )
    assert (
        typeset("claude-opus-5-5 fell by 5 points; a -> b; p-5 %")
        == "claude-opus-5-5 fell by 5 points; a -> b; p-5\u00a0%"
    )


def test_a_page_s_title_says_how_it_went() -> None:
    assert "<title>REGRESSED: triage, prompt v2 → v3" in html.render(examples.views()["regressed"])
    assert re.search("<title>[^<]* passed every time: triage, prompt v3", run_page())
