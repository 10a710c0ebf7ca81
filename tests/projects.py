"""Small, whole projects on disk, the model that answers them, and ways to ask as a user would.

The prompt versions say how good they are: `WRONG` lists what each gets wrong, so that every verdict can be had:
v2 is as good as v1 (PASS), v3 loses ten cases (REGRESSED), v4 one (INCONCLUSIVE), and nobody has recorded v5
(NOT_MEASURED).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.canary import is_in
from tests.standin import Answer, last_text

ROOT = Path(__file__).parents[1]
KEY = "sk-ant-api03-" + "canary0123456789" * 3
WRONG: Mapping[str, range] = {
    "v1": range(0),
    "v2": range(0),
    "v3": range(10),
    "v4": range(1),
    "v5": range(0),
}
RECORDED = ("v1", "v2", "v3", "v4")

_MODELS = """\
models:
  opus-5-5:
    id: claude-opus-5-5
    lifecycle: active
    released: 2026-09-22
    retires_on: null
    context_tokens: 1000000
    max_output_tokens: 128000
    thinking: [adaptive]
    efforts: [low, medium, high, xhigh, max]
    structured_output: true
    prefill: false
    prices:
      - {valid_from: 2026-09-22, input: 4, output: 20, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.20,
         source: a test, checked_on: 2026-11-20}
"""
_PROMPT = """\
description: Say which number it is.
max_tokens: 50
effort: low
thinking: adaptive
system: "You are {version}."
messages:
  - user: "{{{{ ticket | untrusted }}}}"
"""


def write_project(folder: Path, cases: int = 30, **changes: str) -> Path:
    """A project with the suite `tiny`. `changes` are top-level keys of the suite, as YAML."""
    write(folder / "prompts/models.yaml", _MODELS)
    for version in WRONG:
        write(folder / f"prompts/tiny/{version}.yaml", _PROMPT.format(version=version))
    write(folder / "evals/tiny.yaml", suite_text("tiny", cases, **changes))
    return folder


def suite_text(name: str, cases: int, **changes: str) -> str:
    """A suite over the prompt `tiny`: case `c07` wants the answer `number 7`."""
    variants = {
        "baseline": "{version: v1, model: opus-5-5}",
        "candidate": "{version: v2, model: opus-5-5}",
    }
    # Servers on loopback answer in milliseconds, where the machine's own noise is a change of latency.
    gate = {"gate": "{quality: {margin: 10pt}, cost: {max_increase: 20%}, latency: off}"}
    head = {"suite": name, "prompt": "tiny", **variants, **gate, **changes}
    lines = [f"{key}: {value}" for key, value in head.items()]
    return "\n".join([*lines, "cases:", *(_case(number) for number in range(cases))]) + "\n"


def _case(number: int) -> str:
    tag = ("odd", "even")[number % 2 == 0]
    asked, wanted = f"Which number is {number}?", f"number {number}"
    return f'  - {{id: c{number:02}, tags: [{tag}], inputs: {{ticket: "{asked}"}}, expect: [{{equals: {wanted}}}]}}'


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def tiny_model(body: Mapping[str, Any]) -> Answer:
    """Answers as its prompt version would."""
    version = re.findall(r"You are (\w+)", str(body["system"]))[0]
    number = int(re.findall(r"number is (\d+)", last_text(body))[0])
    is_wrong = number in WRONG.get(version, ())
    return Answer(text="I do not know" if is_wrong else f"number {number}")


@contextlib.contextmanager
def loopback() -> Iterator[None]:
    """Sockets inside the block, for fixtures that serve tests which may have none."""
    from pytest_socket import enable_socket

    guarded, connect = socket.socket, socket.socket.connect
    enable_socket()
    try:
        yield
    finally:
        socket.socket, socket.socket.connect = guarded, connect  # type: ignore[misc, method-assign]  # as pytest-socket does


def environment(url: str = "", **more: str) -> dict[str, str]:
    """What a user's shell would have: a key and an address where `url` is given, nothing of ours otherwise."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANTHROPIC_", "HARNESS_", "GITHUB_", "PYTEST_"))
        and name not in {"CI", "COLUMNS", "LINES", "NO_COLOR", "TERM"}
    }
    live = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY} if url else {}
    return {**kept, **live, **more}


def harness(folder: Path, *argv: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Type a command line in a process of its own; `more` is its environment beside the usual."""
    done = subprocess.run(
        [sys.executable, "-m", "harness", *argv],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert not is_in(done.stdout + done.stderr)
    return done


def read_json(text: str) -> Any:
    return json.loads(text)
