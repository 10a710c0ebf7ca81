"""The `gate:` of a suite to a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from harness.suite.forms import gate_shapes as shapes
from harness.suite.notation.fields import Fields, Shape
from harness.suite.notation.node import Items, Node, Scalar, Table, named
from harness.suite.policy import BankRules, Confirm, JudgeRules, Looks, Policy, Repeats, Rerun

T = TypeVar("T")

_MOST_RISE = 10.0
_MOST_ALPHA = 0.499
_DEFAULT = Policy()
_LOOKS, _CONFIRM, _RERUN, _BANK = Looks(), Confirm(), Rerun(), BankRules()


def read_policy(suite: Fields) -> Policy:
    """The policy a suite asks for; the defaults where it says nothing or something wrong."""
    node = suite.node("gate")
    table = None if node is None else suite.noted.table(node, "'gate'")
    if table is None:
        return _DEFAULT
    gate = Fields(table, shapes.GATE, suite.noted)
    return Policy(
        alpha=_alpha(gate, _DEFAULT.alpha),
        quality_margin=_quality(gate),
        cost_margin=_rise(gate, "cost", shapes.COST, _DEFAULT.cost_margin),
        latency_margin=_rise(gate, "latency", shapes.LATENCY, _DEFAULT.latency_margin),
        slices=_slices(gate),
        min_cases=_whole(gate, "min_cases", 2, _DEFAULT.min_cases),
        looks=_part(gate, "looks", shapes.LOOKS, _looks, _LOOKS),
        repeats=_repeats(gate),
        confirm=_part(gate, "confirm", shapes.CONFIRM, _confirm, _CONFIRM),
        rerun=_part(gate, "cases", shapes.CASES, _rerun, _RERUN),
        bank=_part(gate, "bank", shapes.BANK, _bank, _BANK),
        inconclusive=_inconclusive(gate),
        judges=_judges(gate),
    )


def _is_off(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value == "off"


def _alpha(given: Fields, default: float) -> float:
    alpha = given.within("alpha", given.share("alpha"), above=0, most=_MOST_ALPHA)
    return default if alpha is None else alpha


def _whole(given: Fields, name: str, least: int, default: int, most: int = 10**9) -> int:
    number = given.integer(name, least, most)
    return default if number is None else number


def _times(given: Fields, name: str, default: int) -> int:
    """How often something is asked."""
    return _whole(given, name, 1, default, shapes.MOST_REPEATS)


def _part(gate: Fields, name: str, shape: Shape, read: Callable[[Fields], T], default: T) -> T | None:
    """What a mapping of the gate says; None where it is off, the default where it is absent or wrong."""
    node = gate.node(name)
    if node is None:
        return default
    if _is_off(node):
        return None
    if not isinstance(node, Table):
        what = f"{name!r} must be a mapping or off, not {named(node)}"
        keys = ", ".join(shape.keys)
        gate.noted.bad(node.place, what, f"write `{name}: off`, or a mapping of: {keys}")
        return default
    return read(Fields(node, shape, gate.noted))


def _table(given: Fields, name: str, shape: Shape) -> Fields | None:
    node = given.node(name)
    table = None if node is None else given.noted.table(node, repr(name))
    return None if table is None else Fields(table, shape, given.noted)


def _quality(gate: Fields) -> float:
    quality = _table(gate, "quality", shapes.QUALITY)
    if quality is None:
        return _DEFAULT.quality_margin
    margin = quality.within("margin", quality.share("margin", points=True), above=0, most=1)
    return _DEFAULT.quality_margin if margin is None else margin


def _rise(gate: Fields, name: str, shape: Shape, default: float | None) -> float | None:
    node = gate.node(name)
    if _is_off(node):
        return None
    if node is None:
        return default
    if not isinstance(node, Table):
        what = f"{name!r} must be a mapping or off, not {named(node)}"
        gate.noted.bad(node.place, what, f"write `{name}: {{max_increase: 10%}}` or `{name}: off`")
        return default
    given = Fields(node, shape, gate.noted)
    if _is_off(given.node("max_increase")):
        return None
    rise = given.within("max_increase", given.share("max_increase"), above=0, most=_MOST_RISE)
    return default if rise is None else rise


def _slices(gate: Fields) -> bool:
    node = gate.node("slices")
    if node is None:
        return _DEFAULT.slices
    if isinstance(node, Items) and [each.value for each in node.items if isinstance(each, Scalar)] == ["tag"]:
        return True
    if not _is_off(node):
        gate.noted.bad(
            node.place, f"'slices' must be [tag] or off, not {named(node)}", "write `slices: [tag]`"
        )
    return False


def _looks(given: Fields) -> Looks:
    kill = _table(given, "kill_switch", shapes.KILL_SWITCH)
    evalue = None if kill is None else kill.within("evalue", kill.number("evalue"), above=1, most=1e12)
    return Looks(
        waves=_waves(given),
        within_first=_within_first(given),
        large=_whole(given, "large_suite", 2, _LOOKS.large),
        slice_samples=_whole(given, "slice_samples", 1, _LOOKS.slice_samples),
        kill_at=_LOOKS.kill_at if evalue is None else evalue,
        kill_every=_LOOKS.kill_every if kill is None else _whole(kill, "every", 1, _LOOKS.kill_every),
    )


def _waves(looks: Fields) -> tuple[int, ...]:
    node = looks.node("waves")
    if node is None:
        return _LOOKS.waves
    items = looks.noted.items(node, "'waves'")
    found = [each.value for each in items if isinstance(each, Scalar)]
    waves = tuple(each for each in found if isinstance(each, int) and not isinstance(each, bool))
    fits = len(waves) == len(items) and all(1 <= each <= shapes.MOST_REPEATS for each in waves)
    if isinstance(node, Items) and not (waves and fits and _rises(waves)):
        what = f"'waves' must be whole numbers from 1 to {shapes.MOST_REPEATS:,} that rise"
        looks.noted.bad(node.place, what, "write them as `waves: [1, 2, 3, 5]`")
        return _LOOKS.waves
    return waves or _LOOKS.waves


def _within_first(looks: Fields) -> tuple[float, ...]:
    node = looks.node("within_first_wave")
    if node is None:
        return _LOOKS.within_first
    items = looks.noted.items(node, "'within_first_wave'")
    read = [looks.noted.share(each, "an item of 'within_first_wave'") for each in items]
    shares = tuple(each for each in read if each is not None)
    if len(shares) == len(items) and not (all(0 < each < 1 for each in shares) and _rises(shares)):
        what = "'within_first_wave' must be shares between 0 and 1 that rise"
        looks.noted.bad(node.place, what, "write them as `within_first_wave: [25%, 50%]`")
    return shares


def _rises(numbers: tuple[float, ...]) -> bool:
    return list(numbers) == sorted(set(numbers))


def _repeats(gate: Fields) -> Repeats:
    usual = _DEFAULT.repeats
    given = _table(gate, "repeats", shapes.REPEATS)
    if given is None:
        return usual
    least = _times(given, "min", usual.least)
    most = _times(given, "max", max(usual.most, least))
    mean = given.within("mean", given.number("mean"), above=0, most=shapes.MOST_REPEATS)
    if most < least:
        given.noted.bad(
            given.place_of("max"), f"'max' is {most}, less than 'min', {least}", "write min <= max"
        )
    elif mean is not None and not least <= mean <= most:
        what = f"'mean' is {mean:g}, outside {least} to {most}, which are 'min' and 'max'"
        given.noted.bad(given.place_of("mean"), what, "write min <= mean <= max")
    return Repeats(
        mean=min(max(usual.mean, least), most) if mean is None else mean,
        most=most,
        least=least,
        least_in_slice=_times(given, "min_in_slice", usual.least_in_slice),
    )


def _confirm(given: Fields) -> Confirm:
    return Confirm(
        alpha=_alpha(given, _CONFIRM.alpha),
        repeats=_times(given, "repeats", _CONFIRM.repeats),
        slice_repeats=_times(given, "slice_repeats", _CONFIRM.slice_repeats),
    )


def _rerun(given: Fields) -> Rerun:
    return Rerun(repeats=_times(given, "repeats", _RERUN.repeats), alpha=_alpha(given, _RERUN.alpha))


def _bank(given: Fields) -> BankRules:
    least = _whole(given, "min_samples", 1, _BANK.least)
    target = given.integer("target", 1)
    if target is not None and target < least:
        what = f"'target' is {target}, less than the {least} that every case needs"
        given.noted.bad(given.place_of("target"), what, "write target >= min_samples")
    return BankRules(
        least=least,
        target=max(_BANK.target, least) if target is None else target,
        days=_whole(given, "max_age_days", 1, _BANK.days, 3650),
    )


def _judges(gate: Fields) -> JudgeRules | None:
    node = gate.node("judges")
    if node is None or _is_off(node):
        return None
    if isinstance(node, Scalar) and node.value == "calibrated":
        return JudgeRules()
    if not isinstance(node, Table):
        what = f"'judges' must be calibrated, a mapping or off, not {named(node)}"
        gate.noted.bad(node.place, what, "write `judges: calibrated`, or `judges: {min_kappa: 60%}`")
        return None
    given = Fields(node, shapes.JUDGES, gate.noted)
    return JudgeRules(
        min_kappa=given.within("min_kappa", given.share("min_kappa"), above=0, most=1),
        min_tpr=given.within("min_tpr", given.share("min_tpr"), above=0, most=1),
        min_tnr=given.within("min_tnr", given.share("min_tnr"), above=0, most=1),
        days=given.integer("max_age_days", 1, 3650),
    )


def _inconclusive(gate: Fields) -> Literal["block", "warn"]:
    return "warn" if gate.word("on_inconclusive", ("block", "warn")) == "warn" else "block"
