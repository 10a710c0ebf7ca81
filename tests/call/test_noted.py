"""Nothing is sent before its reservation is on disk."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from harness.call.exchange import Reply, Request
from harness.call.noted import NotedFirst, at_once
from tests.doubles import REPLY, REQUEST, Script, go


def test_a_request_waits_until_its_reservation_is_on_disk() -> None:
    script = Script(REPLY)

    async def work() -> None:
        synced = asyncio.Event()

        async def noted(_request: Request) -> None:
            await synced.wait()

        asked = asyncio.ensure_future(NotedFirst(noted=noted)(REQUEST, script))
        await asyncio.sleep(0)
        assert script.asked == []
        synced.set()
        assert await asked == REPLY

    go(work())


def test_a_request_that_is_cancelled_while_it_waits_costs_nothing() -> None:
    withdrawn: list[bool] = []

    async def noted(_request: Request) -> None:
        await asyncio.Event().wait()

    async def work() -> None:
        request = replace(REQUEST, on_withdrawn=lambda: withdrawn.append(True))
        asked = asyncio.ensure_future(NotedFirst(noted=noted)(request, Script(REPLY)))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    go(work())
    assert withdrawn == [True]


def test_a_request_is_not_sent_when_its_reservation_could_not_be_kept() -> None:
    script = Script(REPLY)

    async def noted(_request: Request) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        go(NotedFirst(noted=noted)(REQUEST, script))
    assert script.asked == []


def test_where_nothing_is_noted_nothing_waits() -> None:
    async def asked() -> Reply:
        return await NotedFirst(noted=at_once)(REQUEST, Script(REPLY))

    assert go(asked()) == REPLY
