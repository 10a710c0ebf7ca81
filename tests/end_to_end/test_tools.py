"""Conversations with tools over real HTTP and the real SDK: recorded once, replayed without a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.canary import CANARY, is_in, leaks
from tests.projects import harness, read_json, write, write_project
from tests.standin import Answer, StandIn

pytestmark = pytest.mark.loopback
PROMPT = """\
description: Answer a question about an order.
max_tokens: 200
effort: low
thinking: adaptive
messages:
  - user: "{{ question }}"
tools:
  - name: lookup_order
    description: State of an order.
    input: {type: object, properties: {order: {type: string}}, required: [order]}
  - name: refund
    description: Give money back.
    input: {type: object, properties: {cents: {type: integer}}, required: [cents]}
"""
SUITE = """\
suite: orders
prompt: orders
baseline:  {version: v1, model: opus-5-5}
candidate: {version: v1, model: opus-5-5}
tools:
  lookup_order:
    results:
      - when: {order: "17"}
        result: {state: shipped}
      - error: not_found
  refund: {python: refund}
limits: {turns: 6}
cases:
  - {id: plain, inputs: {question: "lookup 17"}, turns: ["refund 300"], expect: [{contains: refunded}]}
  - {id: empty, inputs: {question: "lookup 18"}, expect: [{contains: nothing}]}
  - {id: lost, inputs: {question: "for ever"}, expect: [{contains: x}]}
"""
FAKES = """\
import os
from harness.tool_errors import PermissionDenied

def refund(cents):
    if any("KEY" in name for name in os.environ):
        raise PermissionDenied
    return {"refunded": cents}
