"""The workflows keep secrets and strangers' changes apart."""

import re

import pytest

from tests.github.workflows import FOLDER, NAMES, ROOT, STARTER, runs, steps, text, triggers, workflow

WITHOUT_SECRETS = ("ci", "prompt-gate", "prompt-gate-comment")
EVERY_FILE = [*FOLDER.glob("*.yml"), *STARTER.glob("*.yml")]


def test_every_workflow_is_looked_at() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_may_do_anything_unless_a_job_says_so(name: str) -> None:
    assert workflow(name)["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow(name)["jobs"].values())


@pytest.mark.parametrize("path", EVERY_FILE, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: object) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]  # type: ignore[attr-defined]  # a Path
    assert all(re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines), lines


def test_the_same_action_is_the_same_commit_everywhere() -> None:
    pins = {pin for path in EVERY_FILE for pin in re.findall(r"uses: (\S+@\S+)", path.read_text("utf-8"))}
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@pytest.mark.parametrize("name", NAMES)
def test_no_workflow_runs_a_stranger_s_change_with_the_rights_of_the_base(name: str) -> None:
    assert "pull_request_target" not in text(name)
    assert all(
        step["with"]["persist-credentials"] is False
        for step in steps(name)
        if "checkout" in step.get("uses", "")
    )


@pytest.mark.parametrize("name", NAMES)
def test_commands_take_values_from_the_environment_never_from_a_template(name: str) -> None:
    assert not [run for run in runs(name).values() if "${{" in run]


@pytest.mark.parametrize("name", WITHOUT_SECRETS)
def test_only_the_live_gate_knows_a_secret(name: str) -> None:
    assert "secrets." not in text(name)
    assert "ANTHROPIC" not in text(name)


def test_the_gate_of_forks_can_only_read() -> None:
    assert set(triggers("prompt-gate")) == {"pull_request"}
    (job,) = workflow("prompt-gate")["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    assert "environment" not in job


def test_the_tool_comes_from_the_base_and_is_installed_before_the_change_is_touched() -> None:
    for name in ("prompt-gate", "prompt-gate-live"):
        base, change, _python, install, take, *_rest = steps(name)
        assert "base.sha" in base["with"]["ref"]
        assert "path" not in base["with"]
        assert change["with"]["path"] == "change"
        assert install["run"].endswith("--constraint constraints.txt .")
        assert take["run"].startswith(".github/take-data ")


def test_the_comment_has_no_key_and_checks_nothing_of_the_change_out() -> None:
    (job,) = workflow("prompt-gate-comment")["jobs"].values()
    assert job["permissions"] == {"contents": "read", "actions": "read", "pull-requests": "write"}
    (checkout,) = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert "ref" not in checkout["with"]
    assert triggers("prompt-gate-comment")["workflow_run"]["workflows"] == [workflow("prompt-gate")["name"]]


def test_the_comment_links_the_page_under_the_name_it_is_kept_by() -> None:
    one, several = list(steps("prompt-gate"))[-2:]
    kept = one["with"]["path"]
    assert f"--html {kept}" in runs("prompt-gate")["Gate"]
    assert one["with"]["archive"] is False
    assert "name" not in one["with"]
    assert f"--report {several['with']['name']} " in runs("prompt-gate-comment")["Comment"]
    assert kept == f"{several['with']['path']}{several['with']['name']}.html"
    assert one["if"] == f"always() && hashFiles('{kept}') != ''"


@pytest.mark.parametrize(
    ("name", "environment", "cap"),
    [("prompt-gate-live", "evals", '--budget "$BUDGET"'), ("prompt-baseline", "baseline", "--budget 5.00")],
)
def test_the_key_is_in_one_step_of_an_environment_with_a_cap_and_a_time_limit(
    name: str, environment: str, cap: str
) -> None:
    (job,) = workflow(name)["jobs"].values()
    assert job["environment"] == environment
    (asking,) = [step for step in job["steps"] if "secrets." in str(step)]
    assert cap in asking["run"]
    assert text(name).count("secrets.") == 1


def test_samples_of_a_baseline_come_from_runs_of_the_default_branch_alone() -> None:
    assert set(triggers("prompt-baseline")) == {"push", "schedule", "workflow_dispatch"}
    assert triggers("prompt-baseline")["push"]["branches"] == ["main"]
    for name in ("prompt-baseline", "prompt-gate-live"):
        (fetch,) = [run for run in runs(name).values() if "gh run download" in run]
        assert "--workflow prompt-baseline.yml --branch main " in fetch
        assert 'select(.event == "push" or .event == "schedule")' in fetch
        assert "actions/cache" not in text(name)


def test_samples_are_only_kept_where_no_secret_was_found_in_them() -> None:
    names = [step.get("name") for step in steps("prompt-baseline")]
    assert names.index("No secret stays with it") == names.index("Keep the samples") - 1
    (keep,) = [step for step in steps("prompt-baseline") if step.get("name") == "Keep the samples"]
    assert keep["if"] == "always() && steps.scan.outcome == 'success'"


def test_ci_runs_what_the_readme_says_on_every_python_we_claim() -> None:
    jobs = workflow("ci")["jobs"]
    job, required = jobs["test"], jobs["required"]
    claimed = re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8")
    )
    assert job["strategy"]["matrix"]["python"] == claimed
    assert set(required["needs"]) == jobs.keys() - {"required"}
    assert required["steps"][0]["run"].count("success") == len(required["needs"])
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")
