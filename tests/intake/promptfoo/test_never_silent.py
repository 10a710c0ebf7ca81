"""Configurations with something odd in them: no crash, every assertion accounted for, and what is written is right."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import HarnessError
from harness.suite.read import check
from tests.intake.projects import imported, made
from tests.intake.promptfoo.walker import assertions

CONFIGS = Path(__file__).parent / "configs"
# Those whose assertions all stand in one file.
ALONE = ("texts", "scenarios", "judged", "structures", "code", "unusual", "templates")
_TREES = {name: yaml.safe_load((CONFIGS / name / "promptfooconfig.yaml").read_text()) for name in ALONE}
_JUNK: list[Any] = [
    None, True, 0, -1, 1e308, 10**40, "", " ", "file://", "file://../../x", "file://x.yaml", "{{", "{% if %}", "{{ a.b.c }}", "\x07",
    "a\u2028b", "\u202eabc", "(", "(?<x", [], {}, [[]], [None], {"": 1}, {"assert": []}, {"type": 5}, ["x", ["y"]], "javascript:", "x" * 5000,
    {"type": "assert-set"}, {"type": "not-"}, {"type": "not-not-equals", "value": "x"}, {"$ref": "#/x"}, "api_key", {"api_key": "x"}, ".nan", "0o17",
    {"type": "regex", "value": "a{5000}"}, {"type": "javascript", "value": "(" * 99}, {"type": "python", "value": "\\"}, {"vars": {"assert": [{}]}},
]  # fmt: skip


def _spots(tree: Any) -> list[tuple[Any, Any]]:
    """Every container with every key of it."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = (
            list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        )
        for key in keys:
            found.append((node, key))
            waiting.append(node[key])
    return found


def _change(tree: Any, chance: Random) -> None:
    spots = _spots(tree)
    if not spots:
        return
    node, key = chance.choice(spots)
    what = chance.choice(["junk", "gone", "wrapped", "doubled", "renamed"])
    if what == "junk":
        node[key] = chance.choice(_JUNK)
    elif what == "gone":
        del node[key]
    elif what == "wrapped":
        node[key] = chance.choice([[node[key]], {"x": node[key]}])
    elif isinstance(node, list):
        node.append(json.loads(json.dumps(node[key])))
    else:
        node[chance.choice(["vars", "tests", "value", "x", "type", f"{key}s"])] = node.pop(key)


def _try(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - repeatable
    name = chance.choice(ALONE)
    tree = json.loads(json.dumps(_TREES[name]))
    for _ in range(chance.randint(1, 4)):
        _change(tree, chance)
    with tempfile.TemporaryDirectory() as made_here:
        folder = Path(made_here) / "given"
        shutil.copytree(CONFIGS / name, folder)
        (folder / "promptfooconfig.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True))
        try:
            found = imported(folder)
        except HarnessError as error:
            assert error.exit_status == 2  # noqa: PT017 - said, and not a crash
            return
        counts = found.inventory.counts()
        assert all(each.adds_up for each in counts.values())
        met = counts["assertion"].met if "assertion" in counts else 0
        assert met == assertions(yaml.safe_load((folder / "promptfooconfig.yaml").read_text()))
        assert not found.files or check(made(found)) == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_is_odd_is_accounted_for(seed: int) -> None:
    _try(seed)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.integers(0, 10**9))
def test_whatever_is_odd_is_accounted_for_many_times_over(seed: int) -> None:
    _try(seed)
