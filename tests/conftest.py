"""What every test gets: no network unless it asks for loopback, and one Hypothesis profile per occasion."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
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
