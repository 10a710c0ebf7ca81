"""Takes secrets out of everything that is stored or shown: by exact value, by the name of a field, by pattern.

1. Exact values: what the environment holds, also in Base64, URL-encoded and JSON-escaped form. Catches what no
   pattern knows.
2. Field names (`redact_json` only): `authorization`, `api_key` and the like; counts of tokens stay.
3. Patterns: keys of known services always; personal data only when asked for, since it may be what is tested.

A secret becomes `[REDACTED:<rule>:<6 hex digits>]`. The digits are a keyed hash: equal secrets stay recognisable
as equal within a run, and nobody can try candidates without the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from urllib.parse import quote, quote_plus

from harness.observe.patterns import PERSONAL, SECRETS, Rule
from harness.units import Json

SHORTEST_SECRET = 8
"""Shorter values are no secrets, and would blank out ordinary words."""

_RULES = "|".join(["value", "field", *(rule.name for rule in (*SECRETS, *PERSONAL))])
_MARK = re.compile(rf"\[REDACTED:(?:{_RULES}):[0-9a-f]{{6}}\]")
_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase)|(^|[_-])pass($|[_-])|secret|token|api[-_]?key|credential|private[-_]?key|authorization|cookie)"
    r"|^(x-api-key|anthropic-(organization|workspace)-id)$"
)
_HARMLESS_NAME = re.compile(
    r"(?i)(^|_|-)tokens($|_|-)|token_count|^max_tokens$|tokens?_per_|_tokens_details$|^tokenizer$|first[_-]?token"
)


class Redactor:
    """Redacts texts and JSON values. Redacting twice changes nothing more."""

    def __init__(
        self, values: Iterable[str] = (), *, personal: bool = False, key: bytes | None = None
    ) -> None:
        """`values`: secrets known exactly. `personal`: also e-mail, phone, card, IBAN, CNIC, SSN.

        `key` of the hash in the replacement; None: a new one.
        """
        self._key = key or secrets.token_bytes(16)
        self._origin: dict[str, str] = {
            form: value for value in values if len(value) >= SHORTEST_SECRET for form in forms(value)
        }
        longest_first = sorted(self._origin, key=lambda form: (-len(form), form))
        self._exact = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._rules: tuple[Rule, ...] = (*SECRETS, *PERSONAL) if personal else SECRETS

    def redact_text(self, text: str) -> str:
        """`text` without secrets."""
        while True:
            clean = self._once(text)
            if clean == text:
                return clean
            text = clean  # what stood beside a secret may be one on its own now

    def redact_json(self, value: Json) -> Json:
        """`value` without secrets, names and all; what stands under a secret's name goes as a whole."""
        if isinstance(value, str):
            return self.redact_text(value)
        if isinstance(value, Mapping):
            named = ((self.redact_text(name), each) for name, each in value.items())
            return {name: self._field(name, each) for name, each in named}
        if isinstance(value, bool | int | float) or value is None:
            return value
        return [self.redact_json(each) for each in value]

    def _field(self, name: str, value: Json) -> Json:
        if not is_secret_name(_MARK.sub("", name)) or value is None or isinstance(value, bool):
            return self.redact_json(value)
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=dict)
        if not text or _MARK.fullmatch(text):
            return value
        return self._mark("field", text)

    def _once(self, text: str) -> str:
        if self._exact is not None:
            text = _outside_marks(
                self._exact, lambda match: self._mark("value", self._origin[match[0]]), text
            )
        lowered = text.lower()
        for rule in self._rules:
            if rule.may_match(lowered):
                text = _outside_marks(rule.pattern, partial(self._replaced, rule), text)
        return text

    def _replaced(self, rule: Rule, match: re.Match[str]) -> str:
        found = match[rule.group]
        if rule.holds is not None and not rule.holds(found):
            return match[0]
        start, end = match.start(rule.group) - match.start(), match.end(rule.group) - match.start()
        return match[0][:start] + self._mark(rule.name, found) + match[0][end:]

    def _mark(self, rule: str, value: str) -> str:
        tag = hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:6]
        return f"[REDACTED:{rule}:{tag}]"


def _outside_marks(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    pieces = [pattern.sub(replace, piece) for piece in _MARK.split(text)]
    marks = [*_MARK.findall(text), ""]
    return "".join(part for pair in zip(pieces, marks, strict=True) for part in pair)


def is_secret_name(name: str) -> bool:
    """Whether what stands under this name is a secret. Counts of tokens are not."""
    return _SECRET_NAME.search(name) is not None and _HARMLESS_NAME.search(name) is None


def forms(value: str) -> frozenset[str]:
    """The ways a secret is spelled in files: as it is, URL-encoded, JSON-escaped, in Base64 at any offset."""
    raw = value.encode("utf-8", "surrogatepass")
    found = {
        value,
        quote(raw, safe=""),
        quote_plus(raw),
        re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), quote(raw, safe="")),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
    }
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            found.add(_base64_core(encode(b"\0" * offset + raw).decode(), offset, len(raw)))
    return frozenset(form for form in found if len(form) >= SHORTEST_SECRET)


def _base64_core(encoded: str, offset: int, length: int) -> str:
    """The letters of `encoded` that depend on the secret alone, whatever stands before and after it."""
    first = -(-offset * 8 // 6)
    last = (offset + length) * 8 // 6
    return encoded[first:last]
