"""The expert of languages: what language a text is written in, told by py3langid, here, without sending anything.

What it knows is read from disk when it is first asked, which takes half a second, so it works in a thread. It knows the
languages that have a code in ISO 639-1 and are in its model, looks at the beginning of a text, and always says the
same of the same text. Of a word or two it can tell nothing, and says so.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from typing import Any, Final, Protocol, cast

from harness.grade.decision import Undecidable, quoted
from harness.grade.opinion import Opinion
from harness.grade.path import text_at
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.text import Language
from harness.suite.languages import LANGUAGES

BEGINNING: Final = 10_000
"""Characters that are looked at."""
SURE: Final = 0.25
"""The least share of probability of the likeliest language; below it the text tells nothing."""

_ONE_AT_A_TIME: Final = threading.Lock()


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


async def tell_language(wanted: Expectation, response: Response) -> Opinion:
    """Whether the text is written in one of the wanted languages, and how sure that is."""
    language_wanted = cast("Language", wanted)  # what its name is entered for
    try:
        text = text_at(language_wanted.path, response.text)
    except Undecidable as undecidable:
        return Opinion(score=0.0, reason=undecidable.found, undecidable=True)
    language, share = await asyncio.to_thread(language_of, text)
    if share < SURE:
        reason = f"too little to tell a language from: {quoted(text)}"
        return Opinion(score=0.0, reason=reason, confidence=share, undecidable=True)
    reason = f"{LANGUAGES[language]} ({language}): {quoted(text)}"
    return Opinion(score=float(language in language_wanted.any_of), reason=reason, confidence=share)


def language_of(text: str) -> tuple[str, float]:
    """The likeliest language of the beginning of `text`, and its share of probability in [0, 1]."""
    with _ONE_AT_A_TIME:
        language, share = _identifier().classify(text[:BEGINNING])
    return str(language), min(1.0, max(0.0, float(share)))


@functools.cache
def _identifier() -> _Identifier:
    from py3langid import langid

    library: Any = langid  # it has no types
    identifier = library.LanguageIdentifier.from_model_file(library.MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return cast("_Identifier", identifier)
