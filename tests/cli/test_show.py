"""One case, looked up in the store by its id: both answers, or what was meant instead."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.clock import SystemClock
from harness.pipeline.looking import look, matter_of
from harness.report.views.one_case import Decided
from harness.settings import read_settings
from harness.store.evidence import Origins, spell_origins
from tests.cli.conftest import Type
from tests.github.runner import newer_command, older_command
from tests.projects import suite_text, write, write_project
from tests.report.hostile import PAYLOADS
from tests.report.test_safe import forbidden


@pytest.fixture(scope="module")
def decided_once(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a gate of v3, which gets c00 to c09 wrong."""
    folder = _copy(recorded, tmp_path_factory)
    with contextlib.chdir(folder):
        assert main(["gate", "tiny", "--candidate", "v3"]) == 1
    return folder


@pytest.fixture(scope="module")
def run_once(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After runs of v1 and v3, that nobody has compared."""
    folder = _copy(recorded, tmp_path_factory)
    with contextlib.chdir(folder):
        assert [main(["run", "tiny", "--version", version]) for version in ("v1", "v3")] == [0, 0]
    return folder


def _copy(folder: Path, made: pytest.TempPathFactory) -> Path:
    copy = made.mktemp("show") / "tiny"
    shutil.copytree(folder, copy)
    return copy


@pytest.fixture
def gated(decided_once: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only to be looked at."""
    monkeypatch.chdir(decided_once)
    return decided_once


@pytest.fixture
def runs(run_once: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The runs of v1 and v3; only to be looked at."""
    monkeypatch.chdir(run_once)
    before, after = sorted(path.stem for path in (run_once / "reports/runs").glob("*.jsonl"))
    return before, after


def test_a_case_is_shown_as_the_newest_verdict_has_it(gated: Path, typed: Type) -> None:
    said = typed("show", "c07")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("regressed  tiny/c07   1/1 -> 0/1   -100.0 points\n")
    assert "v1 -> v3 on claude-opus-5-5   REGRESSED, decided 20" in said.out
    assert "passed -> not passed" in said.out
    assert "[-number 7-]" in said.out
    assert "{+I do not know+}" in said.out
    assert "Which number is 7?" in said.out
    assert "You are {+v3+}." in said.out
    assert "evals/tiny.yaml:" in said.out
    assert "\x1b" not in said.out


def test_the_gate_says_what_to_type_to_see_its_worst_case(tiny: Path, typed: Type) -> None:
    said = typed("gate", "tiny", "--candidate", "v3")
    assert "... 7 more: harness show tiny --regressed" in said.out
    [line] = [
        line for line in said.out.splitlines() if "see both answers side by side" in line and "show" in line
    ]
    shown = typed(*line.split()[2:4])
    assert (shown.status, shown.out[:9]) == (0, "regressed")


def test_the_cases_that_became_worse_are_listed_worst_first(gated: Path, typed: Type) -> None:
    said = typed("show", "tiny", "--regressed")
    assert "10 of 30 cases" in said.out
    assert [line.split()[0] for line in said.out.splitlines() if "1/1 -> 0/1" in line] == [
        f"c0{number}" for number in range(10)
    ]
    assert "next     harness show c00" in said.out


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ((), 30),
        (("--regressed", "--tag", "even"), 5),
        (("--regressed", "--tag", "even", "--tag", "odd"), 0),
        (("--failing", "equals", "--tag", "odd"), 5),
        (("--broke",), 0),
        (("--improved",), 0),
        (("--unsure",), 0),
    ],
)
def test_cases_are_chosen(gated: Path, typed: Type, flags: tuple[str, ...], found: int) -> None:
    document = json.loads(typed("show", "tiny", *flags, "--json").out)
    assert (document["found"], len(document["cases"]), document["all"]) == (found, found, 30)


def test_what_is_left_out_of_a_list_is_counted(gated: Path, typed: Type) -> None:
    assert "... 26 more: --limit 0 lists all" in typed("show", "tiny", "--limit", "4").out
    assert "more:" not in typed("show", "tiny", "--limit", "0").out
    assert typed("show", "tiny", "--limit", "-1").status == 2
    assert typed("show", "tiny", "--improved").out.splitlines()[1:] == ["0 of 30 cases"]


def test_programs_read_every_repeat_of_both_sides(gated: Path, typed: Type) -> None:
    document = json.loads(typed("show", "c07", "--json").out)
    assert (document["case_id"], document["change"], document["suite"]) == ("c07", "regressed", "tiny")
    assert document["baseline"]["repeats"][0]["answer"] == "number 7"
    [answer] = document["candidate"]["repeats"]
    assert (answer["answer"], answer["passed"], answer["outcome"]) == ("I do not know", False, "answered")
    assert answer["grades"][0]["grader"] == "equals"
    assert document["verdict"]["status"] == "REGRESSED"


def test_fresh_answers_follow_those_that_were_compared(runs: tuple[str, str]) -> None:
    before, after = runs
    origins = Origins(candidate=after, bank=(before,), confirmation=((before,), (after,)))
    decided = Decided(
        verdict_id="", status="REGRESSED", at=SystemClock().now(), origins=spell_origins(origins)
    )
    settings = read_settings()
    found = look(replace(matter_of(runs, settings), decided=decided), "c07", settings)
    assert [each.repeat for each in found.answers.baseline] == [1, 2]
    assert [each.text for each in found.answers.candidate] == ["I do not know"] * 2
    assert found.notes == ("repeat 2 of the candidate: fresh, asked to see whether it is so",)


def test_without_a_verdict_the_newest_run_is_shown_alone(runs: tuple[str, str], typed: Type) -> None:
    said = typed("show", "c07")
    assert said.out.startswith("failed  tiny/c07   0/1\nv3 on claude-opus-5-5\n")
    document = json.loads(typed("show", "c07", "--json").out)
    assert (document["baseline"], document["verdict"]) == (None, None)
    assert "10 of 30 cases" in typed("show", "tiny", "--failing", "equals").out
    assert "15 of 30 cases" in typed("show", "tiny", "--tag", "odd").out


def test_runs_that_are_named_are_held_against_each_other(runs: tuple[str, str], typed: Type) -> None:
    said = typed("show", "c07", "--runs", *runs)
    assert said.out.startswith("regressed  tiny/c07")
    assert f"--runs {runs[0]} {runs[1]}" in said.out
    assert "10 of 30 cases" in typed("show", "tiny", "--regressed", "--runs", *runs).out
    assert typed("show", "tiny/c07", "--runs", *reversed(runs)).out.startswith("improved")
    assert typed("show", "c07", "--runs", runs[0]).out.startswith("passed  tiny/c07")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("c7",), "no run has a case or a suite 'c7'; did you mean 'c07'"),
        (("tiny/c7",), "suite tiny: no run has a case 'c7'; did you mean 'c07'"),
        (("zzzzzzzz",), "no run has a case or a suite 'zzzzzzzz'; there are: tiny, c00, c01, c02, c03, ..."),
        (
            ("c07", "--tag", "odd", "--regressed"),
            "c07 is a case, and --regressed, --tag is for a suite; leave it out",
        ),
        (("tiny", "--repeat", "2"), "tiny is a suite, and --repeat is for one case; leave it out"),
        (("c07", "--repeat", "2"), "case c07: there is no repeat 2; there are: 1"),
        (("tiny", "--failing", "equal"), "nothing was graded by 'equal'; did you mean 'equals'?"),
        (("c07", "--runs", "a", "b", "c"), "--runs: 3 runs; name one, or a baseline and a candidate"),
        (("c07", "--runs", "nosuch"), "run 'nosuch': there is no such run"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    gated: Path, typed: Type, argv: tuple[str, ...], words: str
) -> None:
    said = typed("show", *argv)
    assert (said.status, said.out) == (2, "")
    assert words in said.err


def test_a_case_that_the_named_runs_did_not_ask_is_said(runs: tuple[str, str], typed: Type) -> None:
    assert (
        f"{runs[0]} and {runs[1]} did not ask a case 'c7'; did you mean"
        in typed("show", "c7", "--runs", *runs).err
    )


def test_one_run_alone_has_nothing_that_became_worse(runs: tuple[str, str], typed: Type) -> None:
    said = typed("show", "tiny", "--regressed")
    assert said.status == 2
    assert "looked at alone, so nothing became better or worse" in said.err


def test_a_case_of_several_suites_is_asked_back(tiny: Path, typed: Type) -> None:
    write(tiny / "evals/other.yaml", suite_text("other", 2))
    for suite in ("tiny", "other"):
        typed("run", suite, "--version", "v5", "--case", "c01")
    said = typed("show", "c01")
    assert said.status == 2
    assert (
        "2 suites have a case 'c01'; say which: harness show other/c01 or harness show tiny/c01" in said.err
    )
    shown = typed("show", "other/c01")
    assert shown.out.startswith("not measured  other/c01   none\nv5 on claude-opus-5-5\n")
    assert "no recording of this case" in shown.out


def test_where_nothing_was_run_there_is_nothing_to_show(tiny: Path, typed: Type) -> None:
    assert typed("show", "c07").status == 2


def test_nothing_is_written_by_looking(gated: Path, typed: Type) -> None:
    files = {path: path.read_bytes() for path in (gated / "reports").rglob("*") if path.is_file()}
    assert typed("show", "c07").status == 0
    assert {path: path.read_bytes() for path in (gated / "reports").rglob("*") if path.is_file()} == files


@pytest.fixture(scope="module")
def hostile_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two imported runs in which every name and text wants to be something else."""
    folder = write_project(tmp_path_factory.mktemp("hostile"), 2)
    with contextlib.chdir(folder):
        for run, score in (("before", 1), ("after", 0)):
            rows = [{"case_id": text, "score": score, "tags": [text]} for text in PAYLOADS[:-1]]
            write(folder / f"{run}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
            assert main(["import", "results", f"{run}.jsonl", "--suite", "theirs", "--run", run]) == 0
    return folder


@pytest.mark.parametrize(
    "argv",
    [
        ("show", "theirs", "--runs", "before", "after"),
        ("show", "theirs", "--runs", "after"),
        ("report", "before", "after"),
        ("report", "after"),
        ("compare", "before", "after"),
        *(("show", text, "--runs", "before", "after") for text in PAYLOADS[5:10]),
        *(("show", f"no {text}") for text in PAYLOADS[7:10]),
        ("show", "theirs", "--tag", PAYLOADS[8]),
        ("show", "theirs", "--failing", PAYLOADS[8], "--runs", "after"),
    ],
)
def test_nothing_hostile_reaches_a_terminal(hostile_once: Path, typed: Type, argv: tuple[str, ...]) -> None:
    with contextlib.chdir(hostile_once):
        said = typed(*argv)
    assert forbidden(said.out + said.err) <= {"\n"}
    lines = (said.out + said.err).splitlines()
    assert lines
    assert not any(older_command(line) or newer_command(line) for line in lines)
