"""Real projects in temporary folders, and the command line as a function."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.main import main
from tests.canary import is_in


@dataclass(frozen=True)
class Said:
    """What one command line gave."""

    status: int
    out: str
    err: str


Type = Callable[..., Said]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    """Type a command line: `typed("check", "--json")`."""

    def type_it(*argv: str) -> Said:
        capsys.readouterr()
        try:
            status = main(argv)
        except SystemExit as usage:
            status = int(usage.code or 0)
        said = capsys.readouterr()
        assert not is_in(said.out + said.err)
        return Said(status, said.out, said.err)

    return type_it


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `harness init` writes. Only to be copied."""
    folder = tmp_path_factory.mktemp("starter") / "demo"
    assert main(["init", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def decided(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter after one `harness gate`. Only to be copied."""
    folder = tmp_path_factory.mktemp("decided") / "demo"
    shutil.copytree(starter, folder)
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        assert main(["gate"]) == 0
    return folder


@pytest.fixture
def project(starter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh project, to work in."""
    return _enter(starter, tmp_path, monkeypatch)


@pytest.fixture
def history(decided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two runs and a verdict, to work in."""
    return _enter(decided, tmp_path, monkeypatch)


def _enter(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    return folder
