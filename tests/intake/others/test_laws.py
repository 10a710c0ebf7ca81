"""What holds for files of every tool: nothing strange is a crash, and as much comes out as went in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.intake.constructs import Register
from harness.intake.deepeval.importing import DeepevalImport
from harness.intake.inspect_ai.importing import InspectImport
from harness.intake.inspect_ai.scorers import Scorer, known_scorers, outcome_of
from harness.intake.openai_evals.classes import Spec
from harness.intake.openai_evals.importing import RegistryImport
from harness.intake.samples import Sample
from harness.intake.tables.importing import TableImport
from tests.intake.others.made import imported, write_lines

Read = Callable[[Register, Path], list[Sample]]
READERS: dict[str, tuple[str, Read]] = {
    "inspect": ("sample", lambda register, path: InspectImport(register=register, scorer=Scorer(name="includes", options={})).read(path, path.name)),
    "openai-evals": ("sample", lambda register, path: RegistryImport(register=register, sole=Spec(kind="Includes", args={}, graded={})).read(path, path.name)),
    "deepeval": ("golden", lambda register, path: DeepevalImport(register=register).read(path, path.name)),
    "csv": ("row", lambda register, path: TableImport(register=register).read(path, path.name)),
}  # fmt: skip
each_reader = pytest.mark.parametrize("tool", sorted(READERS))
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)

KEYS = [
    "input",
    "target",
    "ideal",
    "expected_output",
    "expected",
    "id",
    "metadata",
    "choices",
    "turns",
    "messages",
]
KEYS += [
    "role",
    "content",
    "scorers",
    "eval",
    "samples",
    "config",
    "results",
    "name",
    "options",
    "tags",
    "inputs",
    "outputs",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
rows = st.lists(
    st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=5), min_size=1, max_size=4
)


@each_reader
@quick
@given(rows)
def test_as_many_come_out_as_went_in_whatever_they_hold(
    tmp_path: Path, tool: str, rows: list[dict[str, Any]]
) -> None:
    kind, read = READERS[tool]
    path = write_lines(tmp_path / "data.jsonl", *rows)
    wanted = sum(
        1 for line in path.read_text("utf-8").splitlines() if json.loads(line)
    )  # counted from the file itself
    try:
        _draft, inventory = imported(lambda register: read(register, path))
    except UsageError as error:
        assert "--input" in str(error)  # noqa: PT017 - a table may have no input at all
        return
    assert inventory.counts()[kind].met == wanted


@quick
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=5), values)
def test_no_log_is_too_strange(tmp_path: Path, head: dict[str, Any], samples: Any) -> None:
    path = tmp_path / "log.json"
    path.write_text(json.dumps({**head, "eval": head, "samples": samples}), "utf-8")
    _draft, inventory = imported(lambda register: READERS["inspect"][1](register, path))
    assert inventory.constructs


@quick
@given(st.text(alphabet=" \n:-[]{}&*!|>ab\"'#,", max_size=60))
def test_no_registry_is_too_strange(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evals.yaml"
    path.write_text(text, "utf-8")
    imported(lambda register: READERS["openai-evals"][1](register, path))


@given(
    st.sampled_from(known_scorers()),
    st.lists(st.text(max_size=8), min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(("location", "numeric", "pattern", "ignore_case", "stop_words")), st.sampled_from(("end", "any", "letter", "(a)", True, False, 3))),
)  # fmt: skip
def test_a_scorer_gives_what_our_readers_take_or_nothing(
    name: str, targets: list[str], options: dict[str, Any]
) -> None:
    outcome = outcome_of(Scorer(name=name, options=options), targets)
    assert (outcome.fate == "listed") == (outcome.expect == ())
    assert outcome.reason
