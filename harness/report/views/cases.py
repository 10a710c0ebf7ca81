"""Cases as rows: what became of each, how often it passed, and what was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from harness.call.exchange import Usage
from harness.compare.comparison import CaseChange, Change
from harness.record import Answer
from harness.report import words
from harness.report.views.contents import content_text, plain_text
from harness.report.views.grades import attempt_lines, failing, grade_lines
from harness.report.views.numbers import case_numbers
from harness.report.views.parts import MAX_ANSWER_BYTES, AnswerView, CaseAnswers, CaseRow, Pair
from harness.report.views.steps import step_lines

MAX_SHORT = 60
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
    changes: Sequence[CaseChange], answers: Mapping[str, CaseAnswers]
) -> tuple[tuple[CaseRow, ...], tuple[CaseRow, ...]]:
    """Every case in the order given (worst first), and those among them that became worse."""
    rows = tuple(_row(each, answers.get(each.case_id, _NOTHING)) for each in changes)
    worse = tuple(row for row, each in zip(rows, changes, strict=True) if each.change in WORSE)
    return rows, worse


def run_rows(answers: Sequence[Answer]) -> tuple[tuple[CaseRow, ...], tuple[CaseRow, ...]]:
    """The cases of a single run, failures first, and those that did not pass every repeat."""
    grouped: dict[str, list[Answer]] = {}
    for answer in answers:
        grouped.setdefault(answer.case_id, []).append(answer)
    ordered = sorted(grouped.items(), key=lambda each: (_mean(each[1]), each[0]))
    rows = tuple(_run_row(case_id, tuple(group)) for case_id, group in ordered)
    return rows, tuple(row for row in rows if row.change != "passed")


def _row(case: CaseChange, answers: CaseAnswers) -> CaseRow:
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
        question_before=_asked(answers.baseline),
        question_after=_asked(answers.candidate),
        pairs=_pairs(answers),
        cost_usd=_cost(answers.candidate),
        latency_s=_latency(answers.candidate),
        failing=_failing(answers.candidate),
        numbers_before=case_numbers(answers.baseline),
        numbers_after=case_numbers(answers.candidate),
    )


def _run_row(case_id: str, answers: tuple[Answer, ...]) -> CaseRow:
    worst = _typical(answers, good=False)
    return CaseRow(
        case_id=case_id,
        tags=(),
        change=_run_word(answers),
        points="",
        before="",
        after=_passed(answers, None),
        short_before="",
        short_after=brief_pair(None, worst)[1],
        missing=words.listing(
            tuple(dict.fromkeys(each.detail for each in answers if each.detail and each.score is None))
        ),
        place=_place(answers),
        question_before="",
        question_after=_asked(answers),
        pairs=_pairs(CaseAnswers(candidate=answers)),
        cost_usd=_cost(answers),
        latency_s=_latency(answers),
        failing=_failing(answers),
        numbers_after=case_numbers(answers),
    )


def _run_word(answers: Sequence[Answer]) -> str:
    passed = [each.passed for each in answers if each.score is not None]
    if not passed:
        return _WORDS[Change.UNMEASURED]
    if all(passed):
        return "passed"
    return "passes at times" if any(passed) else "failed"


def _mean(answers: Sequence[Answer]) -> float:
    scores = [each.score for each in answers if each.score is not None]
    return sum(scores) / len(scores) if scores else -1.0


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


def brief_pair(before: Answer | None, after: Answer | None) -> tuple[str, str]:
    """Both answers in a few words each. Of two JSON objects only what differs between them is shown."""
    texts = tuple(_said(each) for each in (before, after))
    objects = tuple(_json_object(text) for text in texts)
    if objects[0] is not None and objects[1] is not None and objects[0] != objects[1]:
        keys = _telling(objects[0], objects[1])
        return _brief(_values(objects[0], keys)), _brief(_values(objects[1], keys))
    return _brief(texts[0]), _brief(texts[1])


def _said(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if answer.outcome == "degraded":  # its text answers something else than what was asked
        return f"(degraded: {answer.detail})"
    if answer.text or not (answer.detail or answer.question):
        return answer.text  # of imported results nobody kept a text
    return f"({answer.outcome}: {answer.detail})" if answer.detail else "(empty)"


def _json_object(text: str) -> dict[str, object] | None:
    if not text.startswith("{") or len(text) > MAX_ANSWER_BYTES:
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _telling(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """Keys whose values differ, without those that differ in a fraction only, if others do too."""
    keys = [key for key in {**before, **after} if _at(before, key) != _at(after, key)]
    return [key for key in keys if not isinstance(after.get(key), float)] or keys


def _at(value: dict[str, object], key: str) -> str:
    return plain_text(value[key]) if key in value else "\0"


def _values(value: dict[str, object], keys: Sequence[str]) -> str:
    if len(keys) == 1 and keys[0] in value:
        return plain_text(value[keys[0]])
    return ", ".join(f"{key}: {plain_text(value[key])}" if key in value else f"no {key}" for key in keys)


def _brief(text: str) -> str:
    line = " ".join(text[: 8 * MAX_SHORT].split())
    return line if len(line) <= MAX_SHORT else f"{line[: MAX_SHORT - 1]}…"


def _pairs(answers: CaseAnswers) -> tuple[Pair, ...]:
    before = {each.repeat: each for each in answers.baseline}
    after = {each.repeat: each for each in answers.candidate}
    return tuple(
        Pair(
            repeat=repeat,
            baseline=_answer(before[repeat]) if repeat in before else None,
            candidate=_answer(after[repeat]) if repeat in after else None,
        )
        for repeat in sorted({*before, *after})
    )


def _answer(answer: Answer) -> AnswerView:
    text, cut = _cut(answer.text)
    return AnswerView(
        outcome=answer.outcome,
        passed=answer.passed,
        text=text,
        note=" · ".join(each for each in (answer.detail, cut) if each),
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


def _cut(text: str) -> tuple[str, str]:
    """The text, at most `MAX_ANSWER_BYTES` of it, and a note of what is left out."""
    if len(text) * 4 <= MAX_ANSWER_BYTES:
        return text, ""
    whole = text.encode("utf-8", "surrogatepass")
    if len(whole) <= MAX_ANSWER_BYTES:
        return text, ""
    kept = whole[:MAX_ANSWER_BYTES].decode("utf-8", "ignore")
    digest = hashlib.sha256(whole).hexdigest()
    return kept, f"first {MAX_ANSWER_BYTES:,} of {len(whole):,} bytes; SHA-256 of the whole: {digest}"


def _asked(answers: Sequence[Answer]) -> str:
    """The request of a side as people read it: each message under its role."""
    if not answers:
        return ""
    question = answers[0].question
    body = _json_object(question)
    if body is None:
        return _cut(question)[0]
    return _cut("\n\n".join(_messages(body)))[0] or _cut(question)[0]


def _messages(body: dict[str, object]) -> list[str]:
    said = [f"[system]\n{plain_text(body['system'])}"] if "system" in body else []
    messages = body.get("messages")
    for message in cast("list[object]", messages) if isinstance(messages, list) else []:
        if isinstance(message, dict):
            fields = cast("dict[str, object]", message)
            said.append(f"[{plain_text(fields.get('role'))}]\n{content_text(fields.get('content'))}")
    return said
