"""For every generated secret in any text, log line or traceback: what comes out lacks it, in every spelling."""

from __future__ import annotations

import base64
import html
import json
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.observe.patterns import PERSONAL, SECRETS, Rule
from harness.observe.redact import Redactor
from harness.observe.spellings import SHORTEST_SECRET, spellings

RULES = (*SECRETS, *PERSONAL)
fewer = settings(max_examples=max(10, settings().max_examples // 4))
"""For each of many rules and spellings."""
texts = st.text(max_size=40)
values = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Cs"]),
    min_size=SHORTEST_SECRET,
    max_size=40,
).filter(lambda value: not set(value) & set("[]:") and "REDACTED" not in value)
"""What is made of the letters of a replacement could be read in one."""


def _traceback(value: str) -> str:
    error = ValueError(value)
    error.__cause__ = KeyError(value)
    return "".join(traceback.format_exception(error))


WRITERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "json": json.dumps,
    "json in json": lambda value: json.dumps(json.dumps(value)),
    "json utf-8": lambda value: json.dumps(value, ensure_ascii=False),
    "url": quote,
    "url, everything": lambda value: quote(value, safe=""),
    "form": quote_plus,
    "html": html.escape,
    "xml attribute": quoteattr,
    "repr": repr,
    "hex": lambda value: value.encode().hex(),
    "basic auth": lambda value: base64.b64encode(f"u:{value}\n".encode()).decode(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 for urls": lambda value: base64.urlsafe_b64encode(b"ab" + value.encode()).decode(),
    "traceback": _traceback,
    "log line": lambda value: f"2026-11-21 12:00:00 ERROR harness: {value!r} said {value}",
}


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in [str(name), *_strings(inner)]]
    if isinstance(value, list):
        return [each for inner in value for each in _strings(inner)]
    return [str(value)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@fewer
@given(st.data(), texts, texts)
def test_no_text_with_a_secret_lacks_its_hint(
    rule: Rule, data: st.DataObject, before: str, after: str
) -> None:
    import re2

    match = rule.pattern.search(before + data.draw(st.from_regex(rule.pattern)) + after)
    assume(match is not None)
    assert match is not None
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    assert re2.compile(rule.hint.encode(), options).search(match[0].encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
@fewer
@given(value=values, before=texts, after=texts)
def test_no_known_value_survives_however_it_is_written(
    write: Callable[[str], str], value: str, before: str, after: str
) -> None:
    written = write(value)
    clean = Redactor([value]).redact_text(f"{before} {written} {after}")
    spelled = {form for form in spellings(value) if form in written}
    assert spelled
    assert not [form for form in spelled if form in clean.replace(before, "").replace(after, "")]


@given(
    value=values,
    document=st.recursive(
        st.just("HERE") | texts | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(texts | st.just("HERE"), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
def test_no_known_value_survives_in_any_json(value: str, document: Any) -> None:
    filled = json.loads(json.dumps(document).replace("HERE", json.dumps(f"<{value}>")[1:-1]))
    clean = Redactor([value]).redact_json(filled)
    assert not [text for text in _strings(clean) if f"<{value}>" in text]


@given(st.lists(texts | values, max_size=6).map(" ".join), values)
def test_what_is_found_is_what_is_replaced(text: str, value: str) -> None:
    redactor = Redactor([value], personal=True, key=b"k" * 16)
    found = redactor.find(text + value)
    assert found
    assert list(found) == sorted(found, key=lambda spot: spot.start)
    clean = redactor.redact_text(text + value)
    assert all(f"[REDACTED:{spot.rule}:{spot.tag}]" in clean for spot in found if spot.rule == "value")
    assert not redactor.find(clean)


def test_a_replacement_is_no_secret() -> None:
    redactor = Redactor(["abcdefgh"])
    clean = redactor.redact_text("x abcdefgh y")
    assert redactor.find("x abcdefgh y")[0].tag in clean
    assert redactor.find(clean) == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{'x-api-key': '" + "ab1" * 8 + "'}", "header"),
        ('{\\"X-Api-Key\\": \\"' + "ab1" * 8 + '\\"}', "header"),
        ("api_key=" + "ab1" * 8, "header"),
        ("Authorization: Token " + "ab1" * 8, "header"),
        ("set-cookie: session=" + "ab1" * 8 + "; Path=/", "cookie"),
    ],
)
def test_secrets_in_the_text_of_headers_go(text: str, rule: str) -> None:
    clean = Redactor().redact_text(text)
    assert "ab1ab1" not in clean
    assert f"[REDACTED:{rule}:" in clean


@pytest.mark.parametrize(
    "text",
    [
        "api_key: {type: string}",
        "Authorization: as agreed with the customer",
        "the cookie: a biscuit",
        '"api_key": "your-key-goes-here"',
    ],
)
def test_talk_about_headers_stays(text: str) -> None:
    assert Redactor().redact_text(text) == text


def test_hints_hold_for_lone_surrogates_and_for_no_known_values() -> None:
    assert Redactor().redact_text("\ud800 ok") == "\ud800 ok"
    assert Redactor(["\ud800secret-value"]).redact_text("a \ud800secret-value b").count("REDACTED") == 1
