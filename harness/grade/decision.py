"""What a grader decides, and how it quotes hostile text in one short line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from harness.errors import HarnessError

QUOTED: Final = 200
"""Characters of an answer that evidence shows at most."""

_ESCAPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether an expectation is met, before `not:` turns it round."""

    met: bool
    found: str
    """What was there, as one line for people; completes "found ..."."""
    score: float | None = None
    """How far it is met, in [0, 1], where that is a matter of degree; None: it is met or not."""
    confidence: float = 1.0
    """How sure the grader is, in [0, 1]."""


class Undecidable(HarnessError):
    """There is nothing an expectation could be held against: it fails, and so does its negation.

    A path that leads nowhere must not let `not: {contains: ...}` pass. Never leaves `harness.grade`.
    `found` completes "found ...", as in a Decision.
    """

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(found)


class GraderError(HarnessError):
    """A grader could not do its work, which is no fault of the model's: the trial is unmeasured.

    Never leaves `harness.grade`. `found` completes "found ..."; `mistake` says whose it is.
    """

    def __init__(self, found: str, mistake: Literal["grader_error", "judge_error"] = "grader_error") -> None:
        self.found = found
        self.mistake: Literal["grader_error", "judge_error"] = mistake
        super().__init__(found)


def shortened(text: str, limit: int = QUOTED) -> str:
    """`text` with its middle left out, so that at most `limit` characters remain."""
    if len(text) <= limit:
        return text
    head = limit // 2
    return f"{text[:head]}…{text[len(text) - (limit - head - 1) :]}"


def printable(text: str, limit: int = QUOTED) -> str:
    """`text` shortened and in one line: control, format and surrogate characters become escapes.

    Format characters include the ones that turn the direction of a line round. Escapes come after the
    cut, so the result may be longer than `limit`.
    """
    return "".join(_escape(each) for each in shortened(text, limit))


def quoted(text: str, limit: int = QUOTED) -> str:
    """`text` as evidence shows it: printable, in quotation marks."""
    return f"“{printable(text, limit)}”"


def _escape(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) not in _ESCAPED:
        return character
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")
