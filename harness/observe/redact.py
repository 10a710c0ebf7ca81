"""Takes secrets out of everything that is stored or shown: by exact value, by the name of a field, by pattern.

1. Exact values: what the environment holds, in every spelling that `spellings` knows. Catches what no pattern knows.
2. Field names (`redact_json` only): `authorization`, `api_key` and the like; counts of tokens stay.
3. Patterns: keys of known services always; personal data only when asked for, since it may be what is tested.

A secret becomes `[REDACTED:<rule>:<6 hex digits>]`. The digits are a keyed hash: equal secrets stay recognisable
as equal within a run, and nobody can try candidates without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from harness.observe.patterns import PERSONAL, SECRETS, Rule
from harness.observe.spellings import SHORTEST_SECRET, spellings
from harness.units import Json

_TELLING = 24
"""Letters of a known value's beginning that are looked for first."""

_RULES = "|".join(["value", "field", *(rule.name for rule in (*SECRETS, *PERSONAL))])
_MARK = re.compile(rf"\[REDACTED:(?:{_RULES}):[0-9a-f]{{6}}\]")
_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase)|(^|[_-])pass($|[_-])|secret|token|api[-_]?key|credential|private[-_]?key|authorization|cookie)"
    r"|^(x-api-key|anthropic-(organization|workspace)-id)$"
)
_HARMLESS_NAME = re.compile(
    r"(?i)(^|_|-)tokens($|_|-)|token_count|^max_tokens$|tokens?_per_|_tokens_details$|^tokenizer$|first[_-]?token"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A secret in a text."""

    rule: str
    start: int
    end: int
    tag: str
    """Six hexadecimal digits of its keyed hash."""


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
            form: value for value in values if len(value) >= SHORTEST_SECRET for form in spellings(value)
        }
        longest_first = sorted(self._origin, key=lambda form: (-len(form), form))
        self._exact = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._rules: tuple[Rule, ...] = (*SECRETS, *PERSONAL) if personal else SECRETS

    def redact_text(self, text: str) -> str:
        """`text` without secrets."""
        while self.may_hold_one(text):
            clean = self._once(text)
            if clean == text:
                return clean
            text = clean  # what stood beside a secret may be one on its own now
        return text

    def find(self, text: str) -> tuple[Spot, ...]:
        """Where in `text` there are secrets, in order; replacements are none."""
        if not self.may_hold_one(text):
            return ()
        taken = [match.span() for match in _MARK.finditer(text)]
        found: list[Spot] = []
        for spot in self._candidates(text):
            if all(spot.end <= start or end <= spot.start for start, end in taken):
                taken.append((spot.start, spot.end))
                found.append(spot)
        return tuple(sorted(found, key=lambda spot: spot.start))

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

    @cached_property
    def _hints(self) -> Any:
        """One pattern over bytes that is in every text with a secret: RE2, which has no types, reads a text once."""
        import re2

        engine: Any = re2
        options = engine.Options()
        options.encoding, options.never_capture = engine.Options.Encoding.LATIN1, True
        beginnings = {_bytes(form)[:_TELLING] for form in self._origin}
        known = sorted(b"".join(b"\\x%02x" % each for each in form) for form in beginnings)
        return engine.compile(b"|".join([*(rule.hint.encode() for rule in self._rules), *known]), options)

    def may_hold_one(self, text: str) -> bool:
        """Whether it is worth looking closer; False for nearly every text without a secret, and for no other."""
        return self._hints.search(_bytes(text)) is not None

    def _candidates(self, text: str) -> Iterator[Spot]:
        if self._exact is not None:
            for match in self._exact.finditer(text):
                yield self._spot("value", match.span(), self._origin[match[0]])
        for rule in self._rules:
            for match in rule.pattern.finditer(text):
                if rule.holds is None or rule.holds(match[rule.group]):
                    yield self._spot(rule.name, match.span(rule.group), match[rule.group])

    def _spot(self, rule: str, span: tuple[int, int], value: str) -> Spot:
        return Spot(rule=rule, start=span[0], end=span[1], tag=self._tag(value))

    def _once(self, text: str) -> str:
        if self._exact is not None:
            text = _outside_marks(
                self._exact, lambda match: self._mark("value", self._origin[match[0]]), text
            )
        for rule in self._rules:
            text = _outside_marks(rule.pattern, partial(self._replaced, rule), text)
        return text

    def _replaced(self, rule: Rule, match: re.Match[str]) -> str:
        found = match[rule.group]
        if rule.holds is not None and not rule.holds(found):
            return match[0]
        start, end = match.start(rule.group) - match.start(), match.end(rule.group) - match.start()
        return match[0][:start] + self._mark(rule.name, found) + match[0][end:]

    def _mark(self, rule: str, value: str) -> str:
        return f"[REDACTED:{rule}:{self._tag(value)}]"

    def _tag(self, value: str) -> str:
        return hmac.new(self._key, _bytes(value), hashlib.sha256).hexdigest()[:6]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _outside_marks(pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str) -> str:
    pieces = [pattern.sub(replace, piece) for piece in _MARK.split(text)]
    marks = [*_MARK.findall(text), ""]
    return "".join(part for pair in zip(pieces, marks, strict=True) for part in pair)


def is_secret_name(name: str) -> bool:
    """Whether what stands under this name is a secret. Counts of tokens are not."""
    return _SECRET_NAME.search(name) is not None and _HARMLESS_NAME.search(name) is None
