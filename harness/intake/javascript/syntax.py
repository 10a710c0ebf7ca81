"""Tokens to a tree: expressions, `const` and `return`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.intake.javascript.tokens import NotUnderstood, Token, tokens

MOST_CODE = 4000
"""Characters; what is longer is no one-liner."""
_MOST_DEPTH = 60
_MOST_PARTS = 4000

_STRENGTH: Mapping[str, int] = {
    "||": 1,
    "??": 1,
    "&&": 2,
    **dict.fromkeys(("===", "!==", "==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    "+": 5,
    "-": 5,
    **dict.fromkeys(("*", "/", "%"), 6),
}
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Js:
    """One part of the code. What `word` and `parts` are depends on `kind`.

    `name` (word) · `value` (word is the text, number, true, false or null) · `regex` (word is pattern and flags) ·
    `member` (word of parts[0]) · `index` (parts[1] of parts[0]) · `call` (parts[0] with the rest) ·
    `not`, `negative`, `typeof` (of parts[0]) · `binary` (word between two parts) · `list` (parts) ·
    `arrow` (word is the argument, parts[0] what it gives) · `new` (parts[0] with the rest).
    """

    kind: str
    word: object = None
    parts: tuple[Js, ...] = ()


def read_code(code: str) -> Js:
    """What the code gives, with its constants put in. Raises `NotUnderstood` where it says more than that.

    As promptfoo does: code of one line gives its last expression, code of several lines what it returns.
    """
    code = code.rstrip()
    if len(code) > MOST_CODE:
        raise NotUnderstood("long code")
    return _Parser(_Cursor(tokens(code)), is_long="\n" in code).program()


@dataclass
class _Cursor:
    """Where in the tokens the reading is."""

    waiting: list[Token]
    at: int = 0

    def peek(self) -> Token:
        return self.waiting[self.at]

    def next(self) -> Token:
        token = self.waiting[self.at]
        self.at = min(self.at + 1, len(self.waiting) - 1)
        return token

    def takes(self, text: str) -> bool:
        token = self.peek()
        if token.sort in {"sign", "name"} and token.text == text:
            self.at += 1
            return True
        return False

    def needs(self, text: str) -> None:
        if not self.takes(text):
            raise NotUnderstood(f"no {text!r}")


@dataclass
class _Parser:
    cursor: _Cursor
    is_long: bool
    known: dict[str, Js] = field(default_factory=dict[str, Js])
    depth: int = 0
    parts: int = 0

    def program(self) -> Js:
        while self.cursor.peek().text in {"const", "let", "var"} and self.cursor.peek().sort == "name":
            self._definition()
        returns = self.cursor.takes("return")
        if self.is_long and not returns:
            raise NotUnderstood("code that returns nothing")
        found = self._expression(0)
        while self.cursor.takes(";"):
            pass
        if self.cursor.peek().sort != "end":
            raise NotUnderstood("more than one statement")
        return found

    def _definition(self) -> None:
        self.cursor.next()
        name = self.cursor.next()
        if name.sort != "name" or not self.cursor.takes("="):
            raise NotUnderstood("a definition")
        value = self._expression(0)
        if not self.cursor.takes(";") and not self.is_long:
            raise NotUnderstood("a definition that does not end")
        self.known[name.text] = value

    def _made(self, kind: str, word: object = None, *parts: Js) -> Js:
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise NotUnderstood("long code")
        return Js(kind, word, parts)

    def _expression(self, least: int) -> Js:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise NotUnderstood("deep code")
        left = self._single()
        while True:
            sign = self.cursor.peek()
            strength = _STRENGTH.get(sign.text, 0) if sign.sort == "sign" else 0
            if strength <= least:
                break
            self.cursor.next()
            left = self._made("binary", sign.text, left, self._expression(strength))
        self.depth -= 1
        return left

    def _single(self) -> Js:
        for sign, kind in (("!", "not"), ("-", "negative"), ("typeof", "typeof")):
            if self.cursor.takes(sign):
                self.depth += 1
                if self.depth > _MOST_DEPTH:
                    raise NotUnderstood("deep code")
                inner = self._single()
                self.depth -= 1
                return self._made(kind, None, inner)
        return self._tail(self._atom())

    def _tail(self, found: Js) -> Js:
        while True:
            if self.cursor.takes(".") or self.cursor.takes("?."):
                name = self.cursor.next()
                if name.sort != "name":
                    raise NotUnderstood("a member without a name")
                found = self._made("member", name.text, found)
            elif self.cursor.takes("["):
                found = self._made("index", None, found, self._expression(0))
                self.cursor.needs("]")
            elif self.cursor.takes("("):
                found = self._made("call", None, found, *self._list(")"))
            else:
                return found

    def _list(self, end: str) -> list[Js]:
        found: list[Js] = []
        while not self.cursor.takes(end):
            found.append(self._argument())
            if not self.cursor.takes(","):
                self.cursor.needs(end)
                break
        return found

    def _argument(self) -> Js:
        start = self.cursor.at
        parameter = self._parameter()
        if parameter is not None:
            hidden = self.known.pop(parameter, None)
            body = self._expression(0)
            if hidden is not None:
                self.known[parameter] = hidden
            return self._made("arrow", parameter, body)
        self.cursor.at = start
        return self._expression(0)

    def _parameter(self) -> str | None:
        """The one name before an arrow."""
        opened = self.cursor.takes("(")
        name = self.cursor.next()
        if name.sort != "name" or (opened and not self.cursor.takes(")")) or not self.cursor.takes("=>"):
            return None
        return name.text

    def _atom(self) -> Js:
        token = self.cursor.next()
        match token.sort:
            case "text":
                return self._made("value", token.text)
            case "number":
                return self._made("value", _number(token.text))
            case "regex":
                return self._made("regex", (token.text, token.flags))
            case "name":
                return self._named(token.text)
            case _:
                return self._enclosed(token)

    def _named(self, name: str) -> Js:
        if name in _CONSTANTS:
            return self._made("value", _CONSTANTS[name])
        if name == "new":
            made = self._atom()
            self.cursor.needs("(")
            return self._made("new", None, made, *self._list(")"))
        return self.known.get(name) or self._made("name", name)

    def _enclosed(self, token: Token) -> Js:
        if token.text == "(":
            inner = self._expression(0)
            self.cursor.needs(")")
            return inner
        if token.text == "[":
            return self._made("list", None, *self._list("]"))
        raise NotUnderstood(token.text or "the end")


def _number(digits: str) -> int | float:
    plain = digits.replace("_", "")
    if plain[:2] in {"0x", "0X"}:
        return int(plain, 16)
    number = float(plain)
    return int(plain) if plain.isdigit() and len(plain) < 16 else number
