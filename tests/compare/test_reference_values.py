"""Every number of the file of reference values, by the code that a verdict is made with.

The published ones stand in the other tests as well, so that nothing depends on this file being there.
"""

from __future__ import annotations

import json
import math
from ast import literal_eval
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from harness.compare.asked import by_case
from harness.compare.betting import losses_needed, mcnemar_e_value
from harness.compare.boundaries import Spend, boundaries, spent
from harness.compare.comparison import Quality, compare
from harness.compare.components import Between, Components, Within
from harness.compare.exact import Tally, benjamini_hochberg, holm, mcnemar_exact, mcnemar_mid_p, pass_at_k
from harness.compare.interval import wilson, z_quantile
from harness.compare.observation import Side
from harness.compare.planner import cases_needed, smallest_visible
from harness.compare.quality import score_of
from harness.compare.signflip import max_t
from harness.compare.sizing import Sampling, variance_of
from harness.gate.statuses import quality_status
from harness.gate.verdict import Status
from harness.suite.policy import Policy
from tests.compare.build import observation, side_of
from tests.compare.throws import chance_of_crossing

REFERENCE = Path(__file__).parents[2] / "../shared/data/statistics_reference_values.json"
PRINTED = {"REGRESS": Status.REGRESSED, "PASS": Status.PASS, "INCONCLUSIVE": Status.INCONCLUSIVE}
SPENDS: dict[str, Spend] = {"pow2": "squared", "pocock": "pocock", "obf": "obrien_fleming"}
FOUR_DIGITS = 0.51e-4
Found = Any
"""A value as JSON has it."""


def check_wilson(value: Found) -> None:
    for share, bounds in value.items():
        passed, asked = map(int, share.split("/"))
        assert wilson(passed / asked, asked, z_quantile(0.975)) == pytest.approx(bounds, abs=FOUR_DIGITS)


def check_agresti(value: Found) -> None:
    table = [[794, 86], [150, 570]]
    assert mcnemar(table, exact=False, correction=False).statistic == pytest.approx(
        value["chi2"], abs=FOUR_DIGITS
    )
    assert mcnemar(table, exact=False).statistic == pytest.approx(value["chi2_cc"], abs=FOUR_DIGITS)
    assert 2 * mcnemar_exact(150, 86) == pytest.approx(value["exact_two_sided"], rel=1e-4)


def check_mcnemar(value: Found) -> None:
    assert mcnemar_exact(10, 2) == value


def check_mid_p(value: Found) -> None:
    assert mcnemar_mid_p(10, 2) == pytest.approx(value, rel=1e-12)


def check_cases(value: Found) -> None:
    assert cases_needed(1 / 9, 0.03, alpha=0.025) == pytest.approx(value, rel=1e-9)


def check_repeats(value: Found) -> None:
    """Difficulty is uniform: cases vary by 1/12, and one answer by 1/6 about its case; here on two unpaired sides."""
    within, between = (
        Within(variance=1 / 6, samples=0, cases=0),
        Between(variance=1 / 6, alike=0, comparisons=0),
    )
    components = Components(mean=0.5, baseline=within, candidate=within, between=between)
    found = [variance_of(components, Sampling(baseline=k, candidate=k)) for k in range(1, 7)]
    assert [each / found[0] for each in found] == pytest.approx(value, abs=FOUR_DIGITS)


def check_five_looks(spend: Spend) -> Callable[[Found], None]:
    def check(value: Found) -> None:
        assert boundaries([0.2, 0.4, 0.6, 0.8, 1], 0.025, spend) == pytest.approx(value, abs=FOUR_DIGITS)

    return check


def check_looks(key: str) -> Callable[[Found], None]:
    """The thirds are rounded in the key alone."""
    looks = [{0.333: 1 / 3, 0.667: 2 / 3}.get(t, t) for t in literal_eval(key.partition("t=")[2])]

    def check(value: Found) -> None:
        assert boundaries(looks, 0.05, SPENDS[key.split()[3]]) == pytest.approx(value, abs=FOUR_DIGITS)

    return check


def check_increments(value: Found) -> None:
    assert np.diff([spent(t, 0.05, "squared") for t in (0, 0.2, 0.4, 0.6, 1)]) == pytest.approx(value)


def sides(differences: list[float], groups: list[int] | None = None) -> tuple[Side, Side]:
    """One case per difference; the baseline fails where the candidate gained."""
    names = [str(g) for g in groups or range(len(differences))]
    both = [(float(d <= 0), float(d <= 0) + d) for d in differences]
    return tuple(  # type: ignore[return-value]  # two of two
        side_of([replace(observation(f"{i:03}", pair[s]), cluster=names[i]) for i, pair in enumerate(both)])
        for s in (0, 1)
    )


def quality(differences: list[float], groups: list[int] | None = None) -> Quality:
    found = compare(*sides(differences, groups), Policy()).quality
    assert found is not None
    return found


def check_paired(differences: list[float]) -> Callable[[Found], None]:
    def check(value: Found) -> None:
        found = quality(differences)
        assert (found.n, found.clusters) == (value["n"], value["clusters"])
        assert found.difference == pytest.approx(value["delta"])
        assert found.se == pytest.approx(value["se"])
        assert (found.lower, found.upper) == pytest.approx((value["lower"], value["upper"]))
        assert (found.p_regress, found.p_noninferior) == pytest.approx(
            (value["p_regress"], value["p_noninf"])
        )
        assert quality_status(found, 0.05) is PRINTED[value["verdict"]]
        assert found.se * math.sqrt(found.n) == pytest.approx(value["sd_eff"])
        assert smallest_visible(found.se, alpha=0.05) == pytest.approx(value["mde80"])
        assert math.ceil(cases_needed(found.n * found.se**2, 0.05, alpha=0.05)) == value["n_for_margin"]

    return check


