"""Hostile text made harmless for the place where it is shown.

Model output, case ids, tags and error texts may hold anything. Each surface has one function here, and
sends every string that is not its own through it.
"""

from __future__ import annotations

import html
import json
import re

MAX_NAME = 160
"""Characters of a name in Markdown."""
_INVISIBLE = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Controls beyond ASCII, bidirectional and zero-width marks, fillers, tags, lone surrogates, non-characters."""

_ANY_CONTROL = re.compile(f"[\x00-\x1f{_INVISIBLE}]")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_CONTROL_IN_BLOCK = re.compile(f"[\x00-\x08\x0b-\x1f{_INVISIBLE}]")
_LEADING_COMMAND = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*):(?=:)")
_BACKTICKS = re.compile("`+")
_INERT = re.compile(
    r"(?!(?i:[a-f]{7,})$)[A-Za-z]{1,30}(?:'[a-z]{1,2})?|[a-z]{1,20}(?:-[a-z]{1,20}){1,4}"
    r"|[+−]?(?:[0-9]{1,6}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,4})?|[%→–]"
)
"""Words that no dialect of Markdown makes anything of: nothing like a commit, an address, a reference or a name."""
_MEANT = re.compile(r"\](?=[(\[:])|@|:(?=//)|www(?=\.)|<(?=[A-Za-z/!?])", re.IGNORECASE)
"""Where Markdown would see a link, a mention, an address or a tag."""


def term(text: str) -> str:
    """One line for a terminal or a log: controls as escapes, and no command of a CI runner.

    GitHub's runner obeys `::command::` at the start of a line and `##[command]` anywhere in it.
    """
    return without_commands(_ANY_CONTROL.sub(_escape, text))


def term_block(text: str) -> tuple[str, ...]:
    """Several lines for a terminal, each like `term`."""
    return tuple(term(line) for line in text.split("\n"))


def without_commands(line: str) -> str:
    """A finished line (colours allowed) that no runner takes for a command."""
    return _LEADING_COMMAND.sub(r"\1\\:", line.replace("##[", "##\\["))


def json_text(document: str) -> str:
    """A JSON document that means the same and hides nothing: what `term` escapes, in JSON's own escapes."""
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], document).replace("##[", "#\\u0023[")


def visible(text: str) -> str:
    """Text for a page or a document: what cannot be seen is named (`⟨U+202E⟩`); newlines and tabs stay."""
    return text if text.isascii() and text.isprintable() else _CONTROL_IN_BLOCK.sub(_name, text)


def one_line(text: str) -> str:
    """Like `visible`, with every run of white space as one blank."""
    return " ".join(visible(text).split())


def code_span(text: str) -> str:
    """Markdown: a code span that also holds in a table cell. Nothing in it is a mention, a link or HTML."""
    inner = _short(text).replace("`", "'").replace("|", "¦").replace("\\", "⧵")
    return f"`{inner}`" if inner else ""


def prose(text: str, most: int = 2_000) -> str:
    """Markdown: a sentence after words of ours. Plain words stay; all others, and what stands between backticks, is code.

    Where somebody else may have written all of it, escaping is not enough: GitHub looks for mentions, references and
    addresses in the text that comes out of Markdown. So what is shown as text is only what can be none of them. Above
    `most` characters the rest is left out.
    """
    said: list[str] = []
    room = most
    for place, piece in enumerate(one_line(text[: 4 * most]).split("`")):
        for word in [code_span(piece)] if place % 2 else re.split(r"( )", piece):
            said.append(word if place % 2 else _plain(word))
            room -= len(said[-1])
            if room < 0:
                return "".join([*said[:-1], "…"]).replace("``", "` `")
    return "".join(said).replace("``", "` `")


def html_code(text: str) -> str:
    """Markdown: code inside a line of HTML, where Markdown's own code spans are not read."""
    return f"<code>{html.escape(_short(text))}</code>"


def fence(text: str, language: str = "text") -> str:
    """Markdown: a fenced block, with a fence longer than any run of backticks in the text, and no command in it."""
    shown = "\n".join(map(without_commands, visible(text).split("\n")))
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{shown}\n{ticks}"


def plain_message(text: str) -> str:
    """Text for SARIF, whose viewers may read it as Markdown: no placeholder, link, image, mention or tag.

    A brace is a doubled brace there (SARIF 2.1.0, 3.11.5). For brackets its plain text has no escape, so a mark of
    no width stands where a link would begin.
    """
    doubled = visible(text).replace("{", "{{").replace("}", "}}")
    return _MEANT.sub(lambda found: f"{found[0]}\u2060", doubled)


def _plain(word: str) -> str:
    """A word as it is, or as code, with the brackets and stops around it left outside."""
    after = word.lstrip("(")
    inner = after.rstrip(").,;:")
    if not inner.strip() or _INERT.fullmatch(inner):
        return word
    return f"{word[: len(word) - len(after)]}{code_span(inner)}{after[len(inner) :]}"


def _short(text: str) -> str:
    """A name on one line; an endless one is cut."""
    line = one_line(text[: 4 * MAX_NAME]).replace("##[", "##⧵[")
    return line if len(line) <= MAX_NAME else f"{line[: MAX_NAME - 1]}…"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    short = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}.get(code)
    if short is not None:
        return short
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _name(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"
