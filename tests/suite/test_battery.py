"""What must never get past a check, by number: the bad files that other tools let through, froze on, or crashed at."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.suite.names import same
from harness.suite.read import WorkingTree, check
from tests.suite.files import GOOD, MODELS, PROMPT, SUITE, edited, said, with_files
from tests.suite.sources import HEAD, cases_of, line, wrong
from tests.suite.test_schema import validator, value

PATHS = {"suite": "evals/triage.yaml", "prompt": "prompts/triage/v2.yaml", "models": "prompts/models.yaml"}


@given(at=st.integers(0, SUITE.count("\n") - 1))
def test_01_a_tab_in_the_margin_is_named_at_its_place(at: int) -> None:
    lines = SUITE.split("\n")
    lines[at] = "\t" + lines[at].lstrip(" ")
    found = said(with_files({"evals/triage.yaml": "\n".join(lines)}))
    assert f"evals/triage.yaml:{at + 1}:1: a tab cannot indent YAML; use spaces" in found


@given(key=st.sampled_from(["suite", "prompt", "repeats", "budget_usd", "gate", "cases"]))
def test_02_a_key_that_appears_twice_names_both_lines(key: str) -> None:
    first = next(number for number, text in enumerate(SUITE.split("\n"), 1) if text.startswith(f"{key}:"))
    last = SUITE.count("\n") + 1
    (found,) = said(with_files({"evals/triage.yaml": f"{SUITE}{key}: x\n"}))
    assert found == f"evals/triage.yaml:{last}:1: key {key!r} appears twice (first on line {first}); keep one"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("asserts", "expect"), ("vars", "inputs"), ("treshold", "threshold"), ("quarantin", "quarantine")],
)
def test_03_what_other_tools_call_things_is_told_in_our_words(theirs: str, ours: str) -> None:
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}, {theirs}: [x]}}\n")
    assert f"a case has no key {theirs!r}; did you mean {ours!r}?" in found[0]


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a tree of plain values."""
    yield at
    names: Any = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for name in names:
        yield from places(tree[name], (*at, name))


def changed(tree: Any, at: tuple[Any, ...], odd: object) -> Any:
    """The tree with something else at one place."""
    if not at:
        return odd
    whole: Any = tree.copy()
    whole[at[0]] = changed(tree[at[0]], at[1:], odd)
    return whole


ODD: list[object] = [5, -1, 0.5, "x", "", True, None, [], ["x"], [[1]], {}, {"x": 1}]
TREES = {"suite": value(SUITE), "prompt": value(PROMPT), "models": value(MODELS)}


@given(kind=st.sampled_from(sorted(PATHS)), odd=st.sampled_from(ODD), data=st.data())
def test_04_what_the_schema_of_the_editor_refuses_is_refused_by_a_check(
    kind: str, odd: object, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from(list(places(TREES[kind]))))
    tree = changed(TREES[kind], at, odd)
    assume(not validator(kind).is_valid(tree))
    assert check(with_files({PATHS[kind]: json.dumps(tree)}))


@given(text=st.sampled_from(["NO", "on", "yes", "12:30", "2026-11-21", "0123", "1_000", "~x", "0x"]))
def test_05_what_only_looks_like_a_value_stays_text(text: str) -> None:
    (case,) = cases_of(f"  - {{id: a, inputs: {{ticket: {text}}}}}\n")
    assert case.inputs == {"ticket": text}


@pytest.mark.parametrize("number", ["1.10", "1e3", "007.5", "5"])
def test_05_a_number_where_text_belongs_is_to_be_quoted(number: str) -> None:
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}, cluster: {number}}}\n")
    assert not found or f'quote it: "{number}"' in found[0]
    assert bool(found) is (number != "007.5"), "a number with leading zeros is text"


@pytest.mark.parametrize("bad", ["a: &x 1", "a: *x", "<<: {a: 1}"])
def test_06_anchors_aliases_and_merge_keys_are_refused(bad: str) -> None:
    assert any("not allowed" in each for each in said(with_files({"evals/triage.yaml": SUITE + bad + "\n"})))


