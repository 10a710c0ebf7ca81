r"""The grader of URLs: where the links of an answer lead. Nothing is fetched.

A URL is what begins with a scheme and `//`, what begins with `www.`, and what begins with `//` in a Markdown link or an attribute. Its host
is read as a browser reads it (WHATWG URL standard): `\` is a `/`, what stands before the last `@` is no host, `%65` is `e`, letters are folded to their
plain form and to Punycode. A host that cannot be read is not allowed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from harness.grade.decision import Decision, Undecidable, printable, quoted
from harness.suite.expectations.documents import Urls

LONGEST: Final = 1 << 20
"""Characters of a text in which URLs are looked for."""
MOST_URLS: Final = 2_000
_URL: Final = re.compile(
    r"""(?: (?<![A-Za-z0-9+.-]) [A-Za-z][A-Za-z0-9+.-]{0,30} : [/\\]{2,}
          | (?<![A-Za-z0-9@./\\-]) (?=[Ww]{3}\.)
          | (?<=[("'=]) [/\\]{2,} (?=[^\s/\\]) )
        ( \[[0-9A-Fa-f:.]{2,45}\] (?: : [0-9]{1,5} )? (?![\w@:.-])
        | [^\s/\\?\#<>"'`)\]}]{1,1000} )""",
    re.VERBOSE,
)
_DOTS: Final = str.maketrans("。．｡", "...")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}|\[[0-9a-f:.]{2,45}\]")


def urls(wanted: Urls, text: str) -> Decision:
    """Whether every URL leads where it may, and how many there are. Raises Undecidable for what is too long."""
    if len(text) > LONGEST:
        raise Undecidable(f"a text of {len(text):,} characters, and URLs are looked for in {LONGEST:,}")
    hosts = hosts_of(text)
    found = f"{len(hosts)} {'URL' if len(hosts) == 1 else 'URLs'}"
    if len(hosts) < wanted.least or (wanted.most is not None and len(hosts) > wanted.most):
        return Decision(met=False, found=found)
    stray = next((each for each in hosts if not _is_allowed(each, wanted)), None)
    return Decision(
        met=stray is None, found=found if stray is None else f"{found}; one leads to {quoted(stray, 100)}"
    )


def hosts_of(text: str) -> list[str]:
    """The host of every URL in `text`, in order; "?" and what stands there where it cannot be read."""
    found: list[str] = []
    for match in _URL.finditer(text):
        if len(found) >= MOST_URLS:
            raise Undecidable(f"more than {MOST_URLS:,} URLs")
        found.append(host_of(match[1]))
    return found


def host_of(authority: str) -> str:
    """The host in what stands between `//` and the path; "?" and the text where it cannot be read."""
    host = authority.rpartition("@")[2]
    host = host.partition("]")[0] + "]" if "]" in host else host.partition(":")[0]
    host = unicodedata.normalize("NFKC", unquote(host).translate(_DOTS)).casefold().rstrip(".,;!*_|")
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    return plain if len(plain) <= 253 and _HOST.fullmatch(plain) else f"?{printable(authority, 100)}"


def _is_allowed(host: str, wanted: Urls) -> bool:
    if host.startswith("?"):
        return False
    is_listed = wanted.allow is None or _is_among(host, wanted.allow)
    return is_listed and not _is_among(host, wanted.deny)


def _is_among(host: str, names: Sequence[str]) -> bool:
    return any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name in names)
