"""Nunjucks templates to the Jinja that our prompts may use, and to texts.

The two languages are siblings. What our templates have no word for (macros, calls, most filters) is left out with a
reason, the nearest plain text standing in its place, so that a prompt survives with a note instead of being lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast

from harness.errors import Place
from harness.intake.expressions import Expression, Untranslatable, translated
from harness.suite.names import VARIABLE
from harness.suite.template import TemplateError, checked, filled
from harness.units import Json

_TAG = re.compile(r"\{\{(-?)([\s\S]*?)(-?)\}\}|\{%(-?)([\s\S]*?)(-?)%\}|\{#[\s\S]*?#\}")
_RAW = re.compile(r"\{%-?\s*(raw|verbatim)\s*-?%\}([\s\S]*?)\{%-?\s*end\1\s*-?%\}")
_FOR = re.compile(r"for\s+([A-Za-z_]\w*)(\s*,\s*[A-Za-z_]\w*)?\s+in\s+([\s\S]+)")
_SET = re.compile(r"set\s+([A-Za-z_]\w*)\s*=\s*([\s\S]+)")
_STAND_INS = {"if": "if true", "elif": "elif false", "elseif": "elif false", "for": "for nothing in []"}
_NOWHERE = Place("", 1, 1)
_PLAIN_WORDS = frozenset({"else", "endif", "endfor"})
_MOST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of ours, and what it needs."""

    text: str
    names: Mapping[str, str]
    """The inputs it uses: our name by the one it had."""
    env: frozenset[str]
    """Names of the environment it asks for; each is an input called `env_` and the name."""
    printed: frozenset[str]
    """Inputs, by the names they had, that are printed as they are: those have to be texts."""
    looked_into: frozenset[str]
    """Inputs, by the names they had, of which a part is used: those stay what they are."""
    data: Mapping[str, str]
    """Inputs that are JSON to be read: our name by the one they had."""
    fallbacks: Mapping[str, str]
    """What `default` says for an input that is not there."""
    lost: tuple[str, ...]
    """What could not be said; empty: the template says the same."""


@dataclass
class _Turning:
    uses: Expression = field(default_factory=Expression)
    lost: list[str] = field(default_factory=list[str])


def jinja(text: str) -> Template:
    """The template in our Jinja. Never raises: what cannot be said is in `lost`."""
    if len(text) > _MOST:
        return _as_it_is(text, "the text is too long for a template")
    why, gone = "", set[str]()
    for salvage in (False, True):
        turning = _Turning(uses=Expression(gone=gone))
        found = _pieces(text, turning, salvage=salvage)
        problems = checked(found, lambda _line, _column: _NOWHERE)
        if isinstance(problems, frozenset):
            return _template(found, turning)
        why, gone = f"{problems[0].what}; {problems[0].remedy}".rstrip("; "), turning.uses.local
    return _as_it_is(text, why)


def _template(text: str, turning: _Turning) -> Template:
    uses = turning.uses
    return Template(
        text=text,
        names=MappingProxyType(dict(uses.names)),
        env=frozenset(uses.env),
        printed=frozenset(uses.printed),
        looked_into=frozenset(uses.looked_into),
        data=MappingProxyType(dict(uses.data)),
        fallbacks=MappingProxyType(dict(uses.fallbacks)),
        lost=tuple(dict.fromkeys(turning.lost)),
    )


def _as_it_is(text: str, why: str) -> Template:
    """The text, braces and all."""
    turning = _Turning(lost=[why])
    return _template(literally(text), turning)


def literally(text: str) -> str:
    """A template that comes to exactly this text."""
    if not re.search(r"\{[{%#]", text):
        return text
    return re.sub(r"\{[{%#]", lambda found: "{{ '" + found.group() + "' }}", text)


def _pieces(text: str, turning: _Turning, *, salvage: bool) -> str:
    """The template, piece by piece; `salvage`: only what prints an input, and no blocks."""
    said: list[str] = []
    at = 0
    while at < len(text):
        raw, tag = _RAW.search(text, at), _TAG.search(text, at)
        if tag is None:
            break
        if raw is not None and raw.start() <= tag.start():
            said += [_text(text[at : raw.start()]), literally(raw[2])]
            at = raw.end()
            continue
        said += [_text(text[at : tag.start()]), _tag(tag, turning, salvage=salvage)]
        at = tag.end()
    return "".join([*said, _text(text[at:])])


