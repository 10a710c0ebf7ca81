"""The numbers of quality: the accounting, both sides, the differences, both bounds and both p."""

from __future__ import annotations

from collections.abc import Iterator

from harness.compare.asked import by_case, is_same_case
from harness.compare.columns import Columns, Pair, columns_of
from harness.compare.comparison import Comparison, Quality
from harness.compare.decided import asked_of_both
from harness.compare.interval import lower, t_quantile, tail_above
from harness.compare.labelled import ENOUGH, LabelUse
from harness.compare.observation import Side
from harness.compare.pairing import pair
from harness.compare.quality import Bounds, both_measured, bounds_of, measured_scores
from harness.gate.screen import levels_of
from harness.gate.verdict import Verdict
from harness.report.explain.explanation import Number, Section, number
from harness.suite.policy import Policy


def accounting(comparison: Comparison) -> Section:
    """Where every planned trial ended, and how much of it can be compared."""
    sides = (("baseline", comparison.baseline), ("candidate", comparison.candidate))
    return Section(
        title="Accounting",
        anchor="what-is-counted",
        numbers=(
            *(each for name, side in sides for each in _side(name, side)),
            number(
                "missing, baseline", comparison.missing_baseline, "planned trials without a score / planned"
            ),
            number("missing, candidate", comparison.missing_candidate),
            number(
                "shared",
                comparison.shared,
                "candidate's cases that the baseline asked unchanged / all of them",
            ),
            number("kept", comparison.kept, "baseline's cases that the candidate asked / all of them"),
        ),
    )


def _side(name: str, side: Side) -> Iterator[Number]:
    counts = side.accounting
    ended = (counts.answered, counts.degraded, counts.failed, counts.skipped)
    told = " + ".join(str(each) for each in ended)
    yield number(f"{name}, run", side.run_id, side.mode)
    yield number(f"{name}, planned", counts.planned, f"= {told} (answered, degraded, failed, skipped)")


def quality(comparison: Comparison, verdict: Verdict) -> Iterator[Section]:
    """Both sides, then what the difference is and may be, step by step."""
    pairs = measured_pairs(comparison)
    if comparison.quality is None or not pairs:
        return
    columns = columns_of(pairs, measured_scores)
    passing, regress = _levels(verdict)
    bounds = bounds_of(columns, passing)
    labels = comparison.labels
    graded = comparison.quality if labels is None or labels.graded is None else labels.graded
    yield _sides(comparison, comparison.quality)
    yield _difference(graded, columns, (passing, regress))
    yield _pseudo(bounds, passing)
    if labels is not None:
        yield labels_section(labels, comparison.quality)
    yield _decision(comparison.quality, bounds if graded is comparison.quality else None, verdict)


def cases(comparison: Comparison) -> Section:
    """The difference of every case, for whoever wants to add them up."""
    return Section(
        title="Cases",
        anchor="quality",
        numbers=tuple(_case(each) for each in measured_pairs(comparison)),
        detail=True,
    )


def measured_pairs(comparison: Comparison) -> tuple[Pair, ...]:
    """The pairs that quality is about: asked unchanged on both sides, and measured on both."""
    theirs, ours = asked_of_both(comparison.baseline, comparison.candidate)
    pairing = pair(by_case(theirs), by_case(ours))
    return tuple(each for each in pairing.pairs.values() if is_same_case(*each) and both_measured(each))


def _case(both: Pair) -> Number:
    (before, after), cluster = measured_scores(both), both[1].cluster
    told = f"{before:.6g} of {len(both[0].scores)} -> {after:.6g} of {len(both[1].scores)}"
    where = "" if cluster == both[1].case_id else f", cluster {cluster}"
    weight = "" if both[1].weight == 1 else f", weight {both[1].weight:g}"
    return number(both[1].case_id, after - before, f"{told}{where}{weight}")


def _sides(comparison: Comparison, found: Quality) -> Section:
    scores = (("baseline", comparison.baseline_score), ("candidate", comparison.candidate_score))
    return Section(
        title="Both sides",
        anchor="quality",
        numbers=(
            number("baseline, shared cases", found.baseline, "mean of case means, by weight"),
            number("candidate, shared cases", found.candidate),
            *(
                number(
                    f"{name}, {end}",
                    value,
                    "Wilson at n_eff = m(1-m)/SE^2, t of G-1" if end == "lower" else "",
                )
                for name, score in scores
                if score is not None
                for end, value in (
                    ("all its cases", score.mean),
                    ("lower", score.lower),
                    ("upper", score.upper),
                )
            ),
        ),
    )


def _levels(verdict: Verdict) -> tuple[float, float]:
    """One-sided levels of the lower and the upper bound: of a live gate those of the look that decided."""
    taken = verdict.sequential
    if taken is None or not taken.looks or taken.killed_at is not None:
        return verdict.policy.alpha, verdict.policy.alpha
    levels = levels_of(taken.looks[-1].look)
    return levels.passing, levels.regress


