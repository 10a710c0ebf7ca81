"""What a small piece of JavaScript asks of an answer, said in expectations.

Only what means the same is said; everything else raises `NotUnderstood`, and is run as JavaScript. Two differences
are small enough to be noted instead: how characters and words are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from harness.intake.javascript.counting import length
from harness.intake.javascript.joining import either, every, negated
from harness.intake.javascript.sources import Source, Sources, literal
from harness.intake.javascript.syntax import Js, read_code
from harness.intake.javascript.tokens import NotUnderstood
from harness.intake.patterns import exactly, re2_pattern
from harness.units import Json

Said = bool | dict[str, Any]
"""An expectation, or what is true or false of every answer."""
_MOST_STEPS = 3000
_NUMBERS = frozenset(
    {"max", "min", "round", "floor", "ceil", "abs", "parseFloat", "parseInt", "Number", "reduce"}
)
_RECKONS = re.compile(r"Math\.|\bscore\b|\S\s*[/*]\s*[\w(]|parseFloat|parseInt|Number\(|\breduce\(")
_FLIPPED: Mapping[str, str] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MISSING = "a value that is missing fails, negated or not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An expectation that asks the same as the code."""

    entry: Mapping[str, Json]
    notes: tuple[str, ...]
    """What is a little different."""


def meaning(code: str, given: Mapping[str, Json], output: Source | None = None) -> Meaning | None:
    """What the code asks of `output`, or None. `given`: the variables of the case, for `context.vars`.

    `output`: where the code looks, if the answer is changed before; None: at the answer.
    """
    reader = _Reader(Sources(given, output or Source()))
    try:
        said = reader.condition(read_code(code))
    except (NotUnderstood, RecursionError):
        return None
    if isinstance(said, bool):
        return None
    if _has_negated_path(said):
        reader.notes.add(_MISSING)
    return Meaning(entry=said, notes=tuple(sorted(reader.notes)))


def may_count(code: str) -> bool:
    """Whether the code may give a number instead of true or false."""
    try:
        found = read_code(code)
    except (NotUnderstood, RecursionError):
        return "pass" not in code and _RECKONS.search(code) is not None
    return found.kind in {"value", "negative"} or (
        (found.kind == "binary" and found.word in {"+", "-", "*", "/", "%"})
        or (found.kind == "call" and found.parts[0].word in _NUMBERS)
    )


