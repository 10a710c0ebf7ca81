"""Accounts: what may be spent, by call, run, suite, model and day, and what is. Pure arithmetic on Decimals.

One request belongs to several accounts. Its worst case is set aside in all of them or in none, so whenever
a reservation is granted, `used <= cap` holds with it in every account that has a cap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from harness.call.exchange import Request
from harness.units import FREE, Usd


class Reach(StrEnum):
    """How far a cap reaches."""

    RUN = "run"
    """All that one command asks: every suite, both sides of a gate, and earlier parts of a resumed run."""
    SUITE = "suite"
    """One run of a suite."""
    MODEL = "model"
    """All that one command asks of a model."""
    DAY = "day"
    """All that this project spends on a day in UTC, other processes included."""


_REMEDIES = {
    Reach.RUN: "give a larger --budget",
    Reach.SUITE: "raise its budget_usd, or give a larger --budget",
    Reach.MODEL: "raise it in models of [tool.harness.budget]",
    Reach.DAY: "raise day_usd in [tool.harness.budget], or go on tomorrow",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What one account is for."""

    reach: Reach
    of: str = ""
    """The suite (with its side where there are two), the model's id, or the day; empty for the run."""

    def __str__(self) -> str:
        return f"{self.reach} {self.of}" if self.of else str(self.reach)


RUN = Scope(Reach.RUN)


def day_scope(day: date) -> Scope:
    """The account of a day in UTC."""
    return Scope(Reach.DAY, day.isoformat())


def suite_scope(suite: str, side: str) -> Scope:
    """The account of one run of a suite."""
    return Scope(Reach.SUITE, f"{suite} ({side})" if side else suite)


_NO_SUITES: Mapping[Scope, Usd] = MappingProxyType({})
_NO_MODELS: Mapping[str, Usd] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be spent. None, or a name that is not there: no bound."""

    call: Usd | None = None
    """By the worst case of one attempt."""
    run: Usd | None = None
    day: Usd | None = None
    suites: Mapping[Scope, Usd] = field(default_factory=lambda: _NO_SUITES)
    """By one run of a suite; see `suite_scope`."""
    models: Mapping[str, Usd] = field(default_factory=lambda: _NO_MODELS)
    """By one model, named by its id."""

    @property
    def hold_for_all(self) -> bool:
        """Whether anything bounds the cost of every request there may be."""
        return bool(self.suites) or any(cap is not None for cap in (self.call, self.run, self.day))

    def scopes(self, request: Request, day: date) -> Mapping[Scope, Usd | None]:
        """The accounts a request belongs to, each with its cap; the widest last."""
        suite = suite_scope(request.origin.suite, request.origin.side)
        return {
            Scope(Reach.MODEL, request.model): self.models.get(request.model),
            suite: self.suites.get(suite),
            RUN: self.run,
            day_scope(day): self.day,
        }

    def hold_for(self, request: Request) -> bool:
        """Whether anything bounds what `request` may cost."""
        return self.hold_for_all or request.model in self.models


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The money of one scope. It may pass its cap only by what a cost turns out higher than its reservation."""

    cap: Usd | None = None
    """None: no bound."""
    elsewhere: Usd = FREE
    """Used under the same cap by others: earlier parts of a run or a command, other processes."""
    spent: Usd = FREE
    """What usage reports prove."""
    uncertain: Usd = FREE
    """Reservations of attempts that may have been billed, and whose cost nobody knows."""
    reserved: Usd = FREE
    """Reservations of attempts that are under way."""

    @property
    def ours(self) -> Usd:
        """What this ledger has used of it."""
        return Usd(self.spent + self.uncertain + self.reserved)

    @property
    def used(self) -> Usd:
        """Everything that is not free to give."""
        return Usd(self.elsewhere + self.ours)

    @property
    def left_at_best(self) -> Usd | None:
        """What there is to give if the attempts under way turn out to cost nothing. None: no bound."""
        return None if self.cap is None else Usd(max(FREE, self.cap - self.used + self.reserved))

    def fits(self, amount: Usd) -> bool:
        """Whether `amount` may be reserved now."""
        return self.cap is None or self.used + amount <= self.cap

    def is_beyond(self, amount: Usd) -> bool:
        """Whether `amount` can never be reserved, whatever the attempts under way turn out to cost."""
        return self.cap is not None and self.used - self.reserved + amount > self.cap

    def passes(self, share: Decimal) -> bool:
        """Whether more than `share` of the cap is used."""
        return self.cap is not None and self.used > share * self.cap


