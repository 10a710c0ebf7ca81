"""The form of the grader of meaning."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.embedding import embedding_model
from harness.suite.expectation import Expectation
from harness.suite.expectations.semantic import Semantic
from harness.suite.forms.graders.form import ALSO_PATH, AT_LEAST, GraderForm, Reading
from harness.suite.forms.graders.similarity import texts_to_compare
from harness.suite.forms.kinds import TEXT, TEXTS, need
from harness.suite.notation.fields import Fields


def _semantic(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    to, path, at_least = texts_to_compare(reading, given), reading.path(given), reading.at_least(given)
    if not to:
        return None
    model = embedding_model(reading.own.tree.root)
    return Semantic(place=place, to=to, path=path, model=model, at_least=at_least)


FORMS: Final = (
    GraderForm(
        name="semantic",
        means="How near the answer's meaning is to that of a text, from 0 to 1, by an embedding model.",
        keys={
            "to": need("The text wanted, or several, of which the nearest counts.", {"anyOf": [TEXT, TEXTS]}),
            "at_least": AT_LEAST,
            "path": ALSO_PATH,
        },
        read=_semantic,
    ),
)
