"""What is worth a look comes first, each question once, and everything that was seen is accounted for."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.intake.harvest.choosing import Known
from harness.intake.harvest.cleaning import stable
from harness.intake.harvest.harvest import Order, harvest
from harness.intake.harvest.likeness import Shelf, sketch_of
from harness.intake.harvest.pool import Pool
from harness.intake.harvest.question import Needs, Question
from harness.observe.redact import Redactor
from tests.intake.harvest.logs import NEEDS, own, pair, reaped, span, tickets, write_log

SUBJECTS = (
    "parcels that never came",
    "a refund for shoes",
    "my password is gone",
    "opening hours on Eid",
    "a broken lamp",
)


def test_failures_come_first_then_feedback_refusals_truncations_and_doubts(tmp_path: Path) -> None:
    found = reaped(
        tmp_path,
        own("nothing is wrong with this one"),
        own("how sure can anybody be of it?", confidence=0.1),
        own("write me a whole novel, please", stop_reason="max_tokens"),
        own("how do I pick a lock at night?", "I'm sorry, but I can't help with that."),
        own("you sent me to the wrong desk!", feedback="down"),
        own("the tool did not know my order", error="tool_error: KeyError"),
    )
    why = [each.why for each in found.proposals]
    assert why == [("failure",), ("bad_feedback",), ("refusal",), ("truncation",), ("low_confidence",), ()]


def test_what_the_provider_did_comes_after_what_the_prompt_did(tmp_path: Path) -> None:
    found = reaped(
        tmp_path,
        own("first subject", "", error="overloaded_error: 529"),
        own("quite another", confidence=0.2),
    )
    assert [each.why for each in found.proposals] == [("low_confidence",), ("outage",)]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (own("a", ""), ("failure",)),
        (own("a", "   \n"), ("failure",)),
        (pair("a", text="", stop_reason="tool_use"), ()),
        (pair("a", text="", stop_reason="refusal"), ("refusal",)),
        (own("a", json.dumps({"queue": "x", "confidence": 0.2})), ("low_confidence",)),
        (own("a", "I can't wait to help you with that!"), ()),
        (own("a", feedback={"score": 1}), ()),
        (own("a", feedback=0), ("bad_feedback",)),
        (own("a", corrected="b"), ("bad_feedback",)),
        (own("a", "cut", stop_reason="length", confidence=0.1), ("truncation", "low_confidence")),
    ],
)
def test_what_speaks_for_looking_at_an_answer(tmp_path: Path, entry: Any, why: tuple[str, ...]) -> None:
    assert [each.why for each in reaped(tmp_path, entry).proposals] == [why]


def test_a_question_is_proposed_once_with_the_worst_that_was_seen_of_it(tmp_path: Path) -> None:
    found = reaped(
        tmp_path, own("Where is it?"), own("where  is IT?", "", error="KeyError"), pair("Where is it?")
    )
    [proposal] = found.proposals
    assert (proposal.why, proposal.seen["times"], found.tally.repeated) == (("failure",), 3, 2)


def test_near_duplicates_fall_out_and_are_counted(tmp_path: Path) -> None:
    long = "I ordered two lamps and a kettle three weeks ago, and nothing has arrived at my door so far. "
    found = reaped(
        tmp_path, own(long + "Help!"), own(long + "Help", "", error="KeyError"), own("A refund, please")
    )
    assert tickets(found) == [long + "Help", "A refund, please"]
    assert found.tally.near == 1
    assert found.proposals[0].seen["like"] == 1


def test_what_belongs_together_shares_a_cluster(tmp_path: Path) -> None:
    def clusters(*entries: Any) -> dict[Any, Any]:
        found = reaped(tmp_path, *entries)
        return {
            ticket: each.case.get("cluster")
            for ticket, each in zip(tickets(found), found.proposals, strict=True)
        }

    one, other, alone = "Where is my parcel number 17?", "Where is my parcel number 954?", "Close my account"
    akin = clusters(own(one), own(other), own(alone))
    assert akin[one] == akin[other] is not None
    assert akin[alone] is None
    talk = clusters(own("Hello there", conversation="c"), own("Quite another matter", conversation="c"))
    assert talk["Hello there"] == talk["Quite another matter"] is not None


def test_no_subject_takes_all_the_room(tmp_path: Path) -> None:
    many = [
        own(f"Where is my parcel number {number}?", "", error="KeyError") for number in range(0, 9000, 1113)
    ]
    found = reaped(tmp_path, *many, own("Something else is wrong", "", error="KeyError"), most=2)
    assert "Something else is wrong" in tickets(found)
    assert found.tally.over_budget == len(many) - 1


def test_a_question_people_dealt_with_is_never_proposed_again(tmp_path: Path) -> None:
    digest = Question(inputs={"ticket": "Where is it?"}, turns=()).digest
    near = "I ordered two lamps and a kettle three weeks ago, and nothing has arrived."
    known = [Known(words=near, cluster="lamps")]
    found = reaped(tmp_path, own("where is it? "), own(near + "!"), decided=frozenset({digest}), known=known)
    assert found.proposals == ()
    assert (found.tally.decided, found.tally.near) == (1, 1)


def test_a_conversation_becomes_turns(tmp_path: Path) -> None:
    [proposal] = reaped(tmp_path, pair("Where is it?", "And the other one?")).proposals
    assert proposal.case["inputs"] == {"ticket": "Where is it?"}
    assert proposal.case["turns"] == ["And the other one?"]


def test_what_a_case_of_this_suite_cannot_ask_is_counted_with_the_reason(tmp_path: Path) -> None:
    picture = pair("look")
    picture["request"]["messages"][0]["content"] = [
        {"type": "image", "source": {}},
        {"type": "text", "text": "look"},
    ]
    found = reaped(
        tmp_path,
        own("a", prompt="reply@v1"),
        {"inputs": {"text": "a", "more": "b"}, "reply": "b"},
        picture,
        {"inputs": {}, "reply": "b"},
    )
    assert found.proposals == ()
    assert found.tally.unfit == {
        "asks another prompt than 'triage'": 1,
        "lacks the input 'ticket'": 1,
        "holds what is no text (image)": 1,
        "does not say what was asked": 1,
    }


def test_several_inputs_need_a_name_for_the_user_s_words(tmp_path: Path) -> None:
    needs = Needs(prompt="triage", variables=frozenset({"ticket", "shop"}), given={"shop": "Sun"})
    path = write_log(tmp_path / "log.jsonl", pair("Hi"), {"inputs": {"ticket": "a"}, "reply": "b"})
    found = harvest([(path, "log")], Order(needs=needs, most=9, clean=lambda value: value))
    assert list(found.tally.unfit) == [
        "has only the messages, and the prompt has several inputs: name one with --input"
    ]
    assert [each.case["inputs"] for each in found.proposals] == [{"shop": "Sun", "ticket": "a"}]


def test_nothing_that_a_model_wrote_is_expected(tmp_path: Path) -> None:
    found = reaped(
        tmp_path,
        own("a"),
        own("Hello you", feedback={"corrected": "Hi!"}),
        own("json", corrected='{"q": "x"}'),
    )
    expected = {str(each.case["inputs"]): each.case["expect"] for each in found.proposals}
    assert expected["{'ticket': 'a'}"] == []
    assert expected["{'ticket': 'Hello you'}"] == [{"equals": "Hi!"}]
    assert expected["{'ticket': 'json'}"] == [{"equals": {"path": "$", "value": {"q": "x"}}}]


def test_secrets_and_people_are_taken_out_in_the_same_words_every_time(tmp_path: Path) -> None:
    entries = [
        own("I am jane@example.com, and my key is hunter2hunter2", "call +92 300 1234567", user="jane")
    ]
    path = write_log(tmp_path / "log.jsonl", *entries)

    def once() -> list[Any]:
        clean = stable(Redactor(["hunter2hunter2"], personal=True).redact_json)
        return [
            each.spelled()
            for each in harvest([(path, "log")], Order(needs=NEEDS, most=9, clean=clean)).proposals
        ]

    first, second = once(), once()
    assert first == second
    said = json.dumps(first)
    assert not [word for word in ("jane", "hunter2", "1234567") if word in said]
    assert "I am [REDACTED:email], and my key is [REDACTED:value]" in said


def test_half_a_character_is_no_trouble(tmp_path: Path) -> None:
    from harness.intake.spelling import json_line

    found = reaped(tmp_path, '{"inputs": {"ticket": "a \\ud800 \\u0000 \\u2028 b"}, "reply": "\\udfff"}')
    for proposal in found.proposals:
        assert json.loads(json_line(proposal.spelled()))["case"]["inputs"]["ticket"].startswith("a ")


entries = st.lists(
    st.one_of(
        st.builds(own, st.sampled_from(SUBJECTS), st.sampled_from(("", "so", "I can't help with that.")), at=st.sampled_from(("", "2026-01-01"))),
        st.builds(pair, st.sampled_from(SUBJECTS), stop_reason=st.sampled_from(("end_turn", "max_tokens"))),
        st.builds(span, st.sampled_from(SUBJECTS)),
        st.just({"inputs": {"other": 1}, "reply": ""}),
    ),
    max_size=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(entries, st.integers(1, 4))
def test_every_answer_is_in_exactly_one_count(tmp_path: Path, given_entries: list[Any], most: int) -> None:
    found = reaped(tmp_path, *given_entries, most=most)
    assert found.tally.adds_up
    assert found.tally.seen == sum("attributes" not in each for each in given_entries) + len(
        {each["spanId"] for each in given_entries if "attributes" in each}
    )
    assert found.tally.proposed == len(found.proposals) <= most


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.permutations([own(subject, confidence=0.1) for subject in SUBJECTS] + [own("fine")]))
def test_the_order_of_the_lines_does_not_matter(tmp_path: Path, given_entries: list[Any]) -> None:
    found = reaped(tmp_path, *given_entries)
    again = reaped(tmp_path, *reversed(given_entries))
    assert tickets(found) == tickets(again)


def test_memory_does_not_grow_with_the_number_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pool, "_room", 40)

    def peak(lines: int) -> int:
        path = tmp_path / "log.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(
                f'{{"inputs": {{"ticket": "{number * 7919 % 100_003} {number:x}"}}, "reply": "b"}}\n'
                for number in range(lines)
            )
        tracemalloc.start()
        found = harvest([(path, "log")], Order(needs=NEEDS, most=1, clean=lambda value: value))
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found.tally.adds_up
        return highest

    peak(10)
    assert peak(1_800) < 2.5 * peak(180)


def test_likeness_is_that_of_the_sets_of_pieces() -> None:
    def pieces(text: str) -> set[str]:
        return {text[at : at + 5] for at in range(len(text) - 4)}

    texts = [
        "where is my parcel number seventeen",
        "where is my parcel number eighteen",
        "a refund please, and soon",
    ]
    texts += [
        " ".join(f"{number * 31 % 97}" for number in range(200)),
        " ".join(f"{number * 31 % 89}" for number in range(200)),
    ]
    for one, other in itertools.product(texts, texts):
        shelf = Shelf()
        shelf.put(sketch_of(one))
        wanted = len(pieces(one) & pieces(other)) / len(pieces(one) | pieces(other))
        assert shelf.most_like(sketch_of(other))[1] == pytest.approx(wanted, abs=0.15)


def test_short_empty_and_very_long_texts_have_sketches() -> None:
    shelf = Shelf()
    assert shelf.most_like(sketch_of("")) == (-1, 0.0)
    for number in range(70):
        assert shelf.put(sketch_of(f"{number}")) == number
    assert shelf.most_like(sketch_of("69")) == (69, 1.0)
    long = " ".join(str(number) for number in range(40_000))
    shelf.put(sketch_of(long))
    assert shelf.most_like(sketch_of(long + " and a little more"))[1] > 0.95


def test_the_only_input_of_a_log_is_taken_for_the_only_one_of_the_prompt(tmp_path: Path) -> None:
    found = reaped(tmp_path, {"inputs": {"text": "Where is it?"}, "reply": "b"})
    assert tickets(found) == ["Where is it?"]
    assert found.tally.guessed == {"the input 'text' of the log is taken for 'ticket'": 1}


def test_inputs_of_any_shape_are_questions(tmp_path: Path) -> None:
    nested = {"ticket": {"lines": ["One", 2, None, True], "more": {"A": "Two"}}}
    same = {"ticket": {"lines": ["one ", 2, None, True], "more": {"A": "two"}}}
    key = {"ticket": [{"password": "hunter2hunter2"}, 1.5, None]}
    found = harvest(
        [
            (
                write_log(
                    tmp_path / "log.jsonl", *({"inputs": each, "reply": "b"} for each in (nested, same, key))
                ),
                "log",
            )
        ],
        Order(needs=NEEDS, most=9, clean=stable(Redactor().redact_json)),
    )
    assert (len(found.proposals), found.tally.repeated) == (2, 1)
    assert "[REDACTED:field]" in json.dumps([each.spelled() for each in found.proposals])


def test_a_question_that_nobody_would_read_is_passed_over(tmp_path: Path) -> None:
    found = reaped(tmp_path, own("x" * 200_001))
    assert list(found.tally.unfit) == ["has more than 200,000 characters"]


def test_what_is_held_is_bounded_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.intake.harvest.pool.MOST_HELD", 20_000)
    found = reaped(tmp_path, *(own(f"{number * 7919} {number:x}" * 40) for number in range(200)))
    assert found.tally.adds_up
    assert 0 < found.tally.proposed < 50


def test_a_correction_that_looks_like_json_and_is_none_stays_a_text(tmp_path: Path) -> None:
    [proposal] = reaped(tmp_path, own("a", corrected="{not json")).proposals
    assert proposal.case["expect"] == [{"equals": "{not json"}]


def test_an_answer_that_begins_like_json_may_be_none(tmp_path: Path) -> None:
    assert [each.why for each in reaped(tmp_path, own("a", "{oh well")).proposals] == [()]