def _text(text: str) -> str:
    """Text between tags; a brace that opens nothing would be a mistake in Jinja."""
    return literally(text)


def _tag(tag: re.Match[str], turning: _Turning, *, salvage: bool) -> str:
    opens, printed, closes, opens_block, block, closes_block = tag.groups()
    if printed is not None:
        inner = _printed(printed.strip(), turning)
        return f"{{{{{opens} {inner} {closes}}}}}" if inner else ""
    if block is None:
        return ""  # a comment
    if salvage:
        turning.lost.append(f"`{{% {_short(block)} %}}` is left out")
        return ""
    inner = _block(" ".join(block.split()), turning)
    return f"{{%{opens_block} {inner} {closes_block}%}}" if inner else ""


def _printed(code: str, turning: _Turning) -> str:
    try:
        return translated(code, turning.uses, printed=True)
    except Untranslatable as error:
        turning.lost.append(f"`{{{{ {_short(code)} }}}}`: {error}")
        return _nearest(code, turning)


def _nearest(code: str, turning: _Turning) -> str:
    """The first variable of an expression, printed as it is."""
    name = re.match(r"[A-Za-z_]\w*(?![\w(])(?:\.[A-Za-z_]\w*(?![\w(]))*", code)
    if name is None:
        return ""
    try:
        return translated(name.group(), turning.uses, printed=True)
    except Untranslatable:
        return ""


def _block(code: str, turning: _Turning) -> str:
    word, _space, rest = code.partition(" ")
    try:
        return _translated_block(word, rest, turning)
    except Untranslatable as error:
        turning.lost.append(f"`{{% {_short(code)} %}}`: {error}")
        return _STAND_INS.get(word, "")


def _translated_block(word: str, rest: str, turning: _Turning) -> str:
    if word in _PLAIN_WORDS:
        return word
    if word in {"if", "elif", "elseif"}:
        return f"{'if' if word == 'if' else 'elif'} {translated(rest, turning.uses)}"
    if word == "for":
        return _loop(f"for {rest}", turning)
    if word == "set":
        return _assigned(f"set {rest}", turning)
    raise Untranslatable(f"templates here have no `{word[:40]}`")


def _loop(code: str, turning: _Turning) -> str:
    found = _FOR.fullmatch(code)
    if found is None:
        raise Untranslatable("a loop of another kind")
    first, second, over = found[1], found[2] or "", found[3]
    items = translated(over, turning.uses, inside=True)
    turning.uses.local |= {first, "loop", *([second.lstrip(", ")] if second else [])}
    return f"for {first}{second} in {items}{' | items' if second else ''}"


def _assigned(code: str, turning: _Turning) -> str:
    found = _SET.fullmatch(code)
    if found is None:
        raise Untranslatable("templates here have no `set` block")
    value = translated(found[2], turning.uses)
    turning.uses.local.add(found[1])
    return f"set {found[1]} = {value}"


def _short(code: str) -> str:
    return " ".join(code.split())[:60]


def fill(text: str, given: Mapping[str, Json]) -> tuple[str, tuple[str, ...]]:
    """What the template comes to with these variables, and what of it could not be said.

    As in promptfoo, a variable that is not there prints nothing.
    """
    if "{" not in text:
        return text, ()
    template = jinja(text)
    inputs: dict[str, Json] = {f"env_{name}": "" for name in template.env}
    for name, ours in template.names.items():
        inputs[ours] = input_value(template, name, given)
    inputs |= data_values(template, given)
    try:
        return filled(template.text, inputs, _NOWHERE), template.lost
    except TemplateError as error:
        return text, (*template.lost, error.problem.what)


def input_value(template: Template, name: str, given: Mapping[str, Json]) -> Json:
    """What the template needs for one of its variables: a text where it is printed as it is."""
    value = given.get(name)
    if value is None:
        return template.fallbacks.get(name, "")
    return as_text(value) if name in template.printed and name not in template.looked_into else value


def data_values(template: Template, given: Mapping[str, Json]) -> dict[str, Json]:
    """What the template reads as JSON; a text that is none stays one."""
    found: dict[str, Json] = {}
    for name, ours in template.data.items():
        value = given.get(name)
        try:
            found[ours] = cast("Json", json.loads(value)) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            found[ours] = value
    return found


def as_text(value: Json) -> str:
    """A value as Nunjucks prints it, and objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)


def is_variable(name: str) -> bool:
    """Whether our templates can have a variable of this name."""
    return re.fullmatch(VARIABLE, name) is not None
