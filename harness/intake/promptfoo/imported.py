"""The door: a configuration of promptfoo to a suite, and an account of everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.errors import Problem
from harness.intake.constructs import Inventory, Register
from harness.intake.drafts import (
    Draft,
    PromptDraft,
    SuiteDraft,
    draft_files,
    plain_name,
    redacted,
)
from harness.intake.judges import Bench
from harness.intake.overlay import Overlay
from harness.intake.promptfoo.asking import Asking
from harness.intake.promptfoo.assertions import AssertionReader
from harness.intake.promptfoo.cases import Test, tests_of
from harness.intake.promptfoo.config import find_config, note_keys, read_config, repeats
from harness.intake.promptfoo.messages import Version, version
from harness.intake.promptfoo.nodes import each, entries, inside, said
from harness.intake.promptfoo.pinning import Pinning, Target
from harness.intake.promptfoo.prompts import PromptReader, TheirPrompt
from harness.intake.promptfoo.providers import ProviderReader
from harness.intake.promptfoo.scenarios import scenario_tests
from harness.intake.promptfoo.scripts import Scripts
from harness.intake.promptfoo.shaping import SuiteMaker, scripts_of
from harness.intake.promptfoo.sources import Sources, Unavailable
from harness.intake.promptfoo.tests import TestReader, TheirTest
from harness.intake.promptfoo.variables import VariableReader
from harness.intake.trial import refused
from harness.suite.notation.node import Table
from harness.suite.read import check
from harness.units import Json

_PASSES: Final = 4
"""How often expectations that our files cannot say are looked for; each pass tries what stands in for them."""
_STAND_IN: Final = "{{prompt}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import comes to. Nothing is written yet."""

    suites: tuple[str, ...]
    files: Mapping[str, str]
    """What is to be written, by path below the root of the project."""
    inventory: Inventory
    cases: int
    proposals: Mapping[str, Mapping[str, Json]]
    """Pins that prompts/models.yaml does not have, by name."""
    problems: tuple[Problem, ...]
    """What `harness check` would say of the files together with those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be imported, and into what."""

    path: Path
    """A configuration, or its folder."""
    start: Path
    """The folder that places are relative to."""
    name: str | None
    """Of the suite; None: after the configuration."""
    target: Target
    clean: Callable[[str], str]
    """Takes secrets out of a text."""


def import_promptfoo(wish: Wish) -> Imported:
    """Everything that can be carried over. Raises `UsageError` and `FilesRejected` where there is nothing to read."""
    path, others = find_config(wish.path)
    resolved = path.resolve()
    sources = Sources(root=_root_of(resolved.parent), start=wish.start, problems=[])
    config = read_config(resolved, sources)
    register = Register()
    note_keys(config, register)
    for other in others:
        why = "another configuration in the folder; import it by its name"
        register.note("configuration", other.name, sources.place(other.resolve()), ("listed", why))
    return _Import(wish, resolved, sources, config, register).run()


