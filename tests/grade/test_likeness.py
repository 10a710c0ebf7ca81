"""Measures of likeness, against the libraries that define them."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.gleu_score import sentence_gleu
from nltk.translate.meteor_score import single_meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import sentence_bleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from harness.grade import likeness
from harness.grade.table import decide
from harness.grade.words import answer_words, bleu_words, words
from harness.suite.expectations.similarity import Measure, Similarity
from tests.grade.strategies import PLACE
from tests.grade.tables import reply

TOKENS: Any = cast("Any", Tokenizer13a)()
ROUGE = RougeScorer(["rouge1", "rouge2", "rougeL"])

sentences = st.lists(
    st.sampled_from(
        ["the", "cat", "sat", "on", "a", "mat.", "3.5", "It's", "the-cat", "a,b", "&amp;", "THE", "!"]
    ),
    max_size=9,
).map(" ".join)


class NoStems:
    """Words as they are."""

    def stem(self, word: str) -> str:
        return word


class NoSynonyms:
    """A word list without any."""

    def synsets(self, _word: str) -> list[str]:
        return []


def score(by: Measure, found: str, to: str) -> float:
    decision = decide(Similarity(place=PLACE, to=(to,), by=by), reply(f"{found} ."))
    assert decision.score is not None
    return decision.score


@settings(max_examples=60)
@given(sentences, sentences)
def test_rouge_is_that_of_google(found: str, wanted: str) -> None:
    theirs = ROUGE.score(wanted, found)
    assert likeness.rouge(words(found), words(wanted), 1) == pytest.approx(theirs["rouge1"].fmeasure)
    assert likeness.rouge(words(found), words(wanted), 2) == pytest.approx(theirs["rouge2"].fmeasure)
    assert likeness.rouge_l(words(found), words(wanted)) == pytest.approx(theirs["rougeL"].fmeasure)


@settings(max_examples=60)
@given(sentences, sentences)
def test_bleu_is_that_of_sacrebleu(found: str, wanted: str) -> None:
    ours = likeness.bleu(bleu_words(found), bleu_words(wanted))
    assert ours == pytest.approx(min(1.0, sentence_bleu(found, [wanted]).score / 100))


@given(st.text(st.sampled_from("ab .,-&;quot<>3é\n"), max_size=30))
def test_the_words_of_bleu_are_those_of_13a(text: str) -> None:
    assert bleu_words(text) == TOKENS(text).split()


@settings(max_examples=60)
@given(sentences, sentences)
def test_gleu_and_meteor_are_those_of_nltk(found: str, wanted: str) -> None:
    ours, theirs = bleu_words(found), bleu_words(wanted)
    assert likeness.gleu(ours, theirs) == pytest.approx(sentence_gleu([theirs], ours))
    said = single_meteor_score(words(wanted), words(found), stemmer=NoStems(), wordnet=NoSynonyms())
    assert likeness.meteor(words(found), words(wanted)) == pytest.approx(said)


def squad(text: str) -> list[str]:
    """The normalisation of SQuAD's evaluation (Rajpurkar et al. 2016)."""
    bare = "".join(each for each in text.lower() if each not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


@given(sentences, sentences)
def test_f1_is_that_of_squad(found: str, wanted: str) -> None:
    ours, theirs = squad(found), squad(wanted)
    assert (answer_words(found), answer_words(wanted)) == (ours, theirs)
    same = sum((Counter(ours) & Counter(theirs)).values())
    said = 2 * same / (len(ours) + len(theirs)) if same else float(not ours and not theirs)
    assert likeness.f1(ours, theirs) == pytest.approx(said)


@pytest.mark.parametrize("by", ["levenshtein", "rouge_1", "rouge_2", "rouge_l", "gleu", "f1"])
@settings(max_examples=25)
@given(found=sentences, wanted=sentences)
def test_likeness_is_the_same_both_ways(by: Measure, found: str, wanted: str) -> None:
    assert score(by, found, f"{wanted} .") == pytest.approx(score(by, wanted, f"{found} ."))


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_measure_is_a_share_of_any_two_texts(found: str, wanted: str) -> None:
    for by in ("levenshtein", "rouge_1", "rouge_2", "rouge_l", "bleu", "gleu", "meteor", "f1"):
        assert 0.0 <= score(by, found, wanted) <= 1.0


@pytest.mark.parametrize("by", ["levenshtein", "rouge_1", "rouge_2", "rouge_l", "bleu", "gleu", "f1"])
def test_a_text_is_wholly_like_itself(by: Measure) -> None:
    assert score(by, "The cat sat down", "The cat sat down .") == 1.0


@pytest.mark.parametrize("text", ["آپ کا شکریہ", "धन्यवाद मित्र", "Grüße, Zoë!", "e\u0301te\u0301"])
def test_words_of_every_script_are_whole(text: str) -> None:
    assert len(words(text)) == len(answer_words(text)) == len(text.split())


@pytest.mark.parametrize(
    ("text", "count"), [("猫が好き", 4), ("ขอบคุณ", 6), ("GPT-5は", 3), ("한국어 단어", 2)]
)
def test_scripts_without_spaces_have_a_word_for_every_character(text: str, count: int) -> None:
    assert len(words(text)) == count


def test_the_likest_of_several_texts_counts() -> None:
    both = Similarity(place=PLACE, to=("dog", "kitten"))
    assert decide(both, reply("kitten")).score == 1.0
