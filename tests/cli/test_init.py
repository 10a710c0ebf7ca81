from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import harness
from tests.cli.conftest import Type

ROOT = Path(__file__).parents[2]


def test_it_lists_what_it_wrote_and_says_what_comes_next(tmp_path: Path, typed: Type) -> None:
    said = typed("init", str(tmp_path / "demo"))
    written = {Path(line) for line in said.out.splitlines()}
    there = {path for path in (tmp_path / "demo").rglob("*") if path.is_file()}
    assert said.status == 0
    assert written == there
    assert said.err.splitlines() == ["next", f"  cd {tmp_path / 'demo'}", "  harness check", "  harness gate"]


def test_here_is_the_default(tmp_path: Path, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = typed("init")
    assert "cd " not in said.err
    assert (tmp_path / ".github/workflows/prompt-gate.yml").is_file()


def test_nothing_is_overwritten(tmp_path: Path, typed: Type) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / ".gitignore").write_text("mine\n")
    said = typed("init", str(tmp_path))
    assert said.status == 2
    assert ".gitignore and prompts" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "prompts"]


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path, typed: Type) -> None:
    (tmp_path / "file").write_text("")
    said = typed("init", str(tmp_path / "file" / "demo"))
    assert said.status == 2
    assert "choose another folder" in said.err


def test_the_gate_passes_at_once_and_offline(project: Path, typed: Type) -> None:
    said = typed("gate")
    assert said.status == 0
    assert said.out.startswith("PASS")


def test_every_schema_a_file_names_is_there(project: Path) -> None:
    named = [
        (path.parent / line.split("$schema=")[1]).resolve()
        for path in project.rglob("*.yaml")
        for line in path.read_text("utf-8").splitlines()
        if "$schema=" in line
    ]
    assert len(named) == 4
    assert all(schema.is_file() and project in schema.parents for schema in named)


def test_every_recording_says_that_it_was_made_up(project: Path) -> None:
    files = list(project.glob("fixtures/*/*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()[1:]]
    assert (len(files), len(lines)) == (2, 60)
    assert all('"synthetic":true' in line for line in lines)


def test_the_pins_are_those_of_this_project(project: Path) -> None:
    ours = yaml.safe_load((ROOT / "prompts/models.yaml").read_text("utf-8"))["models"]
    theirs = yaml.safe_load((project / "prompts/models.yaml").read_text("utf-8"))["models"]
    for each in (*ours.values(), *theirs.values()):
        for row in each["prices"]:
            del row["source"]
    assert theirs == {name: ours[name] for name in theirs}


def test_every_slice_is_large_enough_to_be_judged(project: Path) -> None:
    cases = yaml.safe_load((project / "evals/sentiment.yaml").read_text("utf-8"))["cases"]
    tags = [tag for case in cases for tag in case["tags"]]
    assert len(cases) == 30
    assert min(tags.count(tag) for tag in tags) >= 8


def test_the_workflow_is_safe_for_forks(project: Path) -> None:
    text = (project / ".github/workflows/prompt-gate.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    uses = [step["uses"] for step in workflow["jobs"]["gate"]["steps"] if "uses" in step]
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    assert "secrets" not in text
    assert all(len(each.partition("@")[2]) == 40 for each in uses)
    assert f"prompt-harness=={harness.__version__}" in text


def test_the_workflow_has_no_finding_of_a_security_linter(project: Path) -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    command = [zizmor, "--offline", "--quiet", str(project / ".github/workflows/prompt-gate.yml")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.loopback
def test_the_recordings_are_what_the_generator_makes(starter: Path, tmp_path: Path) -> None:
    from tests.synthetic_starter.record import record_starter

    assert record_starter(tmp_path) == 60
    for made in tmp_path.glob("*/*.jsonl"):
        assert made.read_bytes() == (starter / "fixtures" / made.relative_to(tmp_path)).read_bytes()


@pytest.mark.slow
def test_the_wheel_holds_the_starter(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from harness.cli.main import main; import harness\n"
        "assert harness.__file__.startswith(sys.argv[1])\n"
        "sys.exit(main(['init', 'demo']))"
    )
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    subprocess.run([sys.executable, "-c", script, str(wheel)], cwd=tmp_path, check=True, env=environment)
    assert (tmp_path / "demo/.harness/schema/suite.schema.json").is_file()
