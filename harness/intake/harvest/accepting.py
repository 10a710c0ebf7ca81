"""A proposal to a case that counts: what has to be written, and where, once a person has said what is expected."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import Problem, UsageError
from harness.intake.harvest.peek import items
from harness.intake.harvest.proposals import Proposal, accepted_file
from harness.intake.spelling import json_line
from harness.suite.notation.document import parse
from harness.suite.notation.node import Items, Node, Scalar, Table, plain
from harness.units import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person adds to the proposals that are accepted."""

    expect: tuple[Json, ...] = ()
    """What a good answer satisfies, beside what the proposal says already."""
    must_pass: bool = False


def expectation_of(written: str) -> Json:
    """An expectation as it was typed, such as `contains: refund`. Raises UsageError; the readers check the rest."""
    problems: list[Problem] = []
    node = parse("--expect", written, problems)
    if problems or not isinstance(node, Table):
        why = problems[0].what if problems else "it is no mapping"
        raise UsageError(f"--expect {written[:80]!r}: {why}; write for instance --expect 'contains: refund'")
    return plain(node)


def accepted_case(proposal: Proposal, verdict: Verdict) -> dict[str, Json]:
    """The case as its file will say it. Raises UsageError where nobody has said what is expected."""
    expect = [*items(proposal.case.get("expect")), *verdict.expect]
    if not expect:
        raise UsageError(
            f"{proposal.id}: nobody has said what a good answer is; add --expect 'contains: ...', or fill in "
            "`expect` where the proposal stands"
        )
    case = {**proposal.case, "expect": expect}
    return {**case, "must_pass": True} if verdict.must_pass else case


def with_cases(content: str, cases: Sequence[Mapping[str, Json]]) -> str:
    """The file of accepted cases with some more. Raises `Unwritable`."""
    before = content if not content or content.endswith("\n") else f"{content}\n"
    return before + "".join(map(json_line, cases))


def naming_the_file(suite: str, path: str, content: str) -> str | None:
    """The text of a suite that names its file of accepted cases; None where its list of cases is written in no plain way."""
    node = parse(path, content, [])
    entry = node.entries.get("cases") if isinstance(node, Table) else None
    if entry is None or not isinstance(entry.node, Items) or not entry.node.items:
        return None
    name = posixpath.relpath(accepted_file(suite), "evals")
    if any(_names(each, name) for each in entry.node.items):
        return content
    lines = content.split("\n")
    place = entry.node.items[0].place
    before = lines[place.line - 1][: place.column - 1]
    if before.strip() != "-" or place.line == entry.place.line:
        return None
    lines.insert(place.line - 1, f"{before}file: {name}")
    return "\n".join(lines)


def _names(case: Node, name: str) -> bool:
    entry = case.entries.get("file") if isinstance(case, Table) else None
    return entry is not None and isinstance(entry.node, Scalar) and entry.node.value == name