@dataclass
class _Reader:
    sources: Sources
    notes: set[str] = field(default_factory=set[str])
    steps: int = 0

    def condition(self, js: Js) -> Said:
        """What it asks where its truth counts."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise NotUnderstood("long code")
        match js.kind:
            case "value" if isinstance(js.word, bool):
                return js.word
            case "not":
                return negated(self.condition(js.parts[0]))
            case "binary":
                return self._binary(str(js.word), js.parts[0], js.parts[1])
            case "call":
                return self._called(js)
            case _:
                return self._there(js)

    def _there(self, js: Js) -> Said:
        """The text itself, as a condition: it is true unless it is empty."""
        source = self.sources.text(js)
        if source is None or source.path is not None:
            raise NotUnderstood("a value as a condition")
        return {"length": {"min_chars": 1}}

    def _binary(self, sign: str, left: Js, right: Js) -> Said:
        if sign == "&&":
            return every(self.condition(left), self.condition(right))
        if sign == "||":
            return either(self.condition(left), self.condition(right))
        if sign not in {"===", "==", "!==", "!=", "<", ">", "<=", ">="}:
            raise NotUnderstood(sign)
        if literal(self.sources.put_in(left)) is not None:
            left, right, sign = right, left, _FLIPPED.get(sign, sign)
        wanted = literal(self.sources.put_in(right))
        if wanted is None:
            raise NotUnderstood("a comparison of two values")
        if sign in {"!==", "!="}:
            return negated(self._compared("===", left, wanted[0]))
        return self._compared("===" if sign == "==" else sign, left, wanted[0])

    def _compared(self, sign: str, left: Js, wanted: Json) -> Said:
        if isinstance(wanted, bool) and sign == "===" and left.kind in {"call", "not"}:
            found = self.condition(left)
            return found if wanted else negated(found)
        if left.kind == "typeof":
            return self._typed(sign, left.parts[0], wanted)
        if left.kind == "member" and left.word == "length":
            return length(self.sources, self.notes, sign, left.parts[0], wanted)
        where = self._where(left)
        if where is not None:
            return _found_at(sign, where, wanted)
        source = self.sources.text(left)
        if source is None:
            raise NotUnderstood("a comparison")
        return _equal(source, wanted) if sign == "===" else _ordered(source, sign, wanted)

    def _typed(self, sign: str, of: Js, wanted: Json) -> Said:
        source = self.sources.text(of)
        if sign != "===" or source is None or source.path is not None:
            raise NotUnderstood("typeof")
        return wanted == "string"

    def _where(self, js: Js) -> Said | None:
        """What is looked for, where the code asks for its position."""
        if js.kind != "call" or js.parts[0].kind != "member" or len(js.parts) != 2:
            return None
        of, argument = js.parts[0].parts[0], js.parts[1]
        if js.parts[0].word == "indexOf":
            return self._holds(of, argument)
        if js.parts[0].word == "search" and argument.kind == "regex":
            return self._matches(of, argument)
        return None

    def _called(self, js: Js) -> Said:
        callee, arguments = js.parts[0], js.parts[1:]
        if callee.kind == "name" and callee.word == "Boolean" and len(arguments) == 1:
            return self.condition(arguments[0])
        if callee.kind != "member" or len(arguments) != 1:
            raise NotUnderstood("a call")
        of, argument = callee.parts[0], arguments[0]
        match callee.word:
            case "includes":
                return self._holds(of, argument)
            case "startsWith" | "endsWith":
                return self._begins(str(callee.word), of, argument)
            case "test":
                return self._matches(argument, of)
            case "match":
                return self._matches(of, argument)
            case "some" | "every":
                return self._each(str(callee.word), of, argument)
            case _:
                raise NotUnderstood("a call")

    def _holds(self, of: Js, what: Js) -> Said:
        source, text = self._asked(of, what)
        return {"contains": source.said({"all": [text]})}

    def _begins(self, how: str, of: Js, what: Js) -> Said:
        """A pattern: `starts_with` and `ends_with` forgive white space, which JavaScript does not."""
        source, text = self._asked(of, what)
        if source.trimmed:
            return {"starts_with" if how == "startsWith" else "ends_with": source.said({"text": text})}
        pattern = f"^{exactly(text)}" if how == "startsWith" else f"{exactly(text)}$"
        return {"matches": source.said({"pattern": pattern})}

    def _asked(self, of: Js, what: Js) -> tuple[Source, str]:
        source, text = self.sources.text(of), literal(self.sources.put_in(what))
        if source is None or source.path is not None or text is None or not isinstance(text[0], str):
            raise NotUnderstood("a text that is looked for")
        if source.ignores_case and text[0] != text[0].lower():
            raise NotUnderstood("a text that no lower-case text holds")
        if not text[0] or (source.trimmed and text[0] != text[0].strip()):
            raise NotUnderstood("an empty text")
        return source, text[0]

    def _matches(self, of: Js, pattern: Js) -> Said:
        if pattern.kind == "new":
            pattern = _regexp(pattern)
        source = self.sources.text(of)
        if pattern.kind != "regex" or source is None or source.path is not None or source.trimmed:
            raise NotUnderstood("a pattern")
        text, flags = cast("tuple[str, str]", pattern.word)
        said = None if source.ignores_case else re2_pattern(text, flags.replace("i", ""))
        if not said:
            raise NotUnderstood("a pattern")
        return {"matches": {"pattern": said, **({"ignore_case": True} if "i" in flags else {})}}

    def _each(self, how: str, of: Js, arrow: Js) -> Said:
        """`[...].some(x => ...)`: the condition for every item."""
        if of.kind != "list" or arrow.kind != "arrow" or not of.parts:
            raise NotUnderstood("some or every of something else")
        found: list[Said] = []
        for item in of.parts:
            self.sources.bound[str(arrow.word)] = item
            found.append(self.condition(arrow.parts[0]))
            del self.sources.bound[str(arrow.word)]
        joined = found[0]
        for each in found[1:]:
            joined = either(joined, each) if how == "some" else every(joined, each)
        return joined


def _regexp(made: Js) -> Js:
    """`new RegExp('...', 'i')` as the pattern it is."""
    words = [part.word for part in made.parts[1:] if part.kind == "value"]
    if made.parts[0].word != "RegExp" or not words or len(words) != len(made.parts) - 1:
        raise NotUnderstood("new")
    return Js("regex", (str(words[0]), str(words[1]) if len(words) > 1 else ""))


def _found_at(sign: str, what: Said, wanted: Json) -> Said:
    """What is looked for, compared by its position: whether it is there at all."""
    if (sign, wanted) in {(">", -1), (">=", 0)}:
        return what
    if (sign, wanted) in {("===", -1), ("<", 0)}:
        return negated(what)
    raise NotUnderstood("a position")


def _equal(source: Source, wanted: Json) -> Said:
    if source.path is None and not isinstance(wanted, str):
        raise NotUnderstood("a text that is a number")
    if isinstance(wanted, str) and (
        (source.ignores_case and wanted != wanted.lower()) or (source.trimmed and wanted != wanted.strip())
    ):
        return False
    strip: dict[str, Json] = {} if source.trimmed or source.path is not None else {"strip": False}
    return {"equals": source.said({"value": wanted, **strip})}


def _ordered(source: Source, sign: str, wanted: Json) -> Said:
    if source.path is None or isinstance(wanted, bool) or not isinstance(wanted, int | float):
        raise NotUnderstood("an order of texts")
    bound = "least" if sign in {">=", "<"} else "most"
    found: dict[str, Any] = {"number": {bound: wanted, "path": source.path}}
    return found if sign in {">=", "<="} else {"not": found}


def _has_negated_path(said: Any, *, negated: bool = False) -> bool:
    if isinstance(said, list):
        items = cast("Iterable[Any]", said)
        return any(_has_negated_path(each, negated=negated) for each in items)
    if not isinstance(said, dict):
        return False
    table = cast("dict[str, Any]", said)
    if negated and "path" in table:
        return True
    return any(_has_negated_path(each, negated=negated or name == "not") for name, each in table.items())
