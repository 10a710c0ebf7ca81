"""What a change comes from: the prompt, the model, the provider, the graders or the suite.

Each is said only where it was measured, or stands in the rows; several may hold at once. A regression is the prompt's
where both sides were asked in turns and the prompt is all that differs. The provider drifted where fresh answers of an
unchanged baseline are not what its old ones were, where another model answers to the same name, or where the very
same question counts other tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from harness.compare.comparable import changed_graders
from harness.compare.comparison import Comparison
from harness.compare.evidence import Evidence
from harness.compare.observation import Observation, Side
from harness.compare.wording import points
from harness.gate.parts import Cause, Why
from harness.gate.verdict import Status, Verdict

Told = TypeVar("Told", int, str)
_LIVE = frozenset({"live", "record"})
_NAMED = 3
"""How many things of a kind a sentence names."""


def causes_of(evidence: Evidence, comparison: Comparison, verdict: Verdict) -> tuple[Why, ...]:
    """Every cause that shows, each with a sentence and its numbers; none where nothing changed that anyone can see."""
    before, after = comparison.baseline, comparison.candidate
    found = [
        *_suite(comparison),
        *_graders(before, after),
        *_model(before, after),
        *_provider(evidence, before, verdict),
    ]
    if _is_worse(verdict):
        found.extend(_variant(comparison, verdict))
    return tuple(found)


def _is_worse(verdict: Verdict) -> bool:
    return Status.REGRESSED in {verdict.quality, *(status for _, status in verdict.slices)}


def _suite(comparison: Comparison) -> Iterator[Why]:
    counts = {
        "added": len(comparison.only_candidate),
        "removed": len(comparison.only_baseline),
        "edited": len(comparison.changed),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    if told:
        because = f"the suite changed: of its cases {', '.join(told)}; these are not compared"
        yield Why(cause=Cause.SUITE, because=because, cases=sum(counts.values()))


def _graders(before: Side, after: Side) -> Iterator[Why]:
    for name, side in (("baseline", before), ("candidate", after)):
        if side.regraded is not None:
            told = _told(side.regraded.graders, side.graders)
            because = (
                f"the graders changed since the {name} was graded ({told}): {side.regraded.answers} stored answers "
                f"were graded anew, and {side.regraded.changed} scores are others now"
            )
            yield Why(cause=Cause.GRADERS, because=because, cases=side.regraded.changed)
    told = _told(before.graders, after.graders)
    if told:
        yield Why(cause=Cause.GRADERS, because=f"the graders changed between the sides: {told}")


def _told(before: str, after: str) -> str:
    return ", ".join(f"{name!r} from {then} to {now}" for name, then, now in changed_graders(before, after))


def _model(before: Side, after: Side) -> Iterator[Why]:
    if before.model_id and after.model_id and before.model_id != after.model_id:
        because = f"the model is another one: {before.model_id}, then {after.model_id}"
        yield Why(cause=Cause.MODEL, because=because)


def _variant(comparison: Comparison, verdict: Verdict) -> Iterator[Why]:
    """Whose the regression is: only where nothing but one thing differs, and both sides were asked in turns."""
    before, after = comparison.baseline, comparison.candidate
    if not before.prompt_digest or not after.prompt_digest or not {before.mode, after.mode} <= _LIVE:
        return
    is_fresh = verdict.confirmation is not None and verdict.confirmation.confirmed
    if not is_fresh and not comparison.latency_comparable:
        because = (
            "the sides were asked at different times, so a change of what serves the model would look the same; "
            "ask both in turns to tell"
        )
        yield Why(cause=Cause.UNKNOWN, because=because)
        return
    what = _differs(before, after)
    numbers = _fresh_numbers(verdict) if is_fresh else _numbers(comparison)
    if what is not None and numbers is not None:
        cases, difference, p = numbers
        told = f"asked in turns, it is {points(difference)} points on {cases} cases (p {p:.2g})"
        because = f"{_OWNERS[what]}: {told}{_unchanged(verdict)}"
        yield Why(cause=what, because=because, cases=cases, difference=difference, p=p)


_OWNERS: Mapping[Cause, str] = {
    Cause.PROMPT: "your prompt is worse",
    Cause.MODEL: "the new model is worse with this prompt",
    Cause.VARIANT: "prompt and model changed together and are worse together",
}


def _differs(before: Side, after: Side) -> Cause | None:
    prompt, model = before.prompt_digest != after.prompt_digest, before.model_id != after.model_id
    if prompt and model:
        return Cause.VARIANT
    if prompt or model:
        return Cause.PROMPT if prompt else Cause.MODEL
    return None


def _fresh_numbers(verdict: Verdict) -> tuple[int, float, float] | None:
    """Of the confirmed regression that is surest."""
    confirmation = verdict.confirmation
    shown = [each for each in confirmation.hypotheses if each.confirmed] if confirmation else []
    first = min(shown, key=lambda each: each.p, default=None)
    return None if first is None else (first.cases, first.difference, first.p)


def _numbers(comparison: Comparison) -> tuple[int, float, float] | None:
    quality = comparison.quality
    return None if quality is None else (quality.n, quality.difference, quality.p_regress)


def _unchanged(verdict: Verdict) -> str:
    """That the baseline is what it was, where fresh answers of it say so."""
    bank = verdict.bank
    if bank is None or bank.stale:
        return ""
    return f", while the baseline is what it was ({points(bank.difference)} points against its old answers, p {bank.p:.2g})"


def _provider(evidence: Evidence, before: Side, verdict: Verdict) -> Iterator[Why]:
    bank = verdict.bank
    if bank is not None and bank.stale:
        because = (
            f"the provider drifted: fresh answers of the unchanged baseline are {points(bank.difference)} points against "
            f"its old ones on {bank.cases} cases (p {bank.p:.2g})"
        )
        yield Why(
            cause=Cause.PROVIDER, because=because, cases=bank.cases, difference=bank.difference, p=bank.p
        )
    fresh = () if evidence.confirmation is None else (evidence.confirmation[0],)
    for new in (*fresh, evidence.candidate):
        if before.model_id and before.model_id == new.model_id and before.run_id != new.run_id:
            yield from _served(before, new)
            if before.prompt_digest and before.prompt_digest == new.prompt_digest:
                yield from _counted(before, new)


def _served(old: Side, new: Side) -> Iterator[Why]:
    """Another model behind the same name."""
    names = [{each.served_model for each in side.observations if each.served_model} for side in (old, new)]
    is_one = "," not in old.model_id  # a route sends other cases to other models
    if is_one and names[0] and names[1] and names[0] != names[1]:
        then, now = (", ".join(sorted(each)[:_NAMED]) for each in names)
        because = f"the provider changed what answers to {old.model_id}: {then}, then {now}"
        yield Why(cause=Cause.PROVIDER, because=because)


def _counted(old: Side, new: Side) -> Iterator[Why]:
    """Other tokens for the very same question: another tokenizer, or another text around it."""
    before, after = _prompts(old), _prompts(new)
    if before == after:
        return
    asked, asks = _sets(_digests(old)), _sets(_digests(new))
    then, now = _sets(before), _sets(after)
    known = [
        (counts, now[case])
        for case, counts in then.items()
        if case in now and asked.get(case) == asks.get(case)
    ]
    moved = [(max(a), max(b)) for a, b in known if a.isdisjoint(b)]
    if moved:
        change = sum(b for _, b in moved) / sum(a for a, _ in moved) - 1
        because = (
            f"the provider counts other tokens: {len(moved)} of {len(known)} identical questions have "
            f"{100 * change:+.1f} % now"
        )
        yield Why(cause=Cause.PROVIDER, because=because, cases=len(moved), difference=change)


def _sets(values: Iterable[tuple[str, Told]]) -> Mapping[str, frozenset[Told]]:
    """The different values of each case; what stands for nothing (0, an empty text) is left out."""
    found: dict[str, frozenset[Told]] = {}
    for case, value in values:
        known = found.get(case)
        if known is None:
            if value:
                found[case] = frozenset((value,))
        elif value and value not in known:
            found[case] = known | {value}
    return found


def _digests(side: Side) -> list[tuple[str, str]]:
    return [(trial.case_id, trial.case_digest) for trial in side.observations]


def _prompts(side: Side) -> list[tuple[str, int]]:
    """Tokens of the whole prompt."""
    return [(trial.case_id, _prompt_tokens(trial)) for trial in side.observations]


def _prompt_tokens(trial: Observation) -> int:
    """Of an answer that took one request: those of conversations depend on the answers. 0: not known."""
    fresh, written, read = trial.input_tokens, trial.cache_write_tokens, trial.cache_read_tokens
    if trial.calls != 1 or fresh is None or written is None or read is None:
        return 0
    return fresh + written + read
