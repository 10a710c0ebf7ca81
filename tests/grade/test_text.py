"""`equals`, `contains`, `matches` and `length`."""

from __future__ import annotations

import json
import time

import pytest

from harness.grade.decision import QUOTED, printable, quoted, shortened
from harness.suite.expectations.text import Contains, Equals, Length, Matches
from harness.units import Json
from tests.grade.cases import only, passes, undecided
from tests.grade.strategies import PLACE


def equal(value: Json, path: str | None = None, *, ignore_case: bool = False, strip: bool = True) -> Equals:
    return Equals(place=PLACE, value=value, path=path, ignore_case=ignore_case, strip=strip)


def has(
    *words: str, one_of: tuple[str, ...] = (), ignore_case: bool = False, path: str | None = None
) -> Contains:
    return Contains(place=PLACE, all_of=words, any_of=one_of, ignore_case=ignore_case, path=path)


def matching(pattern: str, *, ignore_case: bool = False, path: str | None = None) -> Matches:
    return Matches(place=PLACE, pattern=pattern, ignore_case=ignore_case, path=path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("refunds", equal("refunds")),
        ("  refunds\n", equal("refunds")),
        ("Refunds", equal("reFUNDS", ignore_case=True)),
        ("STRASSE", equal("straße", ignore_case=True)),
        ("cafe\u0301", equal("café")),
        ('{"queue": " refunds"}', equal("refunds", "$.queue")),
        ("1.0", equal(1)),
        ("1e2", equal(100)),
        ('{"n": 0.1}', equal(0.1, "$.n")),
        ("true", equal(True)),  # noqa: FBT003
        ("null", equal(None)),
        ('{"a": [1, {"b": "x "}]}', equal({"a": (1.0, {"b": "x"})})),
        ("9" * 4000, equal(int("9" * 4000))),
        ('{"b": 1, "a": 2}', equal({"a": 2, "b": 1})),
    ],
)
def test_equal(text: str, wanted: Equals) -> None:
    assert passes(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("refund", equal("refunds")),
        (" refunds", equal("refunds", strip=False)),
        ("Refunds", equal("refunds")),
        ('"refunds"', equal("refunds")),
        ("true", equal(1)),
        ("1", equal(True)),  # noqa: FBT003
        ("0", equal(False)),  # noqa: FBT003
        ("0", equal(None)),
        ('{"n": "1"}', equal(1, "$.n")),
        ("[1, 2]", equal([2, 1])),
        ("[1, 2]", equal([1])),
        ('{"a": 1, "b": 2}', equal({"a": 1})),
        ('{"n": 0.30000000000000004}', equal(0.3, "$.n")),
        ("[[1]]", equal([["1"]])),
    ],
)
def test_not_equal(text: str, wanted: Equals) -> None:
    assert not passes(text, wanted)


def test_a_value_that_is_no_text_needs_an_answer_in_json() -> None:
    assert "“five”, which is not JSON" in undecided("five", equal(5))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("within 30 days", has("30 days")),
        ("Within 30 DAYS", has("30 days", "within", ignore_case=True)),
        ("b", has(one_of=("a", "b"))),
        ("a and c", has("a", one_of=("b", "c"))),
        ("cafe\u0301s", has("café")),
        ('{"reply": "yes"}', has("yes", path="$.reply")),
        ("anything", has()),
    ],
)
def test_contained(text: str, wanted: Contains) -> None:
    assert passes(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("30 Days", has("30 days")),
        ("only a", has("a", "b")),
        ("x", has(one_of=("a", "b"))),
        ("b", has("a", one_of=("b",))),
        ('{"reply": "no", "note": "yes"}', has("yes", path="$.reply")),
    ],
)
def test_not_contained(text: str, wanted: Contains) -> None:
    assert not passes(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Dear you", matching("^Dear ")),
        ("CAFÉ", matching("café", ignore_case=True)),
        ("cafe\u0301", matching("^caf.$")),
        ('{"x": "ab"}', matching(r"^\w+$", path="$.x")),
        ("x\ud800y", matching("x.y")),
    ],
)
def test_matching(text: str, wanted: Matches) -> None:
    assert passes(text, wanted)


def test_ignoring_case_leaves_the_classes_of_a_pattern_alone() -> None:
    assert passes("a", matching(r"^\S$", ignore_case=True))


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "\ud800"])
def test_a_pattern_that_re2_does_not_take_passes_neither_way(pattern: str) -> None:
    assert "found a pattern" in undecided("aa", matching(pattern))


def test_a_broken_pattern_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    only("aa", matching("(broken"))
    assert "broken" not in capfd.readouterr().err


def test_a_text_beyond_one_mebibyte_meets_no_pattern() -> None:
    assert passes("a" * (1 << 20), matching("a$"))
    assert "1,048,577 bytes" in undecided("a" * ((1 << 20) + 1), matching("a"))


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(.*)*x$", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_no_pattern_takes_more_than_its_share_of_time(pattern: str) -> None:
    short, long = (_seconds(pattern, size) for size in (20_000, 160_000))
    assert long < 80 * max(short, 0.001)  # eight times the text; a pattern that backtracks never ends


def _seconds(pattern: str, size: int) -> float:
    start = time.perf_counter()
    assert not only("a" * size + "!", matching(pattern)).passed
    return time.perf_counter() - start


@pytest.mark.parametrize("wanted", [has("x", path="$.a"), matching("x", path="$.a"), equal("x", "$.a")])
@pytest.mark.parametrize("text", ["prose", "{}", '{"b": "x"}', '{"a": "x", "a": "x"}'])
def test_a_path_that_leads_nowhere_passes_neither_way(text: str, wanted: Contains | Matches | Equals) -> None:
    undecided(text, wanted)


@pytest.mark.parametrize("value", [5, None, ["x"], {"x": 1}])
def test_a_value_that_is_no_text_contains_nothing(value: Json) -> None:
    assert "which is not a text" in undecided(json.dumps({"a": value}), has("x", path="$.a"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hello", Length(place=PLACE, min_chars=5, max_chars=5, min_words=1, max_words=1)),
        ("  hello  ", Length(place=PLACE, max_chars=5)),
        ("cafe\u0301", Length(place=PLACE, max_chars=4)),
        ("ایک دو", Length(place=PLACE, min_words=2, max_words=2)),
        ("anything", Length(place=PLACE)),
    ],
)
def test_within_bounds(text: str, wanted: Length) -> None:
    assert passes(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted", "words"),
    [
        (
            "hello",
            Length(place=PLACE, max_chars=4),
            "wanted at most 4 characters; found 5 characters and 1 words",
        ),
        (
            "hello",
            Length(place=PLACE, min_words=2),
            "wanted at least 2 words; found 5 characters and 1 words",
        ),
        ("a b c", Length(place=PLACE, max_words=2), "wanted at most 2 words; found 5 characters and 3 words"),
        (
            "a",
            Length(place=PLACE, min_chars=2),
            "wanted at least 2 characters; found 1 characters and 1 words",
        ),
    ],
)
def test_out_of_bounds(text: str, wanted: Length, words: str) -> None:
    assert not passes(text, wanted)
    assert only(text, wanted).evidence == words


def test_long_text_loses_its_middle() -> None:
    assert shortened("a" * 500 + "b" * 500, 5) == "aa…bb"
    assert len(quoted("x" * 10_000)) == QUOTED + 2


def test_characters_that_would_move_the_cursor_are_escaped() -> None:
    assert printable("a\n\x1b[31m\u202e\u2028é😀\U000e0001") == "a\\n\\u001b[31m\\u202e\\u2028é😀\\U000e0001"
