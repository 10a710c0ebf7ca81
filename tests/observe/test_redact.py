"""Secrets go, everything else stays. Every key here is made at run time: none is real, none is committed."""

import base64
import json
import random
import string
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.observe.patterns import iban, luhn
from harness.observe.redact import Redactor, is_secret_name
from harness.observe.spellings import spellings

RUN_KEY = b"k" * 16
CHANCE = random.Random(7)  # noqa: S311  test data
LETTERS = string.ascii_letters + string.digits


def some(length: int, letters: str = LETTERS) -> str:
    return "".join(CHANCE.choices(letters, k=length))


MADE = {
    "anthropic": "sk-ant-" + "api03-" + some(93) + "AA",
    "anthropic admin": "sk-ant-" + "admin01-" + some(93) + "AA",
    "anthropic oauth": "sk-ant-" + "oat01-" + some(40),
    "openai": "sk-" + "proj-" + some(48),
    "github": "ghp" + "_" + some(36),
    "github fine": "github" + "_pat_" + some(60),
    "gitlab": "glpat" + "-" + some(20),
    "slack": "xoxb" + "-" + some(30),
    "slack webhook": "https://hooks.slack.com" + "/services/T0AAAAAAA/B0AAAAAAA/" + some(24),
    "telegram": some(9, string.digits) + ":" + some(35),
    "aws": "AKIA" + some(16, string.ascii_uppercase + "234567"),
    "google": "AIza" + some(35),
    "stripe": "sk" + "_live_" + some(24),
    "jwt": ".".join(["eyJ" + some(20), "eyJ" + some(40), some(43)]),
    "pypi": "pypi" + "-" + some(80),
    "npm": "npm" + "_" + some(36),
    "bearer": "Bearer " + some(32),
    "pem": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + some(64) + "\n-----END RSA " + "PRIVATE KEY-----",
}


def redactor(*values: str, personal: bool = False) -> Redactor:
    return Redactor(values, personal=personal, key=RUN_KEY)


@pytest.mark.parametrize("secret", MADE.values(), ids=MADE.keys())
@pytest.mark.parametrize("around", ["{}", "key={} and more", '"{}"', "({})", "header: {}\nnext"])
def test_keys_of_known_services_go(secret: str, around: str) -> None:
    clean = redactor().redact_text(around.format(secret))
    core = secret.removeprefix("Bearer ")
    assert core not in clean
    assert "[REDACTED:" in clean


@pytest.mark.parametrize(
    "text",
    [
        "req_011CSHoEeqs5C35K2UUqR7Fy",
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "toolu_01A09q90qw90lq917835lq9",
        "claude-haiku-4-5-20251001",
        "a" * 64,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "2026-11-21T12:00:00+00:00",
        "1763726400000",
        "task-management-is-a-long-word-here",
        "the bearer of this letter",
        "reply to me@example.com or +49 30 1234567, card 4111 1111 1111 1111",
        "https://example.com/path?x=1",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redactor().redact_text(text) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("write to ada@example.com now", "email"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "iban"),
        ("card 4111 1111 1111 1111", "card"),
        ("CNIC 35202-1234567-1", "cnic"),
        ("SSN 123-45-6789", "ssn"),
        ("call +92 300 1234567", "phone"),
        ("call 0300 1234567", "phone"),
    ],
)
def test_personal_data_goes_only_when_asked_for(text: str, rule: str) -> None:
    assert redactor().redact_text(text) == text
    assert f"[REDACTED:{rule}:" in redactor(personal=True).redact_text(text)


@pytest.mark.parametrize(
    "text", ["card 4111 1111 1111 1112", "DE89 3704 0044 0532 0130 02", "1763726400000", "3520212345671"]
)
def test_a_wrong_checksum_is_no_card_and_no_account(text: str) -> None:
    clean = redactor(personal=True).redact_text(text)
    assert ":card:" not in clean
    assert ":iban:" not in clean


def test_checksums_follow_their_standards() -> None:
    assert luhn("4539 1488 0343 6467")
    assert not luhn("0000 0000 0000 0000")
    assert iban("GB82 WEST 1234 5698 7654 32")
    assert not iban("GB82 WEST 1234 5698 7654 33")


