"""The example with tools: its recordings can be made again, and they say what its page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.projects import harness, read_json
from tests.synthetic_orders.record import EXAMPLE, record_orders

FILES = [path.name for path in sorted((EXAMPLE / "fixtures/orders").iterdir())]


@pytest.mark.slow
@pytest.mark.loopback
def test_the_recordings_of_the_example_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    record_orders(tmp_path)

    assert sorted(path.name for path in (tmp_path / "orders").iterdir()) == FILES
    for name in FILES:
        assert (tmp_path / "orders" / name).read_bytes() == (EXAMPLE / "fixtures/orders" / name).read_bytes()


def test_a_better_description_of_a_tool_is_an_improvement(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLE, folder)

    done = harness(folder, "gate", "orders", "--json")

    assert done.returncode == 0, done.stderr
    said = read_json(done.stdout)
    assert (said["status"], said["label"], said["synthetic"]) == ("PASS", "improved", True)
    assert said["accounting"]["baseline"]["failed"] == 9  # those that went in circles
    assert said["accounting"]["candidate"]["failed"] == 0
