"""Expectations in words: what evidence says was wanted. Each completes "wanted ..."."""

from __future__ import annotations

from harness.grade.decision import printable, quoted
from harness.suite.canonical import canonical
from harness.suite.expectations.judged import Agrees, Prefers, Rubric
from harness.suite.expectations.limits import Cost, Finish, Latency, Tokens
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.expectations.number import Number
from harness.suite.expectations.own import Javascript, Python
from harness.suite.expectations.semantic import Semantic
from harness.suite.expectations.similarity import Similarity
from harness.suite.expectations.text import Contains, EndsWith, Equals, Language, Length, Matches, StartsWith
from harness.suite.languages import LANGUAGES


def at(path: str | None) -> str:
    """Where it is wanted."""
    return "" if path is None else f" at {printable(path)}"


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(quoted(each) for each in texts)


def _one_of(texts: tuple[str, ...]) -> str:
    return quoted(texts[0]) if len(texts) == 1 else f"one of {_listed(texts)}"


def equals(wanted: Equals) -> str:
    """The value."""
    value = quoted(wanted.value) if isinstance(wanted.value, str) else printable(canonical(wanted.value))
    return f"{value}{at(wanted.path)}"


def contains(wanted: Contains) -> str:
    """The texts."""
    parts = [quoted(each) for each in wanted.all_of]
    if wanted.any_of:
        parts.append(f"one of {_listed(wanted.any_of)}")
    return f"text with {' and '.join(parts)}{at(wanted.path)}"


def starts_with(wanted: StartsWith) -> str:
    """The beginnings."""
    return f"text that starts with {_one_of(wanted.any_of)}{at(wanted.path)}"


def ends_with(wanted: EndsWith) -> str:
    """The ends."""
    return f"text that ends with {_one_of(wanted.any_of)}{at(wanted.path)}"


def matches(wanted: Matches) -> str:
    """The pattern."""
    return f"text matching {quoted(wanted.pattern)}{at(wanted.path)}"


def similarity(wanted: Similarity) -> str:
    """The texts, and the measure."""
    if wanted.most_edits is not None:
        return f"text at most {wanted.most_edits:,} edits from {_one_of(wanted.to)}{at(wanted.path)}"
    return f"text like {_one_of(wanted.to)} by {wanted.by}{at(wanted.path)}"


def semantic(wanted: Semantic) -> str:
    """The texts."""
    return f"text that means {_one_of(wanted.to)}{at(wanted.path)}"


def language(wanted: Language) -> str:
    """The languages."""
    return f"text in {' or '.join(LANGUAGES.get(each, each) for each in wanted.any_of)}{at(wanted.path)}"


def number(wanted: Number) -> str:
    """The number and how far off it may be, or its range."""
    if wanted.value is None:
        bounds = (("at least", wanted.least), ("at most", wanted.most))
        said = " and ".join(f"{side} {bound!r}" for side, bound in bounds if bound is not None)
        return f"a number of {said}{at(wanted.path)}"
    slack = [f"{wanted.tolerance:g}"] if wanted.tolerance else []
    slack += [f"{wanted.relative:.6g} of it"] if wanted.relative else []
    within = f" give or take {' or '.join(slack)}" if slack else ""
    return f"the number {wanted.value!r}{within}{at(wanted.path)}"


def length(wanted: Length) -> str:
    """The bounds."""
    bounds = (
        ("at least", wanted.min_chars, "characters"),
        ("at most", wanted.max_chars, "characters"),
        ("at least", wanted.min_words, "words"),
        ("at most", wanted.max_words, "words"),
        ("at least", wanted.min_sentences, "sentences"),
        ("at most", wanted.max_sentences, "sentences"),
        ("at least", wanted.min_lines, "lines"),
        ("at most", wanted.max_lines, "lines"),
    )
    said = " and ".join(f"{side} {bound:,} {unit}" for side, bound, unit in bounds if bound is not None)
    return f"{said}{at(wanted.path)}"


def finish(wanted: Finish) -> str:
    """The reasons."""
    return f"stop reason {' or '.join(wanted.any_of)}"


def cost(wanted: Cost) -> str:
    """The ceiling."""
    return f"at most {wanted.at_most_usd:f} USD"


def latency(wanted: Latency) -> str:
    """The ceiling."""
    return f"at most {wanted.at_most_s:g} s"


def tokens(wanted: Tokens) -> str:
    """The ceilings."""
    bounds = ((wanted.max_output, "output"), (wanted.max_input, "input"))
    return " and ".join(f"at most {most:,} {kind} tokens" for most, kind in bounds if most is not None)


def refusal(wanted: Refusal) -> str:
    """Whether one is wanted."""
    return "a refusal" if wanted.expected else "no refusal"


def confidence(wanted: Confidence) -> str:
    """A number."""
    return f"a number in [0, 1]{at(wanted.path)}"


def rubric(wanted: Rubric) -> str:
    """The criteria."""
    by = "" if wanted.criteria is None else f" by {quoted(wanted.criteria)}"
    return f"an answer that is good{by} (judge {wanted.judge})"


def agrees(wanted: Agrees) -> str:
    """The reference."""
    return f"an answer that agrees with {quoted(wanted.reference)} (judge {wanted.judge})"


def prefers(wanted: Prefers) -> str:
    """The other text."""
    return f"an answer that is better than {quoted(wanted.over)} (judge {wanted.judge})"


def python(wanted: Python) -> str:
    """The function."""
    return f"that {wanted.function} of {wanted.file} says yes"


def javascript(wanted: Javascript) -> str:
    """The code, or its file."""
    return f"that {quoted(wanted.code, 80) if wanted.code is not None else wanted.file} says yes"
