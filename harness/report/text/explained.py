"""The numbers of a verdict as text in columns: name, value, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from harness.report import safe
from harness.report.explain.explanation import PAGE, Number, Section, Value
from harness.report.text.columns import ascii_only, columns, cut, pad, wrap

_WIDE = 60
"""Below so many columns the formula stands under its number."""
_NAME, _VALUE = 25, 14
_NARROWEST = 24


def render(sections: Sequence[Section], *, width: int = 80) -> str:
    """All sections. No line is wider than `width`, from 24 columns on; nothing in it is a command of a CI runner."""
    width = max(width, _NARROWEST)
    lines: list[str] = []
    for section in sections:
        lines += ["", *_head(section, width), *_body(section, width)]
    return "\n".join(safe.without_commands(line.rstrip()) for line in lines[1:]) + "\n"


def _head(section: Section, width: int) -> list[str]:
    title, where = safe.term(section.title), f"{PAGE}#{section.anchor}"
    room = width - columns(title) - columns(where)
    return (
        [f"{title}{' ' * room}{where}"] if room >= 2 else [*wrap(section.title, width), *wrap(where, width)]
    )


def _body(section: Section, width: int) -> Iterator[str]:
    shown = [each for each in section.numbers if each.value != 0] if section.detail else section.numbers
    for each in shown:
        yield from _wide(each, width) if width >= _WIDE else _narrow(each, width)
    hidden = len(section.numbers) - len(shown)
    if hidden:
        yield f"  and {hidden} more, all 0"


def _wide(each: Number, width: int) -> list[str]:
    name, value = cut(safe.term(each.name), _NAME), _spelled(each.value)
    before = f"  {pad(name, _NAME)} {value:>{_VALUE}}"
    if columns(value) > _VALUE:  # a name, such as a run's: the formula goes below
        return [*wrap(f"{pad(name, _NAME)} {value}", width, indent=4, first=2), *_under(each.source, width)]
    if not each.source:
        return [before]
    indent = columns(before) + 2
    first, *rest = wrap(each.source, width, indent=indent, first=indent)
    return [f"{before}  {first.strip()}", *rest]


def _narrow(each: Number, width: int) -> list[str]:
    return [
        *wrap(f"{each.name} {_spelled(each.value)}", width, indent=4, first=2),
        *_under(each.source, width),
    ]


def _under(source: str, width: int) -> list[str]:
    return wrap(source, width, indent=6, first=6) if source else []


def _spelled(value: Value) -> str:
    """Six digits that count; the JSON has all of them."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}"
        case int():
            return f"{value:,}"
        case str():
            return safe.term(ascii_only(value))
        case _:
            assert_never(value)
