"""Everything that comes from outside the files of a project: the environment and `[tool.harness]`.

The only reader of `os.environ`. A key is held here and handed to the provider; it has no place in any file.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from harness import ci
from harness.budgets import Budgets, read_budgets, unknown_models
from harness.currency import Rate, rate_of, slips
from harness.errors import FilesRejected, Place, Problem, UsageError
from harness.record import Mode
from harness.suite import embedding
from harness.suite.notation.text import decode
from harness.suite.tree import find_root
from harness.units import Seconds

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|WEBHOOK", re.IGNORECASE)
_SHORTEST_SECRET = 8
_MODES: tuple[Mode, ...] = ("replay", "live", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One project on one machine. Resolved once; nothing in it is None because it was not decided yet."""

    root: Path
    reports: Path
    fixtures: Path
    mode: Mode
    """What a run does unless told otherwise: replaying costs nothing, so it is the default."""
    at_once: int
    """Calls on the wire at the same time."""
    attempt_timeout: Seconds
    call_deadline: Seconds
    """For one call with all its waits and retries."""
    case_deadline: Seconds
    """For one trial with all its calls."""
    run_deadline: Seconds | None
    """For all runs of one command; None: no bound."""
    budgets: Budgets
    data_only: bool
    """Whether whatever runs code of the project is refused: for files of somebody who is not trusted."""
    stream: bool
    """Whether live replies are streamed."""
    idle_timeout: Seconds
    """The longest silence within a streamed reply."""
    api_key: str = field(repr=False)
    """An API key or, where there is none, a bearer token; empty: there is neither."""
    is_token: bool
    """Whether `api_key` is a bearer token."""
    base_url: str
    """Empty: the API's own address."""
    rate: Rate | None
    """Of the currency that is shown beside the dollar; None: none is."""
    secrets: tuple[str, ...] = field(repr=False)
    """Values of the environment that must never be written anywhere."""
    step_summary: Path | None
    """Where GitHub wants a summary in Markdown."""
    ci_job: str
    """Who started the job of a CI service, and which it is; empty: there is none."""
    ci_run: str
    """The address of that job's log; empty: there is none."""
    in_github: bool
    workspace: Path
    """What GitHub's paths begin from; the project itself, where that is not known."""
    in_ci: bool
    no_color: bool

    @property
    def key_name(self) -> str:
        """Where the key comes from."""
        return "ANTHROPIC_AUTH_TOKEN" if self.is_token else "ANTHROPIC_API_KEY"

    @property
    def store(self) -> Path:
        return self.reports / "harness.duckdb"

    @property
    def audit(self) -> Path:
        return self.reports / "audit.jsonl"

    @property
    def runs(self) -> Path:
        return self.reports / "runs"


_DEFAULTS: dict[str, str | int | float] = {
    "reports": "reports",
    "fixtures": "fixtures",
    "mode": "replay",
    "at_once": 8,
    "attempt_timeout_s": 120.0,
    "call_deadline_s": 600.0,
    "case_deadline_s": 1800.0,
    "data_only": False,
    "stream": False,
    "idle_timeout_s": 60.0,
}
_EXAMPLES = _DEFAULTS | {"run_deadline_s": 3600.0}
"""Every key with a value it may have: some have no default."""


def read_settings(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of the project that `start` (default: the working directory) lies in.

    Raises UsageError when there is no project, and FilesRejected for mistakes in `[tool.harness]`.
    """
    env = os.environ if environ is None else environ
    root = find_root(Path.cwd() if start is None else start)
    given = _given(root)
    table = _DEFAULTS | given.plain
    deadline = table.get("run_deadline_s")
    summary = env.get("GITHUB_STEP_SUMMARY", "")
    key, token = (env.get(f"ANTHROPIC_{name}", "").strip() for name in ("API_KEY", "AUTH_TOKEN"))
    return Settings(
        root=root,
        reports=root / str(table["reports"]),
        fixtures=root / str(table["fixtures"]),
        mode=mode_of(str(table["mode"])),
        at_once=int(table["at_once"]),
        attempt_timeout=Seconds(float(table["attempt_timeout_s"])),
        call_deadline=Seconds(float(table["call_deadline_s"])),
        case_deadline=Seconds(float(table["case_deadline_s"])),
        run_deadline=None if deadline is None else Seconds(float(deadline)),
        budgets=given.budgets,
        data_only=bool(table["data_only"]),
        stream=bool(table["stream"]),
        idle_timeout=Seconds(float(table["idle_timeout_s"])),
        api_key=key or token,
        is_token=not key and bool(token),
        base_url=env.get("ANTHROPIC_BASE_URL", "").strip(),
        rate=given.rate,
        secrets=secrets_in(env),
        step_summary=Path(summary) if summary else None,
        ci_job=ci.job(env),
        ci_run=ci.run(env),
        in_github=env.get("GITHUB_ACTIONS") == "true",
        workspace=Path(env.get("GITHUB_WORKSPACE") or root),
        in_ci=env.get("CI", "").lower() in ("1", "true", "yes"),
        no_color="NO_COLOR" in env or env.get("TERM") == "dumb",
    )


def mode_of(text: str) -> Mode:
    """The mode named `text`. Raises UsageError for anything that is not one."""
    for mode in _MODES:
        if mode == text:
            return mode
    raise UsageError(f"no mode is called {text!r}; the modes are {', '.join(_MODES)}")


def secrets_in(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The values of the environment that must never be written anywhere: those whose names say so."""
    env = os.environ if environ is None else environ
    found = (value for name, value in env.items() if _SECRET_NAME.search(name))
    # A key read from a file may end in a line end, which is not sent with it.
    forms = (form for value in found for form in (value, value.strip()))
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _SHORTEST_SECRET))


