"""Every number of a verdict: all there, each with where it comes from, and the same in text and in JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from harness.compare.comparison import compare
from harness.gate.judge import judge
from harness.report.explain.explanation import PAGE, Section, explanation_document, number
from harness.report.explain.verdict import explain
from harness.report.text import explained as explain_text
from tests.compare.build import side, singles
from tests.github.runner import newer_command, older_command
from tests.report import examples, live
from tests.report.gold import TESTS, assert_gold
from tests.report.hostile import nasty
from tests.report.test_safe import forbidden


def everything() -> tuple[Section, ...]:
    made = live.comparison()
    return explain(made, live.verdict(made), version="0.1.0")


def value(sections: tuple[Section, ...], title: str, name: str) -> object:
    return next(
        each.value
        for section in sections
        if section.title == title
        for each in section.numbers
        if each.name == name
    )


@pytest.mark.parametrize("width", [40, 80])
def test_an_explanation_looks_as_agreed(width: int) -> None:
    assert_gold(f"explain-{width}.txt", explain_text.render(everything(), width=width))


def test_the_numbers_can_be_checked_by_hand() -> None:
    made = live.comparison()
    found = explain(made, judge(made, live.POLICY), version="0")
    difference, pseudo, decided = (
        "Difference of quality",
        "With two pseudo-cases, +1 and -1",
        "Decision about quality",
    )
    m, t, se = (float(str(value(found, difference, name))) for name in ("m", "t", "SE"))
    assert value(found, difference, "U") == pytest.approx(m + t * se)
    low = m - float(str(value(found, difference, "t'"))) * se
    assert value(found, difference, "L_t") == pytest.approx(low)
    m_b, t_b, se_b = (float(str(value(found, pseudo, name))) for name in ("m_b", "t_b", "SE_b"))
    assert value(found, pseudo, "L_b") == pytest.approx(m_b - t_b * se_b)
    assert value(found, pseudo, "L") == min(float(str(value(found, pseudo, "L_b"))), low)
    both = (float(str(value(found, decided, f"p_ni, {which}"))) for which in ("t", "pseudo"))
    assert value(found, decided, "p_ni") == max(both)
    listed = [each.value for each in found[-1].numbers]
    assert math.fsum(float(str(each)) for each in listed) / len(listed) == pytest.approx(m)


def test_the_document_has_the_same_numbers_unrounded() -> None:
    found = everything()
    document = json.loads(json.dumps(explanation_document(found), allow_nan=False))
    assert [each["title"] for each in document] == [each.title for each in found]
    told = {(each["title"], row["name"]): row["value"] for each in document for row in each["numbers"]}
    assert told["Difference of quality", "SE"] == value(found, "Difference of quality", "SE")
    assert told["Look 2 of 4", "p needed, REGRESSED"] == pytest.approx(0.00675565, rel=1e-5)


def test_a_number_without_an_end_is_null() -> None:
    section = Section(title="x", anchor="quality", numbers=(number("a", math.inf), number("b", 0.5)))
    [document] = explanation_document((section,))
    assert isinstance(document, dict)
    assert document["numbers"] == [
        {"name": "a", "value": None, "formula": ""},
        {"name": "b", "value": 0.5, "formula": ""},
    ]


def test_every_section_is_explained_on_the_page_it_names() -> None:
    page = (TESTS.parent / PAGE).read_text("utf-8")
    headings = {
        "".join(
            letter
            for letter in line.lstrip("# ").lower().replace(" ", "-")
            if letter.isalnum() or letter == "-"
        )
        for line in page.splitlines()
        if line.startswith("#")
    }
    assert {section.anchor for section in everything()} <= headings


def test_what_was_not_measured_is_explained_without_its_numbers() -> None:
    titles = [each.title for each in explain(examples.outage(), examples.NOT_MEASURED, version="0", seed="s")]
    assert titles == ["Verdict", "Rules", "Accounting", "Findings, worst first", "Cases"]


def test_one_cluster_has_no_spread_to_look_up() -> None:
    made = compare(side(singles((1, 1.0))), side(singles((1, 1.0)), "b"), live.POLICY)
    found = explain(made, judge(made, live.POLICY), version="0")
    assert value(found, "Difference of quality", "t") is None


def test_a_gate_that_a_catastrophe_stopped_says_so() -> None:
    made = live.comparison()
    killed = replace(live.SEQUENTIAL, look=0, looks=(), killed_at=18)
    found = explain(made, replace(live.verdict(made), sequential=killed), version="0")
    assert value(found, "Looks", "decided at look") == "none: the kill-switch did"
    assert value(found, "Looks", "stopped by it after") == 18


@given(width=st.integers(24, 120), text=nasty)
def test_no_line_is_too_wide_or_harmful(width: int, text: str) -> None:
    section = Section(title=text, anchor="quality", numbers=(number(text, text, text), number("n", 1, text)))
    shown = explain_text.render((*everything(), section), width=width)
    assert forbidden(shown) <= {"\n"}
    for line in shown.splitlines():
        assert cell_len(line) <= width
        assert not older_command(line)
        assert not newer_command(line)
