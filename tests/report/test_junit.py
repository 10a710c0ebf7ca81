"""JUnit: every case and every finding, and no green for what is not."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given

from harness.report.machines import junit
from harness.report.views.comparison import make_view
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty


def suites(text: str) -> list[ET.Element]:
    return list(ET.fromstring(text.encode()).iter("testsuite"))  # noqa: S314 - written by ourselves a line ago


def test_the_file_looks_as_agreed() -> None:
    assert_gold("regressed.xml", junit.render([examples.views()["regressed"]]))


def test_it_parses_back_to_the_cases_and_findings_of_the_view() -> None:
    view = examples.views()["regressed"]
    (suite,) = suites(junit.render([view]))
    names = [case.get("name") for case in suite.iter("testcase")]
    assert names == [*(row.case_id for row in view.cases), *(finding.rule for finding in view.findings)]
    assert suite.get("tests") == str(len(names))


def test_regressed_and_lost_cases_fail_and_new_or_edited_ones_are_skipped() -> None:
    (suite,) = suites(junit.render([examples.views()["regressed"]]))
    failed = {case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None}
    assert {"refund-late-parcel-ur", "address-change", "slice: urdu"} <= failed
    assert not {"two-parcels", "thank-you", "angry-caps"} & failed
    assert suite.get("failures") == str(len(failed))


def test_a_verdict_that_is_not_a_pass_is_never_green() -> None:
    for name, tag in (("inconclusive", "failure"), ("not_measured", "error"), ("regressed", "failure")):
        (suite,) = suites(junit.render([examples.views()[name]]))
        assert list(suite.iter(tag))
    (suite,) = suites(junit.render([examples.views()["pass"]]))
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")


def test_costs_are_exact_properties() -> None:
    (suite,) = suites(junit.render([examples.views()["regressed"]]))
    costs = [each.get("value") for each in suite.iter("property") if each.get("name") == "cost_usd"]
    assert costs[0] == "0.001401"


@given(nasty)
def test_any_text_gives_a_file_that_parses(text: str) -> None:
    view = examples.hostile_view(text)
    (suite,) = suites(junit.render([view]))
    assert len(list(suite.iter("testcase"))) == len(view.cases) + len(view.findings)


def test_synthetic_recordings_are_named_in_the_file() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    assert "synthetic recordings" in junit.render([make_view(made, examples.PASS, {})])
