"""Writes the lock and the made-up recordings of `examples/orders` anew: `python -m tests.synthetic_orders.record`.

Like the project's own recordings they go over real HTTP on loopback, through the real SDK and the production tool
loop, into the real recorder.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.call.guard import chain
from harness.confined.process import Workers
from harness.plan import make_plan
from harness.providers.anthropic import recording
from harness.providers.wire import Access, Wire
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.trial import Variant
from tests.standin import Answer
from tests.synthetic.record import QuietStandIn, StoppedClock, ask, loop_of, record_anew

EXAMPLE: Final = Path(__file__).parents[2] / "examples/orders"
STUBBORN: Final = frozenset({"Any news?", "please.", "#18 - when"})
"""Questions after which v1 tries the same wrong number until it is stopped."""
SAYS: Final[Mapping[str, str]] = {
    '{"day":"Monday","state":"shipped"}': "It was shipped on Monday.",
    '{"state":"lost"}': "I am sorry: it was lost.",
    "[]": "There is nothing about this order.",
}


def agent(body: Mapping[str, Any]) -> Answer:
    """What the made-up model says next: a function of what was said so far."""
    said = [each["content"] for each in body["messages"]]
    asked = [each for each in said if isinstance(each, str)]
    number = re.findall(r"#(\d+)", asked[0])[0]
    if len(asked) > 1 and asked[-1] == said[-1]:
        cents = int(re.findall(r"\d+", asked[-1])[0])
        return _call("refund", order=number, cents=cents)
    if said[-1] == asked[0]:
        return _call("lookup_order", order=number if _knows_the_form(body) else f"#{number}")
    [result] = said[-1]
    if result.get("is_error"):
        return _after_error(result["content"], number, asked[0])
    text = result["content"]
    return Answer(text=SAYS.get(text, f"Done: {text} is refunded."))


def _after_error(words: str, number: str, question: str) -> Answer:
    if words.startswith("There is no order"):
        stubborn = any(each in question for each in STUBBORN)
        return _call("lookup_order", order=f"#{number}" if stubborn else number)
    if "may not be used" in words:
        return Answer(text="I am not allowed to refund that much.")
    return Answer(text="I am sorry, I cannot look it up now.")


def _knows_the_form(body: Mapping[str, Any]) -> bool:
    return any("Digits only" in tool["description"] for tool in body["tools"])


def _call(tool: str, **arguments: str | int) -> Answer:
    return Answer(stop_reason="tool_use", thinking="I need the tool.", tool_calls=((tool, arguments),))


def record_orders(folder: Path) -> int:
    """Record both sides of the example into `folder`; gives the number of trials."""
    project = read_project(WorkingTree(EXAMPLE))
    return sum(asyncio.run(_record(project, version, folder)) for version in ("v1", "v2"))


async def _record(project: Project, version: str, folder: Path) -> int:
    variant = Variant(prompt=project.prompts["orders", version], model=project.models["opus-5-5"])
    trials = make_plan(project.suites["orders"], variant).trials
    clock = StoppedClock()

    def answer(body: Mapping[str, Any]) -> Answer:
        clock.time += 0.8
        return agent(body)

    workers = Workers()
    with QuietStandIn(answer) as server:
        access = Access(api_key="nobody-s-key", base_url=server.url)
        send = recording(access, folder, Wire(clock=clock), synthetic=True)
        loop = loop_of(clock, workers)
        try:
            for trial in trials:
                clock.time = 0.0
                await ask(trial, chain([loop], send))
        finally:
            await send.aclose()
            await workers.close()
    return len(trials)


if __name__ == "__main__":
    record_anew(EXAMPLE, record_orders)
