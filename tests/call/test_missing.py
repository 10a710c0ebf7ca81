import asyncio

from harness.call.fault import Fault, Kind
from harness.call.guard import chain
from harness.call.missing import Missing
from tests.call.bench import Provider, case, end_of, fault_of
from tests.doubles import REPLY, Script, go
from tests.virtual import VirtualClock


def test_a_model_that_is_not_there_is_asked_once() -> None:
    script = Script(Kind.UNKNOWN_MODEL, REPLY)

    async def scene() -> list[Fault]:
        send = chain([Missing()], script)
        return [await fault_of(send(case(number))) for number in range(3)]

    first, second, _ = go(scene())
    assert len(script.asked) == 1
    assert (first.kind, second.kind) == (Kind.UNKNOWN_MODEL, Kind.UNKNOWN_MODEL)
    assert second.detail == "scripted unknown_model; said to an earlier call, so this one was not sent"


def test_a_model_that_has_answered_is_there_whatever_one_call_meets() -> None:
    script = Script(REPLY, Kind.UNKNOWN_MODEL, REPLY)

    async def scene() -> list[object]:
        send = chain([Missing()], script)
        return [await end_of(send(case(number))) for number in range(3)]

    assert go(scene()) == [REPLY, Kind.UNKNOWN_MODEL, REPLY]


def test_an_answer_to_a_call_under_way_takes_it_back(clock: VirtualClock) -> None:
    provider = Provider(clock, says=lambda passed: REPLY if passed != 1 else Kind.UNKNOWN_MODEL)

    async def scene() -> object:
        send = chain([Missing()], provider)
        provider.takes = 3
        slow = asyncio.create_task(end_of(send(case(1))))
        await asyncio.sleep(1)
        provider.takes = 1
        assert await end_of(send(case(2))) is Kind.UNKNOWN_MODEL
        assert await end_of(send(case(3))) is Kind.UNKNOWN_MODEL
        await slow
        return await end_of(send(case(4)))

    assert clock.run(scene()) == REPLY


def test_other_faults_are_forgotten() -> None:
    script = Script(Kind.BAD_REQUEST, REPLY)

    async def scene() -> object:
        send = chain([Missing()], script)
        await end_of(send(case(1)))
        return await end_of(send(case(2)))

    assert go(scene()) == REPLY
