"""Money: the worst case is set aside before a call, and replaced by what it cost after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.ledger import Ledger, Scope, day_scope
from harness.call.waiting import Bell
from harness.clock import Clock
from harness.events import BudgetWarned, Emit, Reserved, Settled, WaitBegan, Waiting
from harness.units import FREE, Seconds, Usd

Price = Callable[[Request], Usd | None]
"""The worst case of one attempt, all of `max_tokens` and no cache discount; None: the model has no price."""

Cost = Callable[[Request, Reply], Usd | None]
"""What the usage of a reply costs; None if that has no price. The reply may be another model's."""

_WARN_AT = Decimal("0.8")


class Page(Protocol):
    """One day of a book, while nobody else can write there."""

    @property
    def elsewhere(self) -> Usd:
        """What everybody but this book's owner has spent or set aside on this day."""
        ...

    def reserve(self, amount: Usd) -> str:
        """Note that `amount` is set aside; gives the entry's name. Raises StoreError, and then nothing is noted."""
        ...


class Book(Protocol):
    """What all processes of a project spend, day by day in UTC."""

    def opened_at(self, day: date) -> AbstractContextManager[Page]:
        """The page of `day`, for a moment without any wait in it. Raises StoreError."""
        ...

    def settle(self, day: date, entry: str, used: Usd) -> None:
        """Replace a reservation of `day` by what is spent or may have been billed. Never raises."""
        ...


class NoBook:
    """Nobody else spends anything."""

    elsewhere = FREE

    def opened_at(self, day: date) -> AbstractContextManager[NoBook]:  # noqa: ARG002 - every page is alike
        return nullcontext(self)

    def reserve(self, amount: Usd) -> str:  # noqa: ARG002 - nobody reads it
        return ""

    def settle(self, day: date, entry: str, used: Usd) -> None:
        """Forget it."""


@dataclass(slots=True, kw_only=True)
class _Booking:
    """One reservation, and what is to be booked for it. Until something better is known: all of it, as uncertain."""

    amount: Usd
    scopes: tuple[Scope, ...]
    day: date
    """On which it was made, also if it is settled after midnight."""
    entry: str
    cost: Usd = FREE
    uncertain: Usd

    def release(self) -> None:
        self.cost = self.uncertain = FREE

    def prove(self, cost: Usd | None) -> None:
        if cost is not None:
            self.cost, self.uncertain = cost, FREE

    def bound(self, least: Usd | None, most: Usd | None) -> None:
        if least is not None and most is not None:
            self.cost, self.uncertain = least, Usd(most - least)


@dataclass(slots=True, kw_only=True)
class Budget:
    """Refuses what does not fit under every cap; one for a whole run.

    A call that does not fit now, but would if those of this run that are under way cost less than their
    worst case, waits for them, first come, first served. A model without a price is refused under a cap, and
    otherwise let through unbooked.
    """

    price: Price
    cost: Cost
    clock: Clock
    emit: Emit
    ledger: Ledger = field(default_factory=Ledger)
    book: Book = field(default_factory=NoBook)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _settled: Bell = field(default_factory=Bell)
    _warned: set[Scope] = field(default_factory=set[Scope])

    async def __call__(self, request: Request, send: Send) -> Reply:
        amount = self.price(request)
        if amount is None:
            return await self._unpriced(request, send)
        booking = await self._reserve(request, amount)
        try:
            self._announce(request, booking)
            reply = await send(replace(request, on_withdrawn=booking.release))
            booking.prove(self.cost(request, reply))
        except CallFailed as failed:
            self._judge(request, booking, failed.fault)
            raise
        else:
            return reply
        finally:
            self._settle(request, booking)

    async def _unpriced(self, request: Request, send: Send) -> Reply:
        if self.ledger.caps.hold_for(request):
            detail = (
                f"there is a budget, but no price for {request.model!r}; add its price to prompts/models.yaml"
            )
            raise CallFailed(Fault(kind=Kind.UNPRICED, detail=detail))
        return await send(request)

    async def _reserve(self, request: Request, amount: Usd) -> _Booking:
        began, has_told = self.clock.monotonic(), self._turn.locked()
        origin, model = str(request.origin), request.model
        if has_told:
            self.emit(WaitBegan(origin=origin, model=model, why="budget", length=None))
        async with self._turn:
            while (booking := self._booked(request, amount)) is None:
                if not has_told:
                    has_told = True
                    self.emit(WaitBegan(origin=origin, model=model, why="budget", length=None))
                await self._settled.wait()
        waited = Seconds(self.clock.monotonic() - began)
        if waited > 0:
            self.emit(Waiting(origin=origin, model=model, why="budget", length=waited))
        return booking

    def _announce(self, request: Request, booking: _Booking) -> None:
        origin, model = str(request.origin), request.model
        try:
            self.emit(Reserved(origin=origin, model=model, attempt=request.attempt, amount=booking.amount))
        except BaseException:  # it could not be noted, so it is not sent
            booking.release()
            raise

    def _booked(self, request: Request, amount: Usd) -> _Booking | None:
        """The reservation, or None while it does not fit. Raises CallFailed when it never will."""
        day = self.clock.now().date()
        scopes = self.ledger.caps.scopes(request, day)
        with self.book.opened_at(day) as page:
            ledger = self.ledger.opened(scopes).told(day_scope(day), page.elsewhere)
            refusal = ledger.refusal(amount, scopes)
            if refusal is not None:
                raise CallFailed(Fault(kind=Kind.OVER_BUDGET, detail=refusal))
            if not ledger.fits(amount, scopes):
                return None
            entry = page.reserve(amount)
        self._move(ledger.reserve(amount, scopes))
        return _Booking(amount=amount, scopes=tuple(scopes), day=day, entry=entry, uncertain=amount)

    def _judge(self, request: Request, booking: _Booking, fault: Fault) -> None:
        if not fault.may_be_billed:
            booking.release()
        elif fault.reply is not None:
            booking.prove(self.cost(request, fault.reply))
        elif fault.partial is not None:
            least, most = fault.partial, _written_to_the_end(request, fault.partial)
            booking.bound(self.cost(request, least), self.cost(request, most))

    def _settle(self, request: Request, booking: _Booking) -> None:
        cost, uncertain = booking.cost, booking.uncertain
        self.book.settle(booking.day, booking.entry, Usd(cost + uncertain))
        self._move(self.ledger.settle(booking.amount, cost, uncertain, booking.scopes))
        self.emit(
            Settled(
                origin=str(request.origin),
                model=request.model,
                attempt=request.attempt,
                cost=cost,
                uncertain=uncertain,
            )
        )

    def _move(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._settled.ring()
        for scope, account in ledger.accounts.items():
            if account.cap is not None and account.passes(_WARN_AT) and scope not in self._warned:
                self._warned.add(scope)
                self.emit(BudgetWarned(scope=str(scope), cap=account.cap, used=account.used))


def _written_to_the_end(request: Request, partial: Reply) -> Reply:
    """The dearest reply a stream that was cut can have been the beginning of: the model may have gone on."""
    longest = max(request.max_tokens, partial.usage.output_tokens)
    return replace(partial, usage=replace(partial.usage, output_tokens=longest))
