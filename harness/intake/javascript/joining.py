"""Expectations joined by and, or and not: into one `contains` where that says it, otherwise by `all` and `any`."""

from __future__ import annotations

from typing import Any

Said = bool | dict[str, Any]


def negated(said: Said) -> Said:
    """The opposite."""
    if isinstance(said, bool):
        return not said
    return said["not"] if set(said) == {"not"} else {"not": said}


def every(left: Said, right: Said) -> Said:
    """Both."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, bool):
            return other if one else False
    merged = _merged(left, right, "all")
    if merged is None:
        inner = _merged(_refused(left), _refused(right), "any")
        merged = None if inner is None else {"not": inner}
    return merged or {"all": [*_parts(left, "all"), *_parts(right, "all")]}


def either(left: Said, right: Said) -> Said:
    """One of them."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, bool):
            return True if one else other
    return _merged(left, right, "any") or {"any": [*_parts(left, "any"), *_parts(right, "any")]}


def _refused(said: Said) -> Said:
    """What must not be."""
    return said["not"] if isinstance(said, dict) and set(said) == {"not"} else False


def _parts(said: Said, how: str) -> list[Any]:
    if isinstance(said, dict) and set(said) == {how}:
        return list(said[how])
    return [said]


def _merged(left: Said, right: Said, how: str) -> dict[str, Any] | None:
    """Two `contains` as one, where both look at the same text in the same way."""
    one, other = _looked_for(left, how), _looked_for(right, how)
    if one is None or other is None or one[1] != other[1]:
        return None
    return {"contains": {how: [*one[0], *other[0]], **one[1]}}


def _looked_for(said: Said, how: str) -> tuple[list[str], dict[str, Any]] | None:
    """The texts a `contains` looks for, if it can be read as looking for `how` many of them; and how it looks."""
    if not isinstance(said, dict) or set(said) != {"contains"}:
        return None
    inner: dict[str, Any] = said["contains"]
    manner = {name: value for name, value in inner.items() if name not in {"all", "any"}}
    texts = [*inner.get("all", ()), *inner.get("any", ())]
    if how in inner and len(inner.keys() & {"all", "any"}) == 1:
        return texts, manner
    return (texts, manner) if len(texts) == 1 else None
