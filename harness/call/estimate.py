"""How many tokens a prompt may take: known before it is sent, and rather too many than too few.

Nobody but the provider has its tokenizer. So the first estimates are bounds for any text, and then replies teach
how many tokens a prompt really takes: for each version of a prompt on each model, since tokenizers differ.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from harness.call.canonical import spelling
from harness.call.exchange import Reply, Request
from harness.units import Tokens

OVERHEAD = 1024
"""Tokens the provider may add around a prompt (framing, instructions for structured output)."""
ENOUGH = 20
"""Replies before anything is concluded from them."""
MARGIN = 1.2
"""On top of the most that was seen."""
_WINDOW = 200
_FIXED = 4096
"""Bytes that stand for the overhead: at a quarter of a token each they are as much."""


def most_prompt_tokens(request: Request) -> Tokens:
    """An upper bound for the prompt of `request`: no tokenizer spends more than a token on a byte.

    Attachments are bounded by what they are (see `harness.suite.forms.media`).
    """
    return Tokens(spelling(request).size + OVERHEAD + _attached(request))


def estimate_input_tokens(request: Request) -> Tokens:
    """An upper bound of the prompt's tokens for ordinary text: the UTF-8 bytes of the body / 3 * 1.3, rounded up.

    Tokenizers of this generation take about four bytes of English prose for a token, and about two to
    three of code or of scripts outside ASCII, whose letters are several bytes each. The body's JSON is
    counted with its keys and its schema, which the provider turns into tokens as well. Text made of rare
    symbols can need more than this.
    """
    return Tokens(-(-spelling(request).size * 13 // 30) + _attached(request))


def _attached(request: Request) -> int:
    return sum(each.tokens for each in request.attachments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What replies said of one prompt on one model: tokens for each byte, of the newest 200 replies.

    Tokens grow with the bytes, from some fixed number on that nobody knows. The first ratio is safe for
    prompts longer than those seen, whatever that number is; the second one, with the overhead among the
    bytes, for shorter ones. The bound is the larger of both, from the highest ratios seen, and a fifth more.
    """

    by_byte: tuple[float, ...] = ()
    with_overhead: tuple[float, ...] = ()
    is_refuted: bool = False
    """Whether a prompt ever took more than it was given: then nothing is concluded any more."""

    def after(self, size: int, tokens: int) -> Lesson:
        """One more reply: a body of `size` bytes took `tokens` of prompt."""
        bound = self.bound(size)
        return replace(
            self,
            by_byte=(*self.by_byte, tokens / size)[-_WINDOW:],
            with_overhead=(*self.with_overhead, tokens / (size + _FIXED))[-_WINDOW:],
            is_refuted=self.is_refuted or (bound is not None and tokens > bound),
        )

    def bound(self, size: int) -> int | None:
        """The most tokens a body of `size` bytes will take, very likely; None while too little is known."""
        if self.is_refuted or len(self.by_byte) < ENOUGH:
            return None
        most = max(max(self.by_byte) * size, max(self.with_overhead) * (size + _FIXED))
        return int(most * MARGIN) + 1


_Subject = tuple[str, str, str, bool]
"""Prompt, version, model, and whether it is the first turn: later ones hold results of tools."""


@dataclass(slots=True)
class Estimator:
    """The estimates of one run, for money and for rates alike; they get better with every live reply."""

    _lessons: dict[_Subject, Lesson] = field(default_factory=lambda: defaultdict(Lesson))

    def most(self, request: Request) -> Tokens:
        """What money is set aside for: a bound for any text at first, and one that very likely holds later."""
        return self._learned(request, most_prompt_tokens(request))

    def usual(self, request: Request) -> Tokens:
        """What is taken from a rate limit, where too little does less harm than too much."""
        return self._learned(request, estimate_input_tokens(request))

    def learn(self, request: Request, reply: Reply) -> None:
        """A live reply says what its prompt really took. Bytes say nothing of how a picture is read."""
        if request.attachments:
            return
        subject = _subject(request)
        lesson = self._lessons[subject].after(spelling(request).size, reply.usage.prompt_tokens)
        self._lessons[subject] = lesson

    def _learned(self, request: Request, otherwise: Tokens) -> Tokens:
        if request.attachments:
            return otherwise
        bound = self._lessons[_subject(request)].bound(spelling(request).size)
        return otherwise if bound is None else min(otherwise, Tokens(bound))


def _subject(request: Request) -> _Subject:
    origin = request.origin
    return (origin.prompt, origin.version, request.model, origin.turn == 1)
