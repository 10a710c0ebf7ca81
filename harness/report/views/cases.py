"""Cases as rows: what became of each, how often it passed, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from harness.call.exchange import Usage
from harness.compare.comparison import CaseChange, Change
from harness.record import Answer
from harness.report import words
from harness.report.views.asked import cut, messages_of
from harness.report.views.brief import brief_pair
from harness.report.views.case import AnswerView, CaseAnswers, CaseRow, Pair
from harness.report.views.grades import attempt_lines, failing, grade_lines
from harness.report.views.numbers import case_numbers
from harness.report.views.paired import grade_pairs, step_pairs
from harness.report.views.repeating import NOT_AGAIN, Again
from harness.report.views.steps import step_lines

WORSE = frozenset({Change.REGRESSED, Change.BROKE})
_NOTHING = CaseAnswers()
_WORDS: dict[Change, str] = {
    Change.IMPROVED: "improved",
    Change.REGRESSED: "regressed",
    Change.SAME: "same",
    Change.UNSURE: "unsure",
    Change.BROKE: "not measured now",
    Change.MENDED: "measured again",
    Change.UNMEASURED: "not measured",
    Change.ADDED: "new",
    Change.REMOVED: "gone",
    Change.NOT_COMPARABLE: "case edited",
    Change.QUARANTINED: "in quarantine",
}


def change_word(change: Change) -> str:
    """A change as people read it."""
    return _WORDS[change]


def case_rows(
    changes: Sequence[CaseChange], answers: Mapping[str, CaseAnswers], again: Again = NOT_AGAIN
) -> tuple[tuple[CaseRow, ...], tuple[CaseRow, ...]]:
    """Every case in the order given (worst first), and those among them that became worse.

    `again` is what asks one of them once more.
    """
    rows = tuple(_row(each, answers.get(each.case_id, _NOTHING), again) for each in changes)
    worse = tuple(row for row, each in zip(rows, changes, strict=True) if each.change in WORSE)
    return rows, worse


def run_rows(
    answers: Sequence[Answer], again: Again = NOT_AGAIN
) -> tuple[tuple[CaseRow, ...], tuple[CaseRow, ...]]:
    """The cases of a single run, failures first, and those that did not pass every repeat."""
    grouped: dict[str, list[Answer]] = {}
    for answer in answers:
        grouped.setdefault(answer.case_id, []).append(answer)
    ordered = sorted(grouped.items(), key=lambda each: (_badness(each[1]), each[0]))
    rows = tuple(_run_row(case_id, tuple(group), again) for case_id, group in ordered)
    return rows, tuple(row for row in rows if row.change != "passed")


def _row(case: CaseChange, answers: CaseAnswers, again: Again) -> CaseRow:
    before, after = _typical(answers.baseline, good=True), _typical(answers.candidate, good=False)
    short_before, short_after = brief_pair(before, after)
    return CaseRow(
        case_id=case.case_id,
        tags=case.tags,
        change=_WORDS[case.change],
        points="" if case.difference is None else words.points(case.difference),
        before=_passed(answers.baseline, case.baseline),
        after=_passed(answers.candidate, case.candidate),
        short_before=short_before,
        short_after=short_after,
        missing=words.listing(tuple(dict.fromkeys(case.missing))),
        place=_place(answers.candidate or answers.baseline),
        asked_before=messages_of(answers.baseline),
        asked_after=messages_of(answers.candidate),
        pairs=_pairs(answers),
        cost_usd=_cost(answers.candidate),
        latency_s=_latency(answers.candidate),
        failing=_failing(answers.candidate),
        numbers_before=case_numbers(answers.baseline),
        numbers_after=case_numbers(answers.candidate),
        difference=case.difference,
        mean=case.candidate,
        is_worse=case.change in WORSE,
        command=again.command(case.case_id, case.change),
    )


def _run_row(case_id: str, answers: tuple[Answer, ...], again: Again) -> CaseRow:
    worst, word, mean = _typical(answers, good=False), _run_word(answers), _mean(answers)
    return CaseRow(
        case_id=case_id,
        tags=(),
        change=word,
        points="",
        before="",
        after=_passed(answers, None),
        short_before="",
        short_after=brief_pair(None, worst)[1],
        missing=words.listing(
            tuple(dict.fromkeys(each.detail for each in answers if each.detail and each.score is None))
        ),
        place=_place(answers),
        asked_before=(),
        asked_after=messages_of(answers),
        pairs=_pairs(CaseAnswers(candidate=answers)),
        cost_usd=_cost(answers),
        latency_s=_latency(answers),
        failing=_failing(answers),
        numbers_after=case_numbers(answers),
        mean=mean,
        is_worse=word != "passed",
        command=again.command(case_id, None),
    )


def _run_word(answers: Sequence[Answer]) -> str:
    passed = [each.passed for each in answers if each.score is not None]
    if not passed:
        return _WORDS[Change.UNMEASURED]
    if all(passed):
        return "passed"
    return "passes at times" if any(passed) else "failed"


def _mean(answers: Sequence[Answer]) -> float | None:
    scores = [each.score for each in answers if each.score is not None]
    return sum(scores) / len(scores) if scores else None


def _badness(answers: Sequence[Answer]) -> float:
    mean = _mean(answers)
    return -1.0 if mean is None else mean


def _passed(answers: Sequence[Answer], mean: float | None) -> str:
    known = [each.passed for each in answers if each.passed is not None]
    if known:
        return f"{sum(known)}/{len(known)}"
    if mean is not None:
        return f"{mean:.2f}"
    return "none" if answers else "–"


def _typical(answers: Sequence[Answer], *, good: bool) -> Answer | None:
    """The answer that shows best what a side does: one that passed before, one that did not now."""
    for answer in answers:
        if answer.passed is good:
            return answer
    return answers[0] if answers else None


def _place(answers: Sequence[Answer]) -> str:
    return answers[0].case_place if answers else ""


def _cost(answers: Sequence[Answer]) -> str | None:
    known = [each.cost for each in answers if each.cost is not None]
    return format(sum(known, Decimal(0)), "f") if known else None


def _latency(answers: Sequence[Answer]) -> float | None:
    known = [float(each.latency) for each in answers if each.latency is not None]
    return sum(known) if known else None


def _failing(answers: Sequence[Answer]) -> tuple[str, ...]:
    return failing([grade for each in answers for grade in each.grades])


def _pairs(answers: CaseAnswers) -> tuple[Pair, ...]:
    before = {each.repeat: _answer(each) for each in answers.baseline}
    after = {each.repeat: _answer(each) for each in answers.candidate}
    compared = bool(answers.baseline)
    return tuple(
        _pair(repeat, before.get(repeat), after.get(repeat), compared=compared)
        for repeat in sorted({*before, *after})
    )


def _pair(repeat: int, before: AnswerView | None, after: AnswerView | None, *, compared: bool) -> Pair:
    both = tuple(((), ()) if each is None else (each.grades, each.steps) for each in (before, after))
    return Pair(
        repeat=repeat,
        baseline=before,
        candidate=after,
        grades=grade_pairs(both[0][0], both[1][0], compared=compared),
        steps=step_pairs(both[0][1], both[1][1]),
    )


def _answer(answer: Answer) -> AnswerView:
    kept = cut(answer.text)
    return AnswerView(
        outcome=answer.outcome,
        passed=answer.passed,
        text=kept.text,
        note=" · ".join(each for each in (answer.detail, kept.note) if each),
        facts=_facts(answer),
        evidence=answer.evidence,
        steps=step_lines(answer.steps),
        grades=grade_lines(answer.grades),
        attempts=attempt_lines(answer.attempts),
    )


def _facts(answer: Answer) -> str:
    facts = [
        answer.model,
        None if answer.score is None else f"score {answer.score:.2f}",
        None if answer.latency is None else words.seconds(answer.latency),
        None if answer.cost is None else words.dollars(answer.cost),
        None if answer.usage is None else _tokens(answer.usage),
        None if answer.stop_reason in {None, "end_turn"} else f"stopped: {answer.stop_reason}",
    ]
    return " · ".join(each for each in facts if each is not None)


def _tokens(usage: Usage) -> str:
    cached = usage.cache_write_5m_tokens + usage.cache_write_1h_tokens + usage.cache_read_tokens
    prompt = usage.input_tokens + cached
    told = f"{prompt:,} tokens in" + (f" ({cached:,} of the cache)" if cached else "")
    return f"{told}, {usage.output_tokens:,} out"