def _difference(found: Quality, columns: Columns, levels: tuple[float, float]) -> Section:
    passing, regress = levels
    return Section(
        title="Difference of quality",
        anchor="quality",
        numbers=(
            number("n", found.n, "cases measured on both sides"),
            number("G", found.clusters, "clusters"),
            number("sum N", sum(columns.weight.tolist()), "weights"),
            number("m", found.difference, "sum S / sum N, S = weighted d of a cluster"),
            number("SE", found.se, "sqrt(G/(G-1) sum (S - m N)^2) / sum N"),
            number("df", found.clusters - 1, "G - 1"),
            *_t("t", found.clusters - 1, regress),
            number("U", found.upper, "m + t SE, at most 1"),
            *_t("t'", found.clusters - 1, passing),
            number("L_t", found.lower_t, "m - t' SE, at least -1"),
        ),
    )


def _pseudo(bounds: Bounds, alpha: float) -> Section:
    mean = bounds.pseudo
    return Section(
        title="With two pseudo-cases, +1 and -1",
        anchor="quality",
        numbers=(
            number("m_b", mean.value, "weights scaled to Kish's effective number"),
            number("SE_b", mean.se, "as SE, with G + 2 clusters"),
            number("df_b", mean.df, "G + 1"),
            *_t("t_b", mean.df, alpha),
            number("L_b", max(-1.0, lower(mean, alpha)), "m_b - t_b SE_b"),
            number("L", bounds.lower, "min(L_t, L_b)"),
        ),
    )


def _t(name: str, df: int, alpha: float) -> tuple[Number, ...]:
    if df < 1:
        return (number(name, None, "one cluster has no spread"),)
    return (number(name, t_quantile(df, 1 - alpha), f"t quantile {1 - alpha:.6g}, {df} df"),)


def _decision(found: Quality, bounds: Bounds | None, verdict: Verdict) -> Section:
    policy = verdict.policy
    margin = policy.quality_margin
    return Section(
        title="Decision about quality",
        anchor="quality",
        numbers=(
            number("p_reg", found.p_regress, "T_df(m / SE): small, it fell"),
            number("p_ni", found.p_noninferior, "small: no harm; the larger of t's and the pseudo-cases'"),
            *_beyond(bounds, margin),
            number("M", margin, "margin"),
            number("harm excluded", found.lower > -margin, "L > -M"),
            number("a drop proved", found.upper < 0, "U < 0"),
            number("a rise proved", found.lower_t > 0, "L_t > 0"),
            number("SE_plan", found.se_plan, "max(SE, SE_b)"),
            number("noise", found.noise, "part of SE^2 that repeats would shrink"),
            number("smallest visible drop", found.mde, f"(z_{1 - policy.alpha:g} + z_0.8) SE_plan"),
            number("quality", None if verdict.quality is None else verdict.quality.value),
        ),
    )


def _beyond(bounds: Bounds | None, margin: float) -> tuple[Number, ...]:
    """Both parts of p_ni; none where labels correct the difference, which has its own."""
    if bounds is None:
        return ()
    return (
        number("p_ni, t", tail_above(bounds.mean, -margin), "P(T > (m + M) / SE)"),
        number("p_ni, pseudo", tail_above(bounds.pseudo, -margin), "P(T > (m_b + M) / SE_b)"),
    )


def labels_section(found: LabelUse, quality: Quality) -> Section:
    """What people say, and what it makes of the difference."""
    sides = (("baseline", found.baseline), ("candidate", found.candidate))
    agreement = [
        each
        for name, side in sides
        if side is not None
        for each in (
            number(f"{name}, people", side.people, f"mean of {side.answers} labels"),
            number(f"{name}, graders", side.graders, "of the same answers"),
            number(f"{name}, agreement", side.agreement, "1 - mean |label - score|"),
        )
    ]
    used = (
        number("lambda", found.trust, "cov(y, f) / ((1 + n/N) var(f)), in [0, 1]"),
        number("m", quality.difference, "lambda mean f of the rest + mean (y - lambda f)"),
        number("SE", quality.se, "clustered"),
        number("df", found.clusters - 1, "labelled clusters - 1"),
        number("L", quality.lower),
        number("U", quality.upper),
    )
    return Section(
        title="Labels of people",
        anchor="labels",
        numbers=(
            number("cases labelled on both sides", found.cases),
            number("clusters of them", found.clusters, f"from {ENOUGH} on they correct the graders"),
            *agreement,
            *(() if found.trust is None else used),
        ),
    )


def policy_section(policy: Policy, seed: str) -> Section:
    """The rules it was decided by."""
    return Section(
        title="Rules",
        anchor="the-rules",
        numbers=(
            number("alpha", policy.alpha, "one-sided, of each bound"),
            number("margin, quality", policy.quality_margin),
            number(
                "margin, cost", policy.cost_margin, "none: not gated" if policy.cost_margin is None else ""
            ),
            number(
                "margin, latency",
                policy.latency_margin,
                "none: not gated" if policy.latency_margin is None else "",
            ),
            number("fewest clusters", policy.min_cases),
            number("fewest clusters, slice", policy.min_slice_clusters),
            number("most missing", policy.max_missing),
            number("fewest shared", policy.min_shared),
            number("sign flips", policy.flips),
            number("confirm alpha", policy.confirm.alpha if policy.confirm else None),
            number("rerun alpha", policy.rerun.alpha if policy.rerun else None, "over all suspects"),
            number("inconclusive", policy.inconclusive),
            number("seed", seed or "none", "of the order and the sign flips"),
        ),
    )
