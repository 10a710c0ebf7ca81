"""Any expectation, any text, any JSON."""

from __future__ import annotations

import json
from typing import get_args

from hypothesis import strategies as st

from harness.call.exchange import StopReason
from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.limits import REASONS, Cost, Finish, Latency, Tokens
from harness.suite.expectations.manner import Confidence, Refusal
from harness.suite.expectations.number import Number
from harness.suite.expectations.similarity import Measure, Similarity
from harness.suite.expectations.structure import JsonDiff, JsonPath, JsonSchema, JsonSubset
from harness.suite.expectations.text import Contains, EndsWith, Equals, Length, Matches, StartsWith

PLACE = Place("evals/triage.yaml", 7, 9)

weights = st.floats(min_value=1e-6, max_value=1e6)
finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0, max_value=1e6)
paths = st.one_of(
    st.sampled_from(["$", "$.a", "$..a", "$[0]", "$[*]", "$.a.b", "$[?search(@, 'a')]", "$.[", ""]),
    st.text(max_size=6),
)
maybe_path = st.none() | paths
words = st.lists(st.text(max_size=5), max_size=3).map(tuple)
bounds = st.none() | st.integers(min_value=0, max_value=50)
patterns = st.one_of(st.sampled_from(["a", "(?i)sorry", "(", "^$", r"\d+", "(?=x)"]), st.text(max_size=6))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
schemas = (
    st.sampled_from(
        [
            {"type": "object"},
            {"type": "number"},
            True,
            {},
            {"type": "nonsense"},
            {"$ref": "https://a.example/x"},
        ]
    )
    | values
)


def expectations() -> st.SearchStrategy[Expectation]:
    shared = {"place": st.just(PLACE), "weight": weights, "negated": st.booleans()}
    return st.one_of(
        st.builds(
            Equals, value=values, path=maybe_path, ignore_case=st.booleans(), strip=st.booleans(), **shared
        ),
        st.builds(Contains, all_of=words, any_of=words, path=maybe_path, ignore_case=st.booleans(), **shared),
        st.builds(Matches, pattern=patterns, path=maybe_path, ignore_case=st.booleans(), **shared),
        st.builds(Number, value=finite, tolerance=positive, relative=positive, path=maybe_path, **shared),
        st.builds(JsonPath, path=paths, exists=st.booleans(), count=st.none() | st.integers(0, 3), **shared),
        st.builds(
            JsonSchema,
            schema=schemas,
            fenced=st.booleans(),
            anywhere=st.booleans(),
            path=maybe_path,
            **shared,
        ),
        st.builds(JsonSubset, value=values, path=maybe_path, **shared),
        st.builds(
            JsonDiff, to=values, path=maybe_path, ignore=st.lists(paths, max_size=2).map(tuple), **shared
        ),
        st.builds(StartsWith, any_of=words, path=maybe_path, ignore_case=st.booleans(), **shared),
        st.builds(EndsWith, any_of=words, path=maybe_path, ignore_case=st.booleans(), **shared),
        st.builds(Number, least=st.none() | finite, most=st.none() | finite, path=maybe_path, **shared),
        st.builds(
            Similarity,
            to=st.lists(st.text(max_size=5), min_size=1, max_size=2).map(tuple),
            by=st.sampled_from(get_args(Measure)),
            at_least=st.none() | st.floats(0.01, 1),
            most_edits=st.none() | st.integers(0, 9),
            path=maybe_path,
            ignore_case=st.booleans(),
            **shared,
        ),
        st.builds(
            Length,
            **dict.fromkeys(
                [
                    f"{side}_{unit}"
                    for side in ("min", "max")
                    for unit in ("chars", "words", "sentences", "lines")
                ],
                bounds,
            ),
            path=maybe_path,
            **shared,
        ),
        st.builds(Finish, any_of=st.lists(st.sampled_from(sorted(REASONS)), min_size=1).map(tuple), **shared),
        st.builds(Cost, at_most_usd=st.decimals(0, 10, places=4), **shared),
        st.builds(Latency, at_most_s=positive, **shared),
        st.builds(Tokens, max_output=bounds, max_input=bounds, **shared),
        st.builds(Refusal, expected=st.booleans(), pattern=st.none() | patterns, **shared),
        st.builds(Confidence, path=paths, **shared),
    )


anything = expectations()
any_text = st.text(st.characters(), max_size=40) | st.text(
    st.characters(categories=["Cs", "Cc", "Cf", "Nd", "Sc"])
)
answers = (
    any_text
    | values.map(json.dumps)
    | st.sampled_from(["12", "-$5", "1,234.5", '{"a": 1, "a": 2}', "[" * 9999])
)
no_answer = st.one_of(
    st.tuples(
        st.sampled_from(
            [
                StopReason.REFUSAL,
                StopReason.MAX_TOKENS,
                StopReason.CONTEXT_EXCEEDED,
                StopReason.TOOL_USE,
                StopReason.PAUSE_TURN,
            ]
        ),
        answers,
    ),
    st.tuples(
        st.sampled_from([StopReason.END_TURN, StopReason.STOP_SEQUENCE]),
        st.sampled_from(["", " ", "\n\t", "\u200b", "\ufeff \u2028"]),
    ),
)
