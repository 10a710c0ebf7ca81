"""A SARIF 2.1.0 log: results with their places and fingerprints, within what GitHub's code scanning shows.

SARIF: Static Analysis Results Interchange Format, OASIS Standard, 2020.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from harness.errors import Place
from harness.report import safe
from harness.report.machines.sarif_rules import RULES, Level, Rule
from harness.units import Json

_ORDER: tuple[Level, ...] = ("error", "warning", "note")
_ROOT = "%SRCROOT%"
MAX_RESULTS = 5_000
"""GitHub shows the first 5,000 of a file and refuses more than 25,000."""
MAX_TEXT = 800
"""Characters of a message: with `MAX_RESULTS` of them a file stays far below 10 MB of gzip, which GitHub takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What wrote a log, and of what."""

    version: str
    folder: str = ""
    """Where the project lies in its repository: empty, or a path that ends in a slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Something that is wrong. `text`, `name` and `facts` may be hostile."""

    rule: Rule
    level: Level
    text: str
    place: Place | None
    scope: str
    """The suite, or what else tells equal names apart."""
    kind: Literal["member", "module"]
    """What `name` is to viewers that show trees: a case, or a suite."""
    name: str
    facts: Sequence[tuple[str, str]] = ()

    @property
    def identity(self) -> str:
        """Of the same trouble in every run, whatever moved in the file: 32 hexadecimal digits."""
        told = f"{self.rule}\0{self.scope}\0{self.name}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def log(results: Sequence[Result], *, scope: str, origin: Origin, notes: Sequence[str] = ()) -> str:
    """A whole file, worst first. `scope` tells uploads apart; `notes` say what is to be known of all of it."""
    ordered = sorted(results, key=lambda each: _ORDER.index(each.level))
    shown = ordered[:MAX_RESULTS]
    left = len(ordered) - len(shown)
    told = [*notes, *([f"{left:,} more results are left out; the report has all."] if left else [])]
    used: tuple[Rule, ...] = tuple(dict.fromkeys(each.rule for each in shown))
    document: dict[str, Json] = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(used, origin.version)},
                "automationDetails": {"id": _category(scope)},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
                "invocations": [_invocation(told)],
                "results": [_result(each, used.index(each.rule), origin.folder) for each in shown],
            }
        ],
    }
    return safe.json_text(json.dumps(document, indent=1, ensure_ascii=False)) + "\n"


def _category(scope: str) -> str:
    """Before its last slash is what GitHub tells uploads apart by: a later one of the same category replaces it."""
    return f"harness/{quote(scope, safe='', errors='replace')}/" if scope else "harness/"


def _driver(used: Sequence[Rule], version: str) -> Json:
    return {
        "name": "harness",
        "semanticVersion": version,
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": RULES[rule].short},
                "fullDescription": {"text": RULES[rule].full},
                "help": {"text": RULES[rule].remedy},
                "defaultConfiguration": {"level": RULES[rule].level},
            }
            for rule in used
        ],
    }


def _invocation(told: Sequence[str]) -> Json:
    notifications: list[Json] = [{"level": "note", "message": {"text": message(each)}} for each in told]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _result(result: Result, index: int, folder: str) -> Json:
    location: dict[str, Json] = {
        "logicalLocations": [
            {
                "kind": result.kind,
                "name": _name(result.name),
                "fullyQualifiedName": f"{_name(result.scope)}/{_name(result.name)}",
            }
        ]
    }
    if result.place is not None:
        location["physicalLocation"] = _physical(result.place, folder)
    return {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": message(result.text)},
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{result.identity[:16]}:1",  # the one that GitHub looks at
            "harnessIdentity/v1": result.identity,
        },
        "properties": {name: safe.visible(value) for name, value in result.facts},
    }


def _name(text: str) -> str:
    return safe.one_line(text[:MAX_TEXT])[: safe.MAX_NAME]


def _physical(place: Place, folder: str) -> Json:
    if place.file.startswith("/"):
        artifact: dict[str, Json] = {"uri": f"file://{_path(place.file)}"}
    else:
        artifact = {"uri": _path(f"{folder}{place.file}"), "uriBaseId": _ROOT}
    region: dict[str, Json] = {"startLine": max(1, place.line)}
    if place.column:
        region["startColumn"] = place.column
    return {"artifactLocation": artifact, "region": region}


def _path(file: str) -> str:
    """As a part of a URI: everything that means something there is spelled in percent."""
    return quote(file, safe="/", errors="replace")


def message(text: str) -> str:
    """Text of others as plain text of SARIF: no placeholder, no link, no mention; cut where it is endless."""
    shown = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… {len(text) - MAX_TEXT:,} characters more"
    return safe.plain_message(shown)
