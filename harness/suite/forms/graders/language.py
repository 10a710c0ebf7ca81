"""The form of the grader of languages."""

from __future__ import annotations

from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Language
from harness.suite.forms.graders.form import ALSO_PATH, GraderForm, Reading, stands_for
from harness.suite.forms.kinds import may, one_of
from harness.suite.languages import LANGUAGES
from harness.suite.notation.fields import Fields

_CODE: Final = one_of(*LANGUAGES)
_KEYS: Final = {
    "is": may("The language, by its code in ISO 639-1: `de`.", _CODE),
    "any": may("Languages of which it must be one.", {"type": "array", "items": _CODE}),
    "path": ALSO_PATH,
}


def _language(reading: Reading, given: Fields, place: Place) -> Expectation:
    path, codes = reading.path(given), reading.one_or_any(given, "is", "language")
    for code in codes:
        if code not in LANGUAGES:
            place_of = given.place_of("is" if "is" in given else "any")
            reading.noted.bad(place_of, f"{code[:40]!r} is no language that can be told", _remedy(code))
    return Language(place=place, any_of=codes, path=path)


def _remedy(said: str) -> str:
    named = next((code for code, name in LANGUAGES.items() if name.lower() == said.lower()), None)
    short = named or said.lower().replace("_", "-").partition("-")[0]
    return f"write `{short}`" if short in LANGUAGES else "use a code of ISO 639-1, such as `en`"


FORMS: Final = (
    GraderForm(
        name="language",
        means="What language the answer is written in.",
        keys=_KEYS,
        read=_language,
        short=_CODE,
        read_short=stands_for("is", _language, _KEYS),
    ),
)
