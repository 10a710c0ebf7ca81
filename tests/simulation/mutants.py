"""Bugs put into the runner on purpose: each must be caught, or an invariant is missing.

A mutant changes production code while its context lasts. The sentence says what is wrong with it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from harness import ended as ending
from harness import run as running
from harness import stop
from harness.call import attempts, breaker, budget, deadline, ledger, noted, rate, retry, slots, tool_loop
from harness.events import Reserved
from harness.observe.redact import Redactor
from harness.pipeline import work
from harness.store import day_book, journal, lines, past
from harness.trial import DECIDED, Answered, Degraded, Failed
from harness.units import FREE

Patch = tuple[object, str, object]
"""Where, what, and what stands there instead."""


@contextmanager
def mutated(name: str) -> Generator[None]:
    """The production code with one bug in it."""
    patches = MUTANTS[name]()
    originals = [(where, what, vars(where)[what]) for where, what, _ in patches]
    for where, what, instead in patches:
        setattr(where, what, instead)
    try:
        yield
    finally:
        for where, what, original in originals:
            setattr(where, what, original)


def _orphans_are_free() -> list[Patch]:
    original = past._Reading.journal

    def journal_of(self: Any, **how: Any) -> past.Journal:
        return replace(original(self, **how), open=())

    return [(past._Reading, "journal", journal_of)]


def _resume_asks_everything() -> list[Patch]:
    return [(past.Journal, "finished", property(lambda _self: frozenset[Any]()))]


def _one_attempt_too_many() -> list[Patch]:
    original = retry.Backoff.wait

    def wait(self: retry.Backoff, number: int, *rest: Any) -> Any:
        return original(replace(self, attempts=self.attempts + 1), number, *rest)

    return [(retry.Backoff, "wait", wait)]


def _doubtful_faults_are_tried_again() -> list[Patch]:
    original = retry.Retry._wait

    def wait(self: retry.Retry, tries: Any, *rest: Any) -> Any:
        tries.doubtful = -10
        return original(self, tries, *rest)

    return [(retry.Retry, "_wait", wait)]


def _everything_fits() -> list[Patch]:
    return [
        (ledger.Ledger, "fits", lambda *_: True),
        (ledger.Ledger, "refusal", lambda *_: None),
    ]


def _no_intent_in_the_journal() -> list[Patch]:
    original = journal.JournalWriter.note

    def note(self: journal.JournalWriter, event: Any) -> None:
        if not isinstance(event, Reserved):
            original(self, event)

    return [(journal.JournalWriter, "note", note)]


def _intents_are_not_synced() -> list[Patch]:
    return [(noted.NotedFirst, "__call__", _straight_on)]


def _cancelled_calls_keep_their_reservation() -> list[Patch]:
    original = budget.Budget._settle

    def settle(self: budget.Budget, *rest: Any) -> None:
        if not isinstance(sys.exc_info()[1], asyncio.CancelledError):
            original(self, *rest)

    return [(budget.Budget, "_settle", settle)]


def _settled_twice() -> list[Patch]:
    original = budget.Budget._settle

    def settle(self: budget.Budget, *rest: Any) -> None:
        original(self, *rest)
        original(self, *rest)

    return [(budget.Budget, "_settle", settle)]


def _unknown_cost_is_nothing() -> list[Patch]:
    return [(budget.Budget, "_judge", lambda _self, _request, booking, _fault: booking.release())]


def _retry_after_is_ignored() -> list[Patch]:
    original = retry.Backoff.wait

    def wait(self: retry.Backoff, number: int, fault: Any, draw: float) -> Any:
        return original(self, number, replace(fault, retry_after=None), draw)

    return [(retry.Backoff, "wait", wait), (rate.RateLimit, "_pause", lambda *_: None)]


def _the_model_is_not_paused() -> list[Patch]:
    return [(rate.RateLimit, "_pause", lambda *_: None)]


def _failures_are_forgotten() -> list[Patch]:
    original = journal.JournalWriter.append

    async def append(self: journal.JournalWriter, record: Any) -> None:
        if not isinstance(record.outcome, Failed):
            await original(self, record)

    return [(journal.JournalWriter, "append", append)]


def _no_limit_on_calls_in_flight() -> list[Patch]:
    return [(slots.Slots, "__call__", _straight_on)]


def _attempts_have_no_timeout() -> list[Patch]:
    return [(deadline.AttemptDeadline, "__call__", _straight_on)]


def _calls_have_no_deadline() -> list[Patch]:
    return [(deadline.Deadline, "__call__", _straight_on)]


def _half_open_lets_everybody_through() -> list[Patch]:
    original = breaker.Circuit.wait

    def wait(self: breaker.Circuit, now: Any) -> Any:
        return 0.0 if self.state is breaker.State.HALF_OPEN else original(self, now)

    return [(breaker.Circuit, "wait", wait)]


def _open_lets_everybody_through() -> list[Patch]:
    original = breaker.Circuit.wait

    def wait(self: breaker.Circuit, now: Any) -> Any:
        return 0.0 if self.state is breaker.State.OPEN else original(self, now)

    return [(breaker.Circuit, "wait", wait)]


def _acknowledged_before_it_is_synced() -> list[Patch]:
    async def append(self: journal.JournalWriter, record: Any) -> None:
        self._write({"kind": "trial", "record": lines.dump_record(record, self._use.redact)})

    return [(journal.JournalWriter, "append", append)]


def _a_torn_tail_is_taken_as_whole() -> list[Patch]:
    original = past._whole_lines

    def whole(path: str, data: bytes) -> Any:
        found, _, warnings = original(path, data)
        return found, len(data), warnings

    return [(past, "_whole_lines", whole)]


def _a_full_disk_is_not_noticed() -> list[Patch]:
    def write_all(disk: Any, file: int, data: bytes) -> None:
        try:
            disk.write(file, data)
        except OSError:
            return

    return [(journal, "write_all", write_all)]


def _a_failed_sync_is_not_noticed() -> list[Patch]:
    original = journal.JournalWriter._distrust

    def distrust(self: journal.JournalWriter, error: OSError) -> Any:
        self._confirm(self._written)
        return original(self, error)

    return [(journal.JournalWriter, "_distrust", distrust)]


def _a_signal_drops_answers() -> list[Patch]:
    def cancel(self: stop.Stop, _spared: Any) -> None:
        for task in self.under_way:
            if not task.cancelling():
                task.cancel()

    return [(stop.Stop, "_cancel_all_but", cancel)]


def _the_gate_stays_open_after_a_stop() -> list[Patch]:
    async def hold_back(_self: stop.Stop) -> None:
        return

    return [(stop.Stop, "hold_back", hold_back)]


def _after_a_signal_it_tries_again() -> list[Patch]:
    """Either line of defence holds alone, so both are taken away."""
    return [(stop.Stop, "_cancel_what_would_ask", lambda _self: None), *_the_gate_stays_open_after_a_stop()]


def _a_cancellation_hits_a_record() -> list[Patch]:
    async def at_once(_outcome: Any) -> None:
        return

    return [(running, "_let_a_cancellation_arrive", at_once)]


def _a_wrong_key_stops_nothing() -> list[Patch]:
    return [(stop, "_HOPELESS", frozenset()), (running, "_stop_if_hopeless", lambda *_: None)]


def _the_budget_is_checked_without_a_turn() -> list[Patch]:
    original = budget.Budget._booked

    def booked(self: budget.Budget, request: Any, amount: Any) -> Any:
        before = self.ledger
        booking = original(self, request, amount)
        if booking is not None:
            self.ledger = before  # whoever looks next does not see it
        return booking

    return [(budget.Budget, "_booked", booked)]


def _any_model_may_answer() -> list[Patch]:
    return [(attempts, "substitution", lambda *_: None)]


def _secrets_are_written() -> list[Patch]:
    return [
        (Redactor, "redact_text", lambda _self, text: text),
        (lines, "_clean", lambda value, _redact: value),
    ]


def _money_is_a_float() -> list[Patch]:
    original = budget._Booking.prove

    def prove(self: Any, cost: Any) -> None:
        original(self, None if cost is None else type(cost)(float(cost) * 1.0000001))

    return [(budget._Booking, "prove", prove)]


def _a_record_is_written_for_the_wrong_trial() -> list[Patch]:
    original = lines.dump_record

    def dump(record: Any, redact: Any) -> Any:
        body = original(record, redact)
        return {**body, "repeat": 1}

    return [(journal, "dump_record", dump)]


def _anybody_may_take_up_a_run() -> list[Patch]:
    return [(journal, "_lock", lambda *_: None)]


def _a_day_is_counted_for_each_process() -> list[Patch]:
    return [(day_book.OpenPage, "elsewhere", property(lambda _self: FREE))]


def _the_deadline_of_a_run_is_ignored() -> list[Patch]:
    @asynccontextmanager
    async def ending(*_: Any) -> AsyncGenerator[None]:
        yield

    return [(work, "ending", ending)]


def _a_call_of_a_tool_stays_unanswered() -> list[Patch]:
    original = tool_loop._Trial._answer

    async def answer(self: Any, calls: Any) -> None:
        await original(self, calls[:1])

    return [(tool_loop._Trial, "_answer", answer)]


def _a_degraded_reply_counts_as_an_answer() -> list[Patch]:
    original = ending._ungraded

    def record(trial: Any, outcome: Any, *rest: Any) -> Any:
        if isinstance(outcome, Degraded):
            outcome = Answered(reply=outcome.reply)
        return original(trial, outcome, *rest)

    return [(ending, "_ungraded", record)]


def _a_cut_stream_is_free() -> list[Patch]:
    original = budget.Budget._judge

    def judge(self: budget.Budget, request: Any, booking: Any, fault: Any) -> None:
        original(self, request, booking, fault)
        if fault.partial is not None:
            booking.release()

    return [(budget.Budget, "_judge", judge)]


def _what_is_not_needed_is_asked() -> list[Patch]:
    def following(course: work.Course, _stop: stop.Stop) -> Any:
        return course.following() or course.rest()

    return [(work, "_following", following)]


def _a_decision_waits_for_the_batch() -> list[Patch]:
    original = stop.Stop.soon

    def soon(self: stop.Stop, why: str, *rest: Any, **how: Any) -> None:
        if why != DECIDED or not self.under_way:
            original(self, why, *rest, **how)

    return [(stop.Stop, "soon", soon)]


async def _straight_on(_self: object, request: Any, send: Any) -> Any:
    return await send(request)


MUTANTS: dict[str, Callable[[], list[Patch]]] = {
    "a reservation nobody settled counts as free": _orphans_are_free,
    "a resume asks again what was finished": _resume_asks_everything,
    "a call gets one attempt too many": _one_attempt_too_many,
    "a fault that may be billed is tried again and again": _doubtful_faults_are_tried_again,
    "everything fits under the budget": _everything_fits,
    "the budget is checked, but not held": _the_budget_is_checked_without_a_turn,
    "no intent is written before sending": _no_intent_in_the_journal,
    "intents are not synced before sending": _intents_are_not_synced,
    "a cancelled call keeps its reservation": _cancelled_calls_keep_their_reservation,
    "a reservation is settled twice": _settled_twice,
    "an unknown cost is booked as nothing": _unknown_cost_is_nothing,
    "money passes through a float": _money_is_a_float,
    "Retry-After is ignored": _retry_after_is_ignored,
    "Retry-After holds for one call, not for its model": _the_model_is_not_paused,
    "failed trials are not recorded": _failures_are_forgotten,
    "repeats are recorded as the first one": _a_record_is_written_for_the_wrong_trial,
    "no limit on calls in flight": _no_limit_on_calls_in_flight,
    "an attempt has no timeout": _attempts_have_no_timeout,
    "a call has no deadline": _calls_have_no_deadline,
    "a half open breaker lets everybody through": _half_open_lets_everybody_through,
    "an open breaker lets everybody through": _open_lets_everybody_through,
    "a record is acknowledged before it is synced": _acknowledged_before_it_is_synced,
    "a torn tail is taken as whole": _a_torn_tail_is_taken_as_whole,
    "a full disk is not noticed": _a_full_disk_is_not_noticed,
    "a failed sync is not noticed": _a_failed_sync_is_not_noticed,
    "a signal drops answers that are not kept yet": _a_signal_drops_answers,
    "after a signal a call is tried again": _after_a_signal_it_tries_again,
    "a cancellation hits a trial while its record is kept": _a_cancellation_hits_a_record,
    "a wrong key stops nothing": _a_wrong_key_stops_nothing,
    "any model may answer": _any_model_may_answer,
    "secrets are written": _secrets_are_written,
    "anybody may take up a run that is going on": _anybody_may_take_up_a_run,
    "the cap of a day is counted for each process": _a_day_is_counted_for_each_process,
    "the deadline of a command is ignored": _the_deadline_of_a_run_is_ignored,
    "only the first call of a tool is answered": _a_call_of_a_tool_stays_unanswered,
    "a degraded reply counts as an answer": _a_degraded_reply_counts_as_an_answer,
    "a stream that was cut is free": _a_cut_stream_is_free,
    "what is not needed for a decision is asked": _what_is_not_needed_is_asked,
    "a decision lets the batch go on": _a_decision_waits_for_the_batch,
}
