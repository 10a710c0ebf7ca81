"""Every reader of what others wrote, under the committed corpus and inputs near it. At length: `make fuzz`."""

from __future__ import annotations

import time

import pytest

from tests.fuzz.corpus import seeds
from tests.fuzz.mutations import near
from tests.fuzz.targets import TARGETS, Target

PATIENCE_S = 20.0
"""For one input, where the battery asks for two seconds: a machine under load is no finding."""
NEAR = {"suite": 60, "prompt": 60, "models": 40, "journal": 60}
"""Edited inputs of the slower targets; the others get 120."""


@pytest.mark.parametrize(("name", "target"), TARGETS.items())
def test_nothing_in_the_corpus_or_near_it_breaks_a_reader(name: str, target: Target) -> None:
    inputs = seeds(name)
    assert len(inputs) >= 5
    for each in (*inputs, *near(inputs, NEAR.get(name, 120), seed=1)):
        began = time.monotonic()
        try:
            target(each)
        except BaseException as broken:
            broken.add_note(f"{name}: {each!r}")
            raise
        assert time.monotonic() - began < PATIENCE_S, each


def test_the_same_seed_edits_alike() -> None:
    inputs = seeds("yaml")
    assert list(near(inputs, 20, seed=3)) == list(near(inputs, 20, seed=3))
    assert list(near(inputs, 20, seed=3)) != list(near(inputs, 20, seed=4))
