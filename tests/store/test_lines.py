"""A line of a journal: what goes in comes out, and half a line is none."""

from dataclasses import replace

import pytest
from hypothesis import given

from harness.call.step import Step
from harness.record import Record
from harness.store.lines import decode, dump_info, dump_record, encode, load_info, load_record
from tests.store.samples import RECORDS, info, record


@given(RECORDS)
def test_a_record_comes_back_as_it_was(one: Record) -> None:
    body = decode(encode({"record": dump_record(one, str)})[:-1])
    assert body is not None
    assert load_record(body["record"]) == one


def test_run_information_comes_back_as_it_was() -> None:
    assert load_info(dump_info(info())) == info()


def test_a_lone_surrogate_cannot_break_a_line() -> None:
    body = decode(encode({"text": "a\ud800b"})[:-1])
    assert body == {"text": "a?b"}


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"score": float("nan")})


def test_a_step_passes_the_redaction_with_everything_a_model_wrote_in_it() -> None:
    step = Step(
        number=1, turn=1, kind="tool", text="a secret", tool="a secret", arguments='{"a secret":"a secret"}'
    )

    dumped = str(dump_record(replace(record(), steps=(step,)), lambda text: text.replace("secret", "*")))

    assert "secret" not in dumped
    assert dumped.count("a *") == 4
