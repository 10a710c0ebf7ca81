"""An event as plain JSON: the one encoding of events, for the log of a run and for whoever listens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import cast, get_args, get_type_hints

from harness.events import Event
from harness.units import Json, Seconds, Usd

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_MICROSECONDS = 6

Encode = Callable[[object], Json]


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of event is written."""

    name: str
    fields: tuple[tuple[str, str, Encode], ...]
    """Attribute, key, and how the value is written."""


_FORMS: dict[type[object], _Form] = {}


def told(event: Event) -> dict[str, Json]:
    """`event` as JSON: its name (`attempt_started`) under `event`, then its fields.

    Lengths of time are numbers of seconds, and their keys end in `_s`; money is text, and its keys end in
    `_usd`. Nothing is redacted here.
    """
    form = _form(type(event))
    document: dict[str, Json] = {"event": form.name}
    for attribute, key, encode in form.fields:
        document[key] = encode(getattr(event, attribute))
    return document


def name_of(kind: type[object]) -> str:
    """The name of a kind of event: `attempt_started`."""
    return _form(kind).name


def keys_of(kind: type[object]) -> tuple[str, ...]:
    """The keys of a kind of event, in order."""
    return tuple(key for _, key, _ in _form(kind).fields)


def _form(kind: type[object]) -> _Form:
    found = _FORMS.get(kind)
    if found is None:
        hints = get_type_hints(kind)
        found = _Form(
            _CAPITAL.sub("_", kind.__name__).lower(),
            tuple((name, *_encoding(name, hint)) for name, hint in hints.items()),
        )
        _FORMS[kind] = found
    return found


def _encoding(name: str, hint: object) -> tuple[str, Encode]:
    kinds = get_args(hint) or (hint,)
    if Usd in kinds:
        return f"{name}_usd", _money
    if Seconds in kinds:
        return f"{name}_s", _length
    return name, _plain


def _money(value: object) -> Json:
    return f"{value:f}" if isinstance(value, Decimal) else None


def _length(value: object) -> Json:
    return round(value, _MICROSECONDS) if isinstance(value, float | int) else None


def _plain(value: object) -> Json:
    """A value as it is; what JSON does not know, as its text."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[object, ...]", value)]
    return str(value)
