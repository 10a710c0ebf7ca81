"""What each assertion of each case becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.intake.constructs import Register, Ticket
from harness.intake.judges import Bench
from harness.intake.nunjucks import fill
from harness.intake.promptfoo.assertions import TheirAssertion
from harness.intake.promptfoo.changed import Changed, looked_at
from harness.intake.promptfoo.filling import SCRIPTS, About, filled
from harness.intake.promptfoo.judged import JUDGED, LISTED
from harness.intake.promptfoo.kinds import TYPES
from harness.intake.promptfoo.nodes import entries, inside, number, said
from harness.intake.promptfoo.scripts import Scripts
from harness.intake.promptfoo.sources import Sources
from harness.intake.promptfoo.structures import STRUCTURES
from harness.intake.promptfoo.texts import TEXTS
from harness.intake.promptfoo.wanted import Answer, Entry, Translate, Wanted, bridged, listed
from harness.intake.trial import key

_KNOWN = frozenset(
    {
        "type",
        "value",
        "threshold",
        "weight",
        "metric",
        "provider",
        "rubricPrompt",
        "config",
        "transform",
        "assert",
        "contextTransform",
        "$ref",
    }
)
_TRANSLATE: Mapping[str, Translate] = {**TEXTS, **STRUCTURES, **JUDGED}


@dataclass
class Asking:
    """Says what assertions become."""

    sources: Sources
    register: Register
    scripts: Scripts
    bench: Bench
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    """What our files cannot say, by key, with the reason."""
    asked: dict[str, Entry] = field(default_factory=dict[str, Entry])
    """Every expectation that came up, by key."""
    _seen: set[Ticket] = field(default_factory=set[Ticket])

    def answer(self, wanted: TheirAssertion, about: About) -> Answer:
        """What one assertion becomes in one case, its weight and metric included."""
        self._options(wanted)
        if number(inside(wanted.node, "weight")) == 0:
            self._members_go(wanted, "their set has no weight")
            return listed("its weight is 0, so it only informs; everything graded here counts")
        found = self._set(wanted, about) if wanted.type == "assert-set" else self._one(wanted, about)
        return self._chosen(self._weighed(found, wanted, about))

    def _chosen(self, answer: Answer) -> Answer:
        """The first form of it that our files can say."""
        while answer.entry is not None:
            name = key(answer.entry)
            self.asked[name] = answer.entry
            if name not in self.wrong:
                return answer
            answer = answer.otherwise or listed(self.wrong[name])
        return answer

    def _members_go(self, wanted: TheirAssertion, why: str) -> None:
        for each in wanted.members:
            self.register.settle(each.ticket, "listed", why)

    def _weighed(self, found: Answer, wanted: TheirAssertion, about: About) -> Answer:
        if found.entry is None:
            return found
        entry = dict(found.entry)
        weight = number(inside(wanted.node, "weight"))
        if weight is not None and weight != 1:
            entry["weight"] = int(weight) if weight == int(weight) else weight
        metric = said(inside(wanted.node, "metric"))
        if metric is not None:
            text = " ".join(fill(metric, about.inputs)[0].split())[:64].strip()
            if text and text.isprintable():
                entry["criterion"] = text
        otherwise = None if found.otherwise is None else self._weighed(found.otherwise, wanted, about)
        return replace(found, entry=entry, otherwise=otherwise)

    def _one(self, wanted: TheirAssertion, about: About) -> Answer:
        kind = wanted.type.removeprefix("not-")
        if wanted.type.startswith(("promptfoo:redteam:", "not-promptfoo:redteam:")):
            return listed("red teaming is no regression test")
        if kind not in TYPES:
            return listed(f"promptfoo has no assertion of the type {wanted.type[:60]!r}")
        if kind in LISTED:
            return listed(LISTED[kind])
        ready = filled(self.sources, wanted, about)
        if isinstance(ready, str):
            return listed(ready)
        transform = said(inside(wanted.node, "transform")) or about.transform
        found = self._translated(ready, None if transform is None else Changed(transform))
        if ready.loses and found.entry is not None:
            found = replace(
                found, fate="bridged", reason=f"{found.reason}; not read: {'; '.join(ready.loses)[:200]}"
            )
        return self._turned(found, ready)

    def _translated(self, wanted: Wanted, changed: Changed | None) -> Answer:
        if changed is not None and not changed.is_runnable:
            return listed(f"the answer is changed before by {changed.code[:60]!r}")
        if wanted.kind in SCRIPTS:
            return self.scripts.answer(wanted, changed)
        found = self._judged(_TRANSLATE[wanted.kind](wanted))
        return found if changed is None else looked_at(found, wanted, changed)

    def _judged(self, found: Answer) -> Answer:
        """The answer, with the name of a judge in place of what it is asked."""
        for name in ("rubric", "agrees"):
            if found.entry is not None and name in found.entry:
                keys = found.entry[name]
                judge = self.bench.judge(keys["judge"])
                if judge is None:
                    return listed(self.bench.why_none)
                return replace(found, entry={name: {**keys, "judge": judge}})
        return found

    def _turned(self, found: Answer, wanted: Wanted) -> Answer:
        if found.entry is None or not wanted.negated or found.is_turned:
            return found
        otherwise = None if found.otherwise is None else self._turned(found.otherwise, wanted)
        return replace(found, entry=_negated(found.entry), otherwise=otherwise)

    def _set(self, wanted: TheirAssertion, about: About) -> Answer:
        """A set: all of it, or so many of it."""
        threshold = number(inside(wanted.node, "threshold"))
        answers = [self.answer(each, about) for each in wanted.members]
        kept = [
            (each, one) for each, one in zip(wanted.members, answers, strict=True) if one.entry is not None
        ]
        for each, one in zip(wanted.members, answers, strict=True):
            self.register.settle(each.ticket, one.fate, one.reason)
        if not kept:
            return listed("none of its assertions is carried over")
        parts: list[Entry] = [
            _plain(one.entry, weighs=threshold is not None) for _each, one in kept if one.entry
        ]
        if threshold is None:
            entry: dict[str, Any] = {"all": parts} if len(parts) > 1 else dict(parts[0])
        else:
            entry = {"some_of": {"at_least": f"{100 * threshold:g}%", "of": parts}}
        if len(kept) < len(answers):
            return bridged(entry, "some of its assertions are not carried over")
        return Answer(entry=entry, fate="mapped", reason="one expectation")

    def _options(self, wanted: TheirAssertion) -> None:
        """Says once what becomes of the keys that no grader reads."""
        if wanted.ticket in self._seen:
            return
        self._seen.add(wanted.ticket)
        for name, entry in entries(wanted.node).items():
            if name in {"provider", "rubricPrompt"}:
                why = "a judge of prompts/judges.yaml has its own model and prompt"
                self.register.note("option", f"assertion {name}", entry.place, ("listed", why))
            elif name == "contextTransform" or name not in _KNOWN:
                why = f"an assertion has no key {name[:60]!r} here"
                self.register.note("option", f"assertion {name[:60]}", entry.place, ("listed", why))


def _negated(entry: Entry) -> Entry:
    return dict(entry["not"]) if set(entry) == {"not"} else {"not": dict(entry)}


def _plain(entry: Entry, *, weighs: bool) -> Entry:
    """An expectation without its name, as it stands inside another; and without its weight, where all have to be met."""
    left_out = {"criterion"} if weighs else {"criterion", "weight"}
    return {name: one for name, one in entry.items() if name not in left_out}