def check_budgets(settings: Settings, pinned: Iterable[str]) -> None:
    """Raises FilesRejected where a model has a cap but no pin: `pinned` are the names of all pins."""
    if settings.budgets.models:
        text = _text(settings.root)
        problems = unknown_models(settings.budgets, pinned, lambda name: _budget_place(name, text))
        if problems:
            raise FilesRejected(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What `[tool.harness]` says, checked."""

    plain: dict[str, str | int | float]
    """Its own keys."""
    budgets: Budgets
    """The caps in its table `budget`."""
    rate: Rate | None
    """Its table `currency`."""


def _given(root: Path) -> _Given:
    text = _text(root)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FilesRejected([_not_toml(str(error), text)]) from None
    tools = _inner(document, "tool", "tool")
    if (misspelt := next((name for name in tools if _is_meant(name)), None)) is not None:
        place = _place_of(rf"tool\.{re.escape(misspelt)}\b", text) or Place("pyproject.toml", 1, 1)
        raise FilesRejected(
            [Problem(place, f"unknown table 'tool.{misspelt}'", "did you mean 'tool.harness'?")]
        )
    table = _inner(tools, "harness", "tool.harness")
    currency, semantic = (table.pop(name, None) for name in ("currency", "semantic"))
    budgets, problems = read_budgets(table.pop("budget", {}), lambda name: _budget_place(name, text))
    problems += (problem for key, value in table.items() if (problem := _problem(key, value, text)))
    found = (*slips(currency), *embedding.slips(semantic))
    problems += (Problem(_place(slip.key, text), slip.what, slip.remedy) for slip in found)
    if problems:
        raise FilesRejected(problems)
    return _Given(plain=cast("dict[str, str | int | float]", table), budgets=budgets, rate=rate_of(currency))


def _is_meant(name: str) -> bool:
    """Whether the table of another tool is ours, misspelt: its caps would hold nothing."""
    return name != "harness" and bool(difflib.get_close_matches(name.lower(), ["harness"], cutoff=0.85))


def _text(root: Path) -> str:
    """All of `pyproject.toml`; empty where there is none."""
    file = root / "pyproject.toml"
    if not file.is_file():
        return ""
    text = decode("pyproject.toml", file.read_bytes())
    if isinstance(text, Problem):
        raise FilesRejected([text])
    return text


def _not_toml(said: str, text: str) -> Problem:
    """What is wrong with the TOML, where it is."""
    what, _open, where = said.partition(" (at ")
    spot = re.match(r"line ([0-9]+), column ([0-9]+)", where)
    line, column = (int(spot[1]), int(spot[2])) if spot else (text.count("\n") + 1, 1)
    return Problem(Place("pyproject.toml", line, column), f"not valid TOML: {what}", "mend it")


def _inner(table: Mapping[str, object], key: str, name: str) -> dict[str, object]:
    inner = table.get(key, {})
    if not isinstance(inner, dict):
        place = Place("pyproject.toml")
        raise FilesRejected([Problem(place, f"{name!r} is not a table", f"write [{name}] on a line")])
    return cast("dict[str, object]", inner)


def _problem(key: str, value: object, text: str) -> Problem | None:
    place, default = _place(key, text), _EXAMPLES.get(key)
    if default is None:
        known = (*_EXAMPLES, "budget", "currency", "semantic")
        near = difflib.get_close_matches(key, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
        return Problem(place, f"unknown key {key!r} in [tool.harness]", remedy)
    if isinstance(default, str):
        return _text_problem(key, value, default, place)
    if isinstance(default, bool):
        is_wrong = not isinstance(value, bool)
        return Problem(place, f"{key} is not true or false", f"write {key} = true") if is_wrong else None
    kinds, said = (int, "whole number") if isinstance(default, int) else ((int, float), "number")
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value < float("inf"):
        return Problem(place, f"{key} is not a {said} above 0", f"write for instance {key} = {default}")
    return None


def _text_problem(key: str, value: object, default: str, place: Place) -> Problem | None:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return Problem(place, f"{key} is not a text", f'write for instance {key} = "{default}"')
    if key == "mode" and value not in _MODES:
        return Problem(place, f"no mode is called {value!r}", f"the modes are {', '.join(_MODES)}")
    return None


def _budget_place(key: str, text: str) -> Place:
    """Where a key of `[tool.harness.budget]` stands; where the table does, if it is written on one line."""
    start = max(text.find("[tool.harness.budget"), text.find("[tool.harness]"), 0)
    found = (_found(name, text, start) for name in (key, "models", "budget"))
    return next((place for place in found if place is not None), Place("pyproject.toml", 1, 1))


def _place(key: str, text: str) -> Place:
    """Where a key of the table stands; the first line where it is written in some other way."""
    return _found(key, text, max(text.find("[tool.harness"), 0)) or Place("pyproject.toml", 1, 1)


def _found(key: str, text: str, start: int) -> Place | None:
    name = re.escape(key)
    pattern = rf"^[ \t]*(?:tool\.harness\.)?(\"?{name}\"?)[ \t]*=|^\[tool\.harness\.({name})"
    return _place_of(pattern, text, start)


def _place_of(pattern: str, text: str, start: int = 0) -> Place | None:
    """Where the first group of `pattern` that matched begins, or else all of it."""
    found = re.compile(pattern, re.MULTILINE).search(text, start)
    if found is None:
        return None
    at = found.start(found.lastindex or 0)
    return Place("pyproject.toml", text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)