def check_smallest(value: Found) -> None:
    for margin, n in value.items():
        assert quality([0.0] * n).lower > -float(margin) >= quality([0.0] * (n - 1)).lower


def check_clustered(key: str) -> Callable[[Found], None]:
    parts = key.removeprefix("clustered d=").split(" groups=")
    differences, groups = (literal_eval(part) for part in parts)

    def check(value: Found) -> None:
        found = quality(differences, groups)
        assert found.difference == pytest.approx(value["delta"])
        assert found.se == pytest.approx(value["se"]) == pytest.approx(value["statsmodels_cluster_se"])
        assert (found.lower_t, found.upper) == pytest.approx(value["t_ci90"])
        assert (found.lower, found.upper) == pytest.approx((value["gate_lower"], value["gate_upper"]))
        assert quality_status(found, 0.05) is PRINTED[value["verdict"]]
        assert "df=G-1=5" in value["note"]
        assert found.clusters - 1 == 5

    return check


def check_max_t(value: Found) -> None:
    d = np.array([-1, -1, 0, -1, 1, -0.5, 0, -1])
    table = np.c_[d, d * (np.arange(8) < 4), d * (np.arange(8) >= 3)]
    assert table.sum(axis=0) / np.sqrt((table**2).sum(axis=0)) == pytest.approx(value["T"])
    found = max_t(table, flips=255, seed="")
    assert (list(found.raw), list(found.adjusted)) == (value["raw_p"], value["adj_p"])


def check_e_values(value: Found) -> None:
    for counts, e in value.items():
        assert mcnemar_e_value(*map(int, counts.split(","))) == pytest.approx(e, rel=1e-9)


def check_losses(value: Found) -> None:
    for gains, needed in value.items():
        assert [losses_needed(int(gains), at) for at in (20, 100)] == needed


def check_ville(value: Found) -> None:
    """That one was simulated."""
    assert chance_of_crossing(throws=400, at=20) == pytest.approx(value, abs=0.006)
    assert value <= 0.05


def priced(numbers: list[float]) -> Side:
    return side_of([replace(observation(f"{i}", 1.0), cost=x, latency=x) for i, x in enumerate(numbers)])


def check_ratio(name: str) -> Callable[[Found], None]:
    def check(value: Found) -> None:
        found = compare(priced([1, 2, 3, 4, 5]), priced([1.1, 2.1, 3.6, 4, 5.5]), Policy())
        ratio = getattr(found, name)
        assert (ratio.ratio, ratio.lower, ratio.upper) == pytest.approx(value)

    return check


def check_score(clusters: int) -> Callable[[Found], None]:
    def check(value: Found) -> None:
        trials = [
            replace(observation(f"{i:02}", float(i > 2)), cluster=str(i * clusters // 30)) for i in range(30)
        ]
        found = score_of(tuple(by_case(trials).values()))
        assert found is not None
        assert (found.mean, found.lower, found.upper) == pytest.approx(value)

    return check


def check_adjusted(adjust: Callable[[list[float]], tuple[float, ...]]) -> Callable[[Found], None]:
    def check(value: Found) -> None:
        assert adjust([0.01, 0.04, 0.03, 0.005]) == pytest.approx(value)

    return check


def check_pass_at_k(value: Found) -> None:
    assert [pass_at_k(Tally(passed=3, asked=10), k) for k in (1, 5)] == pytest.approx(value)


CHECKS: list[tuple[str, Callable[[str], Callable[[Found], None]]]] = [
    ("wilson_95", lambda _: check_wilson),
    ("mcnemar Agresti", lambda _: check_agresti),
    ("mcnemar exact one-sided", lambda _: check_mcnemar),
    ("mcnemar mid-p", lambda _: check_mid_p),
    ("miller eq9", lambda _: check_cases),
    ("miller variance", lambda _: check_repeats),
    ("LanDeMets OBF", lambda _: check_five_looks("obrien_fleming")),
    ("LanDeMets Pocock", lambda _: check_five_looks("pocock")),
    ("GS one-sided", check_looks),
    ("slice alpha", lambda _: check_increments),
    ("paired n=100 losses", lambda _: check_paired([-1.0] * 12 + [1.0] * 4 + [0.0] * 84)),
    ("paired n=100 no", lambda _: check_paired([0.0] * 100)),
    ("paired n=30 no", lambda _: check_paired([0.0] * 30)),
    ("smallest n", lambda _: check_smallest),
    ("clustered d=", check_clustered),
    ("max-T exact", lambda _: check_max_t),
    ("anytime McNemar", lambda _: check_e_values),
    ("losses needed", lambda _: check_losses),
    ("Ville check", lambda _: check_ville),
    ("ratio log-delta", lambda _: check_ratio("cost")),
    ("geo ratio", lambda _: check_ratio("latency")),
    ("wilson_neff iid", lambda _: check_score(30)),
    ("wilson_neff clusters", lambda _: check_score(6)),
    ("holm", lambda _: check_adjusted(holm)),
    ("BH", lambda _: check_adjusted(benjamini_hochberg)),
    ("pass@k", lambda _: check_pass_at_k),
]
VALUES: dict[str, Found] = json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}

pytestmark = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference values are not here")


@pytest.mark.parametrize("key", VALUES, ids=lambda key: key[:40])
def test_a_reference_value_is_ours(key: str) -> None:
    [check] = [check for prefix, check in CHECKS if key.startswith(prefix)]
    check(key)(VALUES[key])


def test_every_check_has_its_value() -> None:
    assert [prefix for prefix, _ in CHECKS if not any(key.startswith(prefix) for key in VALUES)] == []
