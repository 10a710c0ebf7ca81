"""A verdict that has numbers, told: what happened and how sure that is, then what is known beyond it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.compare.comparison import Comparison, Quality, Ratio
from harness.compare.wording import count, percent, size
from harness.gate import phrases
from harness.gate.parts import Confirmation, Hypothesis, RerunCase
from harness.gate.verdict import Finding, Status, Verdict

_CHANCE = "more than chance explains"
_RATIOS = {"cost": "cost", "latency": "latency", "latency p95": "latency of the slowest answers"}
"""Rules about a ratio, and what they are called."""
_NOT_CONFIRMED = "though nothing fresh was asked to confirm it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Two sentences. Names of cases, slices and graders in them are as they came: hostile."""

    happened: str
    """What happened, and how sure that is."""
    known: str
    """What is excluded already, and what would decide or mend it."""

    def __str__(self) -> str:
        return f"{self.happened} {self.known}"


Shown = Callable[[str], str]
"""How text that others wrote is set: names of cases and slices, and reasons that hold such names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One verdict that has numbers, being told."""

    comparison: Comparison
    verdict: Verdict
    quality: Quality
    shown: Shown

    def passed(self) -> Summary:
        """Held, rose, or fell within the margin."""
        policy = self.verdict.policy
        moved = f"Quality {phrases.moved(self.quality.baseline, self.quality.candidate)}"
        known = phrases.drop_excluded(self.quality, policy)
        if self.verdict.label == "improved":
            return summary(f"{moved}: {_CHANCE}", known)
        if self.verdict.label == "drift":
            inside = (
                f"a real drop, but within the {phrases.in_points(policy.quality_margin)} this suite allows"
            )
            return summary(f"{moved}: {inside}", f"{known}, and several such steps add up")
        chance = "" if size(self.quality.difference) == "0" else ", which may be chance"
        return summary(f"No regression on {count(self.quality.n, 'case')}: quality{moved[7:]}{chance}", known)

    def regressed(self, lead: Finding) -> Summary:
        """What fell or rose, and what showed it again."""
        kind, _, name = lead.rule.partition(": ")
        match kind:
            case "quality":
                return summary(self._fell("Quality", lead.rule), self._with_others(self._drop(), lead))
            case "slice":
                return summary(self._slice_fell(name, lead.rule), self._with_others(self._overall(), lead))
            case "case":
                return summary(
                    _case_broke(name, self.verdict, lead, self.shown),
                    self._with_others(self._overall(), lead),
                )
            case "cost" | "latency" | "latency p95":
                return self._ratio_rose(kind, lead)
            case _:
                return summary(_told(lead, self.shown), self._with_others(self._overall(), lead))

    def undecided(self, lead: Finding) -> Summary:
        """Why nothing can be said, what is excluded all the same, and what would decide."""
        if lead.rule in _RATIOS:
            return self._ratio_open(lead)
        return summary(self._why_open(lead), self._outlook(lead))

    def _why_open(self, lead: Finding) -> str:
        quality = self.quality
        match lead.rule:
            case "quality":
                moved = f"{phrases.moved(quality.baseline, quality.candidate)} on {count(quality.n, 'case')}"
                chance = "" if size(quality.difference) == "0" else ", which may be chance"
                return f"Not enough to say: quality {moved}{chance}"
            case "cases":
                few = f"{count(quality.clusters, 'independent case')} can prove nothing"
                return f"Not enough to say: {few}, at least {self.verdict.policy.min_cases} are needed"
            case "confirm":
                return _not_again(self.verdict, lead, self.shown)
            case _:
                return f"Not enough to say: {self.shown(lead.because)}"

    def _outlook(self, lead: Finding) -> str:
        """What is excluded all the same, and what would decide."""
        known = f"{phrases.drop_open(self.quality, self.verdict.policy)}{self._ways()}"
        match lead.rule:
            case "missing":
                return f"Ask again what has no score; {_lowered(known)} so far"
            case "coverage":
                shared = percent(self.verdict.policy.min_shared)
                return f"Ask both sides the same cases: at least {shared} of them have to be shared"
            case "confirm":
                return _after_no_confirmation(self.verdict, known)
            case _:
                return known

    def _fell(self, subject: str, rule: str) -> str:
        moved = phrases.moved(self.quality.baseline, self.quality.candidate)
        return f"{subject} {moved}{self._backing(rule, _CHANCE)}"

    def _slice_fell(self, name: str, rule: str) -> str:
        part = next(each for each in self.comparison.slices if each.slice == name)
        looked = count(len(self.comparison.slices), "slice")
        among = f"{_CHANCE} even among {looked}" if len(self.comparison.slices) > 1 else _CHANCE
        where = f"Slice {self.shown(name)} {phrases.moved(part.baseline, part.candidate)}, on {count(part.n, 'case')}"
        return f"{where}{self._backing(rule, among)}"

    def _backing(self, rule: str, chance: str) -> str:
        """How sure it is: what stopped the asking, what showed it again, or what one look says."""
        looks, again = self.verdict.sequential, self._hypothesis(rule)
        if again is not None and again.confirmed:
            return f", and fell again, by {phrases.in_points(again.difference)}, in {_fresh(self.verdict.confirmation)}"
        if rule == "quality" and looks is not None and looks.killed_at is not None:
            return f", so clearly that asking stopped after {count(looks.killed_at, 'case')}"
        return f": {chance}, {_NOT_CONFIRMED}"

    def _hypothesis(self, rule: str) -> Hypothesis | None:
        tried = self.verdict.confirmation
        return next((h for h in tried.hypotheses if h.rule == rule), None) if tried else None

    def _drop(self) -> str:
        return phrases.drop_proved(self.quality, self.verdict.policy)

    def _overall(self) -> str:
        moved = phrases.moved(self.quality.baseline, self.quality.candidate)
        return f"Quality as a whole {moved}; {_lowered(phrases.drop_open(self.quality, self.verdict.policy))}"

    def _with_others(self, known: str, lead: Finding) -> str:
        """`known`, and how many other rules regressed besides the one that leads."""
        others = [
            each.rule for each in self.verdict.findings if each.status is lead.status and each is not lead
        ]
        if not others:
            return known
        few = " and ".join(_named(each, self.shown) for each in others[:2])
        named = few if len(others) < 3 else f"{len(others)} other rules"
        return f"{known}; {named} regressed as well"

    def _ratio_rose(self, name: str, lead: Finding) -> Summary:
        ratio, limit = self._ratio(name)
        if ratio is None:
            return summary(_told(lead, self.shown), self._overall())
        beside = {Status.PASS: ", while quality passed", Status.INCONCLUSIVE: ", and quality is undecided"}
        about = beside.get(self.verdict.quality or Status.NOT_MEASURED, "")
        called = _RATIOS[name]
        happened = f"{called[:1].upper()}{called[1:]} {phrases.changed(ratio)}, {_CHANCE}{about}"
        return summary(happened, self._with_others(phrases.rise_proved(ratio, limit), lead))

    def _ratio_open(self, lead: Finding) -> Summary:
        ratio, limit = self._ratio(lead.rule)
        if ratio is None or limit is None:
            return summary(self._why_open(lead), self._outlook(lead))
        about = f"about {_RATIOS[lead.rule]}: it {phrases.changed(ratio)}, and {size(limit)} % are allowed"
        passed = self.verdict.quality is Status.PASS
        happened = (
            f"Quality passed, but not enough to say {about}" if passed else f"Not enough to say {about}"
        )
        return summary(happened, f"{phrases.rise_open(ratio, limit)}{self._ways()}")

    def _ratio(self, name: str) -> tuple[Ratio | None, float | None]:
        policy = self.verdict.policy
        if name == "cost":
            return self.comparison.cost, policy.cost_margin
        slow = name == "latency p95"
        return self.comparison.latency_p95 if slow else self.comparison.latency, policy.latency_margin

    def _ways(self) -> str:
        ways = phrases.to_decide(self.verdict.decide, self.quality.n)
        return f"; {ways} would decide" if ways else ""


