"""The pytest door: `pytest evals` makes every case of a suite an item.

All selected cases are asked at once, before pytest asks the items one by one; the items then only report.
Recordings are replayed unless `--harness-live` says to spend money. Nothing here runs, and nothing heavy is
imported, unless a suite file was named on the command line, itself or by its folder.
"""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from harness.call.tab import Tab
    from harness.events import Emit
    from harness.pipeline.cases import Asked, CaseResult
    from harness.pipeline.gating import Question
    from harness.settings import Settings
    from harness.suite.case import Case
    from harness.suite.project import Project

SESSION = pytest.StashKey["EvalSession"]()
TAGS = pytest.StashKey[set[str]]()
"""Those that are known as markers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flags of this door."""
    group = parser.getgroup("harness", "prompt and model evaluations")
    group.addoption(
        "--harness-live",
        action="store_true",
        help="ask the API instead of replaying recordings; this costs money",
    )
    group.addoption(
        "--harness-data-only",
        action="store_true",
        help="refuse whatever runs code of the project, conftest.py included: for files of a stranger",
    )
    group.addoption("--harness-candidate", metavar="VERSION[@MODEL]", help="ask this variant of every suite")
    group.addoption("--harness-repeats", type=int, metavar="N", help="ask every case N times")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Refuse to start where only data is trusted, and a conftest.py would be run; before any is."""
    said = early_config.known_args_namespace
    if not said.noconftest and (said.harness_data_only or _trusts_data_alone(early_config)):
        raise pytest.UsageError("where only data is trusted, add --noconftest: a conftest.py is code too")
    return (yield)


def _trusts_data_alone(config: pytest.Config) -> bool:
    """What `[tool.harness]` says; False where there is no project, or its table is wrong, which is told later."""
    folder = config.invocation_params.dir
    if not ((folder / "evals").is_dir() and (folder / "prompts").is_dir()):
        return False
    from harness.errors import HarnessError
    from harness.settings import read_settings

    try:
        return read_settings(folder).data_only
    except HarnessError:
        return False


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Suites that were named on the command line."""
    if file_path.suffix != ".yaml" or not _is_wanted(file_path, parent.config):
        return None
    return SuiteFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]  # pytest's own


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Ask all selected cases at once."""
    items = [item for item in session.items if isinstance(item, CaseItem)]
    if items and not session.config.option.collectonly:
        evals = EvalSession(session.config)
        session.config.stash[SESSION] = evals
        evals.ask(items)
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The difference against the baseline, after the items."""
    evals = config.stash.get(SESSION, None)
    for line in evals.summary() if evals is not None else ():
        terminalreporter.write_line(line)


class SuiteFile(pytest.File):
    """One suite."""

    def collect(self) -> Iterable[pytest.Item]:
        from harness.errors import HarnessError
        from harness.settings import read_settings

        try:
            settings = read_settings(self.path.parent)
            project = _project(self.config, settings)
        except HarnessError as error:
            raise self.CollectError(str(error)) from None
        suite = project.suites[self.path.stem]
        for case in suite.cases:
            yield CaseItem.from_parent(self, name=case.id, case=case)  # pyright: ignore[reportUnknownMemberType]  # pytest's own


