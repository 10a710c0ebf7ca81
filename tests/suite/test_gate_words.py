"""What a suite may say of its gate, word by word, and what is said of a word that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from harness.suite.policy import BankRules, Confirm, JudgeRules, Looks, Policy, Repeats, Rerun
from harness.suite.read import read_project as read
from tests.suite.files import SUITE, said, with_files
from tests.suite.test_schema import validator, value

_START, _END = SUITE.index("gate:"), SUITE.index("defaults:")


def suite(gate: str) -> str:
    return f"{SUITE[:_START]}gate: {{{gate}}}\n{SUITE[_END:]}"


def policy(gate: str) -> Policy:
    text = suite(gate)
    validator("suite").validate(value(text))
    return read(with_files({"evals/triage.yaml": text})).suites["triage"].policy


def problems(gate: str) -> list[str]:
    return [each.split(": ", 1)[1] for each in said(with_files({"evals/triage.yaml": suite(gate)}))]


@pytest.mark.parametrize(
    ("gate", "wanted"),
    [
        ("looks: off, confirm: off, cases: off, bank: off", Policy(looks=None, confirm=None, rerun=None, bank=None)),
        ("looks: {}, repeats: {}, confirm: {}, cases: {}, bank: {}", Policy()),
        ("on_inconclusive: warn", Policy(inconclusive="warn")),
        ("on_inconclusive: block", Policy()),
        ("looks: {waves: [1, 3]}", Policy(looks=Looks(waves=(1, 3)))),
        ("looks: {within_first_wave: [10%, 0.5], large_suite: 50}", Policy(looks=Looks(within_first=(0.1, 0.5), large=50))),
        ("looks: {within_first_wave: []}", Policy(looks=Looks(within_first=()))),
        ("looks: {slice_samples: 90, kill_switch: {evalue: 1000, every: 5}}", Policy(looks=Looks(slice_samples=90, kill_at=1000.0, kill_every=5))),
        ("looks: {kill_switch: {every: 5}}", Policy(looks=Looks(kill_every=5))),
        ("repeats: {mean: 4, max: 8, min: 2, min_in_slice: 3}", Policy(repeats=Repeats(mean=4.0, most=8, least=2, least_in_slice=3))),
        ("repeats: {max: 2}", Policy(repeats=Repeats(mean=2.0, most=2))),
        ("repeats: {min: 7}", Policy(repeats=Repeats(mean=7.0, most=7, least=7))),
        ("confirm: {alpha: 20%, repeats: 4, slice_repeats: 6}", Policy(confirm=Confirm(alpha=0.2, repeats=4, slice_repeats=6))),
        ("cases: {repeats: 10, alpha: 0.5%}", Policy(rerun=Rerun(repeats=10, alpha=0.005))),
        ("bank: {min_samples: 12, max_age_days: 7}", Policy(bank=BankRules(least=12, target=12, days=7))),
        ("bank: {target: 20}", Policy(bank=BankRules(target=20))),
        ("judges: calibrated", Policy(judges=JudgeRules())),
        ("judges: off", Policy()),
        ("judges: {min_kappa: 0.6, min_tpr: 90%, min_tnr: 80%, max_age_days: 90}", Policy(judges=JudgeRules(min_kappa=0.6, min_tpr=0.9, min_tnr=0.8, days=90))),
    ],
)  # fmt: skip
def test_the_words_of_a_gate_become_its_policy(gate: str, wanted: Policy) -> None:
    assert policy(gate) == wanted


@pytest.mark.parametrize(
    ("gate", "wanted"),
    [
        ("looks: on", ["'looks' must be a mapping or off, not text; write `looks: off`, or a mapping of: waves, within_first_wave, large_suite, slice_samples, kill_switch"]),
        ("looks: {waves: 3}", ["'waves' must be a list, not the number 3; write `- item` lines or `[a, b]`"]),
        ("looks: {waves: []}", ["'waves' must be whole numbers from 1 to 1,000 that rise; write them as `waves: [1, 2, 3, 5]`"]),
        ("looks: {waves: [1, 1]}", ["'waves' must be whole numbers from 1 to 1,000 that rise; write them as `waves: [1, 2, 3, 5]`"]),
        ("looks: {waves: [0, 1]}", ["'waves' must be whole numbers from 1 to 1,000 that rise; write them as `waves: [1, 2, 3, 5]`"]),
        ("looks: {waves: [1, true]}", ["'waves' must be whole numbers from 1 to 1,000 that rise; write them as `waves: [1, 2, 3, 5]`"]),
        ("looks: {within_first_wave: [half]}", ["an item of 'within_first_wave' must be a share, not 'half'; write it as `10%` or `0.10`"]),
        ("looks: {within_first_wave: [50%, 25%]}", ["'within_first_wave' must be shares between 0 and 1 that rise; write them as `within_first_wave: [25%, 50%]`"]),
        ("looks: {within_first_wave: [0, 100%]}", ["'within_first_wave' must be shares between 0 and 1 that rise; write them as `within_first_wave: [25%, 50%]`"]),
        ("looks: {kill_switch: off}", ["'kill_switch' must be a mapping, not text; write `key: value` lines"]),
        ("looks: {kill_switch: {evalue: 1}}", ["'evalue' is 1, outside 1 to 1e+12; write a number above 1, at most 1e+12"]),
        ("looks: {wave: [1]}", ["'looks' has no key 'wave'; did you mean 'waves'?"]),
        ("repeats: 3", ["'repeats' must be a mapping, not the number 3; write `key: value` lines"]),
        ("repeats: {min: 3, max: 2}", ["'max' is 2, less than 'min', 3; write min <= max"]),
        ("repeats: {mean: 9}", ["'mean' is 9, outside 1 to 5, which are 'min' and 'max'; write min <= mean <= max"]),
        ("repeats: {mean: 0.5}", ["'mean' is 0.5, outside 1 to 5, which are 'min' and 'max'; write min <= mean <= max"]),
        ("confirm: {alpha: 60%, repeats: 0}", ["'alpha' is 0.6, outside 0 to 0.499; write a number above 0, at most 0.499", "'repeats' is 0, outside 1 to 1,000; write a number from 1 to 1,000"]),
        ("cases: {repeats: many}", ["'repeats' must be a whole number, not text; write digits"]),
        ("bank: {target: 3}", ["'target' is 3, less than the 5 that every case needs; write target >= min_samples"]),
        ("bank: {max_age_days: 0}", ["'max_age_days' is 0, outside 1 to 3,650; write a number from 1 to 3,650"]),
        ("judges: on", ["'judges' must be calibrated, a mapping or off, not text; write `judges: calibrated`, or `judges: {min_kappa: 60%}`"]),
        ("judges: {min_kappa: 60}", ["'min_kappa' is 60, outside 0 to 1; write a number above 0, at most 1"]),
        ("on_inconclusive: ignore", ["'on_inconclusive' cannot be 'ignore'; use one of: block, warn"]),
    ],
)  # fmt: skip
def test_a_wrong_word_of_a_gate_is_refused_with_the_remedy(gate: str, wanted: list[str]) -> None:
    assert problems(gate) == wanted


@pytest.mark.parametrize(
    ("defaults", "case", "wanted"),
    [
        ("", "", [False, False]),
        ("", "must_pass: true, ", [True, False]),
        ("must_pass: true, ", "", [True, True]),
        ("must_pass: true, ", "must_pass: false, ", [False, True]),
    ],
)
def test_a_case_must_pass_where_it_or_the_defaults_say_so(
    defaults: str, case: str, wanted: list[bool]
) -> None:
    text = _cases(defaults, case)
    validator("suite").validate(value(text))
    cases = read(with_files({"evals/triage.yaml": text})).suites["triage"].cases
    assert [each.must_pass for each in cases] == wanted


def _cases(defaults: str, case: str, gate: str = "") -> str:
    head = SUITE[: SUITE.index("gate:")]
    return (
        f"{head}gate: {{{gate}}}\ndefaults: {{{defaults}expect: [{{contains: x}}]}}\n"
        f"cases:\n  - {{id: a, {case}inputs: {{ticket: x}}}}\n  - {{id: b, inputs: {{ticket: x}}}}\n"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "id,must_pass,input.ticket\na,true,x\nb,,x\nc,False,x\n"),
        ("x.jsonl", '{"id":"a","must_pass":true,"inputs":{"ticket":"x"}}\n{"id":"b","inputs":{"ticket":"x"}}\n{"id":"c","must_pass":false,"inputs":{"ticket":"x"}}'),
    ],
)  # fmt: skip
def test_cases_in_files_may_say_that_they_must_pass(name: str, text: str) -> None:
    tree = with_files({"evals/triage.yaml": SUITE.replace("more.jsonl", name), f"evals/{name}": text})
    cases = read(tree).suites["triage"].cases[2:]
    assert [each.must_pass for each in cases] == [True, False, False]


def test_a_cell_that_is_no_flag_is_refused() -> None:
    tree = with_files(
        {"evals/triage.yaml": SUITE.replace("more.jsonl", "x.csv"),
         "evals/x.csv": "id,must_pass,input.ticket\na,maybe,x\n"}
    )  # fmt: skip
    assert said(tree) == [
        "evals/x.csv:2:1: 'must_pass' must be true or false, not text; write `true` or `false`"
    ]


def test_a_case_cannot_rely_on_a_guard_that_is_off() -> None:
    text = _cases("", "must_pass: true, ", "cases: off")
    [problem] = said(with_files({"evals/triage.yaml": text}))
    assert problem.endswith(
        "case 'a' must pass, but the gate's `cases` is off, so it would block nothing; "
        "remove `cases: off`, or `must_pass`"
    )


def test_whether_a_case_must_pass_changes_nothing_of_what_it_asks() -> None:
    def digest(case: str) -> Any:
        return read(with_files({"evals/triage.yaml": _cases("", case)})).suites["triage"].digest

    assert digest("") == digest("must_pass: true, ")
