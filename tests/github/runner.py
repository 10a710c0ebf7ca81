"""Both parsers of GitHub's runner: what it would take for a command in what a step prints, on stdout or stderr.

Ported from `ActionCommand.cs` of actions/runner; any name counts as registered, which is stricter than the runner.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """What the runner understands of one line."""

    name: str
    properties: dict[str, str]
    message: str


def parsed(line: str) -> Command:
    """A line that is one command of the newer form and no other, unescaped as the runner does it."""
    assert newer_command(line)
    assert not older_command(line)
    head, _, message = line.strip()[2:].partition("::")
    name, _, given = head.partition(" ")
    pairs = dict(each.split("=", 1) for each in given.split(",") if each)
    told = {key: _unescaped(value, {"%3A": ":", "%2C": ","}) for key, value in pairs.items()}
    return Command(name, told, _unescaped(message, {}))


def _unescaped(text: str, more: dict[str, str]) -> str:
    for escape, letter in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(escape, letter)
    return text


def newer_command(line: str) -> bool:
    """`TryParseV2`: `::name properties::data` after white space is trimmed on the left."""
    trimmed = line.lstrip()
    return trimmed.startswith("::") and trimmed.find("::", 2) > 2


def older_command(line: str) -> bool:
    """`TryParse`: `##[name properties]data` anywhere in the line."""
    start = line.find("##[")
    return start >= 0 and line.find("]", start) > start + 3


def commands_in(text: str) -> list[str]:
    """Lines that either parser takes for a command. The runner ends a line where .NET does: also at a lone CR."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in lines if newer_command(line) or older_command(line)]