def _fresh(tried: Confirmation | None) -> str:
    """How many fresh answers there were."""
    both = (tried.baseline_answers, tried.candidate_answers) if tried else (0, 0)
    if both[0] == both[1]:
        return f"{count(both[0], 'fresh answer')} of each side"
    return f"{both[0]:,} and {both[1]:,} fresh answers of the two sides"


def _not_again(verdict: Verdict, lead: Finding, shown: Shown) -> str:
    """A drop that fresh answers did not show, or that nobody could ask about."""
    tried = verdict.confirmation
    failed = next((h for h in tried.hypotheses if not h.confirmed), None) if tried else None
    if failed is None:
        return f"Not enough to say: {shown(lead.because)}"
    kind, _, name = failed.rule.partition(": ")
    subject = f"Slice {shown(name)}" if kind == "slice" else "Quality"
    if tried is not None and tried.lacking:
        there = min(tried.baseline_answers, tried.candidate_answers)
        some = f"only {there:,} of {tried.wanted:,} fresh answers of each side are there"
        return f"{subject} seems to have fallen, but {some} to confirm it"
    again = phrases.moved(failed.baseline, failed.candidate).partition(",")[0]
    return f"{subject} seemed to have fallen, but it {again} in {_fresh(tried)}, which does not confirm it"


def _after_no_confirmation(verdict: Verdict, known: str) -> str:
    """What is left to do where a regression did not show again."""
    if verdict.confirmation is not None and verdict.confirmation.lacking:
        return "Nothing is blocked and nothing proved; the same command asks for the rest, with what budget and time that takes"
    if verdict.bank is not None and verdict.bank.stale:
        return "The old answers of the baseline describe it no longer: measure it anew, then ask again"
    return f"Nothing is blocked and nothing proved; {_lowered(known)}"


def _case_broke(name: str, verdict: Verdict, lead: Finding, shown: Shown) -> str:
    rerun = next((each for each in verdict.reruns if each.case_id == name), None)
    if rerun is None or rerun.baseline is None or rerun.candidate is None:
        return _told(lead, shown)
    must = "Must-pass case" if rerun.must_pass else "Case"
    broke = "fails, and it did before" if rerun.failed_before else "broke"
    return f"{must} {shown(name)} {broke}: {_rerun(rerun)}"


def _rerun(rerun: RerunCase) -> str:
    before, after = percent(rerun.baseline or 0.0), percent(rerun.candidate or 0.0)
    answers = count(rerun.candidate_answers, "fresh answer")
    return f"{answers} of the candidate score {after}, {rerun.baseline_answers:,} of the baseline {before}"


def _told(finding: Finding, shown: Shown) -> str:
    """What a finding says, as a sentence of its own."""
    return f"The gate objects to the {_named(finding.rule, shown)}: {shown(finding.because.rstrip('.'))}"


def _named(rule: str, shown: Shown) -> str:
    """`cost`, `slice urdu`."""
    kind, _, name = rule.partition(": ")
    return f"{kind} {shown(name)}" if name else kind


def summary(happened: str, known: str) -> Summary:
    """Both as sentences: with a capital, and one dot at the end."""
    return Summary(happened=_sentence(happened) + ".", known=_sentence(known) + ".")


def _sentence(text: str) -> str:
    """With a capital, and without the dot at its end."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".")


def _lowered(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"