def test_07_a_bomb_of_ten_levels_is_refused_at_its_first_anchor() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 11)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert said(with_files({"evals/triage.yaml": bomb}))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? "])
def test_08_a_hundred_thousand_levels_are_refused_and_kill_nobody(sign: str) -> None:
    for path in ("evals/triage.yaml", "prompts/triage/v2.yaml", "evals/m/x.yaml"):
        files = {path: sign * 100_000, "evals/triage.yaml": f"{HEAD}cases:\n  - file: m/x.yaml\n"}
        assert said(with_files({**files, path: sign * 100_000}))
    assert wrong("  - file: x.jsonl\n", {"evals/x.jsonl": '{"a":' * 100_000})


def test_09_files_and_values_that_are_too_large_are_told_with_both_sizes(tmp_path: Path) -> None:
    for path, text in GOOD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    with (tmp_path / "evals/more.jsonl").open("wb") as file:
        file.truncate(65 * 2**20)
    (found,) = (str(each) for each in check(WorkingTree(tmp_path)))
    assert "evals/more.jsonl: has 68,157,440 bytes; the most is 67,108,864" in found
    assert (
        "a value of 300,000 characters; the most is 256,000"
        in wrong(f"  - {{id: a, inputs: {{ticket: {'x' * 300_000}}}}}\n")[0]
    )


@pytest.mark.parametrize(
    "bad", [b"\xff\xfe", b"\xfe\xff", b"\x00", b"\xc3\x28", b"\xed\xa0\x80", "\u2028".encode(), b"\x1b["]
)
def test_10_bytes_that_are_no_plain_text_are_refused_in_every_file(bad: bytes) -> None:
    for path in ("evals/triage.yaml", "evals/more.jsonl", "prompts/triage/v1.yaml", "prompts/models.yaml"):
        text = GOOD[path].encode()
        assert said(with_files({path: bad + text}))
        assert said(with_files({path: text + bad}))


def test_10_characters_that_turn_text_round_are_no_part_of_an_id() -> None:
    assert "is not plain" in wrong('  - {id: "a\u202eb", inputs: {ticket: t}}\n')[0]


@pytest.mark.parametrize(
    "tag", ["!!python/object:os.system x", "!!python/name:os.system x", "!x y", "!!int 3", "!!binary aGk="]
)
def test_11_tags_are_refused(tag: str) -> None:
    assert any("tags (" in each for each in wrong(f"  - {{id: a, inputs: {{ticket: {tag}}}}}\n"))


@pytest.mark.parametrize("text", ["9" * 100_000, "1e" + "9" * 1000, "-" + "9" * 5000])
def test_12_a_huge_number_is_a_mistake_with_a_place(text: str) -> None:
    assert wrong(f"  - {{id: a, inputs: {{ticket: {text}}}}}\n")[0].startswith("evals/triage.yaml:18:")
    assert wrong("  - file: x.jsonl\n", {"evals/x.jsonl": f'{{"id": "a", "weight": {text}}}'})[0].startswith(
        "evals/x.jsonl:1:"
    )


def test_13_a_suite_of_nothing_is_no_suite() -> None:
    for cases in ("  []\n", "  - file: none.jsonl\n", "  - file: 'no/*.jsonl'\n", "  - file: empty.jsonl\n"):
        assert wrong(cases, {"evals/empty.jsonl": "\n"})


@pytest.mark.parametrize(
    "expect", ["", ", expect: []", ", expect_only: []", ", expect: [confidence: {path: $.c}]"]
)
def test_14_a_case_that_expects_nothing_is_refused(expect: str) -> None:
    head = HEAD[: HEAD.index("defaults:")]
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}{expect}}}\n", head=head)
    assert "the case expects nothing that is scored" in found[0]


