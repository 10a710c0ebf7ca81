"""A small project that is right in every way, as texts, and a tree that holds such texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.suite.read import check
from harness.suite.tree import Unreadable

PROMPT = """\
description: Sort a ticket.
max_tokens: 400
effort: low
thinking: adaptive
system: |
  You sort support tickets.
messages:
  - user: |
      Ticket:
      {{ ticket | untrusted }}
output:
  json_schema:
    type: object
    properties: {queue: {type: string}}
    required: [queue]
"""
SUITE = """\
suite: triage
prompt: triage
baseline:  {version: v1, model: opus}
candidate: {version: v2, model: opus}
repeats: 3
budget_usd: 2.00
gate:
  alpha: 0.05
  quality: {margin: 5pt}
  cost: {max_increase: 10%}
  latency: {max_increase: off}
  slices: [tag]
  min_cases: 20
defaults:
  expect:
    - json: {schema: prompt}
cases:
  - id: refund-late
    tags: [refund, urdu]
    cluster: conversation-17
    weight: 1
    threshold: 90%
    inputs: {ticket: "Where is my parcel?"}
    expect:
      - equals: {path: $.queue, value: refunds}
      - not: {contains: sorry}
        weight: 2
  - id: second
    inputs: {ticket: "x"}
  - file: more.jsonl
"""
MODELS = """\
models:
  opus:
    id: claude-opus-5-5
    lifecycle: active
    released: 2026-09-22
    retires_on: null
    context_tokens: 1000000
    max_output_tokens: 128000
    thinking: [adaptive]
    efforts: [low, medium, high]
    structured_output: true
    prefill: false
    prices:
      - {valid_from: 2026-09-22, input: 4, output: 20, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.20, source: page, checked_on: 2026-11-20}
    rate_limits: {requests_per_minute: 1000}
"""
GOOD: Mapping[str, str] = {
    "evals/triage.yaml": SUITE,
    "evals/more.jsonl": '{"id": "third", "inputs": {"ticket": "z"}}\n',
    "evals/schemas/queue.json": '{"type": "object"}\n',
    "prompts/triage/v1.yaml": PROMPT,
    "prompts/triage/v2.yaml": PROMPT,
    "prompts/models.yaml": MODELS,
}


@dataclass
class Files:
    """A tree that lives in memory."""

    texts: Mapping[str, str | bytes] = field(default_factory=dict[str, str | bytes])
    root: str = "/project"

    def files(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.texts if path.startswith(f"{folder}/")))

    def read(self, path: str, most: int) -> bytes:
        if path not in self.texts:
            raise Unreadable("there is no such file", "mend the name, or add the file")
        text = self.texts[path]
        return text.encode() if isinstance(text, str) else text

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        return iter(self.read(path, most).splitlines(keepends=True))


def with_files(texts: Mapping[str, str | bytes]) -> Files:
    """The good project with these files instead of, or beside, its own."""
    return Files({**GOOD, **texts})


def edited(path: str, old: str, new: str) -> Files:
    """The good project with one edit in one file."""
    text = GOOD[path]
    assert text.count(old) >= 1, f"{old!r} is not in {path}"
    return with_files({path: text.replace(old, new, 1)})


def said(tree: Files) -> list[str]:
    """What `check` says of a project."""
    return [str(problem) for problem in check(tree)]
