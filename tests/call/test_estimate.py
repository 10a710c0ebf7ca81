from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.call.estimate import estimate_input_tokens
from harness.call.exchange import Message
from harness.units import Json
from tests.doubles import REQUEST

PROSE = "The parcel was sent on Monday, and it should have arrived by the end of last week. " * 40


def test_prose_is_never_estimated_below_a_token_for_each_three_bytes() -> None:
    request = replace(REQUEST, messages=(Message(role="user", content=PROSE),))
    assert estimate_input_tokens(request) >= len(PROSE.encode()) / 3 * 1.3


@given(st.text(st.characters(codec=None), max_size=50), st.text(st.characters(codec=None), max_size=50))
def test_more_text_is_never_fewer_tokens(text: str, more: str) -> None:
    short = replace(REQUEST, messages=(Message(role="user", content=text),))
    long = replace(REQUEST, messages=(Message(role="user", content=text + more),))
    assert 0 < estimate_input_tokens(short) <= estimate_input_tokens(long)


def test_the_schema_of_the_output_counts() -> None:
    schema: dict[str, Json] = {"type": "object", "properties": {"queue": {"type": "string"}}}
    assert estimate_input_tokens(replace(REQUEST, output_schema=schema)) > estimate_input_tokens(REQUEST) + 20
