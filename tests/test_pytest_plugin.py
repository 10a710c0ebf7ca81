"""`pytest evals`, as a user runs it: in a session of its own, with the plugin loaded by hand so that it is measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.projects import KEY, environment, harness, suite_text, tiny_model, write
from tests.standin import StandIn

INI = "[pytest]\naddopts = -p no:randomly -p no:cacheprovider -p no:xdist\n"


@pytest.fixture
def evals(recorded: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The tiny project as the folder of a pytest session."""
    shutil.copytree(recorded, pytester.path, dirs_exist_ok=True)
    write(pytester.path / "pytest.ini", INI)
    return pytester


def run(evals: pytest.Pytester, *argv: str) -> pytest.RunResult:
    return evals.runpytest_inprocess("-p", "no:harness", "-p", "harness.pytest_plugin", *argv)


def test_every_case_is_an_item_and_the_difference_comes_last(evals: pytest.Pytester) -> None:
    result = run(evals, "evals")
    result.assert_outcomes(passed=30)
    result.stdout.fnmatch_lines(["tiny  * against the baseline   PASS   prompt v1 -> v2*"])


def test_a_failure_names_file_line_expectation_and_evidence(evals: pytest.Pytester) -> None:
    result = run(evals, "evals", "--harness-candidate", "v4")
    result.assert_outcomes(passed=29, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*0 of 1 answers passed (baseline 1 of 1)",
            "*answer 1: evals/tiny.yaml:*: equals*",
            "*'I do not know'",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_case_in_quarantine_fails_and_fails_nothing(evals: pytest.Pytester) -> None:
    suite = evals.path / "evals/tiny.yaml"
    held = "quarantine: {owner: dana, until: 2999-12-31, reason: the shop changed}"
    suite.write_text(suite.read_text().replace("{id: c00,", f"{{id: c00, {held},", 1))
    result = run(evals, "evals", "--harness-candidate", "v4", "-rx")
    result.assert_outcomes(passed=29, xfailed=1)
    result.stdout.fnmatch_lines(["*in quarantine until 2999-12-31 (dana): the shop changed*"])


def test_what_was_not_measured_is_no_success(evals: pytest.Pytester) -> None:
    result = run(evals, "evals/tiny.yaml", "--harness-candidate", "v5")
    result.assert_outcomes(failed=30)
    result.stdout.fnmatch_lines(["*1 of 1 answers were not measured*", "*has no recording*"])


@pytest.mark.parametrize(
    ("argv", "passed"),
    [
        (["evals", "-k", "c07"], 1),
        (["evals", "-m", "odd"], 15),
        (["evals/tiny.yaml::c01", "evals/tiny.yaml::c02"], 2),
        (["evals", "--harness-repeats", "1"], 30),
    ],
)
def test_cases_are_chosen_as_tests_are(evals: pytest.Pytester, argv: list[str], passed: int) -> None:
    run(evals, *argv).assert_outcomes(
        passed=passed, deselected=30 - passed if argv[1][0] == "-" and passed < 30 else 0
    )


def test_pytest_alone_asks_no_model_anything(evals: pytest.Pytester) -> None:
    evals.makepyfile("def test_one(): pass")
    run(evals).assert_outcomes(passed=1)
    assert not (evals.path / "reports").exists()


def test_collecting_asks_nothing(evals: pytest.Pytester) -> None:
    result = run(evals, "evals", "--collect-only", "-q")
    result.stdout.fnmatch_lines(["evals/tiny.yaml::c00", "30 tests collected*"])
    assert not (evals.path / "reports").exists()


def test_a_suite_with_mistakes_is_an_error_with_its_places(evals: pytest.Pytester) -> None:
    write(evals.path / "evals/tiny.yaml", suite_text("tiny", 2).replace("expect", "expct"))
    result = run(evals, "evals")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*evals/tiny.yaml:*no key 'expct'; did you mean 'expect'*"])


def test_an_impossible_request_is_a_usage_error(evals: pytest.Pytester) -> None:
    result = run(evals, "evals", "--harness-candidate", "v9")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*has no version 'v9'*"])


def test_going_live_without_a_key_sends_nothing(evals: pytest.Pytester) -> None:
    result = run(evals, "evals", "--harness-live")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*needs ANTHROPIC_API_KEY*"])


@pytest.mark.loopback
def test_live_cases_are_asked_and_have_no_baseline_until_somebody_paid_for_one(
    evals: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        first = run(evals, "evals", "--harness-live")
        assert server.attempts == 30
        harness(evals.path, "run", "tiny", "--version", "v1", "--mode", "live", url=server.url)
        second = run(evals, "evals", "--harness-live")
        assert server.attempts == 90
    first.assert_outcomes(passed=30)
    first.stdout.fnmatch_lines(
        ["tiny: no baseline to compare with; `harness gate tiny --mode live` makes one"]
    )
    second.stdout.fnmatch_lines(["tiny  * against the baseline   PASS   prompt v1 -> v2*"])


def test_an_error_of_pytest_s_own_is_shown_as_pytest_shows_it(evals: pytest.Pytester) -> None:
    evals.makeconftest(
        "import pytest\n"
        "@pytest.hookimpl(wrapper=True)\n"
        "def pytest_runtest_call(item):\n"
        "    if item.name == 'c00': raise ValueError('on purpose')\n"
        "    return (yield)\n"
    )
    result = run(evals, "evals", "-k", "c00")
    result.assert_outcomes(failed=1, deselected=29)
    result.stdout.fnmatch_lines(["*on purpose*"])


def test_cases_from_a_file_beside_the_suite_name_that_file(evals: pytest.Pytester) -> None:
    text = suite_text("tiny", 1) + "  - file: more.jsonl\n"
    write(evals.path / "evals/tiny.yaml", text)
    case = '{"id": "far", "inputs": {"ticket": "Which number is 3?"}, "expect": [{"equals": "number 4"}]}\n'
    write(evals.path / "evals/more.jsonl", case)
    result = run(evals, "evals", "-k", "far")
    result.stdout.fnmatch_lines(["*answer 1: *"])


def test_two_workers_ask_once(recorded: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    shutil.copytree(recorded, tmp_path / "project")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "evals", "-n", "2", "-p", "no:randomly", "-p", "no:cacheprovider"],
        cwd=tmp_path / "project", env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "30 passed" in done.stdout, done.stdout + done.stderr
    runs = list((tmp_path / "project/reports/runs").glob("*.jsonl"))
    assert len(runs) == 2


@pytest.mark.parametrize("says", ["flag", "settings"])
def test_where_only_data_is_trusted_no_conftest_is_run(
    evals: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    marker = evals.path / "marker"
    for folder in ("", "evals/"):
        write(evals.path / f"{folder}conftest.py", f"open({str(marker)!r}, 'w')\n")
    flags = ["--harness-data-only"] if says == "flag" else []
    if says == "settings":
        write(evals.path / "pyproject.toml", "[tool.harness]\ndata_only = true\n")
    refused = run(evals, "evals", *flags)
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*add --noconftest: a conftest.py is code too*"])
    run(evals, "evals", "--noconftest", *flags).assert_outcomes(passed=30)
    assert not marker.exists()


def test_where_only_data_is_trusted_a_suite_with_code_is_an_error(evals: pytest.Pytester) -> None:
    text = (evals.path / "evals/tiny.yaml").read_text() + "defaults: {expect: [{javascript: 'true'}]}\n"
    write(evals.path / "evals/tiny.yaml", text)
    result = run(evals, "evals", "--harness-data-only", "--noconftest")
    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*a grader in JavaScript runs code, and only data is trusted here*"])
    write(evals.path / "pyproject.toml", "[tool.harness]\nmode = 5\n")
    assert run(evals, "evals").ret != pytest.ExitCode.OK
