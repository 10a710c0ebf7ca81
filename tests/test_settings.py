"""The environment and `[tool.harness]`: defaults, mistakes, and what never shows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.budgets import Budgets
from harness.errors import FilesRejected, UsageError
from harness.settings import Settings, check_budgets, mode_of, read_settings
from harness.units import Seconds
from tests.projects import KEY, write, write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project", 1)


def read(folder: Path, table: str = "", **environ: str) -> Settings:
    write(folder / "pyproject.toml", table)
    return read_settings(folder / "evals", environ)


def test_nothing_has_to_be_set(folder: Path) -> None:
    settings = read(folder)
    assert settings.root == folder.resolve()
    assert (settings.mode, settings.at_once) == ("replay", 8)
    assert settings.store == folder.resolve() / "reports/harness.duckdb"
    assert settings.runs == folder.resolve() / "reports/runs"
    assert (settings.api_key, settings.base_url, settings.secrets) == ("", "", ())
    assert (settings.in_ci, settings.in_github, settings.no_color) == (False, False, False)


def test_a_project_without_pyproject_has_the_same_defaults(folder: Path) -> None:
    assert read_settings(folder, {}) == read(folder)


def test_the_table_overrides_the_defaults(folder: Path) -> None:
    table = '[tool.harness]\nreports = "out"\nfixtures = "tapes"\nmode = "live"\nat_once = 2\nattempt_timeout_s = 1.5\n'
    settings = read(folder, table)
    assert (settings.reports.name, settings.fixtures.name) == ("out", "tapes")
    assert (settings.mode, settings.at_once, settings.attempt_timeout) == ("live", 2, 1.5)


def test_answers_are_streamed_where_the_table_says_so(folder: Path) -> None:
    assert (read(folder).stream, read(folder).idle_timeout) == (False, 60.0)
    settings = read(folder, "[tool.harness]\nstream = true\nidle_timeout_s = 90\n")
    assert (settings.stream, settings.idle_timeout) == (True, 90.0)


@pytest.mark.parametrize(
    ("environ", "key", "name"),
    [
        ({"ANTHROPIC_API_KEY": KEY}, KEY, "ANTHROPIC_API_KEY"),
        ({"ANTHROPIC_API_KEY": " ", "ANTHROPIC_AUTH_TOKEN": f"{KEY}\n"}, KEY, "ANTHROPIC_AUTH_TOKEN"),
        ({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_AUTH_TOKEN": "another"}, KEY, "ANTHROPIC_API_KEY"),
    ],
)
def test_a_token_stands_in_for_a_key_that_is_not_there(
    folder: Path, environ: dict[str, str], key: str, name: str
) -> None:
    settings = read(folder, **environ)
    assert (settings.api_key, settings.key_name) == (key, name)
    assert KEY in settings.secrets
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    "table",
    [
        "[tool.harness.budget]\ncall_usd = 0.1\nrun_usd = 5\nday_usd = 20.00\nmodels = {opus-5-5 = 3.00}\n",
        "[tool.harness]\nbudget = {call_usd = 0.1, run_usd = 5, day_usd = 20.0, models = {opus-5-5 = 3}}\n",
        "[tool.harness.budget]\ncall_usd = 0.10\nrun_usd = 5\nday_usd = 20\n[tool.harness.budget.models]\nopus-5-5 = 3\n",
    ],
)
def test_caps_are_exact_amounts_however_the_table_is_written(folder: Path, table: str) -> None:
    found = read(folder, table).budgets
    assert (found.call, found.run, found.day) == (Decimal("0.1"), Decimal(5), Decimal(20))
    assert found.models == {"opus-5-5": Decimal(3)}


def test_without_the_table_nothing_is_capped(folder: Path) -> None:
    assert read(folder).budgets == Budgets()


def test_a_cap_of_a_model_nobody_pinned_is_refused_where_it_stands(folder: Path) -> None:
    settings = read(folder, "[tool.harness]\n[tool.harness.budget]\nmodels = {opus-5 = 1}\n")
    check_budgets(settings, ["opus-5"])
    with pytest.raises(FilesRejected) as rejected:
        check_budgets(settings, ["opus-5-5", "haiku-5-5"])
    assert str(rejected.value) == (
        "pyproject.toml:3:1: unknown model 'opus-5' in [tool.harness.budget]; did you mean 'opus-5-5'?"
    )


def test_a_run_has_no_deadline_unless_it_is_given_one(folder: Path) -> None:
    assert read(folder).run_deadline is None
    assert read(folder).case_deadline == Seconds(1800.0)
    table = "[tool.harness]\nrun_deadline_s = 90\ncase_deadline_s = 5\n"
    assert read(folder, table).run_deadline == Seconds(90.0)
    assert read(folder, table).case_deadline == Seconds(5.0)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[tool.harness.budget]\nday_us = 2\n", "pyproject.toml:2:1: unknown key 'day_us' in [tool.harness.budget]; did you mean 'day_usd'?"),
        ("[tool.harness.budget]\nzzz = 2\n", "the keys are call_usd, run_usd, day_usd, models"),
        ("[tool.harnes.budget]\nrun_usd = 1\n", "pyproject.toml:1:2: unknown table 'tool.harnes'; did you mean 'tool.harness'?"),
        ("[tool]\nHarness = {mode = 'live'}\n", "pyproject.toml:1:1: unknown table 'tool.Harness'; did you mean 'tool.harness'?"),
        ("[tool.harness.budget]\nrun_usd = 0\n", "pyproject.toml:2:1: run_usd is not an amount of dollars above 0; write for instance run_usd = 2.50"),
        ("[tool.harness.budget]\nrun_usd = nan\n", "run_usd is not an amount of dollars above 0"),
        ("[tool.harness.budget]\nrun_usd = 1000000000\n", "run_usd is not an amount of dollars above 0"),
        ("[tool.harness.budget]\nrun_usd = inf\n", "run_usd is not an amount of dollars above 0"),
        ("[tool.harness.budget]\nrun_usd = true\n", "run_usd is not an amount of dollars above 0"),
        ("[tool.harness.budget]\nrun_usd = '2'\n", "run_usd is not an amount of dollars above 0"),
        ("[tool.harness.budget]\nmodels = 3\n", "pyproject.toml:2:1: models is not a table; write for instance models = {opus-5-5 = 3.00}"),
        ("[tool.harness.budget]\nmodels = {opus-5 = -1}\n", "pyproject.toml:2:1: opus-5 is not an amount of dollars above 0"),
        ("[tool.harness.budget.models]\nopus-5 = -1\n", "pyproject.toml:2:1: opus-5 is not an amount of dollars above 0"),
        ("[tool.harness]\nbudget = 3\n", "pyproject.toml:2:1: 'budget' in [tool.harness] is not a table; write [tool.harness.budget] on a line"),
        ("tool.harness.budget.day_usd = 0\n", "pyproject.toml:1:1: day_usd is not an amount"),
        ("[tool.harness]\nbudgets = 3\n", "unknown key 'budgets' in [tool.harness]; did you mean 'budget'?"),
        ("[tool.harness]\nrun_deadline_s = 0\n", "run_deadline_s is not a number above 0; write for instance run_deadline_s = 3600"),
        ("[tool.harness]\nreports = ''\n", "pyproject.toml:2:1: reports is not a text; write for instance"),
        ("[tool.harness]\nmode = 'live'\nmode = 'x'\n", "pyproject.toml:3:11: not valid TOML: Cannot overwrite a value"),
        ("[tool.harness\n", "pyproject.toml:1:14: not valid TOML: Expected ']'"),
        ("[tool.other]\nmode = 1\n[tool.harness]\n  mode = 1\n", "pyproject.toml:4:3: mode is not a text"),
        ("[tool.harness.gate]\nmargin = 5\n", "pyproject.toml:1:15: unknown key 'gate' in [tool.harness]"),
        ("[tool.harness]\nat_onec = 2\n", "pyproject.toml:2:1: unknown key 'at_onec' in [tool.harness]; did you mean 'at_once'?"),
        ("[tool.harness]\nzzz = 2\n", "the keys are reports, fixtures"),
        ("[tool.harness]\nreports = 5\n", "reports is not a text"),
        ("[tool.harness]\nmode = 'reply'\n", "no mode is called 'reply'"),
        ("[tool.harness]\nstream = 1\n", "pyproject.toml:2:1: stream is not true or false; write stream = true"),
        ("[tool.harness]\nidle_timeout_s = 0\n", "idle_timeout_s is not a number above 0"),
        ("[tool.harness]\nidle_timeout_s = true\n", "idle_timeout_s is not a number above 0"),
        ("[tool.harness]\nat_once = 0\n", "at_once is not a whole number above 0"),
        ("[tool.harness]\nat_once = 0.5\n", "at_once is not a whole number above 0"),
        ("[tool.harness]\nat_once = true\n", "at_once is not a whole number above 0"),
        ("[tool.harness]\nattempt_timeout_s = inf\n", "attempt_timeout_s is not a number above 0"),
        ("[tool.harness]\ncall_deadline_s = '3'\n", "call_deadline_s is not a number above 0"),
        ("[tool.harness\n", "not valid TOML"),
        ("tool = 5\n", "'tool' is not a table"),
        ("[tool]\nharness = 5\n", "'tool.harness' is not a table"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_line_and_the_remedy(folder: Path, table: str, said: str) -> None:
    with pytest.raises(FilesRejected) as rejected:
        read(folder, table)
    assert said in str(rejected.value)


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    with pytest.raises(FilesRejected) as rejected:
        read(folder, "[tool.harness]\nat_onec = 2\nmode = 'x'\n")
    assert len(rejected.value.problems) == 2


def test_two_tables_that_are_none_are_told_at_once(folder: Path) -> None:
    with pytest.raises(FilesRejected) as rejected:
        read(folder, "[tool.harness]\nbudget = 3\ncurrency = 'PKR'\n")
    assert [(each.place.line, each.what) for each in rejected.value.problems] == [
        (2, "'budget' in [tool.harness] is not a table"),
        (3, "'currency' in [tool.harness] is not a table"),
    ]


def test_a_line_is_found_below_its_own_table(folder: Path) -> None:
    with pytest.raises(FilesRejected, match=r"pyproject.toml:4:1"):
        read(folder, "[tool.other]\nmode = 'x'\n[tool.harness]\nmode = 'x'\n")


def test_without_a_project_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="harness init"):
        read_settings(tmp_path, {})


def test_a_mode_that_does_not_exist_lists_those_that_do() -> None:
    with pytest.raises(UsageError, match="replay, live, record"):
        mode_of("batch")


def test_the_environment_is_read_once_and_understood(folder: Path) -> None:
    env = {
        "ANTHROPIC_API_KEY": f" {KEY}\n",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
        "CI": "true",
        "NO_COLOR": "",
    }
    settings = read(folder, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="/s.md", **env)
    assert (settings.api_key, settings.base_url) == (KEY, "http://127.0.0.1:1")
    assert settings.in_ci
    assert settings.in_github
    assert settings.no_color
    assert settings.step_summary == Path("/s.md")


@pytest.mark.parametrize(
    ("env", "run"),
    [
        ({}, ""),
        (
            {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/n", "GITHUB_RUN_ID": "7"},
            "https://github.com/o/n/actions/runs/7",
        ),
        ({"CI_JOB_URL": "https://gitlab.example/o/n/-/jobs/7"}, "https://gitlab.example/o/n/-/jobs/7"),
        ({"CI_JOB_URL": "javascript:alert(1)"}, ""),
    ],
)
def test_the_log_of_a_job_has_an_address_where_the_service_says_one(
    folder: Path, env: dict[str, str], run: str
) -> None:
    assert read(folder, **env).ci_run == run


def test_a_dumb_terminal_has_no_colours(folder: Path) -> None:
    assert read(folder, TERM="dumb").no_color


def test_a_key_never_shows_and_counts_as_a_secret_with_and_without_its_line_end(folder: Path) -> None:
    settings = read(folder, ANTHROPIC_API_KEY=f"{KEY}\n")
    assert KEY not in repr(settings)
    assert KEY in settings.secrets


@given(
    st.sampled_from(
        ["GITHUB_TOKEN", "my_password", "SLACK_WEBHOOK_URL", "AWS_SECRET_ACCESS_KEY", "DB_PASSWD"]
    )
)
def test_whatever_is_called_a_secret_is_one(name: str) -> None:
    folder = Path(__file__).parents[1]
    settings = read_settings(folder, {name: "something long", "HOME": "/somewhere/else"})
    assert settings.secrets == ("something long",)


def test_short_values_are_no_secrets(folder: Path) -> None:
    assert read(folder, API_KEY="short", ANTHROPIC_API_KEY="x").secrets == ()


def test_a_pyproject_with_a_byte_order_mark_is_read(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.harness]\nat_once = 2\n")
    assert read_settings(folder, {}).at_once == 2


def test_a_pyproject_that_is_not_utf_8_is_refused_at_its_place(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(b"[tool.harness]\nmode = 'r\xe9'\n")
    with pytest.raises(FilesRejected, match=r"pyproject\.toml:2:10: byte 0xe9 is not UTF-8"):
        read_settings(folder, {})


def test_a_currency_is_read_with_its_rate_and_day(folder: Path) -> None:
    table = '[tool.harness.currency]\ncode = "PKR"\nper_usd = "281.50"\nas_of = 2026-11-20\n'
    (folder / "pyproject.toml").write_text(table, "utf-8")
    rate = read_settings(folder, {}).rate
    assert rate is not None
    assert (rate.code, str(rate.per_usd), rate.as_of.isoformat()) == ("PKR", "281.50", "2026-11-20")


def test_slips_in_the_currency_stand_with_the_others_at_their_places(folder: Path) -> None:
    table = '[tool.harness]\nmode = "fast"\n[tool.harness.currency]\ncode = "rupee"\nper_usd = 281.5\n'
    (folder / "pyproject.toml").write_text(table, "utf-8")
    with pytest.raises(FilesRejected) as rejected:
        read_settings(folder, {})
    said = [str(problem) for problem in rejected.value.problems]
    assert [line.split(":")[1] for line in said] == ["1", "2", "4", "5"]
    assert "as_of is not a date" in said[0]
    assert "per_usd is not a number above 0, as text" in said[3]


def test_a_currency_that_is_no_table_is_refused(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.harness]\ncurrency = "PKR"\n', "utf-8")
    with pytest.raises(FilesRejected, match=r"write \[tool.harness.currency\] on a line"):
        read_settings(folder, {})
