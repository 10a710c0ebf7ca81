"""A local currency beside the dollar: converted at one rate, which somebody set on one day and which says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import cast

from harness.units import Json

STALE_AFTER_DAYS = 30
KEYS = ("code", "per_usd", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one dollar is in a currency."""

    code: str
    """ISO 4217, such as `PKR`."""
    per_usd: Decimal
    """Above 0."""
    as_of: date
    """The day the rate was looked up."""

    def of(self, usd: Decimal) -> Decimal:
        """So many dollars in this currency, exactly."""
        return usd * self.per_usd

    def is_stale(self, today: date) -> bool:
        """Whether the rate was looked up more than 30 days ago."""
        return (today - self.as_of).days > STALE_AFTER_DAYS

    def document(self, usd: Decimal) -> dict[str, Json]:
        """An amount with all it rests on, as plain JSON."""
        return {
            "amount": f"{self.of(usd):f}",
            "currency": self.code,
            "per_usd": f"{self.per_usd:f}",
            "as_of": self.as_of.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in the table: its key, what is wrong, and the remedy."""

    key: str
    what: str
    remedy: str


def slips(given: object) -> Iterator[Slip]:
    """Every mistake in what `[tool.harness]` says of a currency; none where it says nothing (None)."""
    if given is None:
        return
    if not isinstance(given, dict):
        what = "'currency' in [tool.harness] is not a table"
        yield Slip("currency", what, "write [tool.harness.currency] on a line")
        return
    table = cast("dict[str, object]", given)
    for key in table:
        if key not in KEYS:
            yield Slip(
                key, f"unknown key {key!r} in [tool.harness.currency]", f"the keys are {', '.join(KEYS)}"
            )
    code = table.get("code")
    if not (
        isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
    ):
        yield Slip("code", "code is not a currency's three letters", 'write for instance code = "PKR"')
    if _number(table.get("per_usd")) is None:
        yield Slip(
            "per_usd", "per_usd is not a number above 0, as text", 'write for instance per_usd = "281.50"'
        )
    if not _is_day(table.get("as_of")):
        yield Slip(
            "as_of", "as_of is not a date", "write the day of the rate, for instance as_of = 2026-11-20"
        )


def rate_of(given: object) -> Rate | None:
    """The rate of a table without slips; None where there is no table."""
    table = cast("Mapping[str, object]", given or {})
    number, day = _number(table.get("per_usd")), table.get("as_of")
    if number is None or not isinstance(day, date):
        return None
    return Rate(code=str(table["code"]), per_usd=number, as_of=day)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _number(value: object) -> Decimal | None:
    """Text only: a float of TOML is not the number that was written."""
    try:
        number = Decimal(value) if isinstance(value, str) else Decimal(-1)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
