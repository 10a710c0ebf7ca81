"""Bounds on the length of the answer, as JavaScript counts it."""

from __future__ import annotations

import math
from typing import Any, cast

from harness.intake.javascript.sources import Sources
from harness.intake.javascript.syntax import Js
from harness.intake.javascript.tokens import NotUnderstood
from harness.units import Json

_CHARACTERS = "characters are counted without white space around the text"
_WORDS = "words are what white space separates"


def length(sources: Sources, notes: set[str], sign: str, of: Js, wanted: Json) -> bool | dict[str, Any]:
    """`of.length sign wanted`. Adds to `notes` what is counted a little differently. Raises `NotUnderstood`."""
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        raise NotUnderstood("a length")
    unit = _unit(sources, notes, of)
    least, most = _bounds(sign, wanted)
    if most is not None and most < 0:
        return False
    bounds: dict[str, Json] = {}
    if least is not None and least > 0:
        bounds[f"min_{unit}"] = least
    if most is not None:
        bounds[f"max_{unit}"] = most
    return {"length": bounds} if bounds else True


def _unit(sources: Sources, notes: set[str], of: Js) -> str:
    """What is counted."""
    source = sources.text(of)
    if source is not None and source.path is None:
        if not source.trimmed:
            notes.add(_CHARACTERS)
        return "chars"
    if of.kind == "call" and of.parts[0].kind == "member" and of.parts[0].word == "split":
        source = sources.text(of.parts[0].parts[0])
        by = of.parts[1] if len(of.parts) == 2 else None
        if source is not None and source.path is None and by is not None:
            return _split(notes, by, trimmed=source.trimmed)
    raise NotUnderstood("a length of something else")


def _split(notes: set[str], by: Js, *, trimmed: bool) -> str:
    if by.kind == "value" and by.word == "\n" and trimmed:
        return "lines"
    if by.kind == "regex" and cast("tuple[str, str]", by.word)[0] in {r"\s+", " +"}:
        if not trimmed:
            notes.add(_WORDS)
        return "words"
    if by.kind == "value" and by.word == " ":
        notes.add(_WORDS)
        return "words"
    raise NotUnderstood("a split")


def _bounds(sign: str, wanted: float) -> tuple[int | None, int | None]:
    """The least and the most whole number that fit."""
    if not -1e9 < wanted < 1e9:
        raise NotUnderstood("a length")
    match sign:
        case ">=":
            return math.ceil(wanted), None
        case ">":
            return math.floor(wanted) + 1, None
        case "<=":
            return None, math.floor(wanted)
        case "<":
            return None, math.ceil(wanted) - 1
        case _:
            if wanted != int(wanted):
                raise NotUnderstood("a length")
            return int(wanted), int(wanted)
