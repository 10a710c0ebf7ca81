"""What every test gets: no network unless it asks for loopback, and one Hypothesis profile per occasion."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

from tests.canary_watch import no_secret_leaves, pytest_runtest_makereport

__all__ = ["no_secret_leaves", "pytest_runtest_makereport"]

pytest_plugins = ["pytester"]

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(autouse=True)
def loopback_only_when_asked(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test marked `loopback` may talk to 127.0.0.1; no other test may open a socket."""
    if request.node.get_closest_marker("loopback") is None:
        yield
        return
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"])
    yield
    disable_socket(allow_unix_socket=True)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, address or setting of the developer's reaches a test."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "HARNESS_", "GITHUB_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with recordings of its versions, made over HTTP. Only to be copied."""
    from harness.cli.main import main
    from tests.projects import KEY, RECORDED, loopback, tiny_model, write_project
    from tests.standin import StandIn

    folder = write_project(tmp_path_factory.mktemp("recorded") / "project")
    patching = pytest.MonkeyPatch.context()
    with loopback(), contextlib.chdir(folder), patching as patch, StandIn(tiny_model) as server:
        patch.setenv("ANTHROPIC_BASE_URL", server.url)
        patch.setenv("ANTHROPIC_API_KEY", KEY)
        for version in RECORDED:
            assert main(["run", "tiny", "--version", version, "--mode", "record"]) == 0
    shutil.rmtree(folder / "reports")
    return folder


@pytest.fixture
def tiny(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the tiny project, to work in."""
    folder = tmp_path / "tiny"
    shutil.copytree(recorded, folder)
    monkeypatch.chdir(folder)
    return folder
