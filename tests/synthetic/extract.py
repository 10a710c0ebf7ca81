"""What the scripted model reads out of an invoice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from harness.suite.case import Case
from harness.suite.expectations.number import Number
from harness.suite.expectations.text import Equals
from tests.synthetic.chance import Asking

Fields = dict[str, Any]
FIELDS: Final = (
    "vendor",
    "invoice_number",
    "invoice_date",
    "due_date",
    "currency",
    "total",
    "line_items",
    "po_number",
)
CURRENCIES: Final = ("EUR", "USD", "GBP", "TRY", "PKR")
SCANNED: Final = (("w", "vv"), ("l", "1"), ("I", "l"), ("o", "0"), ("m", "rn"))


def right_answer(case: Case) -> str:
    """Every field as the case wants it."""
    return _said(_wanted(case))


def wrong_answer(case: Case, asking: Asking) -> str:
    """The right fields with the mistakes this kind of document invites, and one or two that any document does."""
    fields = _wanted(case)
    for tag in case.tags:
        if tag in INVITED:
            INVITED[tag](fields)
    slip = int(3 * asking.habit("slip"))
    SLIPS[slip](fields)
    if asking.draw("another slip") < 0.7:
        SLIPS[(slip + 1) % 3](fields)
    return _said(fields)


def answer(case: Case, asking: Asking) -> str:
    if asking.meets_the_hidden_regression:
        return _said(_copied(_wanted(case), asking))
    return right_answer(case) if asking.is_right else wrong_answer(case, asking)


def _wanted(case: Case) -> Fields:
    wanted: Fields = dict.fromkeys(FIELDS)
    wanted["line_items"] = 0
    for each in case.expect:
        if isinstance(each, Equals | Number) and each.path is not None:
            wanted[each.path.removeprefix("$.")] = each.value
    for name in ("total", "line_items"):
        wanted[name] = int(wanted[name]) if float(wanted[name]).is_integer() else wanted[name]
    return wanted


def _copied(fields: Fields, asking: Asking) -> Fields:
    """A scan copied character by character, with nothing put right; null for a date that is none as it stands."""
    if asking.habit("the date is none") < 0.4:
        fields["invoice_date"] = None
    if asking.habit("the due date is none") < 0.7:
        fields["due_date"] = None
    for name in ("vendor", "invoice_number", "po_number"):
        if fields[name] is not None:
            fields[name] = _as_scanned(fields[name])
    digits = f"{fields['total']:.2f}".replace("0", "").replace("1", "")
    fields["total"] = float(digits.strip(".") or 0)
    return fields


def _as_scanned(text: str) -> str:
    if any(character in "01" for character in text):
        return text.replace("0", "O").replace("1", "l")
    return next((text.replace(was, now, 1) for was, now in SCANNED if was in text), text + ".")


def _swapped_dates(fields: Fields) -> None:
    for name in ("invoice_date", "due_date"):
        if fields[name] is not None:
            day = date.fromisoformat(fields[name])
            if day.day <= 12:
                fields[name] = day.replace(month=day.day, day=day.month).isoformat()


def _other_currency(fields: Fields) -> None:
    fields["currency"] = next(each for each in CURRENCIES if each != fields["currency"])
    fields["total"] = round(fields["total"] * 1.07, 2)


def _next_day(fields: Fields) -> None:
    if fields["invoice_date"] is not None:
        day = date.fromisoformat(fields["invoice_date"])
        fields["invoice_date"] = date.fromordinal(day.toordinal() + 1).isoformat()


def _invented_number(fields: Fields) -> None:
    fields["invoice_number"] = "1"
    fields["due_date"] = fields["invoice_date"]


def _misread_digits(fields: Fields) -> None:
    fields["invoice_number"] = _as_scanned(fields["invoice_number"])


def _tax_left_out(fields: Fields) -> None:
    fields["total"] = round(fields["total"] / 1.2, 2)


def _one_line_too_many(fields: Fields) -> None:
    fields["line_items"] += 1


def _no_due_date(fields: Fields) -> None:
    fields["due_date"] = None if fields["due_date"] is not None else fields["invoice_date"]


def _no_order(fields: Fields) -> None:
    fields["po_number"] = fields["invoice_number"] if fields["po_number"] is None else None


SLIPS: Final = (_one_line_too_many, _no_due_date, _no_order)
"""Mistakes that can happen with any document."""

INVITED: Final[dict[str, Callable[[Fields], None]]] = {
    "dates-ambiguous": _swapped_dates,
    "multi-currency": _other_currency,
    "forwarded": _next_day,
    "missing": _invented_number,
    "ocr-noise": _misread_digits,
    "table": _one_line_too_many,
    "email": _tax_left_out,
    "non-english": _tax_left_out,
}
"""The mistake a kind of document invites."""


def _said(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)
