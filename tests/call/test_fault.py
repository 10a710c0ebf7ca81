import pytest

from harness.call.fault import _RULES, CallFailed, Fault, Kind
from tests.call.bench import fault

# kind: whose, then r(etry) b(illed) s(ick) w(ell) m(odel stops) R(un stops) t(ransmitted)
WHAT_FOLLOWS = {
    Kind.RATE_LIMITED: ("provider", "rwt"),
    Kind.SPEND_EXHAUSTED: ("ours", "wmRt"),
    Kind.OVERLOADED: ("provider", "rst"),
    Kind.SERVER_ERROR: ("provider", "rst"),
    Kind.TIMEOUT: ("provider", "rbst"),
    Kind.UNREACHABLE: ("provider", "rs"),
    Kind.DISCONNECTED: ("provider", "rbst"),
    Kind.GARBLED: ("provider", "rbst"),
    Kind.UNAUTHORIZED: ("ours", "wmRt"),
    Kind.UNKNOWN_MODEL: ("ours", "wmt"),
    Kind.BAD_REQUEST: ("ours", "wt"),
    Kind.SUBSTITUTED: ("provider", "bwt"),
    Kind.OVER_BUDGET: ("ours", ""),
    Kind.UNPRICED: ("ours", "m"),
    Kind.CIRCUIT_OPEN: ("provider", ""),
    Kind.DEADLINE: ("provider", "bt"),
    Kind.TOOL_LOOP: ("model", "wt"),
    Kind.STALE_FIXTURE: ("ours", ""),
    Kind.BUG: ("ours", "bt"),
}


def test_every_kind_has_its_rule() -> None:
    assert set(_RULES) == set(Kind) == set(WHAT_FOLLOWS)


@pytest.mark.parametrize("kind", Kind)
def test_what_follows_from_a_fault(kind: Kind) -> None:
    one = fault(kind)
    answers = {
        "r": one.is_retryable,
        "b": one.may_be_billed,
        "s": one.is_sickness,
        "w": one.is_health,
        "m": one.stops_the_model,
        "R": one.stops_the_run,
        "t": one.was_sent,
    }
    assert (one.whose, "".join(letter for letter, holds in answers.items() if holds)) == WHAT_FOLLOWS[kind]


@pytest.mark.parametrize("kind", Kind)
def test_no_fault_is_sickness_and_health_at_once(kind: Kind) -> None:
    assert not (fault(kind).is_sickness and fault(kind).is_health)


def test_the_server_may_veto_a_retry() -> None:
    assert not Fault(kind=Kind.OVERLOADED, detail="", should_retry=False).is_retryable


def test_the_server_cannot_ask_for_a_retry_that_makes_no_sense() -> None:
    assert not Fault(kind=Kind.BAD_REQUEST, detail="", should_retry=True).is_retryable


def test_an_attempt_that_knows_whether_it_is_billed_overrules_its_kind() -> None:
    assert Fault(kind=Kind.OVERLOADED, detail="", billed=True).may_be_billed
    assert not Fault(kind=Kind.DISCONNECTED, detail="", billed=False).may_be_billed


def test_a_failed_call_says_what_happened() -> None:
    assert str(CallFailed(fault(Kind.TIMEOUT))) == "timeout: made up timeout"
