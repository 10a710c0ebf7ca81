"""`evals/*.yaml` to suites."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from harness.errors import Place
from harness.suite.canonical import digest
from harness.suite.case import Case, Suite, VariantName
from harness.suite.forms import shapes
from harness.suite.forms.attachments import AttachmentReader
from harness.suite.forms.case_shapes import MOST_REPEATS
from harness.suite.forms.cases import NOTHING_SHARED, CaseReader, Readers
from harness.suite.forms.columns import COLUMNS
from harness.suite.forms.expectations import Reader
from harness.suite.forms.fitting import Fitting
from harness.suite.forms.functions import Functions
from harness.suite.forms.includes import Includes
from harness.suite.forms.judges import NO_JUDGES, NamedJudges
from harness.suite.forms.policies import read_policy
from harness.suite.forms.schemas import Schemas
from harness.suite.forms.sources import Sources
from harness.suite.forms.tool_fit import WantedTools, check_tools
from harness.suite.forms.tools import ToolReader
from harness.suite.forms.variants import Sides, VariantReader
from harness.suite.names import NAME, refusal
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.load import CaseFiles, load_yaml
from harness.suite.notation.node import Items, Table
from harness.suite.policy import Policy
from harness.suite.prompt import PromptVersion
from harness.suite.tree import Tree
from harness.units import Json, Usd

T = TypeVar("T")

Gather = Callable[[Iterator[Case], tuple[PromptVersion, ...]], T]
"""What is made of the cases of a suite as they are read, one by one; with the prompt versions the suite names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSuite(Generic[T]):
    """What a suite's file says, and what was made of its cases."""

    name: str
    prompt: str
    baseline: VariantName
    candidate: VariantName
    repeats: int
    budget: Usd | None
    policy: Policy
    cases: T
    place: Place


def whole(read: ReadSuite[tuple[Case, ...]]) -> Suite:
    """The suite with all of its cases."""
    ids: list[Json] = [[case.id, case.digest] for case in sorted(read.cases, key=lambda case: case.id)]
    return Suite(
        name=read.name,
        prompt=read.prompt,
        baseline=read.baseline,
        candidate=read.candidate,
        repeats=read.repeats,
        budget=read.budget,
        policy=read.policy,
        cases=read.cases,
        digest=digest(ids),
        place=read.place,
    )


@dataclass
class SuiteReader(Generic[T]):
    """Reads suites against the prompts and pins there are."""

    tree: Tree
    noted: Noted
    variants: VariantReader
    gather: Gather[T]
    judges: NamedJudges = NO_JUDGES
    data_only: bool = False
    """Whether a suite that runs code of the project is refused."""
    _schemas: Schemas = field(init=False)
    _attachments: AttachmentReader = field(init=False)
    _includes: Includes = field(init=False)
    _functions: Functions = field(init=False)

    def __post_init__(self) -> None:
        self._schemas = Schemas(self.tree, self.noted)
        self._attachments = AttachmentReader(self.tree, self.noted)
        self._includes = Includes(self.tree, self.noted)
        self._functions = Functions(self.tree, self.noted, data_only=self.data_only)

    def read_all(self) -> Iterator[ReadSuite[T]]:
        """Every suite that can be read, in order of its file."""
        for path in self._paths():
            suite = self._read(path)
            if suite is not None:
                yield suite

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

    def _read(self, path: str) -> ReadSuite[T] | None:
        before = len(self.noted.problems)
        node = load_yaml(self.tree, path, self.noted)
        if node is None:
            return None
        if not isinstance(node, Table) or not ({"suite", "cases", "prompt"} & node.entries.keys()):
            self.noted.bad(node.place, "this is not a suite", "add `suite:`, or move the file to a subfolder")
            return None
        given = Fields(node, shapes.SUITE, self.noted)
        name, prompt = self._name(given, path), given.text("prompt")
        sides = self.variants.read(given, prompt)
        repeats = given.integer("repeats", 1, MOST_REPEATS)
        budget, policy = self._budget(given, sides), read_policy(given)
        cases = self.gather(self._cases(given, sides, policy), sides.versions)
        if len(self.noted.problems) > before or name is None or prompt is None:
            return None
        return ReadSuite(
            name=name,
            prompt=prompt,
            baseline=sides.baseline.name,
            candidate=sides.candidate.name,
            repeats=repeats or 1,
            budget=None if budget is None else Usd(budget),
            policy=policy,
            cases=cases,
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

    def _budget(self, given: Fields, sides: Sides) -> Decimal | None:
        budget = given.money("budget_usd")
        if budget is None:
            return None
        if budget == 0:
            self.noted.bad(
                given.place_of("budget_usd"), "a budget of nothing", "write an amount, or remove it"
            )
        sides.check_priced(self.noted, given.place_of("budget_usd"), "budget")
        return budget

    def _cases(self, given: Fields, sides: Sides, policy: Policy) -> Iterator[Case]:
        """Every case that can be read, one by one; after the last one, what is wrong with all of them together."""
        tools = ToolReader(self.noted, self._functions)
        tools.read(given)
        if tools.cost_place is not None:
            sides.check_priced(self.noted, tools.cost_place, "limit")
        readers = self._readers(sides, tools, self.judges.of_suite(given))
        reader = CaseReader(self.noted, readers)
        files = CaseFiles(tree=self.tree, noted=self.noted, graders=COLUMNS)
        sources = Sources(self.noted, files, reader.read_shared)
        defaults, node = given.node("defaults"), given.node("cases")
        shared = NOTHING_SHARED if defaults is None else reader.read_shared(defaults)
        items = () if node is None else self.noted.items(node, "'cases'")
        if isinstance(node, Items) and not items:
            self.noted.bad(node.place, "a suite without a case", "add one, or delete the suite")
        wanted = WantedTools(self.noted, tools.places.keys())
        for item in items:
            for found, common in sources.cases(item, shared):
                case = reader.read(found, common)
                if case is not None:
                    self._check_guarded(case, policy)
                    wanted.check(case)
                    yield case
        readers.fitting.finish()
        check_tools(tools, sides.versions, given.place, knows_all=sides.are_known)

    def _readers(self, sides: Sides, tools: ToolReader, judges: NamedJudges) -> Readers:
        baseline = sides.baseline.version
        return Readers(
            expectations=Reader(
                self.noted, lambda node: self._schemas.find(node, baseline), self._functions, judges=judges
            ),
            fitting=Fitting(self.noted, sides.versions, knows_all=sides.are_known),
            tools=tools,
            attachments=self._attachments,
            includes=self._includes,
        )

    def _check_guarded(self, case: Case, policy: Policy) -> None:
        """Who is told that a case must pass relies on it."""
        if case.must_pass and policy.rerun is None:
            what = f"case {case.id!r} must pass, but the gate's `cases` is off, so it would block nothing"
            self.noted.bad(case.place, what, "remove `cases: off`, or `must_pass`")
