"""A secret at every place where one can come in: sent where a prompt says so, and written nowhere.

In the environment, a prompt, a case, a header, an answer, the arguments of a tool, its result and its error, a
server's error, and an exception. What reads it back unpacks, decodes, and opens databases.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.store.texts import texts_in
from tests.canary import CANARY, is_in, leaks
from tests.projects import KEY, harness, write, write_project
from tests.standin import Answer, StandIn, Trouble

pytestmark = [pytest.mark.loopback, pytest.mark.writes_the_canary]  # into the files where it comes from
API_KEY = KEY + "/+=&"
BOTH = f"{API_KEY} and {CANARY}"
QUOTED = json.dumps(BOTH)
PROMPT = f"""\
description: Answer a question about an order.
max_tokens: 200
effort: low
thinking: adaptive
system: {QUOTED}
messages:
  - user: "{{{{ question }}}}"
tools:
  - name: lookup_order
    description: State of an order.
    input: {{type: object, properties: {{order: {{type: string}}}}, required: [order]}}
  - name: refund
    description: Give money back.
    input: {{type: object, properties: {{order: {{type: string}}}}, required: [order]}}
"""
SUITE = f"""\
suite: orders
prompt: orders
baseline:  {{version: v1, model: opus-5-5}}
candidate: {{version: v2, model: opus-5-5}}
tools:
  lookup_order:
    results:
      - when: {{order: "17"}}
        result: {{state: {QUOTED}}}
      - error: timeout
        message: {QUOTED}
  refund: {{python: refund}}
limits: {{turns: 6}}
cases:
  - {{id: asked, inputs: {{question: {QUOTED}}}, expect: [{{contains: nothing}}]}}
  - {{id: answered, inputs: {{question: say}}, expect: [{{contains: nothing}}]}}
  - {{id: argument, inputs: {{question: refund}}, expect: [{{contains: nothing}}]}}
  - {{id: result, inputs: {{question: lookup 17}}, expect: [{{contains: nothing}}]}}
  - {{id: error, inputs: {{question: lookup 18}}, expect: [{{contains: nothing}}]}}
  - {{id: refused, inputs: {{question: refuse}}, expect: [{{contains: nothing}}]}}
  - {{id: garbled, inputs: {{question: garble}}, expect: [{{contains: nothing}}]}}
"""
FAKES = """\
def refund(order):
    raise ValueError(order)
"""


def careless(body: Mapping[str, Any]) -> Answer:
    """Repeats what it knows wherever it can."""
    last = body["messages"][-1]["content"]
    if isinstance(last, list):
        return Answer(text=f"I was told {json.dumps(last)}", thinking=BOTH)
    verb = last.split()[0]
    if verb == "refund":
        return Answer(stop_reason="tool_use", tool_calls=(("refund", {"order": BOTH, CANARY: API_KEY}),))
    if verb == "lookup":
        return Answer(stop_reason="tool_use", tool_calls=(("lookup_order", {"order": last.split()[1]}),))
    if verb == "refuse":
        headers = {"request-id": API_KEY, "x-echo": API_KEY}
        kind = "invalid_request_error"
        return Answer(
            trouble=Trouble(kind="status", status=400, error_type=kind, message=BOTH, headers=headers)
        )
    if verb == "garble":
        return Answer(trouble=Trouble(kind="status", status=400, error_type=BOTH, message=BOTH, code=API_KEY))
    return Answer(text=BOTH, thinking=BOTH)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "project", 1)
    for version in ("v1", "v2"):
        write(folder / f"prompts/orders/{version}.yaml", PROMPT)
    write(folder / "evals/orders.yaml", SUITE)
    write(folder / "evals/tools.py", FAKES)
    return folder


GATE = ("--html", "reports/gate.html", "--junit", "reports/gate.xml", "--markdown", "reports/gate.md")


def everything_said(folder: Path, mode: str, **environ: str) -> Iterator[str]:
    """What every command prints over these runs; each also writes its files."""
    commands = (
        ("plan", "orders"),
        ("gate", "orders", "--mode", mode, *GATE),
        ("run", "orders", "--mode", mode, "--html", "reports/run.html", "--events", "reports/events.jsonl"),
        ("run", "orders", "--mode", mode, "--json"),
        ("run", CANARY),
        ("gate", "orders", "--base", CANARY),
        ("export", "v_answers", "--to", "reports/rows.csv"),
        ("export", "v_trials", "--to", "reports/rows.parquet"),
        ("sql", "SELECT * FROM v_trials", "--json"),
        ("sql", "SELECT * FROM v_steps", "--json"),
        ("log", "--json"),
        ("log",),
        ("audit", "--json"),
        ("scan", "reports", "fixtures"),
        ("rebuild",),
    )
    for command in commands:
        done = harness(folder, *command, **environ)
        assert done.returncode != 70, done.stderr
        yield done.stdout + done.stderr


def texts(folder: Path) -> Iterator[str]:
    for path in [*folder.rglob("*.duckdb"), *folder.rglob("*.parquet")]:
        yield from (text for _, text in texts_in(path))


@pytest.mark.parametrize("mode", ["record", pytest.param("live", marks=pytest.mark.slow)])
def test_a_secret_is_sent_where_a_prompt_says_so_and_written_nowhere(shop: Path, mode: str) -> None:
    with StandIn(careless) as server:
        environ = {
            "url": server.url,
            "ANTHROPIC_API_KEY": API_KEY,
            "ANTHROPIC_LOG": "debug",
            "GITHUB_STEP_SUMMARY": str(shop / "summary.md"),
        }
        said = list(everything_said(shop, mode, **environ))
        sent = json.dumps([seen.body for seen in server.log], ensure_ascii=False)
    assert is_in(sent, CANARY)
    assert is_in(sent, API_KEY)
    assert [text[:500] for text in said if is_in(text, CANARY, API_KEY)] == []
    came_in = [str(path) for path in (shop / "evals", shop / "prompts") for path in path.rglob("*")]
    assert sorted(set(leaks(shop, CANARY, API_KEY)) - set(came_in)) == []
    assert [text[:500] for text in texts(shop) if is_in(text, CANARY, API_KEY)] == []
    written = {path.suffix for path in (shop / "reports").rglob("*")}
    assert written >= {".duckdb", ".jsonl", ".log", ".html", ".xml", ".md", ".csv", ".parquet"}
    assert "[REDACTED:value:" in next((shop / "reports/runs").glob("*.jsonl")).read_text("utf-8")
