"""`prompts/judges.yaml` to judges and panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, cast

from harness.errors import Place
from harness.suite.fit import misfits
from harness.suite.forms import judge_shapes as shapes
from harness.suite.forms.judge_fit import fitted, judge_misfits
from harness.suite.forms.listed import Listed, named_entries
from harness.suite.forms.prompts import Prompts, find
from harness.suite.forms.routes import Pins
from harness.suite.forms.scales import read_scale
from harness.suite.judge import AnyJudge, Judge, KnownBad, Panel, Take, Together, prefers
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.notation.node import Entry, Table
from harness.suite.prompt import PromptVersion
from harness.suite.tree import Tree

JUDGES = "prompts/judges.yaml"
_LIST: Final = Listed(path=JUDGES, shape=shapes.JUDGES, key="judges", naming="a judge's name")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedJudges:
    """The judges there are, for files that name them."""

    by_name: Mapping[str, AnyJudge] = field(default_factory=lambda: MappingProxyType({}))
    seen: frozenset[str] | None = frozenset()
    """Every judge the file has, also those that could not be read; None: the file itself could not be."""
    default: str | None = None
    """The judge of expectations that name none."""

    def find(self, name: str, place: Place, noted: Noted) -> AnyJudge | None:
        """The judge or panel called `name`, or None after noting that there is none."""
        if self.seen is not None and name not in self.seen:
            remedy = suggest(name, self.seen) if self.seen else f"there is none: write it into {JUDGES}"
            noted.bad(place, f"there is no judge {name[:80]!r}", remedy)
        return self.by_name.get(name)

    def of_suite(self, given: Fields) -> NamedJudges:
        """With the default that a suite names."""
        name = given.text("judge")
        if name is not None:
            self.find(name, given.place_of("judge"), given.noted)
        return NamedJudges(by_name=self.by_name, seen=self.seen, default=name)


NO_JUDGES: Final = NamedJudges()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFiles:
    """What a judge is made of: the prompts and the pins there are."""

    prompts: Prompts
    seen: frozenset[tuple[str, str]]
    """Every (name, version) there is a file for."""
    pins: Pins

    @property
    def noted(self) -> Noted:
        return self.pins.noted

    def read(self, tree: Tree) -> NamedJudges:
        """Every judge and panel that can be read. A project without the file has none."""
        if JUDGES not in tree.files("prompts"):
            return NO_JUDGES
        entries = named_entries(tree, _LIST, self.noted)
        if entries is None:
            return NamedJudges(seen=None)
        panels = {name: entry for name, entry in entries.items() if _is_panel(entry)}
        judges: dict[str, Judge] = {}
        for name in entries.keys() - panels.keys():
            judge = self._judge(name, entries[name])
            if judge is not None:
                judges[name] = judge
        found: dict[str, AnyJudge] = dict(judges)
        for name, entry in panels.items():
            others = frozenset(panels), frozenset(entries)
            panel = self._panel(name, entry, judges, others)
            if panel is not None:
                found[name] = panel
        in_order = {name: found[name] for name in entries if name in found}
        return NamedJudges(by_name=MappingProxyType(in_order), seen=frozenset(entries))

    def _judge(self, name: str, entry: Entry) -> Judge | None:
        noted = self.noted
        before = len(noted.problems)
        table = noted.table(entry.node, f"judge {name[:80]!r}")
        if table is None:
            return None
        given = Fields(table, shapes.JUDGE, noted)
        given.text("description")
        prompt, model, scale = self._version(given), given.text("model"), read_scale(given)
        pin = None if model is None else self.pins.find(model, given.place_of("model"))
        judgings = given.integer("judgings", 1, shapes.MOST_JUDGINGS)
        take = cast("Take | None", given.word("take", shapes.TAKES))
        known_bad = _known_bad(given)
        if len(noted.problems) > before or prompt is None or pin is None or scale is None:
            return None
        judge = Judge(
            name=name,
            prompt=prompt,
            model=pin,
            scale=fitted(scale, prompt),
            judgings=judgings or 1,
            take=take or "mean",
            known_bad=known_bad,
            place=entry.place,
        )
        for what, remedy in misfits(prompt, pin):
            noted.bad(table.place, what, remedy)
        noted.problems.extend(judge_misfits(judge))
        return judge if len(noted.problems) == before else None

    def _version(self, given: Fields) -> PromptVersion | None:
        name, version = given.text("prompt"), given.text("version")
        if name is None or version is None:
            return None
        names = {each for each, _version in self.seen}
        if name not in names:
            what = f"there is no prompt {name[:80]!r}: no folder prompts/{name[:80]}/"
            self.noted.bad(given.place_of("prompt"), what, suggest(name, names))
            return None
        found = find(self.prompts, self.seen, name, version)
        if isinstance(found, str):
            what = f"prompt {name!r} has no version {version[:80]!r}"
            self.noted.bad(given.place_of("version"), what, found)
            return None
        return found

    def _panel(
        self,
        name: str,
        entry: Entry,
        judges: Mapping[str, Judge],
        others: tuple[frozenset[str], frozenset[str]],
    ) -> Panel | None:
        noted = self.noted
        before = len(noted.problems)
        given = Fields(cast("Table", entry.node), shapes.PANEL, noted)
        given.text("description")
        names, place = given.texts("panel"), given.place_of("panel")
        take = cast("Together | None", given.word("take", shapes.TOGETHER))
        for what, remedy in _panel_mistakes(names, *others):
            noted.bad(place, what, remedy)
        members = tuple(judges[each] for each in names if each in judges)
        if len(members) < len(names) or len(noted.problems) > before:
            return None
        if len({prefers(each) for each in members}) > 1:
            what = "some judges of the panel look at one text, others prefer one of two"
            noted.bad(place, what, "make a panel of each")
            return None
        return Panel(name=name, members=members, take=take or "mean", place=entry.place)


def _is_panel(entry: Entry) -> bool:
    return isinstance(entry.node, Table) and "panel" in entry.node.entries


def _panel_mistakes(
    names: tuple[str, ...], panels: frozenset[str], seen: frozenset[str]
) -> Iterator[tuple[str, str]]:
    if len(names) < 2:
        yield "a panel has two judges or more", "name another, or use the judge itself"
    if len(set(names)) < len(names):
        yield "a judge stands twice in the panel", "keep one; `judgings` asks a judge more than once"
    for each in names:
        if each not in seen:
            yield f"there is no judge {each[:80]!r}", suggest(each, seen)
        elif each in panels:
            yield f"{each[:80]!r} is a panel itself", "name its judges"


def _known_bad(given: Fields) -> KnownBad | None:
    node = given.node("known_bad")
    table = None if node is None else given.noted.table(node, "'known_bad'")
    if table is None:
        return None
    said = Fields(table, shapes.KNOWN_BAD, given.noted)
    question, answer = said.text("question"), said.text("answer")
    good, criteria = said.text("good"), said.text("criteria")
    if question is None or answer is None:
        return None
    return KnownBad(question=question, answer=answer, good=good or "", criteria=criteria or "")
