"""One answer on its way: how far it has come, and what it is when it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from harness.units import Json, Seconds

if TYPE_CHECKING:
    import httpx2
    from anthropic.lib.streaming import AsyncMessageStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One finished HTTP exchange with a good status."""

    response: httpx2.Response
    message: Json
    latency: Seconds
    first_token: Seconds | None = None


@dataclass(slots=True, kw_only=True)
class Arriving:
    """How far one answer has come, for when it never does."""

    started: Seconds
    stream: AsyncMessageStream[None] | None = None
    """Since its headers are here; None: nothing is, or it is not streamed, or it is complete."""
    has_begun: bool = False
    """Whether its first event is here, which names the model and the cost of the prompt."""
    first_token: Seconds | None = None

    def exchange(self, stream: AsyncMessageStream[None], now: Seconds) -> Exchange:
        """What `stream` has brought by `now`."""
        return Exchange(
            response=stream.response,
            message=cast("Json", stream.current_message_snapshot.to_dict(mode="json", warnings=False)),
            latency=Seconds(now - self.started),
            first_token=self.first_token,
        )
