from __future__ import annotations

from harness.call.canonical import canonical
from harness.record import Answer
from harness.report.views.cases import run_rows
from harness.units import Json

SHOWN: Json = {
    "type": "image",
    "source": {
        "type": "base64",
        "media_type": "image/png",
        "data": {"name": "evals/x.png", "bytes": 68, "sha256": "ab" * 32},
    },
}


def test_an_attachment_is_shown_by_its_name_its_size_and_its_digest() -> None:
    blocks: list[Json] = [SHOWN, {"type": "text", "text": "What is it?"}, {"type": "other"}]
    question = canonical(
        {"messages": [{"role": "user", "content": blocks}, {"role": "user", "content": [{"type": "text"}]}]}
    )
    answer = Answer(
        case_id="a",
        repeat=1,
        outcome="answered",
        detail="",
        text="A kettle.",
        question=question,
        stop_reason="end_turn",
        score=1.0,
        passed=True,
        evidence=(),
        latency=None,
        cost=None,
        case_place="evals/triage.yaml:1:1",
    )
    (row,), _failed = run_rows([answer])
    assert row.asked_after[0].role == "user"
    assert row.asked_after[0].text.startswith(
        f"[attachment evals/x.png, 68 bytes, SHA-256 {'ab' * 32}]\nWhat is it?\n"
    )
