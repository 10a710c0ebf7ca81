"""Tests to cases: what each of them is given, what it expects, and what it is called."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.intake.constructs import Register
from harness.intake.drafts import CaseDraft, Names
from harness.intake.nunjucks import as_text, data_values, input_value
from harness.intake.promptfoo.asking import Asking
from harness.intake.promptfoo.assertions import TheirAssertion
from harness.intake.promptfoo.filling import About
from harness.intake.promptfoo.messages import Version
from harness.intake.promptfoo.nodes import entries, inside, said
from harness.intake.promptfoo.tests import KEYS, TheirTest
from harness.intake.promptfoo.variables import Combination, VariableReader
from harness.intake.promptfoo.wanted import Entry
from harness.suite.notation.node import Entry as Key
from harness.suite.notation.node import Scalar
from harness.suite.template import TemplateError, filled
from harness.units import Json

UNASKED = "expects-little"
"""The tag of cases of which no assertion is carried over."""
_ANSWERED: Entry = {"length": {"min_chars": 1}}
_MOST_CASES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A test with what all tests have in common under it, and the variables of each of its cases."""

    own: TheirTest
    shared: TheirTest | None
    combinations: tuple[Combination, ...]

    @property
    def asserts(self) -> tuple[TheirAssertion, ...]:
        common = () if self.shared is None or self.own.skips_defaults else self.shared.asserts
        return (*common, *self.own.asserts)

    @property
    def threshold(self) -> float | None:
        if self.own.threshold is not None:
            return self.own.threshold
        return None if self.shared is None else self.shared.threshold


def tests_of(found: Iterable[TheirTest], shared: TheirTest | None, reader: VariableReader) -> Iterator[Test]:
    """The tests, with their variables read. At most `_MOST_CASES` cases come of them; the rest is listed."""
    count = 0
    for own in found:
        given: dict[str, tuple[Key, Path]] = {}
        for source in (shared, own):
            if source is not None:
                given |= {name: (entry, source.base) for name, entry in source.vars.items()}
        combinations = tuple(reader.combinations(given, expands=_expands(own, shared)))
        count += len(combinations)
        if count <= _MOST_CASES:
            yield Test(own=own, shared=shared, combinations=combinations)


def _expands(own: TheirTest, shared: TheirTest | None) -> bool:
    """Whether lists stand for several cases."""
    for source in (own, shared):
        flag = None if source is None else inside(inside(source.node, "options"), "disableVarExpansion")
        if isinstance(flag, Scalar):
            return flag.value is not True
    return True


