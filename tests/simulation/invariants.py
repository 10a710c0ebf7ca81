"""What must be true of every schedule, whatever went wrong in it. Each check is one sentence and one function.

The checks look at what is on disk, at what the provider saw, and at the events that were told to the outside;
never at the inside of the runner. The numbers are those of the list of invariants in `docs/reliability.md`.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from urllib.parse import quote

from harness.errors import StoreError
from harness.events import BreakerMoved, Reserved, RunBegan, Settled, TrialEnded
from harness.record import Record, has_answer, is_settled
from harness.trial import DECIDED, Answered, Degraded
from tests.simulation.early import head_of
from tests.simulation.evidence import Call, Evidence, Run
from tests.simulation.process import Life, Story
from tests.simulation.provider import CANARY, Sent, answer_to
from tests.simulation.world import World

_A_MOMENT = 1e-6
_DRAIN = 5.0
"""How long a signal lets calls finish."""
_AFTER_THE_END = 15.0
"""How long the deadline of a command does."""

Check = Callable[[Evidence], Iterator[str]]
CHECKS: list[Check] = []


def _check(check: Check) -> Check:
    CHECKS.append(check)
    return check


def violations(story: Story) -> tuple[str, ...]:
    """Every invariant the story breaks: its name, and how."""
    try:
        evidence = Evidence(story)
    except (StoreError, OSError, ValueError) as error:
        return (f"journals_can_be_read: {str(error).replace(str(story.folder), '')}",)
    return tuple(f"{check.__name__}: {how}" for check in CHECKS for how in check(evidence))


@_check
def every_process_ends_in_a_known_way(evidence: Evidence) -> Iterator[str]:
    """A process finishes, stops when it is told to, says that the disk failed, or dies; nothing else."""
    for life in evidence.story.lives:
        if life.end not in ("finished", "interrupted", "store", "died"):
            yield f"process {life.number} ended with {life.end}"
        if life.left_running:
            yield f"process {life.number} left {life.left_running} tasks running"
    yield from evidence.story.loop.complaints


@_check
def one_terminal_state_per_planned_trial(evidence: Evidence) -> Iterator[str]:
    """I1: every planned trial stands there exactly once, and nothing else does."""
    for run in evidence.runs:
        rows = Counter((str(row["case_id"]), row["repeat"]) for row in run.tables.trials)
        planned = Counter(trial.key for trial in run.plan.trials)
        if rows != planned:
            yield f"{run.run_id}: {rows} instead of {planned}"
        for part in run.parts:
            twice = [origin for origin, times in Counter(part.recorded).items() if times > 1]
            if twice:
                yield f"{run.run_id}: one process recorded {twice} more than once"
        if {record.key for record in run.journal.records} != set(planned):
            yield f"{run.run_id}: not every trial has a record"


@_check
def calls_add_up_to_the_run(evidence: Evidence) -> Iterator[str]:
    """I2: what the calls cost is what the run cost, to the last digit."""
    for run in evidence.runs:
        records = (*run.journal.records, *run.journal.superseded)
        for record in records:
            calls = sum((each.cost for each in record.attempts), Decimal(0))
            if record.cost != calls:
                yield f"{run.run_id} {record.key}: {record.cost} instead of {calls}"
        in_lines = sum(
            (c for part in run.parts for each in part.settled.values() for c, _ in each), Decimal(0)
        )
        in_records = sum((each.cost or Decimal(0) for each in records), Decimal(0))
        unrecorded = sum((each.cost for each in run.journal.unrecorded), Decimal(0))
        if in_lines != in_records + unrecorded:
            yield f"{run.run_id}: {in_lines} in the ledger, {in_records} + {unrecorded} in the records"


@_check
def ledger_covers_the_bill(evidence: Evidence) -> Iterator[str]:
    """I3: what is proved is not above what the provider charged, and what may have been is not below it."""
    for run in evidence.runs:
        charged = sum((sent.bill for sent in evidence.sent_of(run)), Decimal(0))
        proved = sum((each.cost for each in run.journal.settled), Decimal(0))
        most = sum((part.ledger for part in run.parts), Decimal(0))
        if not proved <= charged <= most:
            yield f"{run.run_id}: charged {charged}, proved {proved}, at most {most}"
        told = sum(
            (each.cost or Decimal(0) for each in (*run.journal.records, *run.journal.superseded)), Decimal(0)
        )
        told += sum((each.cost for each in run.journal.unrecorded), Decimal(0)) + run.journal.cost_uncertain
        if told != most:
            yield f"{run.run_id}: the journal tells of {told}, its lines of {most}"


@_check
def no_finished_trial_is_sent_again(evidence: Evidence) -> Iterator[str]:
    """I4: a trial whose answer was kept is never asked again."""
    kept: dict[str, float] = {}
    for life in evidence.story.lives:
        for at, event in life.events:
            if isinstance(event, TrialEnded) and event.outcome in ("answered", "degraded"):
                kept.setdefault(event.origin.rpartition(":")[2], at)
    for sent in evidence.story.provider.log:
        if kept.get(sent.origin, sent.at + 1) < sent.at - _A_MOMENT:
            yield f"{sent.origin} was asked at {sent.at:.3f}, after its answer was kept"


@_check
def nothing_is_sent_after_the_decision(evidence: Evidence) -> Iterator[str]:
    """A trial that was said to be decided without it is never asked, and once one is, no other is asked any more."""
    early = evidence.story.world.early
    over: float | None = None
    for life in evidence.story.lives:
        for at, event in life.events:
            if isinstance(event, TrialEnded) and event.why == DECIDED:
                over = at if over is None else min(over, at)
                if early is None or life.program.number != 1:
                    yield f"{event.origin} was decided where nothing decides"
    mine = {
        origin for run in evidence.runs if evidence.last_of(run).program.number == 1 for origin in run.origins
    }
    for sent in evidence.story.provider.log:
        if over is not None and sent.origin in mine and sent.at > over + _A_MOMENT:
            yield f"{sent.origin} was asked at {sent.at:.3f}, after the decision at {over:.3f}"


@_check
def enough_is_enough(evidence: Evidence) -> Iterator[str]:
    """Once all that decides is answered, nothing new is asked but what the batch of that moment holds, nor by a resume."""
    early = evidence.story.world.early
    mine = [run for run in evidence.runs if evidence.last_of(run).program.number == 1]
    if early is None:
        return
    wanted = {
        str(trial.request.origin).rpartition(":")[2]
        for run in mine
        for trial in run.plan.trials
        if trial.key in head_of(run.plan.trials, early)
    }
    for life in evidence.story.lives:
        for at, event in life.events:
            if isinstance(event, TrialEnded) and event.outcome in ("answered", "degraded"):
                wanted.discard(event.origin.rpartition(":")[2])
                if not wanted:
                    yield from _asked_after(evidence, mine, life, at)
                    return


def _asked_after(evidence: Evidence, mine: list[Run], life: Life, at: float) -> Iterator[str]:
    early = evidence.story.world.early
    most = 0 if early is None or early.in_flight else early.batch * len(mine)
    origins = {origin for run in mine for origin in run.origins}
    late = [
        sent for sent in evidence.story.provider.log if sent.origin in origins and sent.at > at + _A_MOMENT
    ]
    if any(sent.life != life.number for sent in late) or len({sent.origin for sent in late}) > most:
        yield f"{late[0].origin} was asked at {late[0].at:.3f}, and there was enough at {at:.3f}"


@_check
def only_what_decides_is_needed(evidence: Evidence) -> Iterator[str]:
    """Where trials were decided without, all that decides is answered, and the run says why it ended."""
    early = evidence.story.world.early
    for run in evidence.runs:
        decided = {record.key for record in run.journal.records if is_decided(record)}
        if early is None or not decided:
            continue
        head = head_of(run.plan.trials, early)
        lacking = head - {record.key for record in run.journal.records if has_answer(record)}
        if lacking:
            yield f"{run.run_id}: decided without {sorted(lacking)}"


@_check
def what_was_acknowledged_is_there(evidence: Evidence) -> Iterator[str]:
    """A trial that was said to have ended is in the journal, whatever became of process and machine."""
    for run in evidence.runs:
        recorded = Counter(origin for part in run.parts for origin in part.recorded)
        told = Counter(
            event.origin.rpartition(":")[2]
            for life in evidence.story.lives
            for _, event in life.events
            if isinstance(event, TrialEnded) and event.origin.endswith(run.suffix)
        )
        for origin, times in told.items():
            if recorded[origin] < times:
                yield f"{run.run_id} {origin}: ended {times} times, recorded {recorded[origin]} times"


@_check
def no_answer_that_arrived_is_lost(evidence: Evidence) -> Iterator[str]:
    """What was paid for and came back in a process that ended by itself is kept as the answer of its trial."""
    whole = {life.number for life in evidence.whole_lives}
    kept = {
        (run.run_id, _origin_of(run, record)): record.outcome.reply.text
        for run in evidence.runs
        for record in run.journal.records
        if isinstance(record.outcome, Answered | Degraded)
    }
    for run in evidence.runs:
        for sent in evidence.sent_of(run):
            if sent.life in whole and sent.text is not None and sent.fate != "other_model":
                text = kept.get((run.run_id, sent.origin))
                if text is None:
                    yield f"{sent.origin}: the answer to attempt {sent.attempt} of process {sent.life} is lost"


@_check
def answers_are_those_of_their_trials(evidence: Evidence) -> Iterator[str]:
    """A kept answer is a whole one that the pinned model gave to this very trial, and was handed over."""
    for run in evidence.runs:
        given = defaultdict(set)
        for sent in evidence.sent_of(run):
            if (
                sent.text is not None
                and sent.fate != "other_model"
                and sent.model == run.plan.variant.pins[0].id
            ):
                given[sent.origin].add(sent.text.replace(CANARY, ""))
        for record in run.journal.records:
            if isinstance(record.outcome, Answered):
                origin, text = _origin_of(run, record), record.outcome.reply.text
                if not any(text.startswith(each[:20]) for each in given[origin]):
                    yield f"{origin} was answered {text!r}; the provider said {given[origin]}"
                if (
                    record.outcome.reply.degraded is not None
                    or record.outcome.reply.served_model != run.plan.variant.pins[0].id
                ):
                    yield f"{origin} was answered by {record.outcome.reply.served_model}"


@_check
def budget_holds_at_every_reservation(evidence: Evidence) -> Iterator[str]:
    """I5: spent and reserved together never pass the budget, whenever a reservation is granted."""
    for life, line in evidence.lines:
        budget = life.hardship.budget
        if budget is None:
            continue
        used = evidence.left_before(life, line)
        open_: dict[Call, Decimal] = {}
        for _, event in line.events:
            if isinstance(event, Settled):
                open_.pop((event.origin, event.model, event.attempt), None)
                used += event.cost + event.uncertain
            elif isinstance(event, Reserved):
                open_[event.origin, event.model, event.attempt] = event.amount
                if used + sum(open_.values()) > budget:
                    yield f"process {life.number}: {used} + {sum(open_.values())} of {budget}"


@_check
def a_day_holds_over_all_processes(evidence: Evidence) -> Iterator[str]:
    """I5: what all processes have spent and set aside on a day never passes its cap, and covers what was charged."""
    cap, covered = evidence.story.world.day_budget, Decimal(0)
    for page, lines in evidence.day_pages():
        used: dict[str, Decimal] = {}
        for kind, entry, amount in lines:
            used[entry] = amount
            if cap is not None and kind == "reserved" and sum(used.values()) > cap:
                yield f"{page}: {sum(used.values())} of {cap}"
        covered += sum(used.values(), Decimal(0))
    charged = sum((sent.bill for sent in evidence.story.provider.log), Decimal(0))
    if charged > covered:
        yield f"charged {charged}, and {covered} on the pages of the days"


@_check
def breaker_moves_are_legal(evidence: Evidence) -> Iterator[str]:
    """I6: closed, open, half open, and back, and open for its time; nobody passes while open, but one probe."""
    legal = {("closed", "open"), ("open", "half_open"), ("half_open", "closed"), ("half_open", "open")}
    shortest = evidence.story.world.tolerance.open_for
    for life, line in evidence.lines:
        states: dict[str, str] = defaultdict(lambda: "closed")
        opened: dict[str, float] = {}
        for at, event in line.events:
            if not isinstance(event, BreakerMoved):
                continue
            if (states[event.model], event.state) not in legal:
                yield f"process {life.number}: {states[event.model]} to {event.state}"
            if event.state == "half_open" and at - opened[event.model] < shortest - _A_MOMENT:
                yield f"process {life.number}: open for {at - opened[event.model]:.3f} s only"
            states[event.model] = event.state
            opened[event.model] = at
        yield from life.complaints


@_check
def never_more_in_flight_than_allowed(evidence: Evidence) -> Iterator[str]:
    """I7: a model never has more calls on the wire than there are slots."""
    moves: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
    for sent in evidence.story.provider.log:
        moves[sent.line, sent.model] += [(sent.at, 1), (sent.ended or sent.at, -1)]
    for (line, model), steps in moves.items():
        most = now = 0
        for _, step in sorted(steps):
            now += step
            most = max(most, now)
        if most > evidence.story.world.at_once:
            yield f"line {line}: {most} calls of {model} in flight, {evidence.story.world.at_once} allowed"


@_check
def retry_after_is_kept(evidence: Evidence) -> Iterator[str]:
    """I8: after a 429 with a time nothing goes to that model before it, and the trial itself waits for any."""
    until: dict[tuple[int, str], float] = {}
    for kind, at, sent in _in_order(evidence):
        keys = ((sent.line, sent.model), (sent.line, f"{sent.model} {sent.origin}"))
        if kind == "sent":
            late = max(until.get(key, 0.0) for key in keys)
            if at < late - _A_MOMENT:
                yield f"{sent.origin} was sent at {at:.3f}, {late - at:.3f} s too early"
        elif sent.retry_after is not None:
            wish = at + sent.retry_after
            for key in keys if sent.became == "rate_limited" else keys[1:]:
                until[key] = max(until.get(key, 0.0), wish)


@_check
def no_more_attempts_than_allowed(evidence: Evidence) -> Iterator[str]:
    """I9: a call has at most its attempts, one doubtful retry, and a run no more retries than its budget."""
    world = evidence.story.world
    by_call: dict[tuple[int, str, str, int], list[Sent]] = defaultdict(list)
    for sent in evidence.story.provider.log:
        by_call[sent.life, sent.origin, sent.model, sent.turn].append(sent)
    for (life, origin, *_), group in by_call.items():
        if len(group) > world.attempts:
            yield f"process {life}: {origin} was sent {len(group)} times"
        doubtful = [
            each for each in group if each.became in ("timeout", "disconnected", "garbled", "cancelled")
        ]
        if len(doubtful) > 2 or (len(doubtful) == 2 and group[-1] is not doubtful[-1]):
            yield f"process {life}: {origin} was sent again after {len(doubtful)} doubtful attempts"


@_check
def every_intent_is_settled_once(evidence: Evidence) -> Iterator[str]:
    """I10: what was set aside is settled once; only a process that died or could not write leaves it open."""
    for run in evidence.runs:
        for number, part in enumerate(run.parts, start=1):
            for call, settled in part.settled.items():
                if len(settled) > len(part.reserved.get(call, ())):
                    yield f"{run.run_id} part {number}: {call} was settled without being reserved"
        left_open = Counter(each.origin for each in run.journal.open)
        by_trouble = Counter(
            event.origin.rpartition(":")[2]
            for life in evidence.story.lives
            if life.number in evidence.troubled
            for _, event in life.events
            if isinstance(event, Reserved)
        )
        # A reservation whose line was the last thing the process wrote was told to nobody.
        if sum((left_open - by_trouble).values()) > len(evidence.troubled):
            yield f"{run.run_id}: left open without need: {left_open - by_trouble}"


@_check
def nothing_is_sent_without_an_intent(evidence: Evidence) -> Iterator[str]:
    """Every request the provider saw has its line in the journal, written before it was sent."""
    for run in evidence.runs:
        noted = Counter(call for part in run.parts for call, each in part.reserved.items() for _ in each)
        sent = Counter((each.origin, each.model, each.attempt) for each in evidence.sent_of(run))
        missing = sent - noted
        if missing:
            yield f"{run.run_id}: sent, but not in the journal: {dict(missing)}"


@_check
def no_call_outlives_its_bound(evidence: Evidence) -> Iterator[str]:
    """I11: an attempt and a call end by their bounds, and so does a run."""
    world = evidence.story.world
    for sent in evidence.story.provider.log:
        if (sent.ended or sent.at) - sent.at > world.attempt_timeout + _A_MOMENT:
            yield f"an attempt of {sent.origin} took {(sent.ended or 0) - sent.at:.3f} s"
    for life in evidence.story.lives:
        for asked in life.asked:
            if (asked.ended or asked.began) - asked.began > _longest_call(world) + _A_MOMENT:
                yield f"the call of {asked.origin} took {(asked.ended or 0) - asked.began:.3f} s"


@_check
def a_run_ends_by_its_bound(evidence: Evidence) -> Iterator[str]:
    """I11: rounds of calls, each within its deadline, and the time to keep them."""
    world = evidence.story.world
    for life in evidence.story.lives:
        trials = sum(len(run.plan.trials) for run in evidence.runs)
        rounds = -(-trials // (4 * world.at_once)) + len(evidence.runs)
        bound = rounds * _longest_call(world) + (trials + 2) * 2 * world.sync_takes
        if life.ended - life.began > bound + _A_MOMENT:
            yield f"process {life.number} took {life.ended - life.began:.3f} s of {bound:.3f} s"


@_check
def a_deadline_ends_the_sending(evidence: Evidence) -> Iterator[str]:
    """After the deadline of a command nothing more is sent, and what is on the wire has fifteen seconds."""
    sent_by: dict[int, list[Sent]] = defaultdict(list)
    for sent in evidence.story.provider.log:
        sent_by[sent.line].append(sent)
    for life, line in evidence.lines:
        began = next((at for at, event in line.events if isinstance(event, RunBegan)), None)
        if life.hardship.deadline is None or began is None:
            continue
        over = began + life.hardship.deadline
        late = [sent for sent in sent_by[line.number] if sent.at > over + _A_MOMENT]
        long = [
            sent for sent in sent_by[line.number] if (sent.ended or 0) > over + _AFTER_THE_END + _A_MOMENT
        ]
        if late or long:
            yield f"process {life.number}: {(late or long)[0].origin} was on the wire after the deadline"


@_check
def every_call_of_a_tool_is_answered(evidence: Evidence) -> Iterator[str]:
    """The history of a conversation is as the API demands it, in every request."""
    yield from evidence.story.provider.complaints


@_check
def nothing_stays_reserved(evidence: Evidence) -> Iterator[str]:
    """I12: when a process ends by itself, no money is set aside any more."""
    for life in evidence.whole_lives:
        open_: Counter[Call] = Counter()
        for _, event in life.events:
            if isinstance(event, Reserved):
                open_[event.origin, event.model, event.attempt] += 1
            elif isinstance(event, Settled):
                open_[event.origin, event.model, event.attempt] -= 1
        wrong = {key: count for key, count in open_.items() if count}
        if wrong:
            yield f"process {life.number}: {wrong}"


@_check
def a_signal_stops_the_sending(evidence: Evidence) -> Iterator[str]:
    """After the first signal nothing new is sent, and calls on the wire have five seconds; after the second none."""
    for life in evidence.story.lives:
        if not life.signals:
            continue
        first = life.signals[0]
        for sent in evidence.story.provider.log:
            if sent.life == life.number and sent.at > first + _A_MOMENT:
                yield f"process {life.number}: {sent.origin} was sent after the signal"
        stop = life.signals[1] if len(life.signals) > 1 else first + _DRAIN
        keep = (len(evidence.runs) * 16) * 2 * evidence.story.world.sync_takes
        if life.ended > min(stop, first + _DRAIN) + keep + _A_MOMENT:
            yield f"process {life.number} went on for {life.ended - stop:.3f} s after it was told to stop"


@_check
def a_clean_process_finishes_everything(evidence: Evidence) -> Iterator[str]:
    """After any history, one process in good times and without a cap answers every trial, as an undisturbed run does."""
    world = evidence.story.world
    for run in evidence.runs:
        last = evidence.last_of(run)
        is_free = (
            last.hardship.budget is None and world.budget_per_attempt is None and world.day_budget is None
        )
        if last.end != "finished":
            yield f"the last process {last.end}"
        for record in run.journal.records:
            if isinstance(record.outcome, Answered):
                yield from _graded_as_always(evidence, run, record)
            elif is_free and not isinstance(record.outcome, Degraded) and not is_decided(record):
                yield f"{run.run_id} {record.key}: {record.outcome.kind} at the end"


@_check
def a_hopeless_fault_stops_the_sending(evidence: Evidence) -> Iterator[str]:
    """After a 401 or a spent limit came back, nothing more is sent along that line."""
    over: dict[int, float] = {}
    for kind, at, sent in _in_order(evidence):
        if kind == "sent" and at > over.get(sent.line, at) + _A_MOMENT:
            yield f"{sent.origin} was sent after the provider had refused all calls"
        elif kind == "over" and sent.became in ("unauthorized", "spend_exhausted"):
            over.setdefault(sent.line, at)


@_check
def outputs_agree(evidence: Evidence) -> Iterator[str]:
    """I14: the rows of the store say what the records say, and what the lines of the journal say."""
    for run in evidence.runs:
        rows = run.tables
        outcomes = Counter(str(row["outcome"]) for row in rows.trials)
        if outcomes != Counter(record.outcome.kind for record in run.journal.records):
            yield f"{run.run_id}: {outcomes} in the store"
        calls = len(rows.calls)
        attempts = sum(len(each.attempts) for each in (*run.journal.records, *run.journal.superseded))
        crashed = len(run.journal.crashed)
        if calls != attempts + crashed:
            yield f"{run.run_id}: {calls} calls in the store, {attempts} + {crashed} in the records"


@_check
def every_request_is_an_attempt(evidence: Evidence) -> Iterator[str]:
    """What the provider saw is in the store, over all crashes but a power cut: it forgets what was not synced."""
    crashes = (life.hardship.crash for life in evidence.story.lives)
    if any(crash is not None and crash.is_power_loss for crash in crashes):
        return
    calls = sum(len(run.tables.calls) for run in evidence.runs)
    seen = len(evidence.story.provider.log)
    if calls < seen:
        yield f"the provider saw {seen} requests, the store has {calls}"


@_check
def secrets_are_nowhere(evidence: Evidence) -> Iterator[str]:
    """I15: the secret that the provider repeats is in no file, in no spelling."""
    spellings = {CANARY, quote(CANARY), base64.b64encode(CANARY.encode()).decode()}
    for run in evidence.runs:
        for spelling in spellings:
            if spelling.encode() in run.data:
                yield f"{run.path.name} holds the secret"


def is_decided(record: Record) -> bool:
    """Whether it was planned and not needed."""
    return is_settled(record) and not has_answer(record)


def _longest_call(world: World) -> float:
    """A call of each turn of each model, within the deadline of the case."""
    calls = (1 + world.tool_turns) * (1 + world.has_ladder)
    return min(world.case_deadline, world.call_deadline * calls)


def _is_doubtful(sent: Sent) -> bool:
    return sent.fate == "sick_stream" or sent.became in ("disconnected", "garbled", "cancelled")


def _origin_of(run: Run, record: Record) -> str:
    return f"triage/{record.case_id}#{record.repeat}{run.suffix}"


def _graded_as_always(evidence: Evidence, run: Run, record: Record) -> Iterator[str]:
    origin = _origin_of(run, record)
    good = answer_to(evidence.story.world.seed, origin).startswith("refunds")
    reply = record.outcome.reply if isinstance(record.outcome, Answered) else None
    if reply is None or reply.stop_reason != "end_turn":
        return
    if record.grading.score != float(good):
        yield f"{origin} scored {record.grading.score} for an answer that is {'good' if good else 'bad'}"


def _in_order(evidence: Evidence) -> list[tuple[str, float, Sent]]:
    steps = [("sent", sent.at, sent) for sent in evidence.story.provider.log]
    steps += [("over", sent.ended, sent) for sent in evidence.story.provider.log if sent.ended is not None]
    return sorted(steps, key=lambda step: (step[1], step[0] == "over"))
