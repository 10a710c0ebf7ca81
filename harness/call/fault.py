"""What can go wrong with a call: a closed list that says whose fault it is and what may follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from harness.call.exchange import Allowances
from harness.errors import HarnessError
from harness.units import Seconds

Whose = Literal["model", "provider", "ours"]


class Kind(StrEnum):
    """Every way a call can end without a reply."""

    RATE_LIMITED = "rate_limited"
    """429: slow down. Says nothing about the provider's health."""
    SPEND_EXHAUSTED = "spend_exhausted"
    """The account's own spend limit: nothing more can be sent by anyone."""
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
    """The call's own time is over, waits and retries included."""
    STALE_FIXTURE = "stale_fixture"
    """Replay has no recording of this request."""
    BUG = "bug"
    """An exception of ours in the middle of a call."""


_WHOSE: dict[Kind, Whose] = {
    Kind.RATE_LIMITED: "provider",
    Kind.SPEND_EXHAUSTED: "ours",
    Kind.OVERLOADED: "provider",
    Kind.SERVER_ERROR: "provider",
    Kind.TIMEOUT: "provider",
    Kind.UNREACHABLE: "provider",
    Kind.DISCONNECTED: "provider",
    Kind.GARBLED: "provider",
    Kind.UNAUTHORIZED: "ours",
    Kind.UNKNOWN_MODEL: "ours",
    Kind.BAD_REQUEST: "ours",
    Kind.SUBSTITUTED: "provider",
    Kind.OVER_BUDGET: "ours",
    Kind.UNPRICED: "ours",
    Kind.CIRCUIT_OPEN: "provider",
    Kind.DEADLINE: "provider",
    Kind.STALE_FIXTURE: "ours",
    Kind.BUG: "ours",
}

_RETRYABLE = frozenset(
    {
        Kind.RATE_LIMITED,
        Kind.OVERLOADED,
        Kind.SERVER_ERROR,
        Kind.TIMEOUT,
        Kind.UNREACHABLE,
        Kind.DISCONNECTED,
        Kind.GARBLED,
    }
)

_MAY_BE_BILLED = frozenset({Kind.TIMEOUT, Kind.DISCONNECTED, Kind.GARBLED, Kind.SUBSTITUTED, Kind.BUG})

_SICKNESS = frozenset(
    {
        Kind.OVERLOADED,
        Kind.SERVER_ERROR,
        Kind.TIMEOUT,
        Kind.UNREACHABLE,
        Kind.DISCONNECTED,
        Kind.GARBLED,
    }
)

_STOPS_THE_RUN = frozenset({Kind.UNAUTHORIZED, Kind.SPEND_EXHAUSTED})

_NOTHING_SENT = frozenset(
    {Kind.OVER_BUDGET, Kind.UNPRICED, Kind.CIRCUIT_OPEN, Kind.STALE_FIXTURE, Kind.UNREACHABLE}
)


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
    """None: judge by the kind. Set where the attempt itself knows better (bytes had arrived, say)."""

    @property
    def whose(self) -> Whose:
        """Who has to mend it."""
        return _WHOSE[self.kind]

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later."""
        if self.kind in _RETRYABLE:
            return self.should_retry is not False
        return False

    @property
    def may_be_billed(self) -> bool:
        """Whether the provider may charge for the attempt, so that its worst case must be booked."""
        return self.kind in _MAY_BE_BILLED if self.billed is None else self.billed

    @property
    def is_sickness(self) -> bool:
        """Whether it says that the provider is unwell; 4xx and 429 do not."""
        return self.kind in _SICKNESS

    @property
    def stops_the_run(self) -> bool:
        """Whether every further call would meet the same end."""
        return self.kind in _STOPS_THE_RUN

    @property
    def was_sent(self) -> bool:
        """Whether a request may have reached the provider."""
        return self.kind not in _NOTHING_SENT


class CallFailed(HarnessError):
    """The only exception that leaves a `Send`."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"{fault.kind}: {fault.detail}")
