"""The lines people see, at the widths they have; kept as gold text so that a change of it is read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from harness.events import BudgetWarned
from harness.progress.fold import fold
from harness.progress.layout import Screen, lines
from harness.progress.state import Progress
from harness.progress.words import details, figures, one_line
from harness.units import Seconds, Usd
from tests.progress.scenes import (
    after,
    asked,
    at,
    began,
    ended,
    moved,
    over,
    scored,
    sent,
    settled,
    stopping,
    waited,
    waits,
)
from tests.report.gold import assert_gold

BUSY = after(
    at(0, began(planned=360)), list(asked(range(214), pace=0.2)), at(42.8, *map(sent, range(214, 226)))
)
GATE = after(
    at(0, began("baseline", 180), began("candidate", 180, kept=60)),
    list(asked(range(50), "baseline")),
    at(50, *(over(number, "failed", "candidate", "timeout") for number in range(3)), sent(99, "baseline")),
    at(50, *(waits(number, "slot", side="candidate") for number in range(10, 34))),
)
REST = [
    over(number, "answered", side)
    for side, first in (("baseline", 50), ("candidate", 3))
    for number in range(first, 180 if first == 50 else 120)
]
SICK = fold(
    GATE,
    at(50, moved("open"), waits(50, "breaker", 14.0, "baseline"))
    + at(50, *(waited(number, "retry_after", 37.0, "baseline") for number in range(60, 63)))
    + at(50, *(waits(number, "rate", side="baseline") for number in range(70, 82))),
)
SCENES: dict[str, tuple[Progress, float]] = {
    "before anything is planned": (Progress(), 0.0),
    "all is well": (BUSY, 42.9),
    "a gate with failures, resumed": (GATE, 50.0),
    "one call waits": (fold(BUSY, at(43, waited(230, "retry_after", 37.0))), 43.1),
    "a storm": (SICK, 53.0),
    "a probe": (fold(SICK, at(64, moved("half_open", "time for a probe"))), 64.0),
    "the budget is nearly spent": (
        fold(
            BUSY,
            at(43, BudgetWarned(scope="run", cap=Usd(Decimal(2)), used=Usd(Decimal("1.7"))))
            + at(43, settled(214, "1.3", "0.12"), waits(227, "budget"), waits(228, "budget")),
        ),
        46.0,
    ),
    "interrupted": (fold(SICK, at(55, stopping(5.0))), 56.5),
    "interrupted again": (fold(SICK, at(57, stopping(0.0))), 57.0),
    "the time is over": (fold(SICK, at(55, stopping(5.0, "deadline"))), 56.5),
    "a refused key": (fold(SICK, at(55, stopping(None, "unauthorized"))), 55.0),
    "everything is answered": (fold(GATE, at(60, *REST)), 60.0),
    "everything is saved": (fold(GATE, at(60, *REST, ended("baseline"), ended("candidate"))), 60.5),
    "some pass and some do not": (
        fold(
            after(at(0, began("baseline", 180), began("candidate", 180))),
            at(9, *(scored(number, "baseline", passed=number != 4) for number in range(40)))
            + at(9, *(scored(number, "candidate", passed=number % 9 > 0) for number in range(38))),
        ),
        9.0,
    ),
    "a replay": (after(at(0, began(planned=30, mode="replay", budget=None)), at(1, over(1))), 1.0),
}


def text(progress: Progress, now: float, screen: Screen, title: str = "triage") -> str:
    found = lines(title, progress, Seconds(now), screen)
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in found)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_what_is_going_on_as_people_see_it(width: int) -> None:
    scenes = (f"# {name}\n{text(*scene, Screen(width=width))}" for name, scene in SCENES.items())
    assert_gold(f"progress-{width}.txt", "\n".join(scenes))


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("width", [20, 39, 79, 81, 133])
def test_no_line_is_wider_than_the_screen(scene: tuple[Progress, float], width: int) -> None:
    shown = text(*scene, Screen(width=width))
    assert max(len(line) for line in shown.splitlines()) <= width


def test_the_bar_is_as_long_at_the_end_as_in_the_beginning() -> None:
    start = text(after(at(0, began(planned=1000))), 0.0, Screen(width=80))
    saved = fold(after(at(0, began(planned=1000))), at(9, *map(over, range(1000))))
    assert start.count("─") == text(saved, 9.0, Screen(width=80)).count("━") == 13


def test_the_bars_of_both_sides_stand_below_the_whole() -> None:
    whole, *sides, _ = text(*SCENES["everything is saved"], Screen(width=80)).splitlines()
    assert {line.index("━") for line in (whole, *sides)} == {whole.index("━")}
    assert {line.count("━") for line in (whole, *sides)} == {whole.count("━")}
    assert {line.index("/") for line in (whole, *sides)} == {whole.index("/")}


def test_a_log_has_all_of_it_in_one_line() -> None:
    assert one_line("triage", *SCENES["some pass and some do not"]) == (  # type: ignore[arg-type]  # seconds
        "triage 78/360   $0.00 of $2.00   at least 1 s   baseline 40/180 (39 of 40 passed so far)   "
        "candidate 38/180 (33 of 38 passed so far)   did not pass lately: c36, c27, c18"
    )
    assert one_line("triage", Progress(), Seconds(0.0)) == ""


def test_a_terminal_of_ascii_gets_nothing_else() -> None:
    for progress, now in SCENES.values():
        assert text(progress, now, Screen(width=80, is_ascii=True), title="café").isascii()


def test_a_hostile_name_does_nothing_to_the_terminal() -> None:
    name = "\x1b]0;owned\x07\x1b[31m::error::"
    assert "\x1b" not in text(*SCENES["a storm"], Screen(width=200), title=name)
    because = fold(SICK, at(53, moved("open", because="\x1b[2J\r\n##[error]")))
    assert text(because, 53.0, Screen(width=200)).isprintable() is False  # line ends
    assert "\x1b" not in text(because, 53.0, Screen(width=200))
    assert "##[" not in text(because, 53.0, Screen(width=200))


def test_a_model_is_named_where_there_are_several() -> None:
    two = after(at(0, began("baseline"), began("candidate")))
    other = fold(two, [(Seconds(1.0), moved("open"))])
    assert details(other, Seconds(1.0))[-1].text.startswith("circuit open")


@pytest.mark.parametrize(
    ("planned", "took", "words"),
    [
        (6, 5.0, "about 1 s"),
        (17, 5.0, "about 12 s"),
        (36, 5.0, "about 35 s"),
        (95, 5.0, "about 2 min"),
        (5000, 5.0, "about 1 h 24 min"),
    ],
)
def test_the_time_left_is_no_more_exact_than_it_can_be(planned: int, took: float, words: str) -> None:
    progress = after(at(0, began(planned=planned)), list(asked(range(5), pace=took / 5)))
    assert figures(progress, Seconds(took))[-1].text == words


def test_waits_too_short_to_be_read_are_not_shown() -> None:
    progress = after(at(0, began(), waits(1, "retry", 1.5), waits(2, "rate")))
    assert details(progress, Seconds(0.1)) == ()
    assert [span.text for span in details(progress, Seconds(2.5))] == [
        "1 waiting: rate limit",
        "1 waiting: a pause before the next try",
    ]
