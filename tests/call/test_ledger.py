"""The accounts by themselves: what is granted fits under every cap, and every account is the sum of what happened."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.call.exchange import Request
from harness.call.ledger import RUN, Account, Caps, Ledger, Reach, Scope, day_scope, suite_scope
from harness.units import FREE, Usd
from tests.doubles import REQUEST

DAY = date(2026, 11, 21)
MONEY = st.integers(0, 100).map(lambda cents: Usd(Decimal(cents) / 100))
SIDES, MODELS = ("baseline", "candidate"), ("dear", "cheap", "unbounded")


def usd(amount: str) -> Usd:
    return Usd(Decimal(amount))


def asked(side: str, model: str) -> Request:
    return replace(REQUEST, model=model, origin=replace(REQUEST.origin, side=side))


CAPS = Caps(
    call=usd("0.90"),
    run=usd("3.00"),
    day=usd("4.00"),
    suites={suite_scope("triage", "baseline"): usd("2.00")},
    models={"dear": usd("1.50"), "cheap": usd("2.50")},
)


class Ledgers(RuleBasedStateMachine):
    """Any history of reservations and settlements by anybody, in any order, also over midnight."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger.start(CAPS, {RUN: usd("0.40")})
        self.day = DAY
        self.open: list[tuple[tuple[Scope, ...], Usd]] = []
        self.booked: list[tuple[tuple[Scope, ...], Usd, Usd]] = []

    @rule(amount=MONEY, side=st.sampled_from(SIDES), model=st.sampled_from(MODELS))
    def reserve(self, amount: Usd, side: str, model: str) -> None:
        scopes = CAPS.scopes(asked(side, model), self.day)
        ledger = self.ledger.opened(scopes)
        if not ledger.fits(amount, scopes):
            with pytest.raises(ValueError, match="do not fit"):
                ledger.reserve(amount, scopes)
            return
        assert ledger.refusal(amount, scopes) is None
        self.ledger = ledger.reserve(amount, scopes)
        self.open.append((tuple(scopes), amount))
        assert amount <= usd("0.90")
        for scope, cap in scopes.items():
            assert cap is None or self.ledger.account(scope).used <= cap

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 100), cost=MONEY)
    def prove(self, which: int, cost: Usd) -> None:
        self.settle(which, cost, FREE)

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 100))
    def doubt(self, which: int) -> None:
        self.settle(which, FREE, self.open[which % len(self.open)][1])

    def settle(self, which: int, cost: Usd, uncertain: Usd) -> None:
        scopes, amount = self.open.pop(which % len(self.open))
        self.ledger = self.ledger.settle(amount, cost, uncertain, scopes)
        self.booked.append((scopes, cost, uncertain))

    @rule(amount=MONEY)
    def others_spend(self, amount: Usd) -> None:
        scope = day_scope(self.day)
        self.ledger = self.ledger.told(scope, Usd(self.ledger.account(scope).elsewhere + amount))

    @rule()
    def midnight_comes(self) -> None:
        self.day = date.fromordinal(self.day.toordinal() + 1)

    @invariant()
    def every_account_is_the_sum_of_what_happened_in_it(self) -> None:
        for scope, account in self.ledger.accounts.items():
            assert account.spent == sum(cost for scopes, cost, _ in self.booked if scope in scopes)
            assert account.uncertain == sum(doubt for scopes, _, doubt in self.booked if scope in scopes)
            assert account.reserved == sum(amount for scopes, amount in self.open if scope in scopes)

    @invariant()
    def what_fits_is_never_refused_and_with_nothing_under_way_it_is_one_or_the_other(self) -> None:
        for side in SIDES:
            for model in MODELS:
                scopes = CAPS.scopes(asked(side, model), self.day)
                ledger = self.ledger.opened(scopes)
                fits, refusal = ledger.fits(usd("0.50"), scopes), ledger.refusal(usd("0.50"), scopes)
                assert not (fits and refusal)
                assert self.open or fits == (refusal is None)


