"""SARIF: what is worse, at its line, valid by the schema of the standard, with nothing in it that a viewer obeys."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from harness.errors import Place, Problem
from harness.gate.verdict import Status
from harness.report import safe
from harness.report.machines import sarif
from harness.report.machines.sarif_log import MAX_RESULTS, MAX_TEXT, Origin
from harness.report.machines.sarif_rules import RULES, gate_rule
from harness.report.views.rows import FindingRow
from tests.report import examples
from tests.report.gold import assert_gold
from tests.report.hostile import nasty
from tests.report.test_junit import a_run

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
MARK = "\u2060"
ORIGIN = Origin(version="0.1.0")


@cache
def schema() -> jsonschema_rs.Draft4Validator:
    text = SCHEMA.read_text("utf-8").replace("{2}]?$", "{2}$")  # a bracket too many, of a key we do not write
    return jsonschema_rs.Draft4Validator(json.loads(text), validate_formats=True)


def read(text: str) -> dict[str, Any]:
    """The one run of a valid log."""
    log = json.loads(text)
    schema().validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    assert all(
        run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"]
    )
    return run


def place(result: dict[str, Any]) -> tuple[str, int]:
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_the_file_looks_as_agreed() -> None:
    assert_gold("regressed.sarif", sarif.render([examples.views()["regressed"]], ORIGIN))


@pytest.mark.parametrize("name", ["regressed", "inconclusive", "pass", "not_measured"])
def test_every_verdict_is_a_valid_log(name: str) -> None:
    run = read(sarif.render([examples.views()[name]], ORIGIN))
    assert bool(run["results"]) == (name != "pass")
    [said] = run["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("triage: ")


def test_worse_cases_and_findings_are_results_at_their_lines() -> None:
    run = read(sarif.render([examples.views()["regressed"]], ORIGIN))
    cases = [each for each in run["results"] if each["ruleId"].startswith("case-")]
    assert [each["properties"]["case"] for each in cases] == [
        "refund-late-parcel-ur",
        "double-charge-ur",
        "cancel-order-polite",
        "where-is-my-order",
        "address-change",
    ]
    assert {place(each) for each in cases} == {("evals/triage.yaml", 19)}
    assert cases[0]["properties"]["cost_usd"] == "0.001401"
    findings = [(each["ruleId"], each["level"]) for each in run["results"] if each not in cases]
    assert findings == [("gate-quality", "error"), ("gate-slice", "error"), ("gate-cost", "warning")]


def test_a_case_is_worth_what_its_verdict_is() -> None:
    view = examples.views()["regressed"]
    levels = {
        status: {
            each["level"]
            for each in read(sarif.render([replace(view, status=status)], ORIGIN))["results"]
            if each["ruleId"].startswith("case-")
        }
        for status in Status
    }
    assert levels == {
        Status.NOT_MEASURED: {"error"},
        Status.REGRESSED: {"error"},
        Status.INCONCLUSIVE: {"warning"},
        Status.PASS: {"note"},
    }


def test_a_finding_about_a_case_is_at_that_case_and_others_at_the_top_of_the_suite() -> None:
    view = examples.views()["regressed"]
    rows = tuple(
        replace(row, place=f"evals/triage.yaml:{number}:3") for number, row in enumerate(view.cases, 10)
    )
    about = FindingRow(rule="case: cancel-order-polite", status=Status.REGRESSED, because="it broke")
    run = read(sarif.render([replace(view, cases=rows, findings=(about, *view.findings))], ORIGIN))
    places = {each["ruleId"]: place(each) for each in run["results"] if each["ruleId"].startswith("gate-")}
    assert places["gate-case"] == ("evals/triage.yaml", 12)
    assert places["gate-quality"] == ("evals/triage.yaml", 1)


def test_what_has_no_line_has_no_invented_one() -> None:
    view = examples.views()["regressed"]
    run = read(
        sarif.render([replace(view, cases=tuple(replace(row, place="") for row in view.cases))], ORIGIN)
    )
    assert not [each for each in run["results"] if "physicalLocation" in each["locations"][0]]


def test_the_same_trouble_has_the_same_fingerprint_wherever_it_moved() -> None:
    view = examples.views()["regressed"]
    moved = replace(
        view,
        headline="Something else happened.",
        cases=tuple(replace(row, place="evals/other.yaml:900:1", after="1/9") for row in view.cases),
    )
    prints = [
        [each["partialFingerprints"] for each in read(sarif.render([each], ORIGIN))["results"]]
        for each in (view, moved)
    ]
    assert prints[0] == prints[1]
    assert len({each["harnessIdentity/v1"] for each in prints[0]}) == len(prints[0])
    other = read(sarif.render([replace(view, suite="other")], ORIGIN))["results"]
    assert not {each["harnessIdentity/v1"] for each in prints[0]} & {
        each["partialFingerprints"]["harnessIdentity/v1"] for each in other
    }


def test_uploads_of_several_suites_do_not_replace_each_other() -> None:
    view = examples.views()["regressed"]
    both = [view, replace(view, suite="extract")]
    ids = [read(sarif.render(each, ORIGIN))["automationDetails"]["id"] for each in ([view], [both[1]], both)]
    assert ids == ["harness/triage/", "harness/extract/", "harness/"]


def test_only_what_is_shown_is_written_and_the_rest_is_counted() -> None:
    view = examples.views()["regressed"]
    many = tuple(replace(view.cases[0], case_id=f"case-{number}") for number in range(MAX_RESULTS + 1_000))
    text = sarif.render([replace(view, cases=many)], ORIGIN)
    run = read(text)
    assert len(run["results"]) == MAX_RESULTS
    assert {"gate-quality", "gate-slice"} <= {each["ruleId"] for each in run["results"]}
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"].startswith(
        "1,003 more results"
    )


def test_an_endless_message_is_cut() -> None:
    view = examples.views()["regressed"]
    row = replace(view.cases[0], missing="long " * 10_000)
    (case,) = (
        each
        for each in read(sarif.render([replace(view, cases=(row,))], ORIGIN))["results"]
        if each["ruleId"] == "case-regressed"
    )
    assert len(case["message"]["text"]) < MAX_TEXT + 40


def test_a_run_has_a_result_for_each_case_that_did_not_pass_every_time() -> None:
    run = read(sarif.render_run(replace(a_run(), synthetic="made up"), ORIGIN))
    assert sorted((each["ruleId"], each["level"]) for each in run["results"]) == [
        ("case-failed", "error"),
        ("case-not-measured", "warning"),
        ("case-passes-at-times", "warning"),
    ]
    told = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == ["triage: 1 of 4 cases passed every time.", "made up"]


def test_mistakes_in_files_are_results_too() -> None:
    mistake = Problem(Place("evals/a b:c.yaml", 7, 3), "unknown key 'expct'", "did you mean 'expect'?")
    whole = Problem(Place("/etc/odd file", 0, 0), "cannot be read")
    run = read(sarif.render_check([mistake], [whole], replace(ORIGIN, folder="packages/ai/")))
    first, second = run["results"]
    assert place(first) == ("packages/ai/evals/a%20b%3Ac.yaml", 7)
    assert first["message"]["text"] == "unknown key 'expct'; did you mean 'expect'?"
    assert place(second) == ("file:///etc/odd%20file", 1)
    assert (first["level"], second["level"]) == ("error", "warning")


def test_every_rule_of_the_gate_has_help() -> None:
    names = ["quality", "slice: urdu", "case: a", "cost", "latency", "latency p95", "missing", "coverage"]
    assert [gate_rule(each) for each in names] == [
        "gate-quality",
        "gate-slice",
        "gate-case",
        "gate-cost",
        "gate-latency",
        "gate-latency",
        "gate-missing",
        "gate-rule",
    ]
    assert all(len(each.remedy) > 20 and each.remedy.endswith(".") for each in RULES.values())


@given(nasty)
def test_any_text_gives_a_valid_log_that_says_what_was_meant(text: str) -> None:
    view = examples.hostile_view(text)
    run = read(sarif.render([view], ORIGIN))
    assert [each["properties"]["case"] for each in run["results"] if "case" in each["properties"]] == [
        safe.visible(row.case_id) for row in view.cases[:2]
    ]
    odd = replace(view, cases=tuple(replace(row, place=f"{text}x:3:1") for row in view.cases))
    uris = {place(each)[0] for each in read(sarif.render([odd], ORIGIN))["results"]}
    assert all(re.fullmatch(r"[A-Za-z0-9/%._~:-]*", uri) for uri in uris)
    if text.isascii() and not text.startswith("/"):
        assert {unquote(uri) for uri in uris} == {f"{text}x"}


@given(nasty)
def test_no_viewer_finds_markdown_in_what_others_wrote(text: str) -> None:
    evil = f"[here](https://a.example) ![x](http://b.example) {{0}} @team <b>hi</b> www.c.example [r]: http://d {text}"
    (first, *_) = read(sarif.render([examples.hostile_view(evil)], ORIGIN))["results"]
    said = first["message"]["text"]
    tokens = MarkdownIt("commonmark", {"html": True}).parse(said)
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert not kinds & {"link_open", "image", "html_inline"}
    assert not re.search(r"@(?!\u2060)", said)
    assert not re.search(r"(?<!\{)\{(?:\{\{)*\d", said)


def test_a_brace_is_doubled_and_the_rest_stays_readable() -> None:
    assert safe.plain_message('{"queue": "a@b"} [1, 2] https://x') == (
        f'{{{{"queue": "a@{MARK}b"}}}} [1, 2] https:{MARK}//x'
    )
