"""The expressions inside a Nunjucks template, said in Jinja."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harness.suite.names import VARIABLE
from harness.suite.templates.filters import FILTERS, TESTS

_WORD = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\[\s\S])*'|\"(?:[^\"\\]|\\[\s\S])*\")|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||\*\*|//|[-+*/%<>|.,:~!?()\[\]{}]))"
)
_SIGNS = {"===": "==", "!==": "!=", "&&": "and", "||": "or", "!": "not"}
_WORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"}
)
_NOTHING = frozenset({"null", "undefined"})
_RENAMED_FILTERS = {"dump": "tojson", "d": "default"}
_DROPPED_FILTERS = frozenset({"safe", "string"})
_OF_TEXT = frozenset(
    {"upper", "lower", "trim", "title", "capitalize", "indent", "default", "d", "safe", "string"}
)
"""Filters that take a text."""
_RECKONING = frozenset(
    {"+", "-", "*", "/", "//", "%", "**", "<", ">", "<=", ">=", "==", "!=", "===", "!==", "in"}
)
"""Signs beside which a value stays what it is."""
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs", "loop", "env"})


class Untranslatable(Exception):
    """What our templates have no word for."""


@dataclass
class Expression:
    """What the expressions of one template use."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    env: set[str] = field(default_factory=set[str])
    printed: set[str] = field(default_factory=set[str])
    looked_into: set[str] = field(default_factory=set[str])
    fallbacks: dict[str, str] = field(default_factory=dict[str, str])
    data: dict[str, str] = field(default_factory=dict[str, str])
    """Our name of what an input is as JSON (`load`), by the input's own."""
    gone: set[str] = field(default_factory=set[str])
    """Names that the template made in what is left out of it."""
    local: set[str] = field(default_factory=set[str])
    """Names that the template itself makes: of loops and of `set`."""


def translated(code: str, uses: Expression, *, printed: bool = False, inside: bool = False) -> str:
    """The expression in Jinja. Raises `Untranslatable`. `inside`: its items are used; `printed`: it is a text."""
    words = _words(code)
    if not words:
        raise Untranslatable("nothing stands between the braces")
    alone = len(words) == 1 and words[0][0] == "name"
    if alone and words[0][1] not in uses.local | _WORDS | _NOTHING:
        (uses.printed if printed else uses.looked_into if inside else set[str]()).add(words[0][1])
    said = " ".join(_Translation(words, uses, printed=printed).run())
    # An `if` without `else` prints nothing in Nunjucks.
    lacks_else = ("name", "if") in words and ("name", "else") not in words
    return f"{said} else ''" if lacks_else else said


