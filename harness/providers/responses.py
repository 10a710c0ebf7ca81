"""Responses as they come over connections that are used again: which one is new, and which connection is spoilt."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from harness.call.fault import CallFailed, Fault, Kind
from harness.providers.headers import allowances
from harness.providers.reading import Unreadable

if TYPE_CHECKING:
    import httpx2


class Reading:
    """Turns `Unreadable` within the block into a fault that knows the response it came with.

    The connection of that response is given up: nobody knows what else is in the pipe.
    """

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Unreadable):
            _abandon(self._response)
            headers = self._response.headers
            fault = Fault(
                kind=Kind.GARBLED,
                detail=str(error),
                status=self._response.status_code,
                request_id=headers.get("request-id"),
                allowances=allowances(headers),
            )
            raise CallFailed(fault) from None


class Seen:
    """The responses of a run so far, by the ids the server gave them.

    Where a server sends a response twice, the second one lies in the pipe and would pass for the answer to the
    next request on it.
    """

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def check_new(self, response: httpx2.Response) -> None:
        """Take note of a response. Raises `Unreadable` for one that was there before."""
        name = response.headers.get("request-id")
        if name is None:
            return
        if name in self._ids:
            raise Unreadable("the response to an earlier request came again")
        self._ids.add(name)


def _abandon(response: httpx2.Response) -> None:
    """See to it that no other request goes over the connection of this response."""
    stream = response.extensions.get("network_stream")
    wire = None if stream is None else stream.get_extra_info("socket")
    if wire is not None:
        # The pool drops an idle connection that has come to its end.
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
