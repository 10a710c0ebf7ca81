"""What differs, as a law: both sides come back to the letter, whatever the texts, and no text stops the page."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visits import Open
from tests.report import examples
from tests.report.hostile import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
_PIECES = (
    "the",
    "parcel",
    " ",
    " ",
    "\n",
    ".",
    "{",
    '"',
    "é",
    "漢字",
    "آپ",
    "🎈",
    "\ud83c",
    "a-b",
    "\t",
    "0",
    "",
    "ไทย",
)
_SIDES = """(pairs) => pairs.map(([before, after]) => {
  const runs = differences(before, after);
  return [runs.map((run) => run.before).join('') === before && runs.map((run) => run.after).join('') === after
    && runs.every((run) => !run.same || run.before === run.after), runs.length];
})"""
_BUILT = """(pairs) => pairs.map(([before, after]) => {
  const built = (leaves, at, side) => {
    let whole = null;
    for (const leaf of leaves) {
      if (leaf[side] === null) continue;
      const value = JSON.parse(leaf[side]), path = leaf[at];
      if (!path.length) return value;
      whole ??= typeof path[0] === 'number' ? [] : Object.create(null);
      let here = whole;
      path.forEach((key, depth) => {
        const last = depth + 1 === path.length;
        here[key] ??= last ? value : typeof path[depth + 1] === 'number' ? [] : Object.create(null);
        here = here[key];
      });
    }
    return whole;
  };
  const trees = [jsonTree(before), jsonTree(after)], leaves = jsonDifferences(trees[0], trees[1]);
  return [JSON.stringify(built(leaves, 'atBefore', 'before')), JSON.stringify(built(leaves, 'atAfter', 'after')),
    leaves.filter((leaf) => leaf.kind !== 'same').map((leaf) => `${leaf.kind} ${spellPath(leaf.after === null ? leaf.atBefore : leaf.atAfter)}`)];
})"""


@pytest.fixture
def page(opened: Open) -> Page:
    return opened(examples.views()["pass"]).page


def text(chance: Random) -> str:
    return "".join(chance.choices(_PIECES, k=chance.randrange(60)))


def edited(chance: Random, said: str) -> str:
    """The same with a few stretches taken out, put in or said again."""
    for _ in range(chance.randrange(4)):
        start, end = sorted((chance.randrange(len(said) + 1), chance.randrange(len(said) + 1)))
        said = said[:start] + chance.choice(("", text(chance), said[start:end] * 2)) + said[end:]
    return said


def value(chance: Random, depth: int = 0) -> Any:
    kind = chance.randrange(8 if depth < 4 else 5)
    if kind >= 6:
        return {
            chance.choice(("a", "b", "a b", "ü", "__proto__", "0")): value(chance, depth + 1)
            for _ in range(4)
        }
    if kind == 5:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return (None, True, 1.5, 1234567890123456, text(chance).encode("utf-8", "replace").decode())[kind]


def test_both_texts_come_back_to_the_letter(page: Page) -> None:
    chance = Random(140)  # noqa: S311
    texts = [text(chance) for _ in range(400)]
    pairs = [(each, edited(chance, each) if chance.random() < 0.7 else text(chance)) for each in texts]
    pairs += [(one, other) for one in PAYLOADS for other in PAYLOADS[::4]]
    assert [
        pair for pair, found in zip(pairs, page.evaluate(_SIDES, pairs), strict=True) if not found[0]
    ] == []


def test_both_values_come_back_whatever_the_order_of_their_keys(page: Page) -> None:
    chance = Random(141)  # noqa: S311
    pairs = []
    for _ in range(300):
        before = {"top": value(chance), "list": [value(chance) for _ in range(3)]}
        after = json.loads(json.dumps(before))
        after["list"].insert(chance.randrange(3), value(chance))
        after[chance.choice(("top", "new"))] = value(chance)
        pairs.append((json.dumps(before), json.dumps(after, sort_keys=True)))
    for pair, found in zip(pairs, page.evaluate(_BUILT, pairs), strict=True):
        assert [json.loads(each) for each in found[:2]] == [json.loads(each) for each in pair]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('{"a": 1, "b": [1, 2]}', '{"b": [1, 2], "a": 1}', []),
        ('{"a": 1}', '{"a": 2, "b": null}', ["changed $.a", "added $.b"]),
        ('{"a b": {"c": 1, "d": 2}}', '```json\n{"a b": {"d": 2}}\n```', ['removed $["a b"].c']),
        ('[{"n": 1}, {"n": 2}]', '[{"n": 0}, {"n": 1}, {"n": 3}]', ["added $[0]", "changed $[2].n"]),
        ('{"n": 12345678901234567890}', '{"n": 12345678901234567891}', ["changed $.n"]),
        ('{"a": {}}', '{"a": {"b": 1}}', ["changed $.a"]),
    ],
)
def test_of_json_the_paths_that_changed_are_told(
    page: Page, before: str, after: str, told: list[str]
) -> None:
    assert page.evaluate(_BUILT, [[before, after]])[0][2] == told


@pytest.mark.parametrize(
    "said", ["{", "1", '"{}"', '{"a": 1, "a": 2}', "[" * 5000 + "]" * 5000, '{"a":01}', "{}x"]
)
def test_what_is_no_json_or_says_a_key_twice_is_shown_as_text(page: Page, said: str) -> None:
    assert page.evaluate("(said) => jsonTree(said) === null", said)


def test_one_changed_word_is_all_that_is_marked(page: Page) -> None:
    runs = page.evaluate("() => differences('Your parcel is late.', 'Your order is late.')")
    assert [(run["before"], run["after"]) for run in runs if not run["same"]] == [("parcel", "order")]
    runs = page.evaluate("() => differences('包裹还没到', '包裹已经到')")
    assert [(run["before"], run["after"]) for run in runs if not run["same"]] == [("还没", "已经")]


def test_long_and_strange_texts_take_no_time_to_speak_of(page: Page) -> None:
    chance = Random(142)  # noqa: S311
    long = "".join(chance.choices(_PIECES[:6], k=60_000))
    other = "".join(chance.choices(_PIECES[:6], k=60_000))
    lines = "\n".join(str(chance.random()) for _ in range(2_500))
    pairs = [
        (long, other),
        ("w" * 200_000, "v" * 200_000),
        (lines, lines[::-1]),
        (" " * 90_000, "\n" * 90_000),
    ]
    took = page.evaluate(
        "(pairs) => pairs.map(([a, b]) => { const from = performance.now(); differences(a, b); return performance.now() - from; })",
        pairs,
    )
    assert max(took) < 3_000, took  # some 100 ms on an idle machine
