"""Which file is a configuration, and what becomes of each of its keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from harness.errors import FilesRejected, Place, Problem, UsageError
from harness.intake.constructs import Fate, Register
from harness.intake.foreign import foreign_json, foreign_text, foreign_yaml
from harness.intake.promptfoo.nodes import each, entries, inside, number, said
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.intake.promptfoo.tests import is_tests
from harness.suite.notation.node import Entry, Node, Table

USUAL: Final = tuple(f"promptfooconfig.{suffix}" for suffix in ("yaml", "yml", "json"))
_PROGRAMS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".py")
_TELLING = frozenset({"prompts", "providers", "targets", "tests", "scenarios", "defaultTest"})
_READ: Mapping[str, str] = {
    "prompts": "versions of the prompt",
    "providers": "pins",
    "targets": "pins",
    "tests": "cases",
    "scenarios": "cases",
    "defaultTest": "what all cases have in common",
    "assertionTemplates": "expectations, where they are used",
    "description": "a comment of the suite",
}
_NOT: Mapping[str, str] = {
    "redteam": "red teaming is no regression test",
    "derivedMetrics": "compute it with `harness sql`, over the grades by criterion",
    "extensions": "no program runs before or after a run",
    "nunjucksFilters": "templates have the filters they have",
    "outputPath": "say where with `--html`, `--json` or `harness report`",
    "tracing": "the log of a run tells what happened",
    "env": "keys and settings come from the environment",
    "envPath": "keys and settings come from the environment",
    "sharing": "nothing is sent anywhere",
    "metadata": "runs have none",
    "tags": "tags belong to cases",
    "commandLineOptions": "say it on the command line",
    "writeLatestResults": "every run is kept",
}
_OPTIONS: Mapping[str, str] = {
    "maxConcurrency": "see `at_once` in the settings",
    "delay": "calls are paced by the API's own limits",
    "cache": "a run replays its recordings unless it is told otherwise",
    "timeoutMs": "see `attempt_timeout_s` in the settings",
    "maxEvalTimeMs": "see `run_deadline_s` in the settings",
}


def find_config(path: Path) -> tuple[Path, tuple[Path, ...]]:
    """The configuration that `path` is or holds, and others beside it. Raises `UsageError`."""
    if path.is_file():
        return path, ()
    if not path.is_dir():
        raise UsageError(f"there is no {path}; name a configuration of promptfoo, or its folder")
    for name in USUAL:
        if (path / name).is_file():
            return path / name, tuple(one for one in _others(path) if one.name != name)
    found = _others(path)
    if len(found) == 1:
        return found[0], ()
    if found:
        names = ", ".join(one.name for one in found[:10])
        raise UsageError(f"{path} holds {len(found)} configurations ({names}); name one of them")
    programs = sorted(one.name for one in path.glob("promptfooconfig.*"))
    why = (
        f"{programs[0]} is a program, which is not run"
        if programs
        else "it holds no configuration of promptfoo"
    )
    raise UsageError(f"{path}: {why}; name a file in YAML or JSON")


def _others(folder: Path) -> tuple[Path, ...]:
    found = [one for pattern in ("*.yaml", "*.yml", "*.json") for one in folder.glob(pattern)]
    return tuple(sorted(one for one in found if "promptfoo" in one.name.lower() and one.is_file()))


def read_config(path: Path, sources: Sources) -> Table:
    """The tree of a configuration. Raises `FilesRejected` where it cannot be read, `UsageError` where it is none."""
    if path.suffix.lower() in _PROGRAMS:
        raise UsageError(f"{path} is a program, which is not run; write the configuration in YAML")
    problems: list[Problem] = []
    shown = sources.shown(path)
    try:
        text = foreign_text(shown, sources.bytes(path), problems)
    except Unavailable as error:
        raise FilesRejected([Problem(Place(shown), str(error), "name another file")]) from None
    node = None
    if text is not None:
        node = (foreign_json if path.suffix == ".json" else foreign_yaml)(shown, text, problems)
    if node is None:
        raise FilesRejected(
            problems or [Problem(Place(shown, 1, 1), "the file is empty", "name another file")]
        )
    sources.problems.extend(problems)
    if is_tests(node):
        entry = Entry(place=node.place, node=node)
        return Table(place=node.place, entries=MappingProxyType({"tests": entry}))
    if not isinstance(node, Table) or not node.entries.keys() & _TELLING:
        raise UsageError(f"{shown} is no configuration of promptfoo: it has no prompts, providers or tests")
    return node


def note_keys(config: Table, register: Register) -> None:
    """What becomes of every key of the configuration itself, of `evaluateOptions` and of `env`."""
    for name, entry in config.entries.items():
        if name == "evaluateOptions":
            _note_options(entry.node, register)
        elif name in _READ:
            register.note("key", name, entry.place, ("mapped", _READ[name]))
        elif name == "$schema":
            register.note("key", name, entry.place, ("mapped", "our files name their own schema"))
        else:
            why = _NOT.get(name, f"promptfoo has no key {name[:60]!r}, or nothing here corresponds to it")
            register.note("key", name[:80], entry.place, ("listed", why))
    for one in each(inside(config, "derivedMetrics")):
        named = said(inside(one, "name")) or "?"
        register.note("derived metric", named[:80], one.place, ("listed", _NOT["derivedMetrics"]))


def _note_options(node: Node, register: Register) -> None:
    for name, entry in entries(node).items():
        fate: tuple[Fate, str] = ("listed", _OPTIONS.get(name, "nothing here corresponds to it"))
        if name == "repeat" and number(entry.node) is not None:
            fate = ("mapped", "`repeats` of the suite")
        register.note("option", f"evaluateOptions {name[:60]}", entry.place, fate)


def repeats(config: Table) -> int:
    """How often each case is asked."""
    found = number(inside(inside(config, "evaluateOptions"), "repeat"))
    return int(found) if found is not None and 1 <= found <= 1000 else 1
