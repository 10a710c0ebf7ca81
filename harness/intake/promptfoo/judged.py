"""Assertions that another model decides: a judge of ours is asked the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.intake.judges import Question
from harness.intake.nunjucks import as_text
from harness.intake.promptfoo.wanted import Answer, Entry, Translate, Wanted, bridged, listed, mapped

MET: Final[Question] = "met"
DEGREE: Final[Question] = "degree"
REFERENCE: Final[Question] = "reference"
_MOST_CONTEXT = 20_000


def _rubric(wanted: Wanted) -> Answer:
    text = "\n".join(wanted.texts()).strip()
    if not text:
        return listed("it says no rubric")
    return mapped(_asked(wanted, text, None))


def _asked(wanted: Wanted, criteria: str, usual: float | None) -> Entry:
    """Whether the criteria are met; how far, where there is a threshold for it."""
    bar = wanted.threshold if wanted.threshold is not None else usual
    at_least = {} if bar is None or wanted.graded else {"at_least": bar}
    judge = MET if bar is None and not wanted.graded else DEGREE
    return {"rubric": {"judge": judge, "criteria": criteria, **at_least}}


def _g_eval(wanted: Wanted) -> Answer:
    texts = [text.strip() for text in wanted.texts() if text.strip()]
    if not texts:
        return listed("it says no criteria")
    criteria = texts[0] if len(texts) == 1 else "\n".join(f"- {text}" for text in texts)
    return bridged(_asked(wanted, criteria, 0.7), "judged in one go, without steps that a model writes first")


def _factuality(wanted: Wanted) -> Answer:
    text = (wanted.text() or "").strip()
    if not text:
        return listed("it says no reference")
    bar = {} if wanted.threshold is None or wanted.graded else {"at_least": wanted.threshold}
    return mapped({"agrees": {"judge": REFERENCE, "reference": text, **bar}})


def _closed(wanted: Wanted) -> Answer:
    text = (wanted.text() or "").strip()
    return mapped(_asked(wanted, text, None)) if text else listed("it says no criterion")


def _relevance(wanted: Wanted) -> Answer:
    criteria = (
        "The answer is about what was asked: it answers the question, and does not talk of something else."
    )
    return bridged(
        _asked(wanted, criteria, None), "a judge reads question and answer; promptfoo compares embeddings"
    )


def _context(wanted: Wanted) -> Answer:
    given = wanted.inputs.get("context")
    context = as_text(given) if given is not None else ""
    if not context.strip() or len(context) > _MOST_CONTEXT:
        return listed("it looks at a context, and no variable `context` says one")
    question = {
        "context-faithfulness": "Everything the answer claims is in the context.",
        "context-recall": f"The context holds what is needed to say this: {wanted.text() or ''}",
        "context-relevance": "The context is about what was asked.",
    }[wanted.kind]
    return bridged(
        _asked(wanted, f"{question}\nThe context:\n{context}", None),
        "judged in one go, not statement by statement",
    )


def _goal(wanted: Wanted) -> Answer:
    goal = wanted.value.get("goal") if isinstance(wanted.value, Mapping) else wanted.value
    if not isinstance(goal, str) or not goal.strip():
        return listed("it says no goal")
    return bridged(
        _asked(wanted, f"The goal was reached: {goal.strip()}", None),
        "the judge reads the answer, not the steps",
    )


JUDGED: Final[Mapping[str, Translate]] = {
    "llm-rubric": _rubric,
    "g-eval": _g_eval,
    "factuality": _factuality,
    "model-graded-factuality": _factuality,
    "model-graded-closedqa": _closed,
    "answer-relevance": _relevance,
    "conversation-relevance": _relevance,
    "context-faithfulness": _context,
    "context-recall": _context,
    "context-relevance": _context,
    "trajectory:goal-success": _goal,
}
LISTED: Final[Mapping[str, str]] = {
    "agent-rubric": "no judge works with tools here",
    "classifier": "no classifier is asked here",
    "guardrails": "the API tells of no guardrails; a refusal is graded by `refusal`",
    "human": "label the answers, then `harness import labels`",
    "max-score": "answers of one run are not compared with one another; the gate compares two sides",
    "moderation": "no moderation API is asked here",
    "perplexity": "the API gives no log-probabilities",
    "perplexity-score": "the API gives no log-probabilities",
    "pi": "a scorer of somebody else's service",
    "rouge-s": "promptfoo only knows its name",
    "ruby": "Ruby is not run here; write it in Python",
    "search-rubric": "no judge searches the web here",
    "select-best": "answers of one run are not compared with one another; see `prefers`",
    "skill-used": "nothing tells of skills here",
    "trace-error-spans": "there are no spans here; see `trajectory`",
    "trace-span-count": "there are no spans here; see `trajectory`",
    "trace-span-duration": "there are no spans here; see `trajectory`",
    "webhook": "nothing is sent anywhere to be graded",
}
"""Types that nothing here corresponds to, each with the reason."""
