"""`prompts/models.yaml` to model pins, and which ids are pins at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast, get_args

from harness.errors import Place
from harness.suite.forms import prompt_shapes as shapes
from harness.suite.forms.listed import Listed, named_entries
from harness.suite.model import Kind, Lifecycle, ModelPin, PriceRow, RateLimits
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Node, Table
from harness.suite.prompt import Effort, Thinking
from harness.suite.tree import Tree
from harness.units import Tokens

MODELS = "prompts/models.yaml"
_LIST: Final = Listed(path=MODELS, shape=shapes.MODELS, key="models", naming="a model's short name")

_SNAPSHOTS: Final[Mapping[str, str]] = {
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
}
_LIFECYCLES: Final[tuple[Lifecycle, ...]] = get_args(Lifecycle)


def kind_of(model_id: str) -> Kind:
    """Whether an id always means the same model.

    Since the 4.6 generation ids without a date are snapshots too; before it they, and `-latest`, are aliases:
    https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions
    """
    if model_id.endswith("-latest"):
        return "alias"
    if re.fullmatch(r"claude-[a-z0-9-]+[-@][0-9]{8}", model_id):
        return "snapshot"
    if re.fullmatch(r"claude-(opus|sonnet|haiku)-4(-[0-5])?", model_id) or model_id.startswith("claude-3"):
        return "alias"
    return "snapshot" if re.fullmatch(r"claude-[a-z]+-[0-9]+(-[0-9]+)?", model_id) else "unknown"


def read_pins(tree: Tree, noted: Noted) -> Mapping[str, ModelPin]:
    """Every pin that can be read, by short name."""
    pins: dict[str, ModelPin] = {}
    for name, entry in (named_entries(tree, _LIST, noted) or {}).items():
        pin = _pin(name, entry.place, entry.node, noted)
        if pin is not None:
            pins[name] = pin
    _unique_ids(pins, noted)
    return pins


def _unique_ids(pins: Mapping[str, ModelPin], noted: Noted) -> None:
    first: dict[str, ModelPin] = {}
    for pin in pins.values():
        other = first.setdefault(pin.id, pin)
        if other is not pin:
            what = f"{pin.name!r} pins {pin.id}, which {other.name!r} pins too (line {other.place.line})"
            noted.bad(pin.place, what, "keep one")


def _pin(name: str, place: Place, node: Node, noted: Noted) -> ModelPin | None:
    table = noted.table(node, f"model {name[:80]!r}")
    if table is None:
        return None
    before = len(noted.problems)
    given = Fields(table, shapes.MODEL, noted)
    model_id, lifecycle = given.text("id"), given.word("lifecycle", _LIFECYCLES)
    if model_id is not None:
        _check_id(model_id, given.place_of("id"), noted)
    released, retires_on = given.day("released"), given.day("retires_on")
    if released is not None and retires_on is not None and retires_on < released:
        noted.bad(given.place_of("retires_on"), "it retires before it was released", "mend one of the dates")
    context, most = given.integer("context_tokens", 1), given.integer("max_output_tokens", 1)
    if context is not None and most is not None and most > context:
        noted.bad(
            given.place_of("max_output_tokens"), "an answer longer than the whole context", "mend one of them"
        )
    thinking = cast("frozenset[Thinking]", _words(given, "thinking", shapes.THINKING))
    efforts = cast("frozenset[Effort]", _words(given, "efforts", shapes.EFFORTS))
    structured, prefill = given.flag("structured_output"), given.flag("prefill")
    prices, limits = _prices(given, model_id or name), _limits(given)
    disabled = cast("frozenset[Effort]", _disabled(given, thinking, efforts))
    if len(noted.problems) > before or model_id is None or context is None or most is None:
        return None
    return ModelPin(
        name=name,
        id=model_id,
        lifecycle=cast("Lifecycle", lifecycle),
        released=released,
        retires_on=retires_on,
        context_tokens=Tokens(context),
        max_output_tokens=Tokens(most),
        thinking=thinking,
        efforts=efforts,
        disabled_thinking_efforts=disabled,
        structured_output=bool(structured),
        prefill=bool(prefill),
        prices=prices,
        rate_limits=limits,
        place=place,
    )


def _check_id(model_id: str, place: Place, noted: Noted) -> None:
    kind = kind_of(model_id)
    if kind == "alias":
        what = f"{model_id[:80]!r} is an alias: the model behind it can change"
        snapshot = _SNAPSHOTS.get(model_id)
        noted.bad(place, what, f"pin {snapshot}" if snapshot else "pin the dated id of a current model")
    if kind == "unknown":
        what = f"{model_id[:80]!r} is not the id of a snapshot"
        noted.bad(place, what, "write it as the API lists it, such as claude-opus-5-5")


def _words(given: Fields, name: str, allowed: tuple[str, ...]) -> frozenset[str]:
    said = given.texts(name)
    for each in said:
        if each not in allowed:
            given.noted.bad(
                given.place_of(name), f"{each[:80]!r} is not one of {name}", f"use: {', '.join(allowed)}"
            )
    return frozenset(said)


def _disabled(given: Fields, thinking: frozenset[Thinking], efforts: frozenset[Effort]) -> frozenset[str]:
    if "disabled_thinking_efforts" not in given:
        return efforts if "disabled" in thinking else frozenset()
    said = _words(given, "disabled_thinking_efforts", shapes.EFFORTS)
    place = given.place_of("disabled_thinking_efforts")
    if "disabled" not in thinking:
        given.noted.bad(
            place, "thinking cannot be disabled at all", "remove it, or add `disabled` to `thinking`"
        )
    strangers = said - efforts
    if strangers:
        given.noted.bad(
            place, f"the model has no effort {', '.join(sorted(strangers))}", "mend one of the lists"
        )
    return said


def _limits(given: Fields) -> RateLimits:
    node = given.node("rate_limits")
    table = None if node is None else given.noted.table(node, "'rate_limits'")
    if table is None:
        return RateLimits()
    limits = Fields(table, shapes.RATE_LIMITS, given.noted)
    return RateLimits(
        requests_per_minute=limits.integer("requests_per_minute", 1, 10**12),
        input_tokens_per_minute=limits.integer("input_tokens_per_minute", 1, 10**12),
        output_tokens_per_minute=limits.integer("output_tokens_per_minute", 1, 10**12),
    )


def _prices(given: Fields, model_id: str) -> tuple[PriceRow, ...]:
    node = given.node("prices")
    if node is None:
        return ()
    rows: dict[str, PriceRow] = {}
    for each in given.noted.items(node, "'prices'"):
        table = given.noted.table(each, "a price")
        row = None if table is None else _price(table, model_id, given.noted)
        if row is not None:
            if row.id in rows:
                given.noted.bad(each.place, "two prices for the same day and tier", "keep one")
            rows[row.id] = row
    days = {row.valid_from for row in rows.values()}
    for day in sorted(days - {row.valid_from for row in rows.values() if not row.above_prompt_tokens}):
        what = f"from {day} on, a short prompt has no price: every row starts above some tokens"
        given.noted.bad(node.place, what, "add a row without `above_prompt_tokens`")
    return tuple(sorted(rows.values(), key=lambda row: (row.valid_from, row.above_prompt_tokens)))


def _price(table: Table, model_id: str, noted: Noted) -> PriceRow | None:
    given = Fields(table, shapes.PRICE, noted)
    above = given.integer("above_prompt_tokens", 0)
    valid_from, checked_on, source = given.day("valid_from"), given.day("checked_on"), given.text("source")
    names = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
    usd = {name: amount for name in names if (amount := given.money(name)) is not None}
    if valid_from is None or checked_on is None or source is None or len(usd) < len(names):
        return None
    tier = f">{above}" if above else ""
    return PriceRow(
        id=f"{model_id}@{valid_from}{tier}",
        valid_from=valid_from,
        above_prompt_tokens=Tokens(above or 0),
        input=usd["input"],
        output=usd["output"],
        cache_write_5m=usd["cache_write_5m"],
        cache_write_1h=usd["cache_write_1h"],
        cache_read=usd["cache_read"],
        source=source,
        checked_on=checked_on,
    )
