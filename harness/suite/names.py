"""Which names are allowed: plain ASCII that is the same file, branch and row everywhere."""

from __future__ import annotations

import re
import unicodedata

NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
"""Suites, prompts and model pins."""
CASE_ID = r"^(?!.*\.\.)[a-z0-9][a-z0-9._-]{0,63}$"
VERSION = r"^v[0-9]+(\.[0-9]+)?$"
VARIABLE = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
"""Inputs of a case, which are variables of a template."""
TOOL = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
"""Tools, as the API takes them."""

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)


def refusal(kind: str, name: str, pattern: str) -> str | None:
    """Why `name` is not a name, or None where it is one."""
    if name.split(".", maxsplit=1)[0].lower() in _DEVICES:
        return f"{kind} {name[:80]!r} is a device on Windows, where no file can have it"
    if len(name) > 64:
        return f"{kind} {name[:40]!r}... has {len(name)} characters; the most is 64"
    if re.fullmatch(pattern, name) is None:
        return f"{kind} {name!a} is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'"
    return None


def same(name: str) -> str:
    """Equal for names that only differ by case or by the form of their Unicode."""
    return unicodedata.normalize("NFKC", name).casefold()