class CaseItem(pytest.Item):
    """One case: all its repeats."""

    def __init__(self, *, case: Case, **others: object) -> None:
        super().__init__(**others)  # type: ignore[arg-type]  # pytest's own: name and parent
        self.case = case
        known = self.config.stash.setdefault(TAGS, set())
        for tag in case.tags:
            if tag not in known:
                self.config.addinivalue_line("markers", f"{tag}: a tag of harness cases")
            known.add(tag)
            self.add_marker(tag)

    def runtest(self) -> None:
        result = self.config.stash[SESSION].result(self)
        if not result.is_good:
            held = self.case.quarantine
            if held is not None:  # it informs, and fails nothing
                pytest.xfail(f"in quarantine {held}")
            raise CaseFailed(result)
        self.user_properties.append(("passed", f"{result.passed} of {len(result.answers)}"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest passes it
        if isinstance(excinfo.value, CaseFailed):
            return excinfo.value.text()
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        file, line = Path(self.case.place.file), self.case.place.line
        here = self.path if file.suffix == ".yaml" else self.path.parent.parent / file
        return here, max(0, line - 1), f"{self.path.stem}: {self.name}"


class CaseFailed(Exception):
    """A case did not do well enough, or was not measured; its text is what people read."""

    def __init__(self, result: CaseResult) -> None:
        self.result = result
        super().__init__(self._headline())

    def text(self) -> str:
        """Headline, then for each answer that did not pass what was wanted, what came, and from which line."""
        from harness.report.safe import term

        lines = [self._headline()]
        for answer in self.result.answers:
            if answer.passed is True:
                continue
            lines += [
                f"  answer {answer.repeat}: {term(line)}"
                for line in (*answer.evidence, answer.detail)
                if line
            ]
            if answer.text:
                lines.append(f"    {term(answer.text[:300])!r}")
        return "\n".join(lines)

    def _headline(self) -> str:
        result = self.result
        if not result.is_measured:
            return (
                f"{len(result.answers) - result.measured} of {len(result.answers)} answers were not measured"
            )
        before = ""
        if result.baseline:
            good = sum(answer.passed is True for answer in result.baseline)
            before = f" (baseline {good} of {len(result.baseline)})"
        return f"{result.passed} of {len(result.answers)} answers passed{before}"


@dataclass
class EvalSession:
    """The cases of one pytest session. Under xdist one worker asks, and the others read what it was told."""

    config: pytest.Config
    asked: dict[str, Asked] = field(default_factory=dict["str", "Asked"])
    tab: Tab | None = None
    """What the session has used of its budget so far."""

    def ask(self, items: Sequence[CaseItem]) -> None:
        """Ask the cases of `items`, suite by suite. Ends the session with a usage error for a user's mistake."""
        from harness.errors import HarnessError
        from harness.settings import read_settings

        by_file: defaultdict[Path, list[str]] = defaultdict(list)
        for item in items:
            by_file[item.path].append(item.name)
        for path, cases in by_file.items():
            try:
                settings = read_settings(path.parent)
                project = _project(self.config, settings)
                question = self._question(path.stem, cases)
                self.asked[path.stem] = self._ask(question, project, settings)
            except HarnessError as error:
                raise pytest.UsageError(str(error)) from None

    def _ask(self, question: Question, project: Project, settings: Settings) -> Asked:
        from harness.pipeline.cases import ask_cases, ask_cases_once

        worker = cast("dict[str, str] | None", getattr(self.config, "workerinput", None))
        if worker is None:
            with _shown(question.suite, self.config, settings) as emit:
                return ask_cases(question, project, settings, emit)
        ticket = settings.reports / "pytest" / f"{worker['testrunuid']}-{question.suite}"
        return ask_cases_once(question, project, settings, ticket)

    def result(self, item: CaseItem) -> CaseResult:
        """How the case of `item` did."""
        return self.asked[item.path.stem].results[item.name]

    def summary(self) -> Iterator[str]:
        """A line for each suite: the difference against its baseline, and the verdict on it."""
        from harness.report.text import terminal

        for suite, asked in sorted(self.asked.items()):
            if asked.compared is None:
                yield f"{suite}: no baseline to compare with; `harness gate {suite} --mode live` makes one"
            else:
                yield terminal.render_line(asked.compared.view())

    def _question(self, suite: str, cases: Sequence[str]) -> Question:
        from harness.call.tab import Tab
        from harness.pipeline.gating import Question, variant_choice
        from harness.selection import Selection

        self.tab = self.tab or Tab()
        option = self.config.option
        return Question(
            suite=suite,
            candidate=variant_choice(cast("str | None", option.harness_candidate)),
            mode="live" if option.harness_live else "replay",
            repeats=cast("int | None", option.harness_repeats),
            selection=Selection(ids=frozenset(cases)),
            tab=self.tab,
        )


@contextlib.contextmanager
def _shown(suite: str, config: pytest.Config, settings: Settings) -> Generator[Emit]:
    """An `Emit` that shows how far the asking is, where pytest writes to a terminal and was not asked to be quiet."""
    from harness.events import nobody

    reporter = cast("pytest.TerminalReporter | None", config.pluginmanager.get_plugin("terminalreporter"))
    if reporter is None or not reporter.isatty() or not sys.stderr.isatty() or config.get_verbosity() < 0:
        yield nobody
        return
    from harness.clock import SystemClock
    from harness.progress.screen import shown

    with shown(suite, sys.stderr, SystemClock(), coloured=not settings.no_color) as emit:
        yield emit


PROJECT = pytest.StashKey[dict[Path, "Project"]]()


def _project(config: pytest.Config, settings: Settings) -> Project:
    """The project of these settings; read once per session, however many suites it has."""
    from harness.clock import today
    from harness.suite.read import read_project
    from harness.suite.tree import WorkingTree

    known = config.stash.setdefault(PROJECT, {})
    if settings.root not in known:
        data_only = settings.data_only or bool(config.option.harness_data_only)
        known[settings.root] = read_project(WorkingTree(settings.root), today(), data_only=data_only)
    return known[settings.root]


def _is_wanted(path: Path, config: pytest.Config) -> bool:
    """Whether `path` is a suite that was named on the command line: `pytest` alone asks no model anything."""
    folder = path.parent
    if folder.name != "evals" or not (folder.parent / "prompts").is_dir():
        return False
    named = (Path(config.invocation_params.dir, arg.split("::", 1)[0]).resolve() for arg in config.args)
    return any(each in (folder, path) for each in named)
