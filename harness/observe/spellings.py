"""The ways a known secret may be spelled where it is written."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""Shorter values are no secrets, and would blank out ordinary words."""
_DEEPEST_JSON = 4
"""Documents in documents."""


def spellings(value: str) -> frozenset[str]:
    """`value` as it is, URL-encoded, escaped as in JSON, HTML and Python, in hex and in Base64.

    Base64 is given at each of the three offsets a secret can have in a longer text, without the letters at its
    ends that depend on what surrounds it. What is shorter than a secret is left out.
    """
    raw = value.encode("utf-8", "surrogatepass")
    found = {value, *_in_urls(raw), *_in_json(value), *_in_markup(value), repr(value)[1:-1]}
    found |= {raw.hex(), raw.hex().upper()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for offset in range(3):
            found.add(_base64_heart(encode(b"\0" * offset + raw).decode(), offset, len(raw)))
    return frozenset(form for form in found if len(form) >= SHORTEST_SECRET)


def _in_urls(raw: bytes) -> Iterator[str]:
    yield quote(raw)
    yield quote_plus(raw)
    whole = quote(raw, safe="")
    yield whole
    yield re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), whole)


def _in_json(value: str) -> Iterator[str]:
    """Also as JSON in JSON: what a tool gave is, in the answer of a model that repeats it, in a document."""
    for ascii_only in (True, False):
        text = value
        for _ in range(_DEEPEST_JSON):
            text = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
            yield text


def _in_markup(value: str) -> Iterator[str]:
    """As `html.escape`, as Jinja, and as XML texts and attributes have it."""
    yield html.escape(value, quote=False)
    yield html.escape(value)
    yield html.escape(value, quote=False).replace('"', "&quot;")
    yield html.escape(value, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _base64_heart(encoded: str, offset: int, length: int) -> str:
    """The letters of `encoded` that depend on the secret alone, whatever stands before and after it."""
    first = -(-offset * 8 // 6)
    last = (offset + length) * 8 // 6
    return encoded[first:last]
