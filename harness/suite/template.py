"""Prompt templates: their variables, their mistakes, and what they come to with a case's inputs in them.

Rendering is bounded by counting, not by a clock (`meter`), so it ends the same way on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError, Place, Problem
from harness.suite.case import Case
from harness.suite.notation.text import has_surrogate
from harness.suite.prompt import PromptVersion, Rendered, Role
from harness.suite.templates.meter import MOST_TEXT, Meter, Refused
from harness.units import Json

if TYPE_CHECKING:
    from jinja2 import Template

    from harness.suite.templates.rules import Broken
    from harness.suite.templates.sandbox import Sandbox

MOST_TOKENS = 20_000
"""Words and signs inside the braces of one template."""

_TRIES = 5

Spot = Callable[[int, int], Place]
"""From a line and a column of the template, both from 1, to the place in the file."""


class TemplateError(HarnessError):
    """A template that cannot be rendered with these inputs."""

    exit_status = 2

    def __init__(self, place: Place, what: str, remedy: str = "") -> None:
        self.problem = Problem(place, what, remedy)
        self.place = place
        super().__init__(str(self.problem))

    def of_case(self, case: Place, version: str) -> Problem:
        """The same, said of the case whose inputs cannot be taken."""
        what = f"{version} cannot take these inputs: {self.problem.what} ({self.place})"
        return Problem(case, what, self.problem.remedy)


def render(prompt: PromptVersion, inputs: Mapping[str, Json]) -> Rendered:
    """What will be sent for a case with these inputs. Raises `TemplateError`."""
    meter = Meter()
    system = None if prompt.system is None else _fill(prompt.system, inputs, meter, prompt.place)
    messages: list[tuple[Role, str]] = []
    for each in prompt.messages:
        text = _fill(each.template, inputs, meter, each.place)
        if not text.strip():
            raise TemplateError(each.place, "the message is empty with these inputs", "the API refuses it")
        messages.append((each.role, text))
    return Rendered(system=system, messages=tuple(messages))


def filled(text: str, inputs: Mapping[str, Json], place: Place) -> str:
    """What one template comes to with these inputs. Raises `TemplateError`."""
    return _fill(text, inputs, Meter(), place)


@dataclass
class Filling:
    """Fills a prompt with case after case, and remembers only those it cannot take.

    A template that fails in the same way for the first cases is not tried on all of them: each try costs time.
    """

    prompt: PromptVersion
    _tried: int = 0
    _is_hopeless: bool = False
    _failed: list[tuple[Place, TemplateError]] = field(default_factory=list[tuple[Place, TemplateError]])

    def take(self, case: Case) -> None:
        """Fill in one more case."""
        if self._is_hopeless:
            return
        self._tried += 1
        try:
            render(self.prompt, case.inputs)
        except TemplateError as error:
            self._failed.append((case.place, error))
        same = len(self._failed) == self._tried == _TRIES
        self._is_hopeless = same and len({error.problem for _place, error in self._failed}) == 1

    def problems(self) -> tuple[Problem, ...]:
        """What the prompt cannot take, at each case; and what it can take of no case, once, at the template."""
        if self._is_hopeless:
            return (self._failed[0][1].problem,)
        return tuple(error.of_case(place, self.prompt.version) for place, error in self._failed)


def unfillable(prompt: PromptVersion, cases: Iterable[Case]) -> tuple[Problem, ...]:
    """What the prompt cannot take of these cases."""
    filling = Filling(prompt)
    for case in cases:
        filling.take(case)
    return filling.problems()


def variables(text: str, place: Place) -> frozenset[str] | tuple[Problem, ...]:
    """The names a template uses, or every mistake in it, all at `place`."""
    return checked(text, lambda _line, _column: place)


def checked(text: str, spot: Spot) -> frozenset[str] | tuple[Problem, ...]:
    """The names a template uses, or every mistake in it, each where `spot` says."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError

    try:
        return _names(text, spot)
    except TemplateSyntaxError as error:
        return (Problem(spot(error.lineno, 1), _said(error.message), "see the Jinja syntax"),)
    except ValueError:
        return (Problem(spot(1, 1), "a number in the template is too long", "give it as an input"),)
    except (RecursionError, MemoryError, SyntaxError):
        return (Problem(spot(1, 1), "the template is nested too deeply", "make it flatter"),)
    except (JinjaError, Refused, ArithmeticError, TypeError, LookupError) as error:
        # Jinja works out some constants while it compiles.
        return (Problem(spot(1, 1), _unfillable(error), "mend the expression"),)


def unfenced(text: str, names: frozenset[str], spot: Spot) -> tuple[Problem, ...]:
    """Where the template puts one of `names` into the text without the filter `untrusted`. It must be a template."""
    from harness.suite.templates import fences

    found = fences.unfenced(_sandbox().parse(text), names)
    return tuple(sorted(_problem(text, rule, spot) for rule in found))


def _names(text: str, spot: Spot) -> frozenset[str] | tuple[Problem, ...]:
    from jinja2.meta import find_undeclared_variables

    from harness.suite.templates.rules import broken

    if _is_long(text):
        return (Problem(spot(1, 1), f"the template has more than {MOST_TOKENS:,} words", "make it smaller"),)
    tree = _sandbox().parse(text)
    rules = broken(tree)
    if rules:
        return tuple(sorted(_problem(text, rule, spot) for rule in rules))
    names = find_undeclared_variables(tree)
    _compiled(text)
    return frozenset(names)


def _is_long(text: str) -> bool:
    count = 0
    for _line, kind, _value in _sandbox().lexer.tokeniter(text, None):
        count += kind not in {"data", "whitespace"}
        if count > MOST_TOKENS:
            return True
    return False


def _problem(text: str, rule: Broken, spot: Spot) -> Problem:
    lines = text.split("\n")
    line = lines[rule.line - 1] if rule.line <= len(lines) else ""
    at = line.find(rule.word) if rule.word else line.find("{")
    return Problem(spot(rule.line, max(at, 0) + 1), rule.what, rule.remedy)


def _said(message: str | None) -> str:
    return "this is not a template: " + " ".join(str(message).split())[:200].rstrip(".")


def _unfillable(error: Exception) -> str:
    return f"cannot be filled in: {' '.join(str(error).split())[:200]}"


def _fill(text: str, inputs: Mapping[str, Json], meter: Meter, place: Place) -> str:
    from jinja2 import TemplateError as JinjaError

    from harness.suite.templates.sandbox import METER

    given: dict[str, Any] = {**inputs, METER: meter}
    parts: list[str] = []
    size = 0
    try:
        for part in _compiled(text).generate(given):
            size += len(part)
            if size > MOST_TEXT:
                raise TemplateError(
                    place, f"the text gets longer than {MOST_TEXT:,} characters", "shorten it"
                )
            parts.append(part)
    except Refused as refused:
        raise TemplateError(place, refused.what, refused.remedy) from None
    except (JinjaError, ArithmeticError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise TemplateError(place, _unfillable(error)) from None
    whole = "".join(parts)
    if has_surrogate(whole):
        raise TemplateError(place, "half of a surrogate pair is not a character", "write the whole character")
    return whole


@lru_cache(maxsize=1)
def _sandbox() -> Sandbox:
    from harness.suite.templates.sandbox import Sandbox

    return Sandbox()


@lru_cache(maxsize=256)
def _compiled(text: str) -> Template:
    return _sandbox().from_string(text)