def _root_of(folder: Path) -> Path:
    """The repository that a folder is in, or the folder itself."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)


@dataclass
class _Import:
    wish: Wish
    path: Path
    sources: Sources
    config: Table
    register: Register
    tests: list[Test] = field(default_factory=list[Test])
    versions: list[Version] = field(default_factory=list[Version])

    def __post_init__(self) -> None:
        templates = entries(inside(self.config, "assertionTemplates"))
        asserts = AssertionReader(self.sources, self.register, templates, [self.config])
        self.reader = TestReader(self.sources, self.register, asserts)

    def run(self) -> Imported:
        base = self.path.parent
        prompts = PromptReader(self.sources, self.register, base).read(inside(self.config, "prompts"))
        providers = ProviderReader(self.sources, self.register, base).read(
            inside(self.config, "providers", "targets")
        )
        pinning = Pinning(self.wish.target, self.register)
        pinning.take(providers)
        shared = self._shared(base)
        self.tests = list(self._tests(base, shared))
        self.reader.asserts.strays()
        self.versions = self._versions(prompts, shared)
        beside = _Beside(
            Scripts(self.sources, self.register, self._name()), Bench(pinning.tree, pinning.pins)
        )
        suites = self._settled(pinning, beside)
        return self._finished(suites, pinning, beside)

    def _shared(self, base: Path) -> TheirTest | None:
        """What all tests have in common."""
        node = inside(self.config, "defaultTest")
        name = said(node)
        if node is None:
            return None
        if name is not None:
            try:
                path = self.sources.find(name, base)
                node, base = self.sources.tree(path), path.parent
                self.reader.asserts.trees.append(node)
            except Unavailable as error:
                self.register.note("test", "defaultTest", node.place, ("listed", f"{name[:80]}: {error}"))
                return None
        return self.reader.one(node, base, shared=True)

    def _tests(self, base: Path, shared: TheirTest | None) -> Iterator[Test]:
        reader, variables = self.reader, VariableReader(self.sources, self.register)
        found = list(reader.read(inside(self.config, "tests"), base))
        for scenario in each(inside(self.config, "scenarios")):
            found += scenario_tests(scenario, base, reader)
        if not found:
            found = [TheirTest(ticket=None, place=self.config.place, base=base)]
        yield from tests_of(found, shared, variables)

    def _versions(self, prompts: Sequence[TheirPrompt], shared: TheirTest | None) -> list[Version]:
        wrapped = self._wrapped(shared)
        if not prompts:
            why = "no prompt of it is a text" if inside(self.config, "prompts") else "it has no prompts"
            prompts = [self._stand_in(why)]
        return [version(one, wrapped, self.register) for one in prompts]

    def _wrapped(self, shared: TheirTest | None) -> tuple[str, str]:
        options = None if shared is None else inside(shared.node, "options")
        return said(inside(options, "prefix")) or "", said(inside(options, "suffix")) or ""

    def _stand_in(self, why: str) -> TheirPrompt:
        """A prompt that says every variable, so that the cases survive until somebody writes the real one."""
        names = dict.fromkeys(name for test in self.tests for one in test.combinations for name in one.values)
        raw = "\n".join(f"{name}: {{{{ {name} }}}}" for name in names if name.isidentifier()) or _STAND_IN
        place = inside(self.config, "prompts")
        at = self.config.place if place is None else place.place
        ticket = self.register.meet("prompt", "stand-in", at)
        self.register.settle(ticket, "listed", f"{why}: v1 only says the variables; write what is asked")
        return TheirPrompt(
            label="stands in for a prompt that could not be read", raw=raw, place=at, ticket=ticket, config={}
        )

    def _settled(self, pinning: Pinning, beside: _Beside) -> list[SuiteDraft]:
        """The suites, once every expectation is one that our files can say."""
        wrong: dict[str, str] = {}
        for _ in range(_PASSES):
            scratch = Asking(self.sources, _Quiet(), beside.scripts, beside.bench, wrong)
            for _suite in self._maker(pinning).suites(scratch, _Quiet()):
                pass
            fresh = {name: one for name, one in scratch.asked.items() if name not in wrong}
            found = refused(fresh.values(), pinning.tree, pinning.names[0], beside.files())
            if not found:
                break
            wrong |= found
        asking = Asking(self.sources, self.register, beside.scripts, beside.bench, wrong)
        return list(self._maker(pinning).suites(asking, self.register))

    def _maker(self, pinning: Pinning) -> SuiteMaker:
        description = " ".join((said(inside(self.config, "description")) or "").split())
        return SuiteMaker(
            name=self._name(),
            comments=tuple(filter(None, (description, f"Imported from {self.sources.shown(self.path)}."))),
            repeats=repeats(self.config),
            versions=self.versions,
            tests=self.tests,
            pinning=pinning,
        )

    def _name(self) -> str:
        if self.wish.name is not None:
            return plain_name(self.wish.name) or "imported"
        stem = self.path.stem
        if self.path.name.startswith("promptfooconfig."):
            stem = self.path.name.partition(".")[2].rpartition(".")[0]
        return plain_name(stem) or plain_name(self.path.parent.name) or "imported"

    def _finished(self, suites: list[SuiteDraft], pinning: Pinning, beside: _Beside) -> Imported:
        for one in self.versions:
            self.register.settle(one.prompt.ticket, "mapped", "a version of the prompt")
        for problem in self.sources.problems:
            self.register.note("file", problem.place.file, problem.place, ("listed", problem.what))
        prompts = self._drafts(pinning)
        draft = Draft(
            suites=tuple(suites),
            prompts={suites[0].prompt: prompts, **beside.bench.prompts()} if suites else {},
            files={**pinning.files, **beside.bench.files(), **scripts_of(beside.scripts.files, suites)},
        )
        files = draft_files(redacted(draft, self.wish.clean)) if suites else {}
        tree = self.wish.target.tree
        before: set[Problem] = set() if tree is None else set(check(tree))
        after = check(Overlay(self.wish.target.root, tree, files)) if suites else ()
        return Imported(
            suites=tuple(one.name for one in suites),
            files=files,
            inventory=self.register.close(),
            cases=sum(len(one.cases) for one in suites),
            proposals=pinning.proposals,
            problems=tuple(one for one in after if one not in before),
        )

    def _drafts(self, pinning: Pinning) -> tuple[PromptDraft, ...]:
        return tuple(
            one.draft(f"v{number}", pinning.max_tokens) for number, one in enumerate(self.versions, start=1)
        )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What expectations need beside the suite."""

    scripts: Scripts
    bench: Bench

    def files(self) -> dict[str, str]:
        judges = draft_files(Draft(prompts=self.bench.prompts(), files=self.bench.files()))
        return {**self.scripts.files, **judges}


class _Quiet(Register):
    """A register nobody reads: for passes that only look for what our files can say."""

    def settle(self, ticket: object, fate: object, reason: object) -> None:
        """Forget it."""
