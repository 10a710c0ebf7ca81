"""Inspect's logs: `.eval` archives and `.json` files, to their header and their samples."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Place, UsageError
from harness.intake.bounded import Archive, Lines, archive, located_items, located_members, read_whole
from harness.intake.harvest.peek import first, items, table, text
from harness.units import Json

_SAMPLE = re.compile(r"samples/[^/]+\.json")
_HEADERS = ("header.json", "_journal/start.json", "start.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log: what was evaluated, and where its samples are."""

    place: Place
    header: Mapping[str, Json]
    samples: Iterator[tuple[Place, Mapping[str, Json]]]
    """Read one by one, while the log is open."""

    @property
    def eval(self) -> Mapping[str, Json]:
        return table(self.header.get("eval"))

    @property
    def scorers(self) -> tuple[tuple[str, Mapping[str, Json]], ...]:
        """Name and options of every scorer: as the task had them or, in older logs, as the results do."""
        own = [table(each) for each in items(self.eval.get("scorers"))]
        if own:
            return tuple((text(each.get("name")), table(each.get("options"))) for each in own)
        results = table(self.header.get("results"))
        scored = [table(each) for each in items(results.get("scores"))] or [table(results.get("scorer"))]
        named = ((text(first(each, "scorer", "name")), table(each.get("params"))) for each in scored)
        return tuple((name, options) for name, options in named if name)


@contextmanager
def opened_log(path: Path, name: str) -> Generator[Log]:
    """A log of either kind. Raises UsageError where it is none."""
    if path.suffix.lower() == ".eval":
        with archive(path, name) as found:
            yield _archived(found)
    else:
        yield _written(read_whole(path).decode("utf-8-sig", "replace"), name)


def is_log(header: Mapping[str, Json]) -> bool:
    """Whether a JSON object is a log, and no dataset."""
    return "eval" in header and ("samples" in header or "status" in header or "version" in header)


def _archived(found: Archive) -> Log:
    names = found.names()
    header = next((each for each in _HEADERS if each in names), None)
    if header is None:
        raise UsageError(f"{found.name}: is no log of Inspect: it has no {_HEADERS[0]}")
    samples = (
        (Place(f"{found.name}/{each}", 1, 1), table(found.json(each)))
        for each in names
        if _SAMPLE.fullmatch(each)
    )
    return Log(place=Place(f"{found.name}/{header}", 1, 1), header=table(found.json(header)), samples=samples)


def _written(content: str, name: str) -> Log:
    try:
        members = {key: (offset, value) for key, offset, value in located_members(content)}
        header = {key: value for key, (_offset, value) in members.items() if key != "samples"}
        if not is_log({**header, "samples": None} if "samples" in members else header):
            raise UsageError(
                f"{name}: is no log of Inspect: it has no `eval`; a dataset is a list, or ends in .jsonl"
            )
        lines = Lines.of(content)
        start = members["samples"][0] if items(members.get("samples", (0, None))[1]) else None
        found = [] if start is None else list(located_items(content, start))
    except ValueError as error:
        raise UsageError(f"{name}: {error}; is it whole?") from None
    samples = ((Place(name, lines.number(offset), 1), table(value)) for offset, value in found)
    return Log(place=Place(name, 1, 1), header=header, samples=samples)
