"""The account of an import: nothing that was met can be missing from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Place
from harness.intake.constructs import FATES, Fate, Register

HERE = Place("config.yaml", 3, 5)


def test_what_nobody_settles_is_listed() -> None:
    register = Register()
    register.meet("assertion", "equals", HERE)
    (found,) = register.close().constructs
    assert (found.fate, found.reason) == ("listed", "nothing was made of it")


def test_of_what_many_cases_share_the_worst_counts() -> None:
    register = Register()
    shared = register.meet("assertion", "regex", HERE)
    register.settle(shared, "mapped", "matches")
    register.settle(shared, "listed", "no pattern in this case")
    register.settle(shared, "bridged", "matches")
    assert [each.fate for each in register.close().constructs] == ["listed"]


def test_a_listed_construct_shows_in_the_exit_status() -> None:
    register = Register()
    register.note("assertion", "equals", HERE, ("mapped", "equals"))
    assert register.close().exit_status == 0
    register.note("option", "redteam", HERE, ("listed", "no such thing here"))
    assert register.close().exit_status == 3


def test_a_construct_says_its_place_and_its_reason_in_one_line() -> None:
    register = Register()
    register.note("assertion", "ruby", HERE, ("listed", "Ruby is not run"))
    assert str(register.close().constructs[0]) == "config.yaml:3:5: assertion ruby: listed: Ruby is not run"


@given(st.lists(st.tuples(st.sampled_from(["assertion", "prompt"]), st.lists(st.sampled_from(FATES)))))
def test_what_goes_in_comes_out(met: list[tuple[str, list[Fate]]]) -> None:
    register = Register()
    for kind, fates in met:
        ticket = register.meet(kind, "x", HERE)
        for fate in fates:
            register.settle(ticket, fate, "because")
    inventory = register.close()
    counts = inventory.counts()
    assert all(each.adds_up for each in counts.values())
    assert sum(each.met for each in counts.values()) == len(met) == len(inventory.constructs)
    assert inventory.spelled()["counts"] == {
        kind: {"in": each.met, "mapped": each.mapped, "bridged": each.bridged, "listed": each.listed}
        for kind, each in counts.items()
    }
