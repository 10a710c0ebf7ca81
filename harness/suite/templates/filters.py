"""The filters templates may use: our own, each bounded before it works."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from harness.suite.canonical import canonical
from harness.suite.templates.meter import Meter, Refused
from harness.suite.templates.operators import bounded
from harness.units import Json

FILTERS: dict[str, tuple[str, ...]] = {
    "upper": (),
    "lower": (),
    "trim": (),
    "title": (),
    "capitalize": (),
    "default": ("value", "boolean"),
    "length": (),
    "first": (),
    "last": (),
    "join": ("separator",),
    "items": (),
    "list": (),
    "sort": ("reverse",),
    "unique": (),
    "round": ("digits",),
    "int": (),
    "float": (),
    "tojson": (),
    "indent": ("width", "first"),
    "untrusted": (),
}
"""Every filter with the names of its arguments."""
TESTS = frozenset(
    {
        "defined",
        "undefined",
        "none",
        "string",
        "number",
        "boolean",
        "mapping",
        "sequence",
        "true",
        "false",
        "even",
        "odd",
    }
)

_MOST_INDENT = 40
_FENCE = re.compile(r"<(?=\s*/?\s*untrusted)", re.IGNORECASE)
_SALT = "harness: text that is data\n"


def fence(text: str) -> str:
    """`text` in a block with a name nobody can guess before writing the text; the same text, the same block.

    The name is not a secret: it only has to differ from what the text itself can hold. Tags in the text that
    look like it are escaped. A fence is help for the model, not a boundary of security.
    """
    token = hashlib.sha256((_SALT + text).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"<untrusted-{token}>\n{_FENCE.sub('&lt;', text)}\n</untrusted-{token}>"


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise Refused(f"`{name}` needs text", "use `| tojson` first")


def _scalars(value: object, name: str, meter: Meter) -> list[str | int | float]:
    if isinstance(value, Mapping) or not isinstance(value, Sequence):
        raise Refused(f"`{name}` needs a list")
    items = cast("Sequence[object]", value)
    meter.items(len(items))
    if not all(isinstance(each, str | int | float) for each in items):
        raise Refused(f"`{name}` needs a list of texts or numbers")
    return cast("list[str | int | float]", list(items))


def _changed(change: Callable[[str], str], name: str) -> Callable[[Meter, object], str]:
    def changed(meter: Meter, value: object) -> str:
        text = _text(value, name)
        meter.text(3 * len(text))  # a letter becomes up to three
        return change(text)

    return changed


def _default(_meter: Meter, value: object, default: object = "", boolean: object = False) -> object:  # noqa: FBT002 - the template's signature
    from jinja2 import Undefined

    return default if isinstance(value, Undefined) or (boolean and not value) else value


def _length(_meter: Meter, value: Any) -> int:
    return len(value)


def _first(_meter: Meter, value: object) -> object:
    return _end(value, 0, "first")


def _last(_meter: Meter, value: object) -> object:
    return _end(value, -1, "last")


def _end(value: object, index: int, name: str) -> object:
    if isinstance(value, Mapping) or not isinstance(value, Sequence):
        raise Refused(f"`{name}` needs a list or text")
    if not value:
        raise Refused(f"`{name}` of nothing", "test for it with `if`")
    return cast("Sequence[object]", value)[index]


def _join(meter: Meter, value: object, separator: object = "") -> str:
    parts = [str(each) for each in _scalars(value, "join", meter)]
    between = _text(separator, "join")
    meter.text(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def _items(meter: Meter, value: object) -> list[tuple[object, object]]:
    if not isinstance(value, Mapping):
        raise Refused("`items` needs a mapping")
    table = cast("Mapping[object, object]", value)
    meter.items(3 * len(table))
    return list(table.items())


def _list(meter: Meter, value: Any) -> list[object]:
    if not isinstance(value, Mapping | Sequence):
        raise Refused("`list` needs a list, a mapping or text")
    sized = cast("Sequence[object]", value)
    meter.items(len(sized))
    return list(sized)


def _sort(meter: Meter, value: object, reverse: object = False) -> list[Any]:  # noqa: FBT002 - the template's signature
    items: list[Any] = _scalars(value, "sort", meter)
    meter.weigh(items)
    return sorted(items, reverse=bool(reverse))


def _unique(meter: Meter, value: object) -> list[Any]:
    items = _scalars(value, "unique", meter)
    meter.weigh(items)
    return list(dict.fromkeys(items))


def _round(_meter: Meter, value: object, digits: object = 0) -> float:
    if isinstance(value, int | float) and isinstance(digits, int) and 0 <= digits <= 20:
        return round(float(value), digits)
    raise Refused("`round` needs a number and 0 to 20 digits")


def _int(_meter: Meter, value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?[0-9]{1,300}\s*", value):
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return int(value)
    raise Refused("`int` needs a whole number")


def _float(_meter: Meter, value: object) -> float:
    if isinstance(value, str | int | float) and len(str(value)) <= 300:
        try:
            return bounded(float(value))
        except ValueError:
            pass
    raise Refused("`float` needs a number")


def _tojson(meter: Meter, value: object) -> str:
    meter.weigh(value)
    try:
        text = canonical(cast("Json", value))
    except (TypeError, ValueError):
        raise Refused("`tojson` needs a value of the case") from None
    meter.text(len(text))
    return text


def _indent(meter: Meter, value: object, width: object = 4, first: object = False) -> str:  # noqa: FBT002 - the template's signature
    text = _text(value, "indent")
    if isinstance(width, bool) or not isinstance(width, int) or not 0 <= width <= _MOST_INDENT:
        raise Refused(f"`indent` takes a width of 0 to {_MOST_INDENT}")
    meter.text(len(text) + width * (text.count("\n") + 1))
    margin = " " * width
    return (margin if first else "") + text.replace("\n", "\n" + margin)


def _untrusted(meter: Meter, value: object) -> str:
    if value is None:
        raise Refused("`untrusted` of nothing (null)", "give the input a value")
    text = value if isinstance(value, str) else _tojson(meter, value)
    meter.text(len(text) * 4)
    return fence(text)


BY_NAME: dict[str, Callable[..., object]] = {
    "upper": _changed(str.upper, "upper"),
    "lower": _changed(str.lower, "lower"),
    "trim": _changed(str.strip, "trim"),
    "title": _changed(str.title, "title"),
    "capitalize": _changed(str.capitalize, "capitalize"),
    "default": _default,
    "length": _length,
    "first": _first,
    "last": _last,
    "join": _join,
    "items": _items,
    "list": _list,
    "sort": _sort,
    "unique": _unique,
    "round": _round,
    "int": _int,
    "float": _float,
    "tojson": _tojson,
    "indent": _indent,
    "untrusted": _untrusted,
}
