"""`harness models`: the pins, how long they live, what they cost, what they can, who uses them; and the routes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from harness.cli.console import say, tell, tell_json
from harness.cli.table import Column, number, room, table, text
from harness.cli.verbs import Verbs, add_json, run
from harness.clock import SystemClock
from harness.errors import FilesRejected, Problem
from harness.report.safe import term
from harness.report.words import count
from harness.settings import read_settings
from harness.suite.forms.prompt_shapes import EFFORTS
from harness.suite.lifecycle import Standing, standings, uses_of_retiring, warnings
from harness.suite.model import PriceRow
from harness.suite.read import WorkingTree, read_project
from harness.suite.route import MARK, Route
from harness.units import Json

__all__ = ["configure", "run"]

_EPILOG = """\
examples:
  harness models list
  harness models check --fail-within 14      in CI: exit 2 when a suite's model has less than two weeks left
  harness models routes                      which rule sends a case to which model
"""
_HEADS = (
    Column(head="model"),
    Column(head="id"),
    Column(head="life"),
    Column(head="retires"),
    number("$/MTok in"),
    number("out"),
    Column(head="checked"),
    number("context"),
    text("thinking"),
    text("efforts"),
    text("used by"),
)
_ROUTES = (Column(head="route"), text("cases with"), Column(head="model"), text("used by"))


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    verbs = Verbs(parser)
    listing = verbs.add("list", "every pin: life, prices, capabilities, users", _list, "models list")
    check = verbs.add(
        "check", "exit 2 when a suite uses a model that is gone", _check, "models check --fail-within 14"
    )
    check.add_argument(
        "--fail-within", type=int, default=0, metavar="DAYS", help="count a model as gone so many days before"
    )
    routes = verbs.add("routes", "every route, rule by rule in order", _routes, "models routes")
    for each in (listing, check):
        each.add_argument(
            "--within",
            type=int,
            default=60,
            metavar="DAYS",
            help="warn so many days before a model goes away (default 60)",
        )
        each.add_argument("--today", type=_day, metavar="YYYY-MM-DD", help="look at it from another day")
    add_json(listing, check, routes)


def _list(args: argparse.Namespace) -> int:
    today = _today(args)
    found = standings(read_project(WorkingTree(read_settings().root)), today)
    if args.json:
        tell_json({"schema": 1, "today": str(today), "models": [_json(each) for each in found]})
    else:
        tell(table(_HEADS, [_row(each) for each in found], fit=room()))
    _warn(warnings(found, within=args.within))
    return 0


def _check(args: argparse.Namespace) -> int:
    today = _today(args)
    project = read_project(WorkingTree(read_settings().root))
    found = standings(project, today)
    problems = uses_of_retiring(project, found, fail_within=args.fail_within)
    noted = warnings(found, within=args.within)
    if args.json:
        said: dict[str, Json] = {
            "problems": [str(each) for each in problems],
            "warnings": [str(each) for each in noted],
        }
        tell_json({"schema": 1, "today": str(today), **said})
        return FilesRejected.exit_status if problems else 0
    _warn(noted)
    if problems:
        raise FilesRejected(problems)
    tell(f"{count(len(found), 'model')}: every suite's model is there to stay, on {today}.")
    return 0


def _routes(args: argparse.Namespace) -> int:
    project = read_project(WorkingTree(read_settings().root))
    routes, users = project.routes.values(), project.users()
    if args.json:
        tell_json({"schema": 1, "routes": [_route(each, users) for each in routes]})
    elif routes:
        rows = [row for each in routes for row in _rules(each, users)]
        tell(table(_ROUTES, rows, fit=room()))
    else:
        say("no route yet; prompts/routes.yaml is where they are written")
    return 0


def _rules(route: Route, users: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The name and the users stand in the first row alone."""
    used = ", ".join(users.get(f"{MARK}{route.name}", ()))
    rules = [*((str(rule), rule.model.name) for rule in route.rules), ("otherwise", route.otherwise.name)]
    for place, rule in enumerate(rules):
        yield (route.name, *rule, used) if place == 0 else ("", *rule, "")


def _route(route: Route, users: Mapping[str, Sequence[str]]) -> Json:
    used = users.get(f"{MARK}{route.name}", ())
    return {**route.spelled(), "description": route.description, "used_by": list(used)}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write for instance 2026-11-21") from None


def _today(args: argparse.Namespace) -> date:
    given = cast("date | None", args.today)
    return SystemClock().now().date() if given is None else given


def _warn(noted: Iterable[Problem]) -> None:
    for each in noted:
        say(term(f"warning: {each}"))


def _row(standing: Standing) -> tuple[str, ...]:
    pin, prices = standing.pin, standing.prices
    tiers = f" +{len(prices) - 1}" if len(prices) > 1 else ""
    return (
        pin.name,
        pin.id,
        "retired" if standing.retired else pin.lifecycle,
        "" if pin.retires_on is None else f"{pin.retires_on} ({standing.days_left} d)",
        _usd(prices[0].input) if prices else "no price",
        _usd(prices[0].output) + tiers if prices else "",
        f"{min(row.checked_on for row in prices)} ({standing.price_age} d)" if prices else "",
        f"{pin.context_tokens:,}",
        ",".join(sorted(pin.thinking)) or "none",
        ",".join(each for each in EFFORTS if each in pin.efforts) or "none",
        ", ".join(standing.used_by),
    )


def _json(standing: Standing) -> Json:
    pin = standing.pin
    return {
        "model": pin.name,
        "id": pin.id,
        "lifecycle": "retired" if standing.retired else pin.lifecycle,
        "released": None if pin.released is None else str(pin.released),
        "retires_on": None if pin.retires_on is None else str(pin.retires_on),
        "days_left": standing.days_left,
        "used_by": standing.used_by,
        "price_age_days": standing.price_age,
        "prices_usd_per_mtok": [_price(row) for row in standing.prices],
        "context_tokens": pin.context_tokens,
        "max_output_tokens": pin.max_output_tokens,
        "thinking": sorted(pin.thinking),
        "efforts": [each for each in EFFORTS if each in pin.efforts],
        "structured_output": pin.structured_output,
        "prefill": pin.prefill,
    }


def _price(row: PriceRow) -> Json:
    usd = {
        "input": row.input,
        "output": row.output,
        "cache_write_5m": row.cache_write_5m,
        "cache_write_1h": row.cache_write_1h,
        "cache_read": row.cache_read,
    }
    return {
        "above_prompt_tokens": row.above_prompt_tokens,
        "valid_from": str(row.valid_from),
        "checked_on": str(row.checked_on),
        "source": row.source,
        **{name: format(amount, "f") for name, amount in usd.items()},
    }


def _usd(amount: Decimal) -> str:
    return f"${amount:f}"
