from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from harness.call.canonical import body
from harness.call.estimate import most_prompt_tokens
from harness.call.exchange import Request, Usage
from harness.plan import request_for
from harness.providers.prices import cost, worst_case
from harness.suite.forms.prompts import text_digest
from harness.suite.read import read_project
from harness.suite.spoken import spoken
from harness.trial import Variant
from harness.units import Tokens
from tests.suite.files import PROMPT, said, with_files

SYSTEM = "system:\n  cache: 1h\n  text: |\n    You sort support tickets.\n"
PLAIN = "system: |\n  You sort support tickets.\n"
DAY = date(2026, 11, 20)


def with_marks(prompt: str) -> Request:
    project = read_project(with_files({"prompts/triage/v1.yaml": prompt}))
    variant = Variant(prompt=project.prompts["triage", "v1"], model=project.models["opus"])
    return request_for("triage", project.suites["triage"].cases[0], variant, repeat=1)


def test_a_marked_part_is_sent_as_a_block_with_its_time() -> None:
    prompt = PROMPT.replace(PLAIN, SYSTEM).replace("  - user: |", "  - cache: true\n    user: |")
    sent = body(with_marks(prompt))
    assert sent["system"] == [
        {
            "type": "text",
            "text": "You sort support tickets.\n",
            "cache_control": {"type": "ephemeral", "ttl": "1h"},
        }
    ]
    content = sent["messages"][0]["content"]  # type: ignore[index, call-overload]
    assert content[0]["cache_control"] == {"type": "ephemeral"}  # type: ignore[index, call-overload]


def test_a_prompt_without_marks_is_sent_as_it_always_was() -> None:
    sent = body(with_marks(PROMPT))
    assert sent["system"] == "You sort support tickets.\n"
    assert isinstance(sent["messages"][0]["content"], str)  # type: ignore[index, call-overload]
    assert body(with_marks(PROMPT.replace(PLAIN, SYSTEM.replace("  cache: 1h\n", "")))) == sent


def test_a_mark_is_part_of_the_prompt_and_is_shown() -> None:
    project = read_project(with_files({"prompts/triage/v2.yaml": PROMPT.replace(PLAIN, SYSTEM)}))
    one, two = project.prompts["triage", "v1"], project.prompts["triage", "v2"]
    assert text_digest(one) != text_digest(two)
    assert "system, cached for 1h:" in spoken(two)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PLAIN, SYSTEM.replace("1h", "2h"), "'cache' cannot be text; write true, 5m or 1h, or remove it"),
        (PLAIN, SYSTEM.replace("1h", "false"), "'cache' cannot be `false` (true or false); write true, 5m or 1h, or remove it"),
        (PLAIN, SYSTEM.replace("cache", "cash"), "the system prompt has no key 'cash'; did you mean 'cache'?"),
        ("  - user: |", "  - cache: 5m\n    user: a\n  - cache: 1h\n    user: |", "the API refuses a part that is cached for an hour behind one for five minutes; cache what comes first for longer"),
        ("  - user: |", "  - {cache: 5m, user: a}\n" * 5 + "  - user: |", "5 parts with `cache`; the API takes 4; keep the last ones of what stays the same"),
        ("  - user: |", "  - {attachments: before, user: a}\n" * 2 + "  - user: |", "attachments go into one message; keep one `attachments:`"),
        ("  - user: |", "  - user: a\n  - {attachments: before, assistant: a}\n  - user: |", "only the user shows attachments; move it to `- user:`"),
        ("  - user: |", "  - {cache: 5m}\n  - user: |", "a message without a role; add `user:` or `assistant:`"),
        ("  - user: |", "  - {attachments: above, user: a}\n  - user: |", "'attachments' cannot be 'above'; use one of: after, before"),
    ],
)  # fmt: skip
def test_marks_the_api_refuses_are_refused(old: str, new: str, expected: str) -> None:
    found = said(with_files({"prompts/triage/v1.yaml": PROMPT.replace(old, new)}))
    assert [each.split(": ", 1)[1] for each in found] == [expected]


def test_no_bill_of_a_cached_prompt_exceeds_its_bound() -> None:
    request = with_marks(PROMPT.replace(PLAIN, SYSTEM))
    pin = read_project(with_files({})).models["opus"]
    most = most_prompt_tokens(request)
    bound = worst_case(request, pin, DAY)
    assert bound is not None
    nothing = Usage(input_tokens=Tokens(0), output_tokens=request.max_tokens)
    for usage in (
        replace(nothing, input_tokens=most),
        replace(nothing, cache_write_5m_tokens=most),
        replace(nothing, cache_write_1h_tokens=most),
        replace(nothing, cache_read_tokens=most),
    ):
        assert Decimal(cost(usage, pin, DAY) or 0) <= bound
