"""A badge: a few words and a colour, safe to show and to read aloud."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.machines import badge
from harness.report.machines.badge import badge_of, badge_of_run, render
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty
from tests.report.test_junit import a_run

SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_badge_looks_as_agreed() -> None:
    assert_gold("regressed.svg", render(badge_of([examples.views()["regressed"]]), "svg"))


@pytest.mark.parametrize(
    ("name", "message", "bad"),
    [
        ("regressed", "REGRESSED −5.2 pt", True),
        ("inconclusive", "INCONCLUSIVE −1.8 pt", False),
        ("pass", "PASS +0.4 pt", False),
        ("not_measured", "NOT MEASURED", True),
    ],
)
def test_a_verdict_is_a_word_and_its_points(name: str, message: str, *, bad: bool) -> None:
    found = json.loads(render(badge_of([examples.views()[name]]), "json"))
    assert (found["schemaVersion"], found["label"], found["message"]) == (1, "triage", message)
    assert found["isError"] is bad
    assert re.fullmatch("[0-9a-f]{6}", found["color"])


def test_several_suites_are_one_badge_of_the_worst() -> None:
    views = examples.views()
    found = badge_of([views["pass"], views["regressed"]])
    assert (found.label, found.message) == ("harness", "1 of 2 suites regressed")
    assert found.colour == badge_of([views["regressed"]]).colour


def test_a_run_has_no_colour_of_a_verdict() -> None:
    found = badge_of_run(a_run())
    assert found.message == "1 of 4 passed"
    assert found.colour not in {badge_of([each]).colour for each in examples.views().values()}


def test_made_up_replies_are_named_in_its_title() -> None:
    found = badge_of([replace(examples.views()["pass"], synthetic="made up")])
    assert "they were made up, and say nothing about a real model" in found.title


def test_white_text_can_be_read_on_every_colour() -> None:
    colours = {*badge._COLOURS.values(), badge._LEFT, badge._PLAIN}
    assert set(badge._COLOURS) == set(Status)
    assert not [each for each in colours if 1.05 / (luminance(each) + 0.05) < 4.5]


@given(nasty)
def test_any_name_gives_the_same_picture(text: str) -> None:
    def tree(name: str) -> etree._Element:
        view = replace(examples.views()["regressed"], suite=name, headline=name)
        return etree.fromstring(render(badge_of([view]), "svg").encode())

    found = tree(text)
    assert [each.tag for each in found.iter()] == [each.tag for each in tree("triage").iter()]
    assert [sorted(each.keys()) for each in found.iter()] == [
        sorted(each.keys()) for each in tree("x").iter()
    ]
    shown = next(each.text for each in found.iter(f"{SVG}text"))
    assert shown.rstrip("…") in (safe.one_line(text) or "harness")
    assert found.findtext(f"{SVG}title") == found.get("aria-label")
    assert len(shown) <= badge.MAX_LABEL


def test_it_loads_nothing_and_runs_nothing() -> None:
    made = render(badge_of([examples.views()["regressed"]]), "svg")
    addresses = re.findall(r"https?:[^\"]+", made)
    assert addresses == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<script|<image|<style|<foreignObject|\bon\w+=|href", made)


def test_wide_and_long_names_fit_their_badge() -> None:
    view = examples.views()["pass"]
    wide = badge_of([replace(view, suite="評価" * 30)])
    drawn = etree.fromstring(render(wide, "svg").encode())
    first, second = drawn.iter(f"{SVG}text")
    assert len(first.text) == badge.MAX_LABEL
    end = float(second.get("x")) + float(second.get("textLength")) / 2
    assert end < float(drawn.get("width"))
