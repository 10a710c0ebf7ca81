"""Whatever stands under `expect:`, it is read, or somebody is told why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import Problem
from harness.suite.canonical import canonical
from harness.suite.expectation import spelled
from harness.suite.forms.graders.form import GraderForm
from harness.suite.forms.graders.table import GRADERS
from harness.suite.notation.document import parse
from tests.grade.tables import reader

values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**10)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", " ", "x", "$.a", "$.[", "(", "de", "en-GB", "80%", "end_turn", "levenshtein", "é" * 9]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["contains", "x", "a"]), inner)
    ),
    max_leaves=4,
)


def bodies(form: GraderForm) -> st.SearchStrategy[Any]:
    optional = dict.fromkeys(form.keys, values)
    return values | st.fixed_dictionaries({}, optional=optional)


@pytest.mark.parametrize("name", GRADERS)
@settings(max_examples=40)
@given(data=st.data())
def test_an_entry_is_read_or_refused_and_never_dropped(name: str, data: st.DataObject) -> None:
    body, negated = data.draw(bodies(GRADERS[name])), data.draw(st.booleans())
    entry = {"not": {name: body}} if negated else {name: body}
    problems: list[Problem] = []
    node = parse("evals/triage.yaml", json.dumps(entry), problems)
    assert node is not None
    read = reader(problems).read(node)
    assert (read is None) <= bool(problems), "nothing was read, and nobody was told"
    if read is not None and not problems:
        assert (read.grader, read.negated) == (name, negated)
        assert canonical(spelled(read))