_EMPTY = Account()
_NOTHING: Mapping[Scope, Account] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every account, and the rule over all of them."""

    caps: Caps = field(default_factory=Caps)
    accounts: Mapping[Scope, Account] = field(default_factory=lambda: _NOTHING)

    @classmethod
    def start(cls, caps: Caps, used: Mapping[Scope, Usd]) -> Ledger:
        """A ledger with what others have used already."""
        return cls(caps=caps, accounts={scope: Account(elsewhere=amount) for scope, amount in used.items()})

    def account(self, scope: Scope) -> Account:
        """One account; an empty one where nothing was booked yet."""
        return self.accounts.get(scope, _EMPTY)

    @property
    def run(self) -> Account:
        """The account every request belongs to."""
        return self.account(RUN)

    def opened(self, scopes: Mapping[Scope, Usd | None]) -> Ledger:
        """With an account and its cap for each of `scopes`."""
        new = {scope: cap for scope, cap in scopes.items() if not self._is_open(scope, cap)}
        if not new:
            return self
        return self._with({scope: replace(self.account(scope), cap=cap) for scope, cap in new.items()})

    def told(self, scope: Scope, elsewhere: Usd) -> Ledger:
        """Others have used `elsewhere` of an account by now."""
        before = self.account(scope)
        if before.elsewhere == elsewhere and scope in self.accounts:
            return self
        return self._with({scope: replace(before, elsewhere=elsewhere)})

    def fits(self, amount: Usd, scopes: Iterable[Scope]) -> bool:
        """Whether `amount` may be reserved in all of `scopes` now."""
        if self.caps.call is not None and amount > self.caps.call:
            return False
        return all(self.account(scope).fits(amount) for scope in scopes)

    def refusal(self, amount: Usd, scopes: Iterable[Scope]) -> str | None:
        """Why `amount` can never be reserved: which cap, what is left of it, and the remedy. None if it may be."""
        if self.caps.call is not None and amount > self.caps.call:
            return (
                f"its worst case, ${amount:f}, is above the ${self.caps.call:f} one attempt may cost; "
                "raise call_usd in [tool.harness.budget], or lower max_tokens"
            )
        for scope in scopes:
            account = self.account(scope)
            if account.is_beyond(amount):
                left = (
                    f"${account.left_at_best or FREE:f} of ${account.cap or FREE:f} are left for the {scope}"
                )
                return f"its worst case is ${amount:f}, and {left}; {_REMEDIES[scope.reach]}"
        return None

    def reserve(self, amount: Usd, scopes: Iterable[Scope]) -> Ledger:
        """Set `amount` aside in all of `scopes`. Raises ValueError if it does not fit into one of them."""
        named = tuple(scopes)
        if not self.fits(amount, named):
            raise ValueError(f"${amount} do not fit under the caps")
        found = {scope: self.account(scope) for scope in named}
        return self._with(
            {scope: replace(each, reserved=Usd(each.reserved + amount)) for scope, each in found.items()}
        )

    def settle(self, amount: Usd, cost: Usd, uncertain: Usd, scopes: Iterable[Scope]) -> Ledger:
        """Give a reservation of `amount` back, and book what is proved and what may have been billed."""
        found = {scope: self.account(scope) for scope in scopes}
        return self._with(
            {
                scope: replace(
                    each,
                    reserved=Usd(each.reserved - amount),
                    spent=Usd(each.spent + cost),
                    uncertain=Usd(each.uncertain + uncertain),
                )
                for scope, each in found.items()
            }
        )

    def _is_open(self, scope: Scope, cap: Usd | None) -> bool:
        account = self.accounts.get(scope)
        return account is not None and account.cap == cap

    def _with(self, changed: Mapping[Scope, Account]) -> Ledger:
        return replace(self, accounts=MappingProxyType({**self.accounts, **changed}))
