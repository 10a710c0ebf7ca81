"""Suites of the good project with other cases than its own."""

from __future__ import annotations

from collections.abc import Mapping

from harness.suite.case import Case
from harness.suite.read import read_project
from tests.suite.files import SUITE, Files, said, with_files

HEAD = SUITE[: SUITE.index("cases:\n")]


def project(cases: str, texts: Mapping[str, str | bytes] | None = None, head: str = HEAD) -> Files:
    """The good project with these cases (the lines under `cases:`) and these files beside it."""
    return with_files({"evals/triage.yaml": f"{head}cases:\n{cases}", **(texts or {})})


def cases_of(
    cases: str, texts: Mapping[str, str | bytes] | None = None, head: str = HEAD
) -> tuple[Case, ...]:
    """What is read of them."""
    return read_project(project(cases, texts, head)).suites["triage"].cases


def ids_of(cases: str, texts: Mapping[str, str | bytes] | None = None) -> list[str]:
    """Their ids, in order."""
    return [each.id for each in cases_of(cases, texts)]


def wrong(cases: str, texts: Mapping[str, str | bytes] | None = None, head: str = HEAD) -> list[str]:
    """What `check` says of them, without the place of the suite's lines before the cases."""
    return said(project(cases, texts, head))


def line(name: str, **more: str) -> str:
    """A case as a line of JSON."""
    rest = "".join(f', "{key}": {value}' for key, value in more.items())
    return f'{{"id": "{name}", "inputs": {{"ticket": "{name}"}}{rest}}}\n'
