"""Judges for tests: a project with a judge of every kind, and replies of a judge."""

from __future__ import annotations

import dataclasses
import json
from typing import Final

from harness.call.exchange import Reply, StopReason
from harness.suite.case import Suite
from harness.suite.forms.judges import NamedJudges
from harness.suite.judge import AnyJudge, Judge
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.units import Json
from tests.doubles import REPLY
from tests.suite.files import GOOD, Files

PROMPT: Final = """\
max_tokens: 300
effort: low
thinking: adaptive
system: You judge answers.
messages:
  - user: |
      Question:
      {{ question | untrusted }}
      Answer:
      {{ answer | untrusted }}
      MORE
      Say whether it is good.
output:
  json_schema:
    type: object
    additionalProperties: false
    required: [reason, verdict]
    properties:
      reason: {type: string}
      verdict: VERDICT
"""
PAIR: Final = PROMPT.replace("answer | untrusted", "first | untrusted").replace(
    "MORE", "The other:\n      {{ second | untrusted }}"
)
BINARY: Final = "{enum: [fail, pass]}"
PREFERENCE: Final = "{enum: [first, second, tie]}"


def prompt(verdict: str = BINARY, more: str = "Criteria: {{ criteria }}", template: str = PROMPT) -> str:
    """A judge's prompt version."""
    return template.replace("MORE", more).replace("VERDICT", verdict)


JUDGES_FILE: Final = """\
judges:
  tone:
    prompt: by-criteria
    version: v1
    model: opus
    scale: binary
  truth: {prompt: by-reference, version: v1, model: opus, scale: [wrong, half, right]}
  stars: {prompt: by-stars, version: v1, model: opus, scale: {from: 1, to: 5}, judgings: 3, take: median}
  share: {prompt: by-share, version: v1, model: opus, scale: {from: 0, to: 1}}
  better: {prompt: by-pair, version: v1, model: opus, scale: preference}
  polite:
    prompt: polite
    version: v1
    model: opus
    scale: binary
    known_bad: {question: "Where is it?", answer: "Get lost."}
  panel: {panel: [tone, stars, share], take: vote}
"""
FILES: Final = {
    **GOOD,
    "prompts/judges.yaml": JUDGES_FILE,
    "prompts/by-criteria/v1.yaml": prompt(),
    "prompts/by-reference/v1.yaml": prompt("{enum: [wrong, half, right]}", "Right: {{ reference }}"),
    "prompts/by-stars/v1.yaml": prompt("{type: integer}"),
    "prompts/by-share/v1.yaml": prompt("{type: number}"),
    "prompts/by-pair/v1.yaml": prompt(PREFERENCE, template=PAIR),
    "prompts/polite/v1.yaml": prompt(more=""),
}


def project(**texts: str) -> Project:
    """The project, with other texts for files: `judges=` for `prompts/judges.yaml`, `suite=` for the suite's."""
    paths = {"judges": "prompts/judges.yaml", "suite": "evals/triage.yaml"}
    return read_project(Files({**FILES, **{paths[name]: text for name, text in texts.items()}}))


_PROJECT: Final = project()
JUDGES: Final = NamedJudges(by_name=_PROJECT.judges, seen=frozenset(_PROJECT.judges), default="tone")


def judge(name: str) -> Judge:
    """One that is no panel."""
    found = any_judge(name)
    assert isinstance(found, Judge)
    return found


def any_judge(name: str) -> AnyJudge:
    return _PROJECT.judges[name]


def suite_of(expect: str, judges: str = JUDGES_FILE, **more: str) -> Suite:
    """A suite of one case that expects this, as YAML in one line. `more`: keys of the suite."""
    head = "suite: triage\nprompt: triage\nbaseline: {version: v1, model: opus}\ncandidate: {version: v2, model: opus}\n"
    rest = "".join(f"{key}: {value}\n" for key, value in more.items())
    text = f"{head}{rest}cases:\n  - {{id: one, inputs: {{ticket: x}}, expect: [{expect}]}}\n"
    return project(suite=text, judges=judges).suites["triage"]


def says(verdict: Json, reason: str = "because") -> Reply:
    """A judge's reply."""
    return reply(json.dumps({"reason": reason, "verdict": verdict}))


def reply(text: str, stop_reason: StopReason = StopReason.END_TURN) -> Reply:
    return dataclasses.replace(REPLY, text=text, stop_reason=stop_reason)