def ours(name: str) -> str:
    """The name under which an input goes here."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_0123456789") or "input"
    if (
        plain in _RESERVED
        or plain in _WORDS
        or re.fullmatch(r"(x_)?([a-z0-9]+_)*api_?keys?|(anthropic_)?auth_?token", plain.lower())
    ):
        plain = f"{plain}_"
    plain = plain[:64]
    return plain if re.fullmatch(VARIABLE, plain) else "input"


def _words(code: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while code[at:].strip():
        word = _WORD.match(code, at)
        if word is None or word.lastgroup is None:
            raise Untranslatable(f"{code[at : at + 20].strip()!r} is not understood")
        found.append((word.lastgroup, word[word.lastgroup]))
        at = word.end()
        if len(found) > 400:
            raise Untranslatable("the expression is too long")
    return found


class _Translation:
    def __init__(self, words: list[tuple[str, str]], uses: Expression, *, printed: bool) -> None:
        self._words = words
        self._uses = uses
        self._at = 0
        self._prints = printed

    def run(self) -> list[str]:
        said: list[str] = []
        while self._at < len(self._words):
            said += self._one(said)
        return said

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._words[at] if 0 <= at < len(self._words) else ("end", "")

    def _one(self, said: list[str]) -> list[str]:
        sort, text = self._peek()
        self._at += 1
        if sort == "name":
            return self._name(text)
        if sort != "sign":
            return [text]
        if text == "|":
            return self._filter(said)
        if text == ".":
            return self._member(said)
        if text in "?{":
            raise Untranslatable(f"`{text}` is not understood")
        return [_SIGNS.get(text, text)]

    def _name(self, name: str) -> list[str]:
        if self._peek(-2) == ("name", "is") or (
            self._peek(-2) == ("name", "not") and self._peek(-3) == ("name", "is")
        ):
            if name not in TESTS:
                raise Untranslatable(f"templates here have no test `{name[:40]}`")
            return [name]
        if name in _NOTHING:
            return ["none"]
        if name in _WORDS:
            return [name]
        if self._peek() == ("sign", "("):
            raise Untranslatable(f"templates here call nothing, such as `{name[:40]}()`")
        if name in {"env", "process"}:
            return self._environment(name)
        return self._variable(name)

    def _environment(self, name: str) -> list[str]:
        path = [self._peek(ahead)[1] for ahead in range(4)]
        if name == "process" and path[:2] == [".", "env"]:
            self._at += 2
            path = path[2:]
        wanted = path[1] if len(path) > 1 and path[0] == "." else ""
        if not re.fullmatch(r"[A-Za-z_]\w{0,59}", wanted):
            raise Untranslatable("the environment is out of reach of a template")
        self._at += 2
        self._uses.env.add(wanted)
        return [f"env_{wanted}"]

    def _variable(self, name: str) -> list[str]:
        if name in self._uses.gone:
            raise Untranslatable(f"`{name[:40]}` belongs to what is left out")
        if name in self._uses.local:
            return [name]
        if (self._peek(), self._peek(1)) == (("sign", "|"), ("name", "load")):
            self._at += 2
            self._uses.data[name] = f"{ours(name)[:58]}_data"
            return [self._uses.data[name]]
        if self._peek() in {("sign", "."), ("sign", "[")}:
            self._uses.looked_into.add(name)
        elif self._peek() == ("sign", "|"):
            (self._uses.printed if self._peek(1)[1] in _OF_TEXT else self._uses.looked_into).add(name)
        elif self._prints and not {self._peek()[1], self._peek(-2)[1]} & _RECKONING:
            self._uses.printed.add(name)
        self._uses.names[name] = ours(name)
        return [self._uses.names[name]]

    def _member(self, said: list[str]) -> list[str]:
        sort, name = self._peek()
        self._at += 1
        if sort != "name" or not said:
            raise Untranslatable("a member without a name")
        if self._peek() == ("sign", "("):
            raise Untranslatable(f"templates here call nothing, such as `.{name[:40]}()`")
        if name == "length":
            return ["|", "length"]
        if name.startswith("_"):
            raise Untranslatable(f"`{name[:40]}` is no key that an input can have here")
        said[-1] += f".{name}"
        return []

    def _filter(self, said: list[str]) -> list[str]:
        sort, name = self._peek()
        self._at += 1
        arguments = self._arguments()
        ours_name = _RENAMED_FILTERS.get(name, name)
        if sort != "name" or (ours_name not in FILTERS and name not in _DROPPED_FILTERS):
            raise Untranslatable(f"templates here have no filter `{name[:40]}`")
        if name in _DROPPED_FILTERS:
            return []
        if ours_name == "tojson":
            arguments = []
        if ours_name == "default" and len(said) == 1:
            self._note_default(said[0], arguments)
        return ["|", f"{ours_name}({' '.join(arguments)})" if arguments else ours_name]

    def _note_default(self, name: str, arguments: list[str]) -> None:
        theirs = next((each for each, here in self._uses.names.items() if here == name), None)
        if theirs is not None and len(arguments) >= 1 and arguments[0][:1] in "'\"":
            self._uses.fallbacks.setdefault(theirs, re.sub(r"\\(.)", r"\1", arguments[0][1:-1]))

    def _arguments(self) -> list[str]:
        if self._peek() != ("sign", "("):
            return []
        self._at += 1
        said: list[str] = []
        while self._peek() != ("sign", ")"):
            if self._peek()[0] == "end":
                raise Untranslatable("a bracket that is not closed")
            said += self._one(said)
        self._at += 1
        return said
