"""`evals/*.yaml` to suites."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.case import Case, Suite, VariantName
from harness.suite.fit import misfits
from harness.suite.forms import shapes
from harness.suite.forms.cases import CaseReader
from harness.suite.forms.compiled import check_schema
from harness.suite.forms.expectations import Reader
from harness.suite.forms.fitting import Fitting
from harness.suite.forms.functions import Functions
from harness.suite.forms.judges import NO_JUDGES, NamedJudges
from harness.suite.forms.policies import read_policy
from harness.suite.forms.prompts import Prompts, find
from harness.suite.forms.routes import Choices
from harness.suite.forms.tool_fit import check_tools
from harness.suite.forms.tools import ToolReader
from harness.suite.model import ModelPin
from harness.suite.names import NAME, refusal
from harness.suite.notation.fields import Fields, Noted, suggest
from harness.suite.notation.load import load_cases, load_json, load_yaml
from harness.suite.notation.node import Items, Node, Scalar, Table
from harness.suite.prompt import PromptVersion
from harness.suite.tree import Tree
from harness.units import Json, Usd

_Side = tuple[VariantName, PromptVersion | None, tuple[ModelPin, ...]]
"""A variant as the suite names it, and what could be found of it."""


@dataclass
class SuiteReader:
    """Reads suites against the prompts and pins there are."""

    tree: Tree
    noted: Noted
    prompts: Prompts
    seen: frozenset[tuple[str, str]]
    """Every (name, version) there is a file for, also those that could not be read."""
    choices: Choices
    """The pins and routes a suite may name."""
    judges: NamedJudges = NO_JUDGES
    _schemas: dict[str, Json] = field(default_factory=dict[str, Json])

    def read_all(self) -> Mapping[str, Suite]:
        """Every suite that can be read, by name."""
        suites: dict[str, Suite] = {}
        for path in self._paths():
            suite = self._read(path)
            if suite is not None:
                suites[suite.name] = suite
        return suites

    def _paths(self) -> Iterator[str]:
        some = False
        for path in self.tree.files("evals"):
            if path.count("/") > 1:
                continue
            if path.endswith(".yml"):
                some = True
                self.noted.bad(Place(path), "suites end in .yaml", f"rename it to {path[:-4]}.yaml")
            elif path.endswith(".yaml"):
                some = True
                yield path
        if not some:
            self.noted.bad(
                Place("evals"), "there is no suite", "run `harness init`, or add evals/<name>.yaml"
            )

    def _read(self, path: str) -> Suite | None:
        before = len(self.noted.problems)
        node = load_yaml(self.tree, path, self.noted)
        if node is None:
            return None
        if not isinstance(node, Table) or not ({"suite", "cases", "prompt"} & node.entries.keys()):
            self.noted.bad(node.place, "this is not a suite", "add `suite:`, or move the file to a subfolder")
            return None
        given = Fields(node, shapes.SUITE, self.noted)
        name = self._name(given, path)
        prompt = given.text("prompt")
        baseline, candidate = (
            self._variant(given, "baseline", prompt),
            self._variant(given, "candidate", prompt),
        )
        repeats = given.integer("repeats", 1, 1000)
        budget = self._budget(given, (baseline, candidate))
        policy = read_policy(given)
        tools = ToolReader(self.noted, Functions(self.tree, self.noted))
        tools.read(given)
        if tools.cost_place is not None:
            _check_priced(self.noted, tools.cost_place, (baseline, candidate), "limit")
        cases = self._cases(given, path, (baseline[1], candidate[1]), tools)
        if policy.rerun is None:
            self._refuse_must_pass(cases)
        if len(self.noted.problems) > before or name is None or prompt is None:
            return None
        ids: list[Json] = [[case.id, case.digest] for case in sorted(cases, key=lambda case: case.id)]
        return Suite(
            name=name,
            prompt=prompt,
            baseline=baseline[0],
            candidate=candidate[0],
            repeats=repeats or 1,
            budget=None if budget is None else Usd(budget),
            policy=policy,
            cases=cases,
            digest=digest(ids),
            place=Place(path, node.place.line, node.place.column),
        )

    def _name(self, given: Fields, path: str) -> str | None:
        name = given.text("suite")
        if name is None:
            return None
        bad = refusal("a suite's name", name, NAME)
        stem = posixpath.basename(path).removesuffix(".yaml")
        if bad is not None:
            self.noted.bad(given.place_of("suite"), bad, "rename it")
        elif name != stem:
            what = f"the suite is called {name!r}, its file {stem!r}"
            self.noted.bad(given.place_of("suite"), what, f"write `suite: {stem}`, or rename the file")
        return name

    def _variant(self, given: Fields, side: str, prompt: str | None) -> _Side:
        nobody = VariantName(version="", model="")
        node = given.node(side)
        table = None if node is None else self.noted.table(node, repr(side))
        if table is None:
            return nobody, None, ()
        fields = Fields(table, shapes.VARIANT, self.noted)
        version = fields.text("version")
        model, pins = self.choices.read(fields)
        found = None
        if prompt is not None and version is not None:
            found = self._version(given, prompt, version, fields.place_of("version"))
        if found is not None:
            for what, remedy in (each for pin in pins for each in misfits(found, pin)):
                self.noted.bad(table.place, what, remedy)
        return VariantName(version=version or "", model=model), found, pins

    def _version(self, given: Fields, prompt: str, version: str, place: Place) -> PromptVersion | None:
        names = {name for name, _version in self.seen}
        if prompt not in names:
            what = f"there is no prompt {prompt[:80]!r}: no folder prompts/{prompt[:80]}/"
            self.noted.bad(given.place_of("prompt"), what, suggest(prompt, names))
            return None
        found = find(self.prompts, self.seen, prompt, version)
        if isinstance(found, str):
            self.noted.bad(place, f"prompt {prompt!r} has no version {version[:80]!r}", found)
            return None
        return found

    def _budget(self, given: Fields, sides: tuple[_Side, ...]) -> Decimal | None:
        budget = given.money("budget_usd")
        if budget is None:
            return None
        if budget == 0:
            self.noted.bad(
                given.place_of("budget_usd"), "a budget of nothing", "write an amount, or remove it"
            )
        _check_priced(self.noted, given.place_of("budget_usd"), sides, "budget")
        return budget

    def _cases(
        self,
        given: Fields,
        path: str,
        sides: tuple[PromptVersion | None, PromptVersion | None],
        tools: ToolReader,
    ) -> tuple[Case, ...]:
        versions = tuple({each.version: each for each in sides if each is not None}.values())
        judges = self.judges.of_suite(given)
        expectations = Reader(self.noted, lambda node: self._schema(node, path, sides[0]), judges=judges)
        fitting = Fitting(self.noted, versions, knows_all=None not in sides)
        reader = CaseReader(self.noted, expectations, fitting, tools.conversation)
        defaults = given.node("defaults")
        if defaults is not None:
            reader.read_shared(defaults)
        node = given.node("cases")
        items = () if node is None else self.noted.items(node, "'cases'")
        if isinstance(node, Items) and not items:
            self.noted.bad(node.place, "a suite without a case", "add one, or delete the suite")
        read = [reader.read(case) for item in items for case in self._unfolded(item, path)]
        fitting.finish()
        check_tools(tools, versions, given.place, knows_all=None not in sides)
        return tuple(case for case in read if case is not None)

    def _refuse_must_pass(self, cases: tuple[Case, ...]) -> None:
        """Who is told that a case must pass relies on it."""
        for case in cases:
            if case.must_pass:
                what = f"case {case.id!r} must pass, but the gate's `cases` is off, so it would block nothing"
                self.noted.bad(case.place, what, "remove `cases: off`, or `must_pass`")

    def _unfolded(self, node: Node, path: str) -> Iterator[Node]:
        """The node itself, or the cases of the file it names."""
        if not isinstance(node, Table) or "file" not in node.entries:
            yield node
            return
        given = Fields(node, shapes.CASE_FILE, self.noted)
        name = given.text("file")
        place = given.place_of("file")
        inside = None if name is None else self._inside(name, path, place)
        if inside is not None and not inside.endswith((".jsonl", ".csv", ".yaml")):
            self.noted.bad(place, f"{inside} is no file of cases", "use .jsonl, .csv or .yaml")
        elif inside is not None:
            yield from load_cases(self.tree, inside, self.noted, place)

    def _inside(self, name: str, path: str, place: Place) -> str | None:
        """The path a file of the suite names, if it stays inside evals/."""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        if (
            name.startswith("/")
            or "\\" in name
            or ":" in name
            or not joined.startswith("evals/")
            or "\0" in name
        ):
            self.noted.bad(place, f"{name[:80]!r} leads out of evals/", "use a path below the suite's folder")
            return None
        return joined

    def _schema(self, node: Node, path: str, baseline: PromptVersion | None) -> Json:
        if isinstance(node, Table):
            return check_schema(self.noted, node)
        name = self.noted.text(node, "'schema'") if isinstance(node, Scalar) else None
        if name is None:
            if not isinstance(node, Scalar):
                self.noted.table(node, "'schema'")
            return None
        if name == "prompt":
            return self._own_schema(node, baseline)
        where = name if "/" in name or name.endswith(".json") else f"schemas/{name}.json"
        inside = self._inside(where, path, node.place)
        if inside is None:
            return None
        if inside not in self._schemas:
            found = load_json(self.tree, inside, self.noted, node.place)
            self._schemas[inside] = None if found is None else check_schema(self.noted, found)
        return self._schemas[inside]

    def _own_schema(self, node: Node, baseline: PromptVersion | None) -> Json:
        if baseline is not None and baseline.output_schema is None:
            what = f"{baseline.version} of prompt {baseline.name!r} has no output schema"
            self.noted.bad(node.place, what, "write the schema here, or name a file in schemas/")
        return None if baseline is None else baseline.output_schema


def _check_priced(noted: Noted, place: Place, sides: tuple[_Side, ...], cap: str) -> None:
    unpriced = {pin.id for _name, _version, pins in sides for pin in pins if not pin.prices}
    for model in sorted(unpriced):
        what = f"{model} has no price, so no {cap} can be held"
        noted.bad(place, what, "add its prices to prompts/models.yaml")