TestLedgers = Ledgers.TestCase
TestLedgers.settings = settings(max_examples=50, stateful_step_count=30)


def refusal(caps: Caps, amount: str = "1.00") -> str | None:
    scopes = caps.scopes(asked("candidate", "dear"), DAY)
    return Ledger(caps=caps).opened(scopes).refusal(usd(amount), scopes)


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        (
            Caps(call=usd("0.50")),
            ("its worst case, $1.00, is above the $0.50 one attempt may cost; "
            "raise call_usd in [tool.harness.budget], or lower max_tokens"),
        ),
        (
            Caps(run=usd("0.99")),
            "its worst case is $1.00, and $0.99 of $0.99 are left for the run; give a larger --budget",
        ),
        (
            Caps(run=usd("1E-8")),
            ("its worst case is $1.00, and $0.00000001 of $0.00000001 are left for the run; "
            "give a larger --budget"),
        ),
        (
            Caps(suites={suite_scope("triage", "candidate"): usd("0.10")}),
            ("its worst case is $1.00, and $0.10 of $0.10 are left for the suite triage (candidate); "
            "raise its budget_usd, or give a larger --budget"),
        ),
        (
            Caps(models={"dear": usd("0.20")}),
            ("its worst case is $1.00, and $0.20 of $0.20 are left for the model dear; "
            "raise it in models of [tool.harness.budget]"),
        ),
        (
            Caps(day=usd("0.30")),
            ("its worst case is $1.00, and $0.30 of $0.30 are left for the day 2026-11-21; "
            "raise day_usd in [tool.harness.budget], or go on tomorrow"),
        ),
        (Caps(suites={suite_scope("triage", "baseline"): usd("0.10")}, models={"other": usd("0.10")}), None),
        (CAPS, ("its worst case, $1.00, is above the $0.90 one attempt may cost; "
         "raise call_usd in [tool.harness.budget], or lower max_tokens")),
    ],
)  # fmt: skip
def test_a_refusal_says_which_cap_what_is_left_of_it_and_the_remedy(caps: Caps, said: str | None) -> None:
    assert refusal(caps) == said


def test_one_side_of_a_gate_does_not_use_up_what_the_other_may_spend() -> None:
    assert (
        suite_scope("triage", "") != suite_scope("triage", "baseline") != suite_scope("triage", "candidate")
    )
    assert str(suite_scope("triage", "")) == "suite triage"


@given(used=MONEY, amount=MONEY)
def test_what_others_have_used_is_not_there_to_give(used: Usd, amount: Usd) -> None:
    account = Account(cap=usd("1.00"), elsewhere=used)
    assert account.fits(amount) == (used + amount <= 1) == (not account.is_beyond(amount))
    assert account.left_at_best == max(FREE, 1 - used)


def test_an_account_without_a_cap_gives_without_end() -> None:
    account = Account(spent=usd("1000000"))
    assert (account.left_at_best, account.fits(usd("1")), account.passes(Decimal(0))) == (None, True, False)
    assert not account.is_beyond(usd("1"))


@pytest.mark.parametrize(
    ("caps", "held"),
    [
        (Caps(), False),
        (Caps(models={"cheap": usd("1")}), False),
        (Caps(models={"dear": usd("1")}), True),
        (Caps(day=usd("1")), True),
        (Caps(call=usd("1")), True),
        (Caps(run=usd("1")), True),
        (Caps(suites={suite_scope("triage", "baseline"): usd("1")}), True),
    ],
)
def test_a_model_without_a_price_is_held_back_by_every_cap_that_could_reach_it(
    caps: Caps, *, held: bool
) -> None:
    assert caps.hold_for(asked("candidate", "dear")) is held


def test_scopes_name_themselves() -> None:
    assert [str(scope) for scope in (RUN, Scope(Reach.MODEL, "claude-opus-5-5"), day_scope(DAY))] == [
        "run",
        "model claude-opus-5-5",
        "day 2026-11-21",
    ]
