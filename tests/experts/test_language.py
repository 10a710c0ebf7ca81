"""The expert of languages: quick, sure of sentences, honest about words, and never in the way."""

from __future__ import annotations

import asyncio
import time

import pytest

from harness.experts.language import language_of, tell_language
from harness.grade.response import Response
from harness.suite.expectations.text import Language
from harness.suite.languages import LANGUAGES
from tests.grade.strategies import PLACE
from tests.grade.tables import reply


def told(text: str, *codes: str, path: str | None = None) -> tuple[float, bool]:
    opinion = asyncio.run(tell_language(Language(place=PLACE, any_of=codes, path=path), reply(text)))
    return opinion.score, opinion.undecidable


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your parcel arrives tomorrow, thank you for your patience.", "en"),
        ("Ihr Paket kommt morgen an, vielen Dank für Ihre Geduld.", "de"),
        ("Votre colis arrive demain, merci de votre patience.", "fr"),
        ("Su paquete llega mañana, gracias por su paciencia.", "es"),
        ("Il tuo pacco arriva domani, grazie per la pazienza.", "it"),
        ("Ваша посылка прибудет завтра, спасибо за терпение.", "ru"),
        ("آپ کا پارسل کل پہنچ جائے گا، آپ کے صبر کا شکریہ۔", "ur"),
        ("आपका पार्सल कल आ जाएगा, धैर्य रखने के लिए धन्यवाद।", "hi"),
        ("お荷物は明日届きます。お待ちいただきありがとうございます。", "ja"),
        ("您的包裹明天到达，感谢您的耐心等待。", "zh"),
    ],
)
def test_a_sentence_tells_its_language(text: str, code: str) -> None:
    language, share = language_of(text)
    assert (language, share > 0.5) == (code, True)
    assert language_of(text) == (language, share)


@pytest.mark.parametrize("text", ["OK", "4711", "!", "Danke!", "a" * 50_000, "\ud800 x"])
def test_a_word_tells_nothing(text: str) -> None:
    assert told(text, "en", "de") == (0.0, True)


def test_a_path_that_leads_nowhere_tells_nothing() -> None:
    assert told("prose", "en", path="$.reply") == (0.0, True)


def test_evidence_names_the_language() -> None:
    said = asyncio.run(
        tell_language(Language(place=PLACE, any_of=("en",)), reply("Ihr Paket kommt morgen an."))
    )
    assert said.reason == "German (de): “Ihr Paket kommt morgen an.”"


def test_every_language_has_its_name() -> None:
    assert list(LANGUAGES) == sorted(LANGUAGES)
    assert (LANGUAGES["de"], LANGUAGES["nn"], len(LANGUAGES)) == ("German", "Norwegian Nynorsk", 114)


def test_telling_a_language_does_not_hold_up_the_loop() -> None:
    async def longest_wait(given: Response) -> float:
        asked = asyncio.ensure_future(tell_language(Language(place=PLACE, any_of=("en",)), given))
        longest = 0.0
        while not asked.done():
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began)
        return longest

    assert asyncio.run(longest_wait(reply("a b " * (1 << 18)))) < 2.0
