"""The form of the grader of likeness."""

from __future__ import annotations

from typing import Final, cast, get_args

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.similarity import Measure, Similarity
from harness.suite.forms.graders.form import ALSO_PATH, IGNORE_CASE, GraderForm, Reading
from harness.suite.forms.kinds import SHARE, TEXT, TEXTS, may, need, one_of, whole
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Items

_MEASURES: Final = tuple(cast("str", each) for each in get_args(Measure))
_LONGEST: Final = 100_000
"""Characters of a text to compare with; longer answers are not compared either."""


def _similarity(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    to, measure = texts_to_compare(reading, given), given.word("by", _MEASURES)
    path, ignore_case = reading.path(given), bool(given.flag("ignore_case"))
    at_least, most_edits = reading.at_least(given), given.integer("most_edits", 0)
    if most_edits is not None and (measure not in {None, "levenshtein"} or at_least is not None):
        remedy = "keep it alone, or leave it out"
        reading.noted.bad(given.place_of("most_edits"), "edits are counted by levenshtein alone", remedy)
    if not to:
        return None
    return Similarity(
        place=place,
        to=to,
        by=cast("Measure", measure or "levenshtein"),
        at_least=at_least,
        most_edits=most_edits,
        path=path,
        ignore_case=ignore_case,
    )


def texts_to_compare(reading: Reading, given: Fields) -> tuple[str, ...]:
    """The texts to compare with, one or a list, after noting what is wrong with them."""
    node = given.node("to")
    if node is None:
        return ()
    texts = given.texts("to") if isinstance(node, Items) else tuple(filter(None, [given.text("to")]))
    if not texts or not all(any(each.isalnum() for each in text) for text in texts):
        reading.noted.bad(node.place, "'to' has no word to compare with", "write what is wanted")
    for text in texts:
        if len(text) > _LONGEST:
            what = f"a text of {len(text):,} characters; the most that is compared is {_LONGEST:,}"
            reading.noted.bad(node.place, what, "shorten it")
    return texts


FORMS: Final = (
    GraderForm(
        name="similarity",
        means="How like the answer is to a text, from 0 to 1.",
        keys={
            "to": need("The text wanted, or several, of which the likest counts.", {"anyOf": [TEXT, TEXTS]}),
            "by": may("How likeness is measured; levenshtein where it is left out.", one_of(*_MEASURES)),
            "at_least": may(
                "The likeness from which it is met; without it the likeness is the score.", SHARE
            ),
            "most_edits": may("How many characters may differ, instead of `at_least`.", whole(0)),
            "path": ALSO_PATH,
            "ignore_case": IGNORE_CASE,
        },
        read=_similarity,
    ),
)
