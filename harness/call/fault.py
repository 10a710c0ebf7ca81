"""What can go wrong with a call: a closed list that says whose fault it is and what may follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto
from typing import Literal

from harness.call.exchange import Allowances, Reply
from harness.errors import HarnessError
from harness.units import Seconds

Whose = Literal["model", "provider", "ours"]


class Kind(StrEnum):
    """Every way a call can end without a reply."""

    RATE_LIMITED = "rate_limited"
    """429: slow down. Says nothing about the provider's health."""
    SPEND_EXHAUSTED = "spend_exhausted"
    """402, a 429 with a spend limit's code, or a 400 of type `billing_error`: the account's own limit, so
    nothing more can be sent by anyone."""
    OVERLOADED = "overloaded"
    """529, or an overloaded error in the middle of a stream."""
    SERVER_ERROR = "server_error"
    """500, 502 to 504, 408, 409 and every other 5xx."""
    TIMEOUT = "timeout"
    """Sent, and no complete answer in time."""
    UNREACHABLE = "unreachable"
    """Could not connect: nothing was sent."""
    DISCONNECTED = "disconnected"
    """The connection broke after sending: the answer may exist, and may be billed."""
    GARBLED = "garbled"
    """A 200 whose body is not a complete, valid answer."""
    UNAUTHORIZED = "unauthorized"
    """401 or 403: the key is wrong, and every further call would be refused too."""
    UNKNOWN_MODEL = "unknown_model"
    """404: this model is not there for this account."""
    BAD_REQUEST = "bad_request"
    """400, 413, 422 and other 4xx: this request can never succeed as it stands."""
    SUBSTITUTED = "substituted"
    """Another model than the pinned one answered."""
    OVER_BUDGET = "over_budget"
    """The worst case of the call does not fit under the cap: nothing was sent."""
    UNPRICED = "unpriced"
    """There is a cap but no price for the model: nothing was sent."""
    CIRCUIT_OPEN = "circuit_open"
    """The breaker refused, since the provider is sick: nothing was sent."""
    DEADLINE = "deadline"
    """The call's own time is over, waits and retries included. An attempt may have been under way: the
    ledger knows what it may cost."""
    TOOL_LOOP = "tool_loop"
    """The model calls tools in circles, or without end: it never came to an answer."""
    STALE_FIXTURE = "stale_fixture"
    """Replay has no recording of this request."""
    BUG = "bug"
    """An exception of ours in the middle of a call."""


class _Then(Flag):
    """What follows from a fault."""

    NOTHING = 0
    SENT = auto()
    """A request may have reached the provider."""
    RETRY = auto()
    """The same request may succeed later."""
    BILLED = auto()
    """The provider may charge for it. An error response is not charged for; silence may be."""
    SICK = auto()
    """The provider is unwell."""
    WELL = auto()
    """The provider is well: it took the request and decided something about it."""
    STOP_MODEL = auto()
    """Every further call to this model would meet the same end."""
    STOP_RUN = auto()
    """Every further call would."""


_SENT, _RETRY, _BILLED, _SICK, _WELL = _Then.SENT, _Then.RETRY, _Then.BILLED, _Then.SICK, _Then.WELL

_RULES: dict[Kind, tuple[Whose, _Then]] = {
    Kind.RATE_LIMITED: ("provider", _SENT | _RETRY | _WELL),
    Kind.SPEND_EXHAUSTED: ("ours", _SENT | _WELL | _Then.STOP_RUN),
    Kind.OVERLOADED: ("provider", _SENT | _RETRY | _SICK),
    Kind.SERVER_ERROR: ("provider", _SENT | _RETRY | _SICK),
    Kind.TIMEOUT: ("provider", _SENT | _RETRY | _SICK | _BILLED),
    Kind.UNREACHABLE: ("provider", _RETRY | _SICK),
    Kind.DISCONNECTED: ("provider", _SENT | _RETRY | _SICK | _BILLED),
    Kind.GARBLED: ("provider", _SENT | _RETRY | _SICK | _BILLED),
    Kind.UNAUTHORIZED: ("ours", _SENT | _WELL | _Then.STOP_RUN),
    Kind.UNKNOWN_MODEL: ("ours", _SENT | _WELL | _Then.STOP_MODEL),
    Kind.BAD_REQUEST: ("ours", _SENT | _WELL),
    Kind.SUBSTITUTED: ("provider", _SENT | _WELL | _BILLED),
    Kind.OVER_BUDGET: ("ours", _Then.NOTHING),
    Kind.UNPRICED: ("ours", _Then.STOP_MODEL),
    Kind.CIRCUIT_OPEN: ("provider", _Then.NOTHING),
    Kind.DEADLINE: ("provider", _SENT | _BILLED),
    Kind.TOOL_LOOP: ("model", _SENT | _WELL),
    Kind.STALE_FIXTURE: ("ours", _Then.NOTHING),
    Kind.BUG: ("ours", _SENT | _BILLED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failed attempt: what happened, in words fit for a person, and what the server said about waiting."""

    kind: Kind
    detail: str
    """One line, without secrets and without the text of the prompt."""
    retry_after: Seconds | None = None
    """The server's own wish, finite and not negative; None when it said nothing usable."""
    should_retry: bool | None = None
    """The server's `x-should-retry`; None when it said nothing."""
    status: int | None = None
    """HTTP status, where there was a response."""
    request_id: str | None = None
    served_model: str | None = None
    allowances: Allowances = field(default_factory=Allowances)
    billed: bool | None = None
    """None: judge by the kind. True where the attempt itself knows better (bytes had arrived, say); False where a
    guard said on our side what the server had said before, and sent nothing."""
    reply: Reply | None = field(default=None, repr=False)
    """An answer that arrived, was paid for, and must not be used (SUBSTITUTED)."""
    partial: Reply | None = field(default=None, repr=False)
    """What had arrived of a stream that was cut: perhaps some text, and the usage known by then."""

    @property
    def whose(self) -> Whose:
        """Who has to mend it."""
        return _RULES[self.kind][0]

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later. The server may veto a retry, but not ask for one."""
        return self._says(_Then.RETRY) and self.should_retry is not False

    @property
    def may_be_billed(self) -> bool:
        """Whether the provider may charge for the attempt, so that its worst case must be booked."""
        return self._says(_Then.BILLED) if self.billed is None else self.billed

    @property
    def is_sickness(self) -> bool:
        """Whether it says that the provider is unwell; 4xx and 429 do not."""
        return self._says(_Then.SICK)

    @property
    def is_health(self) -> bool:
        """Whether it says that the provider is well. Some faults say nothing about it: neither is true."""
        return self._says(_Then.WELL) and self.billed is not False

    @property
    def stops_the_run(self) -> bool:
        """Whether every further call would meet the same end."""
        return self._says(_Then.STOP_RUN)

    @property
    def stops_the_model(self) -> bool:
        """Whether every further call to this model would meet the same end."""
        return self._says(_Then.STOP_RUN) or self._says(_Then.STOP_MODEL)

    @property
    def was_sent(self) -> bool:
        """Whether a request may have reached the provider."""
        return self._says(_Then.SENT) and self.billed is not False

    @property
    def is_refusal_of_ours(self) -> bool:
        """Whether a guard refused the attempt for good, and nothing was sent."""
        return not self.was_sent and not self.is_retryable

    def _says(self, what: _Then) -> bool:
        return what in _RULES[self.kind][1]


class CallFailed(HarnessError):
    """The one exception that leaves a `Send` while there is a disk to keep things on (see `harness.call.guard`)."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"{fault.kind}: {fault.detail}")
