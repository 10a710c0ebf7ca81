"""Virtual time, and ears for events."""

import pytest

from tests.call.bench import Heard
from tests.virtual import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def heard() -> Heard:
    return Heard()
