"""How long the rest takes: only where enough is known, never too sure, never negative."""

from __future__ import annotations

from harness.progress.estimate import Left, time_left
from harness.progress.fold import fold
from harness.progress.state import LATEST, Progress
from harness.units import Seconds
from tests.progress.scenes import after, asked, at, back, began, moved, over, sent, stopping, waits


def left(progress: Progress, now: float) -> tuple[float, bool] | None:
    found: Left | None = time_left(progress, Seconds(now))
    return None if found is None else (round(found.length, 3), found.is_least)


def test_nothing_is_said_before_enough_trials_have_ended() -> None:
    started = at(0, began(planned=20))
    assert left(after(started, list(asked(range(4)))), 4.0) is None
    assert left(after(started, list(asked(range(5)))), 5.0) == (15.0, False)


def test_trials_asked_at_the_same_time_are_counted_as_such() -> None:
    four_at_once = [each for lane in range(4) for each in asked(range(lane, 20, 4), pace=2.0)]
    told = sorted(four_at_once, key=lambda each: each[0])
    assert left(after(at(0, began(planned=40)), told), 10.0) == (10.0, False)


def test_trials_that_were_never_asked_say_nothing_about_the_pace() -> None:
    skipped = at(1, *(over(number, "skipped") for number in range(10)))
    assert left(after(at(0, began(planned=40)), skipped), 2.0) is None


def test_only_the_latest_trials_count() -> None:
    slow = list(asked(range(LATEST), pace=10.0))
    fast = list(asked(range(LATEST, 2 * LATEST), start=10.0 * LATEST, pace=1.0))
    progress = after(at(0, began(planned=3 * LATEST)), slow, fast)
    assert left(progress, 11.0 * LATEST) == (float(LATEST), False)


def test_the_last_one_takes_as_long_as_an_attempt_does() -> None:
    lanes = [each for lane in range(10) for each in asked(range(lane, 10, 10), pace=60.0)]
    progress = after(at(0, began(planned=11)), lanes, at(60, sent(10)))
    assert left(progress, 60.0) == (60.0, False)
    assert left(progress, 100.0) == (20.0, False)
    assert left(progress, 130.0) == (13.0, False)  # it takes longer than the others did


def test_a_slower_run_is_noticed_while_it_happens() -> None:
    progress = after(at(0, began(planned=20)), list(asked(range(10))), at(10, sent(10)))
    assert left(progress, 10.0) == (10.0, False)
    assert left(progress, 20.0) == (20.0, False)


def test_a_wait_that_is_known_is_added_and_makes_it_a_lower_bound() -> None:
    working = after(at(0, began(planned=20)), list(asked(range(10))))
    waiting = fold(working, at(10, waits(10, "retry_after", 37.0), waits(11, "slot")))
    assert left(waiting, 10.0) == (47.0, True)
    assert left(waiting, 40.0) == (17.0, True)


def test_a_wait_that_is_known_is_said_even_if_nothing_else_is() -> None:
    waiting = after(at(0, began(planned=20), waits(1, "rate", 8.0), waits(2, "rate", 5.0)))
    assert left(waiting, 1.0) == (4.0, True)
    assert left(waiting, 9.0) is None


def test_others_that_are_under_way_make_a_wait_uninteresting() -> None:
    progress = after(
        at(0, began(planned=20)), list(asked(range(10))), at(10, sent(10), waits(11, "rate", 30.0))
    )
    assert left(progress, 10.0) == (10.0, False)


def test_an_open_circuit_makes_it_a_lower_bound_that_does_not_grow_with_the_silence() -> None:
    working = after(at(0, began(planned=20)), list(asked(range(10))))
    open_ = fold(working, at(10, moved("open"), waits(10, "breaker", 30.0)))
    assert left(open_, 10.0) == (40.0, True)
    assert left(open_, 35.0) == (15.0, True)
    assert left(open_, 60.0) == (10.0, True)  # the probe is late; nothing is known any more


def test_a_silence_that_is_over_is_not_the_pace() -> None:
    working = after(at(0, began(planned=30)), list(asked(range(10))))
    later = fold(working, list(asked(range(10, 20), start=100.0)))
    assert left(later, 110.0) == (10.0, False)


def test_nothing_is_left_to_say_of_a_run_that_stops_or_has_answered_everything() -> None:
    done = after(at(0, began(planned=10)), list(asked(range(10))))
    assert left(done, 10.0) is None
    halted = after(at(0, began(planned=20)), list(asked(range(10))), at(10, stopping()))
    assert left(halted, 10.0) is None


def test_trials_that_needed_no_attempt_have_a_pace_all_the_same() -> None:
    taken = [each for number in range(5) for each in at(number + 1, over(number, "degraded"))]
    assert left(after(at(0, began(planned=10)), taken), 5.0) == (5.0, False)


def test_replies_that_cost_no_time_leave_none_to_be_waited_for() -> None:
    at_once = [each for number in range(8) for each in at(1, sent(number), back(number), over(number))]
    assert left(after(at(1, began(planned=10)), at_once), 1.0) == (0.0, False)
