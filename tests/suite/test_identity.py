"""What a case is known by: what it asks and wants, and never where it stands, what it is called or which comes first."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.plan import make_plan
from harness.suite.read import read_project
from harness.trial import Variant
from tests.suite.sources import cases_of, project

WORDS = st.text("abc äöü{}\"'\\", min_size=1, max_size=8).filter(str.strip)
CASES = st.lists(
    st.fixed_dictionaries({"ticket": WORDS, "wanted": WORDS, "weight": st.sampled_from([1, 2.5])}),
    min_size=1,
    max_size=5,
    unique_by=str,
)


def lines(cases: list[dict[str, Any]], names: list[str]) -> str:
    written = (
        {
            "id": name,
            "inputs": {"ticket": each["ticket"]},
            "expect": [{"contains": each["wanted"]}],
            "weight": each["weight"],
        }
        for name, each in zip(names, cases, strict=True)
    )
    return "".join(json.dumps(each) + "\n" for each in written)


@given(cases=CASES, data=st.data())
def test_neither_an_order_nor_a_name_nor_a_file_changes_what_a_case_is_known_by(
    cases: list[dict[str, Any]], data: st.DataObject
) -> None:
    names = [f"n{number}" for number in range(len(cases))]
    before = cases_of("  - file: x.jsonl\n", {"evals/x.jsonl": lines(cases, names)})
    order = data.draw(st.permutations(range(len(cases))))
    moved = [cases[at] for at in order]
    after = cases_of(
        "  - file: t/y.jsonl\n", {"evals/t/y.jsonl": "\n\n" + lines(moved, [f"m{at}" for at in order])}
    )
    assert {each.id: each.digest for each in before} == {
        each.id.replace("m", "n"): each.digest for each in after
    }
    assert [each.digest for each in after] == [before[at].digest for at in order]


@given(cases=CASES, data=st.data())
def test_the_order_of_a_file_changes_nothing_of_what_is_asked(
    cases: list[dict[str, Any]], data: st.DataObject
) -> None:
    def asked(order: list[int]) -> tuple[str, dict[str, object]]:
        names = [f"n{at}" for at in order]
        text = lines([cases[at] for at in order], names)
        found = read_project(project("  - file: x.jsonl\n", {"evals/x.jsonl": text}))
        variant = Variant(prompt=found.prompts["triage", "v1"], model=found.models["opus"])
        trials = make_plan(found.suites["triage"], variant).trials
        return found.suites["triage"].digest, {f"{each.key}": each.request for each in trials}

    straight = list(range(len(cases)))
    assert asked(straight) == asked(list(data.draw(st.permutations(straight))))


@given(cases=CASES, at=st.integers(0, 4))
def test_a_case_that_asks_something_else_is_another_case(cases: list[dict[str, Any]], at: int) -> None:
    names = [f"n{number}" for number in range(len(cases))]
    before = cases_of("  - file: x.jsonl\n", {"evals/x.jsonl": lines(cases, names)})
    changed = [dict(each) for each in cases]
    changed[at % len(cases)]["ticket"] += "!"
    after = cases_of("  - file: x.jsonl\n", {"evals/x.jsonl": lines(changed, names)})
    assert [one.digest == two.digest for one, two in zip(before, after, strict=True)] == [
        number != at % len(cases) for number in range(len(cases))
    ]