@dataclass
class CaseMaker:
    """Makes the cases of one suite."""

    versions: Sequence[Version]
    """The versions of the prompt that the suite names."""
    asking: Asking
    register: Register
    names: Names = field(default_factory=Names)

    def cases(self, tests: Iterable[Test]) -> Iterator[CaseDraft]:
        for test in tests:
            self._keys(test.own)
            made = 0
            for combination in test.combinations:
                case = self._case(test, combination)
                if case is not None:
                    made += 1
                    yield case
            if made and test.own.ticket is not None:
                self.register.settle(test.own.ticket, "mapped", f"{made:,} case{'s' if made > 1 else ''}")

    def _case(self, test: Test, combination: Combination) -> CaseDraft | None:
        inputs = self._inputs(combination.values)
        why = self._unaskable(inputs)
        if why is not None:
            if test.own.ticket is not None:
                self.register.settle(test.own.ticket, "listed", f"it cannot be asked: {why}")
            for each in test.asserts:
                self.register.settle(each.ticket, "listed", "its case cannot be asked")
            return None
        threshold = _threshold(test.threshold)
        about = About(inputs=combination.values, graded=threshold is not None, transform=_transform(test))
        expect = tuple(self._expectations(test, about))
        tags = self._tags(test)
        if not expect:
            self._expects_little(test)
        return CaseDraft(
            id=self.names.new(self._called(test, combination), "case"),
            inputs=inputs,
            expect=expect or (_ANSWERED,),
            tags=tags if expect else (*tags, UNASKED),
            threshold=threshold if expect else None,
        )

    def _expectations(self, test: Test, about: About) -> Iterator[Entry]:
        for each in test.asserts:
            answer = self.asking.answer(each, about)
            self.register.settle(each.ticket, answer.fate, answer.reason)
            if answer.entry is not None:
                yield answer.entry

    def _expects_little(self, test: Test) -> None:
        why = "no assertion of it is carried over" if test.asserts else "it asserts nothing"
        if test.own.ticket is not None:
            self.register.settle(
                test.own.ticket, "bridged", f"{why}; the case expects any answer, and has the tag {UNASKED}"
            )

    def _inputs(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """What the templates of these versions need, of these variables."""
        found: dict[str, Json] = {}
        for version in self.versions:
            for template in version.templates:
                for name, ours in template.names.items():
                    given = input_value(template, name, values)
                    if ours not in found or isinstance(found[ours], str):
                        found[ours] = (
                            given
                            if name in self._looked_into()
                            else as_text(given)
                            if name in self._printed()
                            else given
                        )
                found |= data_values(template, values)
                for name in sorted(template.env):
                    found[f"env_{name}"] = f"({name} of the environment)"
        return dict(sorted(found.items()))

    def _looked_into(self) -> set[str]:
        return {name for version in self.versions for each in version.templates for name in each.looked_into}

    def _printed(self) -> set[str]:
        return {name for version in self.versions for each in version.templates for name in each.printed}

    def _unaskable(self, inputs: Mapping[str, Json]) -> str | None:
        for version in self.versions:
            for _role, template in version.messages:
                try:
                    if not filled(template, inputs, version.prompt.place).strip():
                        return "with its variables the prompt is empty"
                except TemplateError as error:
                    return error.problem.what
        return None

    def _called(self, test: Test, combination: Combination) -> str:
        if test.own.description and not test.own.description.startswith("Row #"):
            return test.own.description
        texts = [as_text(one) for one in combination.values.values() if isinstance(one, str | int | float)]
        short = [" ".join(text.split()[:6]) for text in texts if text.strip()]
        return short[0][:48] if short else test.own.description

    def _tags(self, test: Test) -> tuple[str, ...]:
        """What the metadata of the test says, as `key=value`."""
        found: list[str] = []
        for source in (test.shared, test.own):
            if source is not None:
                for name, entry in entries(inside(source.node, "metadata")).items():
                    text = said(entry.node)
                    tag = "" if text is None else f"{name}={text}".strip()
                    if tag and len(tag) <= 64 and tag.isprintable():
                        found.append(tag)
        return tuple(dict.fromkeys(found))

    def _keys(self, test: TheirTest) -> None:
        """What becomes of the keys of a test that are not read."""
        for name, entry in entries(test.node).items():
            if name not in KEYS:
                why = "cases here have no such key"
                self.register.note("option", f"test {name[:60]}", entry.place, ("listed", why))
        for name, entry in entries(inside(test.node, "options")).items():
            if name not in {"disableVarExpansion", "disableDefaultAsserts", "transform", "postprocess"}:
                why = (
                    "a judge has its own model and prompt"
                    if name in {"provider", "rubricPrompt"}
                    else "cases here have no such option"
                )
                self.register.note("option", f"test option {name[:60]}", entry.place, ("listed", why))
        for name, entry in entries(inside(test.node, "metadata")).items():
            tag = said(entry.node)
            fits = tag is not None and len(f"{name}={tag}") <= 64
            self.register.note(
                "metadata",
                name[:60],
                entry.place,
                ("mapped", "a tag") if fits else ("listed", "too much for a tag"),
            )


def _threshold(said_: float | None) -> float | None:
    """A threshold that a case can have: above 0, at most 1."""
    return said_ if said_ is not None and math.isfinite(said_) and 0 < said_ <= 1 else None


def _transform(test: Test) -> str | None:
    for source in (test.own, test.shared):
        options = None if source is None else inside(source.node, "options")
        found = said(inside(options, "transform", "postprocess"))
        if found is not None:
            return found
    return None
