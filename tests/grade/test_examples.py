"""The page about graders says what they do."""

from __future__ import annotations

import re

import pytest

from harness.grade.grading import grade
from harness.grade.table import grader_versions
from harness.trial import Answered
from tests.grade.cases import case
from tests.grade.examples import PAGE, Example, blocks, examples
from tests.grade.tables import consulted, said


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.answer[:40])
def test_an_example_of_the_page_is_graded_as_it_says(example: Example) -> None:
    expect = said(example.yaml)
    given = consulted(example.response, *expect)
    grading = grade(case(*expect), Answered(reply=given.reply), given)
    assert grading.passed is example.passes, [each.evidence for each in grading.grades]


def test_every_block_of_the_page_is_read_as_a_suite_reads_it() -> None:
    assert all(said(block) for block in blocks())


def test_every_grader_has_its_section_and_examples() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = re.findall(r"^### (\w+)$", page, re.MULTILINE)
    assert sorted(sections) == list(grader_versions())
    contents = page.split("## What holds")[0]
    assert re.findall(r"\[(\w+)\]\(#\1\)", contents) == sections
    assert len(list(examples())) > 40
