"""The page about graders says what they do."""

from __future__ import annotations

import re

import pytest

from harness.grade.table import grader_versions
from tests.grade.cases import graded
from tests.grade.examples import PAGE, Example, examples, expectations


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.answer[:40])
def test_an_example_of_the_page_is_graded_as_it_says(example: Example) -> None:
    grading = graded(example.answer, *expectations(example.yaml))
    assert grading.passed is example.passes, [each.evidence for each in grading.grades]


def test_every_grader_has_its_section_and_examples() -> None:
    sections = re.findall(r"^## (\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sections) == list(grader_versions())
    assert len(list(examples())) > 40