@given(
    one=st.text("aA.\u212bK\u212a", min_size=1, max_size=3),
    two=st.text("aA.\u212bK\u212a", min_size=1, max_size=3),
)
def test_15_ids_are_their_own_in_every_spelling_and_every_file(one: str, two: str) -> None:
    found = wrong(
        "  - file: x.jsonl\n  - file: y.jsonl\n", {"evals/x.jsonl": line(one), "evals/y.jsonl": line(two)}
    )
    assert bool(found) or same(one) != same(two)


@pytest.mark.parametrize(
    "bad", ["../x", "a..b", "a/b", "A", "con", "nul.x", "a b", "-a", "a" * 65, "é", "", "a\n"]
)
def test_16_an_id_that_no_file_may_have_is_refused(bad: str) -> None:
    assert wrong(f"  - {{id: {json.dumps(bad)}, inputs: {{ticket: t}}}}\n")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("evals/triage.yaml", "version: v2", "version: v9"),
        ("evals/triage.yaml", "schema: prompt", "schema: nosuch"),
        ("evals/triage.yaml", "schema: prompt", "schema: ../../etc/passwd.json"),
        ("evals/triage.yaml", "file: more.jsonl", "file: nosuch.jsonl"),
        ("evals/triage.yaml", "model: opus", "model: nosuch"),
    ],
)
def test_17_what_is_named_has_to_be_there(path: str, old: str, new: str) -> None:
    assert said(edited(path, old, new))


@given(name=st.text("abcdefgh", min_size=1, max_size=6))
def test_18_a_variable_that_no_case_gives_and_an_input_that_no_template_uses_are_refused(name: str) -> None:
    assume(name != "ticket")
    assert wrong(f"  - {{id: a, inputs: {{ticket: t, {name}: x}}}}\n  - {{id: b, inputs: {{ticket: t}}}}\n")
    assert said(
        edited(
            "prompts/triage/v2.yaml",
            "{{ ticket | untrusted }}",
            f"{{{{ ticket | untrusted }}}} {{{{ {name} }}}}",
        )
    )


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("prompts/models.yaml", "id: claude-opus-5-5", "id: claude-opus-latest"),
        ("prompts/triage/v2.yaml", "max_tokens: 400", "max_tokens: 4000000"),
        ("prompts/models.yaml", "    prices:\n", "    prices: []\n    x:\n"),
    ],
)
def test_19_a_model_that_moves_has_no_price_or_cannot_say_so_much_is_refused(
    path: str, old: str, new: str
) -> None:
    assert said(edited(path, old, new))


@pytest.mark.parametrize("threshold", [".nan", ".inf", "-1", "101%", '"ninety"', "0", "2"])
def test_20_a_threshold_nobody_can_mean_is_refused(threshold: str) -> None:
    assert "threshold" in wrong(f"  - {{id: a, inputs: {{ticket: t}}, threshold: {threshold}}}\n")[0]


def test_20_a_grader_nobody_knows_is_refused_with_the_nearest() -> None:
    found = wrong("  - {id: a, inputs: {ticket: t}, expect: [contain: x]}\n")
    assert "did you mean 'contains'?" in found[0]


@pytest.mark.parametrize("pattern", [r"(a)\\1", "(?=a)", "(?<!a)b", "(", "[z-a]"])
def test_21_a_pattern_re2_refuses_is_told_with_a_hint(pattern: str) -> None:
    (found,) = wrong(f'  - {{id: a, inputs: {{ticket: t}}, expect: [matches: "{pattern}"]}}\n')
    assert "RE2" in found


@pytest.mark.parametrize("key", ["api_key", "ANTHROPIC_API_KEY", "x-api-key", "apikey", "auth_token"])
def test_22_a_key_has_no_place_in_any_file(key: str) -> None:
    for path in ("evals/triage.yaml", "prompts/triage/v2.yaml", "prompts/models.yaml"):
        assert any(
            "keys come from the environment" in each
            for each in said(with_files({path: f"{GOOD[path]}\n{key}: sk\n"}))
        )
    assert any(
        "keys come from" in each
        for each in wrong("  - file: x.jsonl\n", {"evals/x.jsonl": f'{{"id": "a", "{key}": 1}}'})
    )