SECRET = 'hunter2-ü/+=&"quoted" correct horse'
ENCODINGS = {
    "raw": lambda secret: secret,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 in more": lambda secret: base64.b64encode(b"user:" + secret.encode() + b"\n").decode(),
    "base64 url": lambda secret: base64.urlsafe_b64encode(b"xx" + secret.encode()).decode(),
    "url": lambda secret: quote(secret, safe=""),
    "json": json.dumps,
    "json utf-8": lambda secret: json.dumps(secret, ensure_ascii=False),
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS.keys())
def test_a_known_value_goes_in_every_spelling(encode: Any) -> None:
    spelled = encode(SECRET)
    clean = redactor(SECRET).redact_text(f"before {spelled} after")
    assert "[REDACTED:value:" in clean
    assert not any(form in clean for form in spellings(SECRET))
    assert clean.startswith("before ")
    assert clean.endswith(" after")


def test_a_secret_cannot_hide_in_a_forged_replacement() -> None:
    assert "hunter2hunter2" not in redactor("hunter2hunter2").redact_text("[REDACTED:hunter2hunter2:abcdef]")


def test_a_forged_beginning_of_a_replacement_protects_nothing() -> None:
    secret = MADE["pem"].replace("KEY-----\n", "KEY-----\n[REDACTED:", 1)
    assert "END" not in redactor().redact_text(secret)


def test_equal_secrets_stay_recognisable_as_equal_within_a_run_only() -> None:
    one, two = MADE["anthropic"], MADE["github"]
    first, again, other = redactor().redact_text(f"{one} {one} {two}").split()
    assert first == again != other
    assert Redactor().redact_text(one) != Redactor().redact_text(one)


def test_what_stands_under_a_secret_name_goes_and_counts_of_tokens_stay() -> None:
    usage: dict[str, Any] = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 3,
        "max_tokens": 400,
        "output_tokens_details": {"thinking_tokens": 4},
        "token_count": 7,
        "input_tokens_per_minute": 9,
    }
    hidden: dict[str, Any] = {
        "Authorization": "abc",
        "x-api-key": "abc",
        "db_password": "abc",
        "session_token": "t",
        "cookie": ["a"],
    }
    clean = redactor().redact_json({"usage": usage, "headers": hidden, "none": None})
    assert isinstance(clean, dict)
    assert clean["usage"] == usage
    assert all(str(value).startswith("[REDACTED:field:") for value in clean["headers"].values())


@pytest.mark.parametrize(
    "name", ["anthropic-organization-id", "ANTHROPIC_API_KEY", "apikey", "client_secret", "Set-Cookie"]
)
def test_secret_names_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["input_tokens", "max_tokens", "tokens", "queue", "author", "monkey", "passed", "first_token_s"]
)
def test_ordinary_names_are_not_secret(name: str) -> None:
    assert not is_secret_name(name)


texts = st.text(max_size=60) | st.sampled_from(
    [*MADE.values(), SECRET, "[REDACTED:x:", "a@b.co", "4111111111111111"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(texts, max_size=5).map(" ".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    clean = redactor(SECRET, personal=True).redact_text(text)
    assert redactor(SECRET, personal=True).redact_text(clean) == clean


@given(values)
def test_redacting_json_twice_changes_nothing_more(value: Any) -> None:
    clean = redactor(SECRET, personal=True).redact_json(value)
    assert redactor(SECRET, personal=True).redact_json(clean) == clean


@given(st.text(min_size=8, max_size=40), st.text(max_size=30), st.text(max_size=30))
def test_no_known_value_survives_anywhere(secret: str, before: str, after: str) -> None:
    assume("REDACTED" not in secret and "[" not in secret and "]" not in secret and ":" not in secret)
    clean = redactor(secret).redact_json({"text": before + secret + after, "list": [secret], secret: 1})
    assert not any(secret in str(part) for part in _strings(clean))


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in [name, *_strings(inner)]]
    if isinstance(value, list):
        return [each for inner in value for each in _strings(inner)]
    return [str(value)]


def test_two_hundred_kilobytes_are_redacted_at_once() -> None:
    import time

    text = "the quick brown fox: jumps over 12-34 lazy dogs; " * 4500
    started = time.perf_counter()
    redactor(SECRET, personal=True).redact_text(text)
    assert time.perf_counter() - started < 2.0


@pytest.mark.parametrize(
    "text",
    [
        "-" * 100_000,
        "a" * 100_000,
        "1 " * 50_000,
        "eyJ" * 30_000,
        "@" * 100_000,
        "aws" * 30_000,
        "://a" * 25_000,
    ],
)
def test_no_text_makes_a_pattern_slow(text: str) -> None:
    import time

    started = time.perf_counter()
    redactor(personal=True).redact_text(text)
    assert time.perf_counter() - started < 5.0