"""


def agent(body: Mapping[str, Any]) -> Answer:
    """Looks up what it is asked for, says what it was told, and never stops where it is told `for ever`."""
    last: str | list[Any] = body["messages"][-1]["content"]
    asked = next(each["content"] for each in reversed(body["messages"]) if isinstance(each["content"], str))
    if asked == "for ever":
        return calling("lookup_order", order="17")
    if isinstance(last, list):
        [result] = [each for each in last if each["type"] == "tool_result"]
        return Answer(text="nothing there" if result.get("is_error") else f"I was told {result['content']}")
    verb, value = asked.split()
    return calling("refund", cents=int(value)) if verb == "refund" else calling("lookup_order", order=value)


def calling(tool: str, **arguments: str | int) -> Answer:
    return Answer(stop_reason="tool_use", thinking="Hm.", tool_calls=((tool, arguments),))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project", 1)
    write(folder / "prompts/orders/v1.yaml", PROMPT)
    write(folder / "evals/orders.yaml", SUITE)
    write(folder / "evals/tools.py", FAKES)
    return folder


def sql(folder: Path, query: str) -> list[Any]:
    rows: list[Any] = read_json(harness(folder, "sql", query, "--json").stdout)["rows"]
    return rows


STEPS = "SELECT case_id, turn, kind, tool, error, array_to_string(flags, ' ') FROM v_steps ORDER BY run_id, case_id, step"
OUTCOMES = "SELECT case_id, outcome, why, score, attempts FROM v_trials ORDER BY run_id, case_id"


@pytest.mark.slow
def test_what_was_recorded_is_replayed_turn_by_turn_without_a_socket(shop: Path) -> None:
    with StandIn(agent) as server:
        done = harness(shop, "run", "orders", "--mode", "record", "--json", url=server.url)
        assert done.returncode == 0, done.stderr
        document = read_json(done.stdout)
        assert document["attempts"] == server.attempts == 4 + 2 + 3
        assert Decimal(document["cost_usd"]).quantize(Decimal("1e-6")) == server.bill.total.quantize(
            Decimal("1e-6")
        )
    outcomes, steps = sql(shop, OUTCOMES), sql(shop, STEPS)

    done = harness(shop, "run", "orders", "--json")

    assert done.returncode == 0, done.stderr
    assert sql(shop, OUTCOMES) == outcomes * 2
    assert sql(shop, STEPS) == steps * 2
    assert outcomes == [
        ["empty", "answered", None, 1.0, 2],
        ["lost", "failed", "tool_loop", 0.0, 3],
        ["plain", "answered", None, 1.0, 4],
    ]
    assert read_json(done.stdout)["conversations"] == {
        "turns": 9,
        "tool_calls": 6,
        "errors": {"not_found": 1},
        "flags": {"repeated_call": 1},
    }
    assert [row[1:] for row in steps if row[0] == "plain"] == [
        [1, "model", None, None, ""],
        [1, "tool", "lookup_order", None, ""],
        [2, "model", None, None, ""],
        [3, "user", None, None, ""],
        [3, "model", None, None, ""],
        [3, "tool", "refund", None, ""],
        [4, "model", None, None, ""],
    ]
    the_tools_of_all_turns_stand_once_in_the_recordings(shop)
    the_reports_show_the_steps_of_the_conversation_that_failed(shop, read_json(done.stdout)["run_id"])


def the_reports_show_the_steps_of_the_conversation_that_failed(folder: Path, run_id: str) -> None:
    done = harness(folder, "report", run_id, "--html", "page.html")

    assert "steps of lost, repeat 1" in done.stdout
    assert '2. lookup_order {"order":"17"}' in done.stdout
    page = (folder / "page.html").read_text("utf-8")
    assert "repeated call" in page
    assert "{&#34;state&#34;:&#34;shipped&#34;}" in page


def the_tools_of_all_turns_stand_once_in_the_recordings(folder: Path) -> None:
    [path] = (folder / "fixtures/orders").glob("*.jsonl")
    header, *lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    assert len(header["shared"]) == 1
    assert [each["turn"] for each in lines if each["case"] == "plain"] == [1, 2, 3, 4]
    assert all(set(each["request"]["tools"]) == {"$shared"} for each in lines)


def leaking(body: Mapping[str, Any]) -> Answer:
    """Says a secret wherever a model can: as an argument, as the name of a tool, and in its answer."""
    turn = sum(message["role"] == "assistant" for message in body["messages"])
    turns = [
        calling("lookup_order", order=CANARY),
        calling("echo", text=CANARY),
        calling("breaks", text=CANARY),
        calling(f"no_{CANARY}", text=CANARY),
    ]
    return turns[turn] if turn < len(turns) else Answer(text=f"It is {CANARY}.")


LEAKY = """\
def echo(text):
    return {"said": text, text: text}

def breaks(text):
    raise RuntimeError(text)
"""


@pytest.mark.slow
def test_a_secret_anywhere_in_a_conversation_is_in_nothing_that_is_written(shop: Path) -> None:
    """What the test itself does not look for, the watch over every test does."""
    told = "    description: {0}\n    input: {{type: object}}\n"
    prompt = PROMPT.partition("  - name: refund")[0] + "".join(
        f"  - name: {name}\n" + told.format(name) for name in ("echo", "breaks")
    )
    suite = SUITE.partition("limits:")[0].replace("refund: {python: refund}", "echo: {python: echo}")
    suite = suite.rstrip() + "\n  breaks: {python: breaks}\ncases:\n"
    write(shop / "prompts/orders/v1.yaml", prompt)
    write(
        shop / "evals/orders.yaml",
        suite + '  - {id: one, inputs: {question: "x"}, expect: [{contains: It is}]}\n',
    )
    write(shop / "evals/tools.py", LEAKY)

    with StandIn(leaking) as server:
        done = harness(shop, "run", "orders", "--mode", "record", "--html", "page.html", url=server.url)

    assert done.returncode == 0, done.stderr
    assert sql(shop, "SELECT kind, error, count(*) FROM v_steps GROUP BY ALL ORDER BY ALL") == [
        ["model", None, 5],
        ["tool", "internal", 1],
        ["tool", "not_found", 2],
        ["tool", None, 1],
    ]
    assert not is_in(done.stdout + done.stderr)
    assert leaks(shop) == []
