"""Long simulations run only when asked for by name: `pytest tests/sim -m sim -s`."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "sim" in config.getoption("-m"):
        return
    for item in items:
        if item.get_closest_marker("sim"):
            item.add_marker(pytest.mark.skip(reason="a long simulation; ask with -m sim"))
