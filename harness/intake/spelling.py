"""Values to the YAML and JSON lines that our own strict readers read back as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import yaml

from harness.errors import HarnessError, Problem
from harness.suite.notation.document import MOST_CASE_NODES, MOST_DEPTH, MOST_SCALAR, parse
from harness.suite.notation.node import plain
from harness.suite.notation.scalar import resolve
from harness.suite.notation.text import decode
from harness.units import Json

_WIDTH = 110
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")


class Unwritable(HarnessError):
    """A value that no file of ours can hold."""

    exit_status = 2


def yaml_text(value: Json, header: str = "") -> str:
    """The value as a YAML document below `header`, pleasant to read. Raises `Unwritable`."""
    wanted = writable(value)
    for text in (_pleasant(wanted), _plain_json(wanted)):
        problems: list[Problem] = []
        node = parse("", header + text, problems, most_nodes=MOST_CASE_NODES)
        is_text = isinstance(decode("", text.encode()), str)
        if is_text and node is not None and not problems and _thawed(plain(node)) == wanted:
            return header + text
    raise Unwritable("the value cannot be written down; shorten it")


def json_line(value: Json) -> str:
    """The value as one line of JSON. Raises `Unwritable`."""
    return _plain_json(writable(value))


def writable(value: Json) -> Json:
    """The value with whole characters only. Raises `Unwritable` where it is too deep, too long or no number."""
    return _writable(value, 0)


def _writable(value: Json, depth: int) -> Json:
    if depth > MOST_DEPTH - 8:  # what a case stands in takes the rest
        raise Unwritable(f"nested deeper than {MOST_DEPTH - 8} levels")
    if isinstance(value, str):
        if len(value) > MOST_SCALAR:
            raise Unwritable(f"a text of {len(value):,} characters; the most is {MOST_SCALAR:,}")
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value).replace("\0", "\N{SYMBOL FOR NULL}")
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124 - NaN is what differs from itself
        raise Unwritable("a number that is none")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**300:
        raise Unwritable("a number of more than 300 digits")
    if isinstance(value, Mapping):
        return {_key(name): _writable(each, depth + 1) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_writable(each, depth + 1) for each in value]
    return value


def _key(name: str) -> str:
    key = _HALF.sub("\N{REPLACEMENT CHARACTER}", name).replace("\0", "\N{SYMBOL FOR NULL}")
    if _ESCAPED.search(key):
        raise Unwritable("a key with characters that cannot be seen")
    return key


def _thawed(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _thawed(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_thawed(each) for each in value]
    return value


def _plain_json(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


class _Dumper(yaml.SafeDumper):
    """Without anchors, with lists that stand in, and with texts that cannot be taken for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - yaml's signature
        return super().increase_indent(flow, False)  # noqa: FBT003 - yaml's signature


def _texts(dumper: Any, text: str) -> yaml.ScalarNode:
    style: str | None = None
    if "\n" in text and not re.search(r"[ \t]\n|\A\s|[ \t]\Z|[^\S\n ]|[\x00-\x08\x0b-\x1f]", text):
        style = "|"
    elif not isinstance(resolve(text), str) if len(text) <= 300 else False:
        style = '"'
    return cast("yaml.ScalarNode", dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style))


_Dumper.add_representer(str, _texts)


def _pleasant(value: Json) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
