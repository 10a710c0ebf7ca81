"""Money: the worst case is set aside before a call, and replaced by what it cost after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from harness.call.exchange import Reply, Request
from harness.call.fault import CallFailed, Fault, Kind
from harness.call.guard import Send
from harness.call.waiting import Bell
from harness.clock import Clock
from harness.events import BudgetWarned, Emit, Reserved, Settled, WaitBegan, Waiting
from harness.units import FREE, Seconds, Usd

Price = Callable[[Request], Usd | None]
"""The worst case of one attempt, all of `max_tokens` and no cache discount; None: the model has no price."""

Cost = Callable[[Request, Reply], Usd | None]
"""What the usage of a reply costs; None if that has no price. The reply may be another model's."""

_WARN_AT = Decimal("0.8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The money of one run. Whenever a reservation is granted, `used <= cap` holds with it.

    A cost may turn out higher than its reservation (the estimate of the input was too low). Then `used` may
    pass the cap by that difference, and nothing more is granted.
    """

    cap: Usd | None = None
    """None: no bound."""
    cap_per_attempt: Usd | None = None
    spent: Usd = FREE
    """What usage reports prove."""
    uncertain: Usd = FREE
    """Reservations of attempts that may have been billed, and whose cost nobody knows."""
    reserved: Usd = FREE
    """Reservations of attempts that are under way."""

    @property
    def used(self) -> Usd:
        """Everything that is not free to give."""
        return Usd(self.spent + self.uncertain + self.reserved)

    @property
    def is_capped(self) -> bool:
        return self.cap is not None or self.cap_per_attempt is not None

    def fits(self, amount: Usd) -> bool:
        """Whether `amount` may be reserved now."""
        return self.cap is None or self.used + amount <= self.cap

    def refusal(self, amount: Usd) -> str | None:
        """Why `amount` can never be reserved, whatever the attempts under way turn out to cost; None if it may be."""
        if self.cap_per_attempt is not None and amount > self.cap_per_attempt:
            return f"its worst case, ${amount}, is above the cap of ${self.cap_per_attempt} for one attempt"
        if self.cap is not None and self.spent + self.uncertain + amount > self.cap:
            left = max(FREE, self.cap - self.spent - self.uncertain)
            return f"its worst case is ${amount}, and ${left} of ${self.cap} are left"
        return None

    def reserve(self, amount: Usd) -> Ledger:
        """Set `amount` aside. Raises ValueError if it does not fit."""
        if not self.fits(amount) or self.refusal(amount) is not None:
            raise ValueError(f"${amount} do not fit under the cap")
        return replace(self, reserved=Usd(self.reserved + amount))

    def settle(self, amount: Usd, cost: Usd, uncertain: Usd) -> Ledger:
        """Give a reservation of `amount` back, and book what is proved and what may have been billed."""
        return replace(
            self,
            reserved=Usd(self.reserved - amount),
            spent=Usd(self.spent + cost),
            uncertain=Usd(self.uncertain + uncertain),
        )

    def passes(self, share: Decimal) -> bool:
        """Whether more than `share` of the cap is used."""
        return self.cap is not None and self.used > share * self.cap


@dataclass(slots=True)
class _Booking:
    """One reservation, and what is to be booked for it. Until something better is known: all of it, as uncertain."""

    amount: Usd
    cost: Usd
    uncertain: Usd

    def release(self) -> None:
        self.cost = self.uncertain = FREE

    def prove(self, cost: Usd | None) -> None:
        if cost is not None:
            self.cost, self.uncertain = cost, FREE


@dataclass(slots=True, kw_only=True)
class Budget:
    """Refuses what does not fit under the cap; one for a whole run.

    A call that does not fit now, but would if those under way cost less than their worst case, waits for
    them, first come, first served. A model without a price is refused under a cap, and otherwise let
    through unbooked.
    """

    price: Price
    cost: Cost
    clock: Clock
    emit: Emit
    ledger: Ledger = field(default_factory=Ledger)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _settled: Bell = field(default_factory=Bell)
    _warned: bool = False

    async def __call__(self, request: Request, send: Send) -> Reply:
        amount = self.price(request)
        if amount is None:
            return await self._unpriced(request, send)
        await self._reserve(request, amount)
        booking = _Booking(amount, FREE, amount)
        try:
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
        if self.ledger.is_capped:
            detail = f"there is a budget, but no price for {request.model!r}"
            raise CallFailed(Fault(kind=Kind.UNPRICED, detail=detail))
        return await send(request)

    async def _reserve(self, request: Request, amount: Usd) -> None:
        began = self.clock.monotonic()
        origin, model = str(request.origin), request.model
        if self._turn.locked() or self._must_wait(amount):
            self.emit(WaitBegan(origin=origin, model=model, why="budget", length=None))
        async with self._turn:
            while self._must_wait(amount):
                await self._settled.wait()
            refusal = self.ledger.refusal(amount)
            if refusal is not None:
                raise CallFailed(Fault(kind=Kind.OVER_BUDGET, detail=refusal))
            self._move(self.ledger.reserve(amount))
        waited = Seconds(self.clock.monotonic() - began)
        if waited > 0:
            self.emit(Waiting(origin=origin, model=model, why="budget", length=waited))
        self.emit(Reserved(origin=origin, model=model, attempt=request.attempt, amount=amount))

    def _must_wait(self, amount: Usd) -> bool:
        return not self.ledger.fits(amount) and self.ledger.refusal(amount) is None

    def _judge(self, request: Request, booking: _Booking, fault: Fault) -> None:
        if not fault.may_be_billed:
            booking.release()
        elif fault.reply is not None:
            booking.prove(self.cost(request, fault.reply))

    def _settle(self, request: Request, booking: _Booking) -> None:
        self._move(self.ledger.settle(booking.amount, booking.cost, booking.uncertain))
        self.emit(
            Settled(
                origin=str(request.origin),
                model=request.model,
                attempt=request.attempt,
                cost=booking.cost,
                uncertain=booking.uncertain,
            )
        )

    def _move(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._settled.ring()
        if ledger.cap is not None and ledger.passes(_WARN_AT) and not self._warned:
            self._warned = True
            self.emit(BudgetWarned(cap=ledger.cap, used=ledger.used))
