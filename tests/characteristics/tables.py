"""The figures as tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.characteristics.results import Result
from tests.characteristics.simulate import gates_of_others
from tests.characteristics.worlds import NULLS

_SUITES: Mapping[str, str] = {"certain": "always passes"}
_SINGLE = ("nothing changed", "one case broken")
_SLICED = ("slice -30, masked", "slice half broken", "slice broken")


def line(result: Result) -> str:
    """One cell on one line, for the terminal."""
    cell = result.cell
    live = {
        what.removeprefix("live: "): f"{result.percent(what):.1f}"
        for what in result.counts
        if what.startswith("live: ")
    }
    calls = " + ".join(
        f"{many / result.runs / cell.n:.2f}"
        for what, many in result.counts.items()
        if what.startswith("calls: ")
    )
    return f"{cell.name:48} {result.runs:5}  calls {result.calls:.2f} = {calls}  {live}"


def live_table(results: Iterable[Result]) -> Iterator[str]:
    """The live gate: a bank of ten old samples, waves, confirmation, reruns."""
    yield from _head(
        "world", "suite", "cases", "runs", "flagged", "REGRESSED", "INCONCLUSIVE", "PASS", "calls per case"
    )
    for each in results:
        flagged = max(each.percent("live: flagged or a case"), each.percent("live: REGRESSED"))
        yield _row(
            (*_named(each), str(each.runs), f"{flagged:.1f}"),
            (f"{each.percent(f'live: {status}'):.1f}" for status in _STATUSES),
            (f"{each.calls:.2f}",),
        )


def fixed_table(results: Iterable[Result]) -> Iterator[str]:
    """Everything asked at once and looked at once, on both sides: replays, and `harness compare`."""
    yield from _head("world", "cases", "repeats", "REGRESSED", "INCONCLUSIVE", "PASS", "any slice")
    for each in results:
        if each.cell.mixture != "nominal" or not each.cell.sliced:
            continue
        for repeats in ("1", "3"):
            figures = (
                each.percent(f"fixed {repeats}: {what}")
                for what in ("REGRESSED", "INCONCLUSIVE", "PASS", "any slice")
            )
            yield _row((each.cell.world, str(each.cell.n), repeats), (f"{figure:.1f}" for figure in figures))


def slices_table(results: Iterable[Result]) -> Iterator[str]:
    """What the test of slices flags in the live gate, and what of it is confirmed."""
    yield from _head(
        "world",
        "suite",
        "cases",
        "any slice flagged",
        "any confirmed",
        "bad slice flagged",
        "bad slice confirmed",
    )
    for each in results:
        if each.cell.sliced and each.cell.world in (*NULLS, *_SLICED):
            is_null = each.cell.world in NULLS
            any_ = (f"{each.percent(f'live: slice {what}'):.1f}" for what in ("flagged", "blocked"))
            bad = (
                "" if is_null else f"{each.percent(f'live: bad slice {what}'):.1f}"
                for what in ("flagged", "blocked")
            )
            yield _row(_named(each), (*any_, *bad))


def single_table(results: Iterable[Result]) -> Iterator[str]:
    """One case that broke altogether, and none."""
    yield from _head(
        "world",
        "suite",
        "cases",
        "any alarm, unconfirmed ones too",
        "REGRESSED",
        "a case named",
        "the broken one",
        "calls per case",
    )
    for each in results:
        if each.cell.world in _SINGLE and each.cell.mixture == "steady":
            figures = [
                each.percent(f"live: {what}")
                for what in ("flagged or a case", "REGRESSED", "case blocked", "broken case blocked")
            ]
            yield _row(_named(each), (*(f"{figure:.1f}" for figure in figures), f"{each.calls:.2f}"))


def others_table(results: Mapping[str, Result]) -> Iterator[str]:
    """What other rules do with the very same replies, beside ours."""
    columns = [(name, repeats) for name in _SHOWN for repeats in ("1", "3") if name in results]
    yield from _head("gate", *(f"{_short(results[name])}, {repeats}x" for name, repeats in columns))
    for gate in gates_of_others("nominal"):
        if gate.key.startswith("below_") and gate.key != "below_baseline":
            continue
        yield _row(
            (gate.name,),
            (f"{results[name].percent(f'others {repeats}: {gate.name}'):.0f}" for name, repeats in columns),
        )
    yield _row(
        ("**harness**, everything asked at once",),
        (_fixed(results[name], repeats) for name, repeats in columns),
    )
    yield _row(
        ("**harness**, live",), (f"**{results[name].percent('live: REGRESSED'):.1f}**" for name, _ in columns)
    )


_STATUSES = ("REGRESSED", "INCONCLUSIVE", "PASS")
_SHOWN = (
    "nothing changed | nominal | 30",
    "nothing changed | nominal | 100",
    "nothing changed | nominal | 300",
    "nothing changed | real | 100",
    "every case -10 | nominal | 100",
    "slice broken | nominal | 100",
)


def _fixed(result: Result, repeats: str) -> str:
    """Nothing where that was not simulated."""
    if not any(what.startswith("fixed ") for what in result.counts):
        return ""
    return f"**{result.percent(f'fixed {repeats}: REGRESSED'):.0f}**"


def _short(result: Result) -> str:
    return f"{result.cell.world} ({result.cell.mixture}, {result.cell.n})"


def _named(result: Result) -> Sequence[str]:
    cell = result.cell
    suite = _SUITES.get(cell.mixture, cell.mixture)
    return (cell.world, suite if cell.sliced else f"{suite}, no slices", str(cell.n))


def _head(*names: str) -> Iterator[str]:
    yield _row(names)
    yield f"|{'---|' * len(names)}"


def _row(*parts: Iterable[str]) -> str:
    return f"| {' | '.join(cell for part in parts for cell in part)} |"
