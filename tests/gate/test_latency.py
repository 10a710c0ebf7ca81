"""Latency beside a bank: only what was asked in turns says anything."""

from dataclasses import replace

import pytest

from harness.compare.evidence import Evidence
from harness.gate.latency import control_of
from tests.compare.build import side, singles, with_each

BEFORE = with_each(side(singles((30, 1.0)), "b"), latency=1.0)
AFTER = with_each(side(singles((30, 1.0)), "c"), latency=1.2)


def test_the_answers_that_confirmed_are_its_control() -> None:
    found = control_of(Evidence(candidate=AFTER, bank=BEFORE, confirmation=(BEFORE, AFTER)), 0.05)
    assert found is not None
    assert found.ratio == pytest.approx(1.2)
    assert found.n == 30


def test_without_them_there_is_none() -> None:
    assert control_of(Evidence(candidate=AFTER, bank=BEFORE), 0.05) is None


def test_cases_that_were_edited_in_between_are_no_control() -> None:
    edited = with_each(AFTER, case_digest="other")
    assert (
        control_of(Evidence(candidate=replace(edited, run_id="x"), confirmation=(BEFORE, edited)), 0.05)
        is None
    )
