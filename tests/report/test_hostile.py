"""The whole hostile corpus on every page: whatever a text says, the page is built like that of harmless text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.call.step import Step
from harness.compare.comparison import Change
from harness.grade.grade import Grade
from harness.record import Answer
from harness.report.page import html
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.parts import RunTotals
from harness.report.views.run import make_run_view
from tests.report import examples
from tests.report.hostile import CORPUS, nasty

Shape = Counter[tuple[str, tuple[str, ...]]]


def shape(page: str) -> Shape:
    """Every element of a page with the names of its attributes."""
    tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
    return Counter((str(each.tag), tuple(sorted(map(str, each.attrib)))) for each in tree.iter())


def answer(case_id: str, text: str) -> Answer:
    """An answer in which everything that others write says `text`."""
    return replace(
        examples.answer(case_id, 1, text, passed=False, detail=text),
        question=text,
        evidence=(text,),
        case_place=text,
        grades=(
            Grade(grader=text, version=1, score=0.0, passed=False, evidence=text, place=text, weight=1.0, criterion=text),
        ),
        steps=(
            Step(number=1, turn=1, kind="model", text=text),
            Step(number=2, turn=1, kind="tool", tool=text, arguments=text, text=text),
        ),
    )  # fmt: skip


def comparison_of(texts: Sequence[str]) -> str:
    """A page with a case for each text, which stands wherever somebody else's may."""
    ids = [f"{number} {text}" for number, text in enumerate(texts)]
    pairs = list(zip(ids, texts, strict=True))
    changes = tuple(examples.change(each, Change.REGRESSED, 1.0, 0.0, (text,)) for each, text in pairs)
    answers = {
        each: CaseAnswers(baseline=(answer(each, text),), candidate=(answer(each, f"{text} "),))
        for each, text in pairs
    }
    return html.render(make_view(examples.comparison(changes=changes), examples.REGRESSED, answers))


def run_of(texts: Sequence[str]) -> str:
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=9, cost_usd="0.15", cost_uncertain_usd="0", wall_s=41
    )
    info = replace(examples.info("v3"), prompt_version=texts[0], model_id=texts[0])
    answers = [answer(f"{number} {text}", text) for number, text in enumerate(texts)]
    return html.render_run(make_run_view(info, totals, answers, examples.SCORE))


PAGES: Mapping[str, Callable[[Sequence[str]], str]] = {"comparison": comparison_of, "run": run_of}


@cache
def harmless(kind: str, size: int) -> Shape:
    return shape(PAGES[kind](["x"] * size))


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_full_of_hostile_texts_is_built_like_one_of_harmless_texts(kind: str) -> None:
    told = [each for each in CORPUS if each.strip()]
    size = html.STATIC_CASES
    for start in range(0, len(told) - size + 1, size):
        assert shape(PAGES[kind](told[start : start + size])) == harmless(kind, size)
    assert shape(PAGES[kind](told[-size:])) == harmless(kind, size)


@pytest.mark.parametrize("kind", PAGES)
@settings(max_examples=10)
@given(texts=st.lists(nasty.filter(str.strip), min_size=4, max_size=4))
def test_a_page_of_any_texts_is_built_like_one_of_harmless_texts(kind: str, texts: list[str]) -> None:
    assert shape(PAGES[kind](texts)) == harmless(kind, 4)
