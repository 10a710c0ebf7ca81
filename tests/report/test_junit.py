"""JUnit: every case and every finding, as strict and as generous readers take it, and no green for what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from junitparser import Error, Failure, JUnitXml
from lxml import etree

from harness.report import safe
from harness.report.machines import junit
from harness.report.machines.junit_tree import FAMILIES, Family, harmless, seconds
from harness.report.views.case import CaseAnswers
from harness.report.views.comparison import make_view
from harness.report.views.numbers import CaseNumbers
from harness.report.views.parts import RunTotals, RunView
from harness.report.views.run import make_run_view
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty

SCHEMA = Path(__file__).parent / "schemas" / "junit.xsd"
families = pytest.mark.parametrize("family", FAMILIES)


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def suites(text: str) -> list[etree._Element]:
    return list(etree.fromstring(text.encode()).iter("testsuite"))


def valid(text: str) -> bool:
    schema().assertValid(etree.fromstring(text.encode()))
    return True


def read_by_others(text: str) -> JUnitXml:
    read = JUnitXml.fromstring(text.encode())
    assert isinstance(read, JUnitXml)
    return read


def a_run() -> RunView:
    """Four cases: passed, passed at times, failed, and not measured."""
    answers = [
        *examples.ANSWERS["thank-you"].candidate,
        *examples.ANSWERS["two-parcels"].candidate,
        *examples.ANSWERS["double-charge-ur"].candidate,
        *examples.ANSWERS["address-change"].candidate,
    ]
    totals = RunTotals(
        accounting=examples.ACCOUNTING, attempts=10, cost_usd="0.01", cost_uncertain_usd="0", wall_s=4.0
    )
    return make_run_view(examples.info("v3"), totals, answers, examples.SCORE)


def test_the_file_looks_as_agreed() -> None:
    assert_gold("regressed.xml", junit.render([examples.views()["regressed"]]))
    assert_gold("regressed-xunit1.xml", junit.render([examples.views()["regressed"]], "xunit1"))
    assert_gold("run.xml", junit.render_run(a_run()))


@pytest.mark.parametrize("name", ["regressed", "inconclusive", "pass", "not_measured"])
def test_the_strict_family_is_what_the_schema_allows(name: str) -> None:
    assert valid(junit.render([examples.views()[name]]))
    assert valid(junit.render(list(examples.views().values())))
    assert valid(junit.render_run(a_run()))


@families
def test_it_parses_back_to_the_cases_and_findings_of_the_view(family: Family) -> None:
    view = examples.views()["regressed"]
    (suite,) = suites(junit.render([view], family))
    names = [case.get("name") for case in suite.iter("testcase")]
    assert names == [*(row.case_id for row in view.cases), *(finding.rule for finding in view.findings)]
    assert suite.get("tests") == str(len(names))


def test_a_parser_that_others_use_counts_the_same() -> None:
    views = examples.views()
    read = read_by_others(junit.render(list(views.values())))
    assert [suite.name for suite in read] == ["triage"] * len(views)
    told = [(suite.tests, suite.failures, suite.errors) for suite in read]
    for suite in read:
        suite.update_statistics()  # type: ignore[no-untyped-call]  # others' code
    assert [(suite.tests, suite.failures, suite.errors) for suite in read] == told
    assert (read.tests, read.failures, read.errors) == tuple(map(sum, zip(*told, strict=True)))


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


def test_two_findings_of_one_rule_have_two_names() -> None:
    view = examples.views()["inconclusive"]
    (finding,) = view.findings
    (suite,) = suites(junit.render([replace(view, findings=(finding, replace(finding, because="more")))]))
    names = [each.get("name") for each in suite.iter("testcase") if each.get("classname") == "triage.gate"]
    assert names == ["quality", "quality (2)"]


def properties(element: etree._Element) -> dict[str, str]:
    return {each.get("name"): each.get("value") for each in element.find("properties")}


def test_costs_times_and_tokens_are_properties_of_suite_and_case() -> None:
    view = examples.views()["regressed"]
    rows = tuple(
        replace(row, numbers_after=replace(row.numbers_after, tokens_in=310, tokens_out=12))
        for row in view.cases
    )
    (strict,) = suites(junit.render([replace(view, cases=rows)]))
    told = properties(strict)
    assert told["cost_usd"] == "0.010274"
    assert (told["latency_p50_s"], told["latency_sum_s"]) == ("0.820", "18.040")
    assert (told["tokens_in"], told["tokens_out"]) == (str(310 * 8), str(12 * 8))
    assert told["cost_usd:refund-late-parcel-ur"] == "0.001401"
    assert told["tokens_out:thank-you"] == "12"
    (generous,) = suites(junit.render([replace(view, cases=rows)], "xunit1"))
    of_case = {"cost_usd": "0.001401", "latency_p50_s": "0.820", "latency_sum_s": "2.460", "tokens_in": "310"}
    assert of_case.items() <= properties(generous.find("testcase")).items()
    assert "cost_usd:refund-late-parcel-ur" not in properties(generous)


def test_a_case_leads_to_its_line() -> None:
    (generous,) = suites(junit.render([examples.views()["regressed"]], "xunit1"))
    case = generous.find("testcase")
    assert (case.get("file"), case.get("line")) == ("evals/triage.yaml", "19")
    (strict,) = suites(junit.render([examples.views()["regressed"]]))
    assert strict.get("file") == "evals/triage.yaml"


def test_a_suite_of_several_files_names_none() -> None:
    view = examples.views()["regressed"]
    other = replace(view.cases[0], place="evals/more.yaml:3:5")
    for rows in ((other, *view.cases[1:]), (replace(other, place="imported"), *view.cases[1:])):
        (suite,) = suites(junit.render([replace(view, cases=rows)]))
        assert suite.get("file") is None


def test_a_run_fails_where_a_case_did_not_pass_every_time_and_errs_where_nothing_came() -> None:
    read = next(iter(read_by_others(junit.render_run(a_run()))))
    kinds = {case.name: [type(each) for each in case.result] for case in read}
    assert kinds == {
        "address-change": [Error],
        "double-charge-ur": [Failure],
        "two-parcels": [Failure],
        "thank-you": [],
    }


@given(nasty)
def test_any_text_gives_a_valid_file_that_says_what_was_meant(text: str) -> None:
    view = examples.hostile_view(text)
    strict = junit.render([view])
    assert valid(strict)
    for written in (strict, junit.render([view], "xunit1")):
        (suite,) = suites(written)
        names = [case.get("name") for case in suite.iter("testcase")]
        meant = [*(row.case_id for row in view.cases), *(each.rule for each in view.findings)]
        assert names == [safe.visible(name) for name in meant]
        assert suite.find("testcase/failure").text.startswith(harmless(f"{text}"))


@given(nasty)
def test_nothing_that_others_wrote_publishes_a_file_of_the_server(text: str) -> None:
    written = junit.render([examples.hostile_view(f"[[ATTACHMENT|/etc/passwd]]{text}")])
    (suite,) = suites(written)
    said = [each.text or "" for each in suite.iter("failure", "system-out")]
    assert said
    assert not [each for each in said if "[[" in each]


def test_synthetic_recordings_are_named_in_the_file() -> None:
    made = examples.comparison(baseline=examples.side("v2", synthetic=True))
    written = junit.render([make_view(made, examples.PASS, {})])
    assert "synthetic recordings" in written
    assert valid(written)
    made_up = replace(a_run(), synthetic="synthetic recordings")
    assert "synthetic recordings" in junit.render_run(made_up)


def test_endless_evidence_is_cut_and_the_rest_counted() -> None:
    answer = replace(examples.answer("a", 1, "x", passed=False), evidence=("long " * 10_000,))
    case = examples.CHANGES[0]
    answers = {case.case_id: CaseAnswers(baseline=(), candidate=(answer,))}
    view = make_view(examples.comparison(changes=(case,)), examples.REGRESSED, answers)
    (suite,) = suites(junit.render([view]))
    said = suite.findtext("testcase/failure") or ""
    assert len(said) < junit.MAX_TEXT + 40
    assert said.endswith(" characters more")


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -1.0, None])
def test_a_time_that_is_none_is_zero(odd: float | None) -> None:
    assert seconds(odd) == "0.000"


def test_what_nobody_measured_is_no_property() -> None:
    view = examples.views()["regressed"]
    rows = tuple(
        replace(row, numbers_after=CaseNumbers(), numbers_before=CaseNumbers()) for row in view.cases
    )
    view = replace(view, cases=rows, started=datetime(2026, 11, 21, 9, tzinfo=UTC))
    (suite,) = suites(junit.render([view]))
    assert [each.get("name") for each in suite.iter("property")] == [
        "status",
        "summary",
        "baseline",
        "candidate",
    ]
    assert suite.get("timestamp") == "2026-11-21T09:00:00"
