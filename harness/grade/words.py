"""Texts as words: those of people, and those that BLEU is defined on.

`words` is what ROUGE counts (runs of letters and digits, in lower case), for every script: combining marks belong to
their letters, and in scripts that write without spaces each character is a word. `bleu_words` is the tokeniser 13a
of the WMT campaigns (mteval-v13a.pl), as sacrebleu has it; `answer_words` is what SQuAD's F1 is defined on (Rajpurkar
et al. 2016): no punctuation, no articles.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from harness.grade.spelling import folded

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
_ARTICLES: Final = frozenset({"a", "an", "the"})
_ENTITIES: Final = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_13A: Final = (
    (re.compile(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])"), r" \1 "),
    (re.compile(r"([^0-9])([\.,])"), r"\1 \2 "),
    (re.compile(r"([\.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)


def words(text: str) -> list[str]:
    """The words of `text`, in lower case."""
    plain = folded(text)
    if plain.isascii():
        return re.findall(r"[a-z0-9]+", plain)
    return _UNSPACED.sub(r" \g<0> ", plain.translate(_LettersOnly())).split()


def answer_words(text: str) -> list[str]:
    """The words of `text` in lower case, without punctuation and English articles."""
    bare = folded(text).translate(_NoPunctuation())
    return [each for each in _UNSPACED.sub(r" \g<0> ", bare).split() if each not in _ARTICLES]


def bleu_words(text: str) -> list[str]:
    """The tokens of `text` by 13a."""
    line = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in _ENTITIES:
        line = line.replace(entity, character)
    line = f" {line} "
    for pattern, spaced in _13A:
        line = pattern.sub(spaced, line)
    return line.split()


class _LettersOnly(dict[int, str]):
    """For `str.translate`: letters, digits and marks as they are, all else as white space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if unicodedata.category(character)[0] in "LNM" else " "
        return self[code]


class _NoPunctuation(dict[int, str]):
    """For `str.translate`: nothing instead of punctuation."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        is_bare = unicodedata.category(character)[0] != "P" and character not in "$+<=>^`|~"
        self[code] = character if is_bare else ""
        return self[code]
