"""Which cases of a suite are wanted: by id, tag, text, history or chance. Pure: what it rests on is looked up before.

Every filter narrows what the others leave. A sample is drawn last, by the case's id and a seed, so that it does not
depend on the order of the cases, and a case that is added moves no other one in or out of a smaller share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.errors import UsageError
from harness.suite.canonical import canonical
from harness.suite.case import Case, Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """So many cases, drawn by chance; the same seed draws the same ones."""

    count: int
    """1 or more."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which cases of a suite are wanted. Empty fields ask for nothing in particular."""

    ids: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    """One of them."""
    text: str = ""
    """Somewhere in the id or in the inputs, upper and lower case alike."""
    since: str | None = None
    """A git ref: new cases and those that changed since that commit."""
    last_failed: bool = False
    """Those that did not pass in the newest run of the suite."""
    sample: Sample | None = None
    among: frozenset[str] | None = None
    """What `since` and `last_failed` come to in this suite, as ids; None: not looked up, or neither is asked for."""

    @property
    def is_looked_up(self) -> bool:
        """Whether it can be applied to a suite as it is."""
        return self.among is not None or not (self.since or self.last_failed)

    def chosen(self, suite: Suite) -> tuple[Case, ...]:
        """The cases of `suite` that are wanted, in its order.

        Raises UsageError where it names a case that does not exist or leaves nothing: a run of nothing must never
        look like a success.
        """
        if not self.is_looked_up:
            raise ValueError("what changed or failed is looked up before cases are chosen")
        unknown = sorted(self.ids - {case.id for case in suite.cases})
        if unknown:
            raise UsageError(
                f"suite {suite.name!r} has no case {unknown[0]!r}; `harness plan {suite.name}` lists them"
            )
        cases = tuple(case for case in suite.cases if self.wants(case))
        if not cases:
            raise UsageError(f"0 cases selected of {suite.name!r}: {self._why_nothing(suite)}")
        return cases if self.sample is None else _drawn(cases, self.sample)

    def wants(self, case: Case) -> bool:
        """Whether every filter but the sample takes the case."""
        return (
            (not self.ids or case.id in self.ids)
            and (not self.tags or not self.tags.isdisjoint(case.tags))
            and (self.among is None or case.id in self.among)
            and (not self.text or self.text.casefold() in _text_of(case))
        )

    def _why_nothing(self, suite: Suite) -> str:
        """The first filter that leaves nothing by itself; all together where each leaves something."""
        for alone, why in self._each(suite):
            if not any(map(alone.wants, suite.cases)):
                return why
        return "no case fits all of them together; leave one out"

    def _each(self, suite: Suite) -> Iterator[tuple[Selection, str]]:
        nothing = Selection()
        if self.tags:
            known = ", ".join(sorted({tag for case in suite.cases for tag in case.tags})) or "none"
            tags = ", ".join(sorted(self.tags))
            yield replace(nothing, tags=self.tags), f"no case has the tag {tags}; its tags are: {known}"
        if self.text:
            yield replace(nothing, text=self.text), f"no id and no input holds {self.text[:80]!r}"
        if self.among is not None:
            what = (
                f"nothing changed since {self.since}"
                if self.since
                else "nothing failed in the newest run; leave --last-failed out to ask everything"
            )
            yield replace(nothing, among=self.among), what


EVERYTHING = Selection()


def _text_of(case: Case) -> str:
    return f"{case.id}\n{canonical(case.inputs)}".casefold()


def _drawn(cases: Sequence[Case], sample: Sample) -> tuple[Case, ...]:
    drawn = sorted(cases, key=lambda case: (_rank(case.id, sample.seed), case.id))[: sample.count]
    ids = {case.id for case in drawn}
    return tuple(case for case in cases if case.id in ids)


def _rank(case_id: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\n{case_id}".encode()).hexdigest()
