"""Two runs side by side: frames that say what the comparison says, and HTML in which nothing is markup but ours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings

import harness
from harness.compare.comparison import Comparison
from harness.gate.judge import judge
from harness.gate.verdict import Verdict
from harness.notebook import markup
from harness.notebook.case_rows import answer_rows, case_rows, slice_rows
from harness.notebook.contrast import Contrast
from harness.pipeline.comparing import Compared
from harness.report.views.case import CaseAnswers
from harness.store.duck import reading
from tests.notebook.conftest import Explored
from tests.report import examples, live
from tests.report.hostile import PAYLOADS, nasty


@pytest.fixture(scope="module")
def contrast(kept: Explored) -> Contrast:
    return kept.lab().compare(kept.baseline, kept.candidate)


def made_of(comparison: Comparison, verdict: Verdict) -> Contrast:
    before, after = examples.info("v2"), examples.info("v3")
    return Contrast(
        Compared(
            baseline=before,
            candidate=after,
            comparison=comparison,
            verdict=verdict,
            answers=examples.ANSWERS,
        ),
        Path("nowhere.duckdb"),
    )


def test_cases_say_what_sql_says(kept: Explored, contrast: Contrast) -> None:
    statement = (
        "SELECT case_id, avg(score), count(score), count(*) FILTER (passed), avg(CAST(cost_usd AS DOUBLE)),"
        " avg(latency_ms) / 1000 FROM v_trials WHERE run_id = ? GROUP BY case_id"
    )
    cases = contrast.cases.set_index("case_id")
    with reading(kept.folder / "reports/harness.duckdb") as connection:
        for side, run in (("baseline", kept.baseline), ("candidate", kept.candidate)):
            for case, score, answers, passed, cost, latency in connection.execute(
                statement, [run]
            ).fetchall():
                row = cases.loc[case]
                assert (row[side], row[f"{side}_answers"], row[f"{side}_passed"]) == (score, answers, passed)
                assert row[f"{side}_cost_usd"] == pytest.approx(cost)
                assert row[f"{side}_latency_s"] == pytest.approx(latency)
    assert (cases["difference"] == cases["candidate"] - cases["baseline"]).all()
    assert cases["change"].iloc[0] == cases["change"].min() == "regressed"
    assert cases["tags"].iloc[0] == ("even",)


def test_what_is_not_measured_is_missing_and_not_nought() -> None:
    cases = case_rows(examples.comparison()).set_index("case_id")
    assert math.isnan(cases.loc["address-change", "candidate"])  # type: ignore[arg-type]  # a cell
    assert math.isnan(cases.loc["address-change", "difference"])  # type: ignore[arg-type]  # a cell
    assert cases.loc["address-change", "missing"] == ("overloaded",)


def test_slices_have_the_numbers_and_statuses_of_the_verdict() -> None:
    slices = slice_rows(examples.comparison(), examples.REGRESSED).set_index("slice")
    assert list(slices.index) == ["urdu", "refund", "orders"]
    assert slices["status"].tolist() == ["REGRESSED", "INCONCLUSIVE", "PASS"]
    assert slices.loc["urdu", "lower"] == examples.SLICES[0].lower


def test_where_nothing_is_there_to_compare_frames_are_empty_and_typed() -> None:
    full, empty = examples.comparison(), examples.comparison(changes=(), slices=())
    assert case_rows(empty).dtypes.to_dict() == case_rows(full).dtypes.to_dict()
    assert (
        slice_rows(empty, examples.PASS).dtypes.to_dict() == slice_rows(full, examples.PASS).dtypes.to_dict()
    )
    assert answer_rows({}).dtypes.to_dict() == answer_rows(examples.ANSWERS).dtypes.to_dict()


def test_answers_stand_beside_each_other(contrast: Contrast) -> None:
    answers = contrast.answers
    assert len(answers) == 60
    assert answers["repeat"].tolist()[:2] == [1, 2]
    assert answers["candidate_score"].mean() == pytest.approx(2 / 3)
    half = answer_rows({"c": CaseAnswers(candidate=(examples.answer("c", 1, "yes"),))})
    assert half["baseline_answer"].isna().tolist() == [True]
    assert half["candidate_answer"].tolist() == ["yes"]


def test_every_number_is_explained_by_its_formula() -> None:
    explained = made_of(live.comparison(), judge(live.comparison(), live.POLICY)).explain()
    assert list(explained.columns) == ["section", "name", "value", "formula", "anchor"]
    assert "REGRESSED" in set(explained["value"].astype(str))


def test_a_comparison_shows_itself_as_the_terminal_does(contrast: Contrast) -> None:
    assert "REGRESSED  Quality fell by 33.3 points" in repr(contrast)
    assert contrast.verdict.status is harness.Status.REGRESSED
    assert contrast.summary.startswith("Quality fell by 33.3 points")


def test_a_notebook_sees_the_verdict_first_and_then_the_worst_cases(contrast: Contrast) -> None:
    shown = contrast._repr_html_()
    assert (
        shown.index("REGRESSED")
        < shown.index("Quality fell")
        < shown.index("worst cases")
        < shown.index("c00")
    )


def elements(markup_text: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    tree: Element = html5lib.parse(markup_text, namespaceHTMLElements=False)
    return ((str(each.tag), tuple(each.attrib.items())) for each in tree.iter())


def hostile(text: str) -> Contrast:
    """As `examples.hostile_view`, where its view is what is shown."""
    shown = made_of(examples.comparison(), examples.REGRESSED)
    shown.__dict__["view"] = examples.hostile_view(text)
    return shown


def test_no_text_of_others_is_markup() -> None:
    harmless = list(elements(hostile("harmless")._repr_html_()))
    for text in PAYLOADS:
        shown = hostile(text)._repr_html_()
        assert list(elements(shown)) == harmless, text
        assert not {"\x1b", "\u202e"} & set(shown)


@settings(max_examples=15)
@given(text=nasty)
def test_the_structure_of_a_block_is_that_of_harmless_text(text: str) -> None:
    def made(said: str) -> str:
        whole = markup.block(said)
        markup.say(whole, said or "x")
        markup.table(whole, (said, said), [(said, said)])
        return markup.html(whole)

    assert list(elements(made(text))) == list(elements(made("harmless")))
    assert made(text).encode()
    assert "tex2jax_ignore" in made(text)
