from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from harness.call.canonical import body, canonical
from harness.call.exchange import Usage
from harness.units import Json, Seconds, Tokens
from tests.doubles import REQUEST

SCHEMA: dict[str, Json] = {"type": "object"}


def test_the_body_is_what_the_messages_api_takes() -> None:
    full = replace(REQUEST, effort="low", thinking="adaptive", output_schema=SCHEMA, stop_sequences=("###",))
    assert body(full) == {
        "model": "claude-opus-5-5",
        "max_tokens": 400,
        "system": "Sort the ticket.",
        "messages": [{"role": "user", "content": "Where is my parcel?"}],
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
        "stop_sequences": ["###"],
    }


def test_what_is_not_said_is_not_sent() -> None:
    assert set(body(replace(REQUEST, system=None))) == {"model", "max_tokens", "messages"}


@given(st.integers(1, 9), st.floats(0, 1e6))
def test_what_the_guards_note_on_a_request_is_never_sent(attempt: int, expires_at: float) -> None:
    noted = replace(REQUEST, attempt=attempt, expires_at=Seconds(expires_at), on_withdrawn=lambda: None)
    assert canonical(body(noted)) == canonical(body(REQUEST))


def test_the_whole_prompt_is_what_is_fresh_written_and_read() -> None:
    usage = Usage(
        input_tokens=Tokens(1),
        output_tokens=Tokens(500),
        cache_write_5m_tokens=Tokens(20),
        cache_write_1h_tokens=Tokens(300),
        cache_read_tokens=Tokens(4000),
    )
    assert usage.prompt_tokens == 4321
