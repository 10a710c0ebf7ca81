"""How many tokens a request may take: known before it is sent, and rather too many than too few."""

from __future__ import annotations

from harness.call.canonical import body, canonical
from harness.call.exchange import Request
from harness.units import Tokens


def estimate_input_tokens(request: Request) -> Tokens:
    """An upper bound of the prompt's tokens for ordinary text: the UTF-8 bytes of the body / 3 * 1.3, rounded up.

    Tokenizers of this generation take about four bytes of English prose for a token, and about two to
    three of code or of scripts outside ASCII, whose letters are several bytes each. The body's JSON is
    counted with its keys and its schema, which the provider turns into tokens as well. Text made of rare
    symbols can need more than this.
    """
    size = len(canonical(body(request)).encode("utf-8", "surrogatepass"))
    return Tokens(-(-size * 13 // 30))
