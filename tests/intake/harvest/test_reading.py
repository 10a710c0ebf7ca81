"""Three kinds of log, told apart by what stands in them, become the same sightings."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.intake.harvest.lines import lines_of
from harness.intake.harvest.peek import moment, share
from harness.intake.harvest.reading import LogReader
from harness.intake.harvest.sighting import Sighting
from tests.intake.harvest.logs import attribute, message, otlp, own, pair, records, span, write_log

AT = "2025-11-21T10:00:00+00:00"


def read(folder: Path, *entries: Any) -> tuple[LogReader, list[Sighting]]:
    reader = LogReader()
    return reader, list(reader.read([(write_log(folder / "log.jsonl", *entries), "log.jsonl")]))


def only(folder: Path, *entries: Any) -> Sighting:
    _reader, [sighting] = read(folder, *entries)
    return sighting


def test_our_own_format_says_everything(tmp_path: Path) -> None:
    feedback = {"score": -1, "comment": "wrong queue", "corrected": "refunds"}
    more: dict[str, Any] = {
        "confidence": "30%",
        "error": {"type": "tool_error", "message": "no such order"},
        "prompt": "triage@v2",
    }
    seen = only(
        tmp_path, own("a", at=AT, conversation="c1", stop_reason="max_tokens", feedback=feedback, **more)
    )
    assert (seen.inputs, seen.reply, seen.prompt) == ({"ticket": "a"}, "a fine answer", "triage")
    assert (seen.confidence, seen.ending, seen.error) == (0.3, "truncated", "tool_error: no such order")
    assert seen.feedback is not None
    assert (seen.feedback.is_bad, seen.feedback.comment, seen.feedback.corrected) == (
        True,
        "wrong queue",
        "refunds",
    )
    assert (seen.at, seen.conversation, seen.place.line) == (AT, "c1", 1)


def test_an_anthropic_pair_keeps_what_the_user_said_in_order(tmp_path: Path) -> None:
    seen = only(tmp_path, pair("Hello", "And my parcel?", stop_reason="refusal", text="", at=1763719200))
    assert (seen.said, seen.reply, seen.ending, seen.at) == (("Hello", "And my parcel?"), "", "refused", AT)


def test_results_of_tools_and_errors_of_the_api_are_nobody_s_words(tmp_path: Path) -> None:
    asked = pair("Where is it?")
    asked["request"]["messages"].append(
        {"role": "user", "content": [{"type": "tool_result", "content": "lost"}]}
    )
    asked["response"] = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    seen = only(tmp_path, asked)
    assert (seen.said, seen.error) == (("Where is it?",), "overloaded_error: Overloaded")


def test_a_chat_completion_is_a_pair_too(tmp_path: Path) -> None:
    asked = pair("Hi")
    asked["response"] = {"choices": [{"message": {"content": "cut"}, "finish_reason": "length"}]}
    seen = only(tmp_path, asked)
    assert (seen.reply, seen.ending) == ("cut", "truncated")


def test_a_span_of_today_s_conventions(tmp_path: Path) -> None:
    failed = span("Hi", reason="length", status={"code": 2, "message": "it broke"})
    seen = only(tmp_path, otlp(failed))
    assert (seen.said, seen.reply, seen.ending, seen.error) == (
        ("Hi",),
        "a fine answer",
        "truncated",
        "it broke",
    )
    assert (seen.at, seen.model) == (AT, "claude-opus-5-5")


def test_messages_may_be_structured_values_of_otlp(tmp_path: Path) -> None:
    def any_value(value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return {
                "kvlistValue": {
                    "values": [{"key": key, "value": any_value(each)} for key, each in value.items()]
                }
            }
        if isinstance(value, list):
            return {"arrayValue": {"values": [any_value(each) for each in value]}}
        return {"stringValue": value}

    asked = span("Hi")
    asked["attributes"] = [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {
            "key": "gen_ai.input.messages",
            "value": any_value([message("user", "Hi"), message("assistant", "so")]),
        },
        {"key": "gen_ai.response.finish_reasons", "value": any_value(["content_filter"])},
    ]
    seen = only(tmp_path, otlp(asked))
    assert (seen.said, seen.ending) == (("Hi",), "refused")


def test_what_belongs_to_a_span_may_stand_in_other_lines(tmp_path: Path) -> None:
    ids = {"traceId": "t", "spanId": "s"}
    bare = {**ids, "attributes": [attribute("gen_ai.operation.name", "chat")]}
    details = [attribute("gen_ai.input.messages", [message("user", "Hi")])]
    judged = [
        attribute("gen_ai.evaluation.score.label", "not_relevant"),
        attribute("gen_ai.evaluation.explanation", "off"),
    ]
    seen = only(
        tmp_path,
        records({**ids, "eventName": "gen_ai.client.inference.operation.details", "attributes": details}),
        otlp(bare),
        records({**ids, "eventName": "gen_ai.evaluation.result", "attributes": judged}),
    )
    assert seen.said == ("Hi",)
    assert seen.feedback is not None
    assert (seen.feedback.is_bad, seen.feedback.comment) == (True, "off")


@pytest.mark.parametrize(
    "events",
    [
        [
            {"name": "gen_ai.user.message", "attributes": [attribute("content", "Hi")]},
            {"name": "gen_ai.choice", "attributes": [attribute("message", {"content": "so"}), attribute("finish_reason", "length")]},
        ],
        [
            {"name": "gen_ai.user.message", "attributes": [attribute("gen_ai.event.content", {"role": "user", "content": "Hi"})]},
            {"name": "gen_ai.choice", "attributes": [attribute("gen_ai.event.content", {"finish_reason": "length", "message": {"content": "so"}})]},
        ],
    ],
)  # fmt: skip
def test_events_of_a_message_each_are_read_as_before(tmp_path: Path, events: list[Any]) -> None:
    old = {
        "traceId": "t",
        "spanId": "s",
        "attributes": [attribute("gen_ai.system", "anthropic")],
        "events": events,
    }
    seen = only(tmp_path, otlp(old))
    assert (seen.said, seen.ending) == (("Hi",), "truncated")


def test_numbered_attributes_and_exported_spans_are_read(tmp_path: Path) -> None:
    facts = {
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "Be kind",
        "gen_ai.prompt.1.role": "user",
    }
    facts |= {"gen_ai.prompt.1.content": "Hi", "gen_ai.completion.0.content": "so"}
    seen = only(tmp_path, {"name": "chat", "context": {"trace_id": "t", "span_id": "s"}, "attributes": facts})
    assert (seen.said, seen.reply) == (("Hi",), "so")


def test_spans_that_call_no_model_are_counted(tmp_path: Path) -> None:
    other = {"traceId": "t", "spanId": "x", "attributes": [attribute("http.method", "GET")]}
    tool = {"traceId": "t", "spanId": "y", "attributes": [attribute("gen_ai.operation.name", "execute_tool")]}
    reader, found = read(tmp_path, otlp(other, tool, span("Hi")))
    assert (len(found), reader.other_spans) == (1, 2)


def test_a_file_may_be_one_document(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text(json.dumps([own("a"), own("b")], indent=2), "utf-8")
    assert len(list(LogReader().read([(path, "trace.json")]))) == 2


def test_what_cannot_be_read_is_said_with_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        "nonsense",
        "[1]",
        "{}",
        "[" * 100_000,
        '{"inputs": ' + "9" * 10_000 + ', "reply": ""}',
        '{"a": 1}',
    ]
    reader, found = read(tmp_path, own("a"), *bad, own("b"), '{"inputs": {"ticket": "c"}, "reply": NaN}')
    assert [seen.place.line for seen in found] == [1, 8, 9]
    assert [problem.place.line for problem in reader.problems] == [2, 3, 4, 5, 6, 7]
    assert reader.unread == 6


@pytest.mark.parametrize(
    "entry",
    [
        {"inputs": None, "reply": None},
        {"messages": [None, 1, {"role": 3, "content": {"a": 1}}], "output": [1], "feedback": [], "error": []},
        {"request": {"messages": "Hi"}, "response": 7},
        {"request": {"body": {"messages": [{}]}}, "response": {"choices": [None], "content": "x"}},
        {
            "resourceSpans": [
                None,
                {"scopeSpans": {"spans": 1}},
                {"scopeSpans": [{"spans": [7, {"events": [None, 1]}]}]},
            ]
        },
        {
            "resourceLogs": [
                {
                    "scopeLogs": [
                        {"logRecords": [{"body": {"stringValue": "x"}, "eventName": "gen_ai.choice"}]}
                    ]
                }
            ]
        },
        {"traceId": 1, "attributes": [{"key": "gen_ai.prompt", "value": {"intValue": "x"}}]},
        {"spanId": "s", "attributes": {"gen_ai.input.messages": "[" * 50_000}},
    ],
)
def test_anything_may_stand_where_something_else_belongs(tmp_path: Path, entry: dict[str, Any]) -> None:
    reader, found = read(tmp_path, entry)
    assert reader.documents == 1
    assert len(found) <= 2


KEYS = [
    "inputs",
    "reply",
    "messages",
    "request",
    "response",
    "role",
    "content",
    "parts",
    "feedback",
    "attributes",
    "error",
    "at",
    "resourceSpans",
    "scopeSpans",
    "spans",
    "events",
    "name",
    "key",
    "value",
    "body",
    "spanId",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(("inputs", "reply", "request", "response", "resourceSpans", "spanId", "attributes")),
        json_values,
    )
)
def test_no_object_is_too_strange(tmp_path_factory: pytest.TempPathFactory, entry: dict[str, Any]) -> None:
    from tests.intake.harvest.logs import document

    reader = LogReader()
    found = [*reader._sightings(document(entry)), *reader._spans.rest()]
    assert all(isinstance(seen.reply, str) for seen in found)


def test_a_gigabyte_on_one_line_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with path.open("wb") as file:
        file.write(b'{"reply": "')
        file.truncate(80_000_000)  # a sparse file: the line costs nothing until it is read
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + json.dumps(own("a")).encode() + b"\n")
    reader = LogReader()
    tracemalloc.start()
    found = list(reader.read([(path, "log.jsonl")]))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [seen.place.line for seen in found] == [2]
    assert "a line of 80,000,001 bytes; the most is 16,777,216" in reader.problems[0].what
    assert peak < 3 * 16_777_216


@given(st.binary(max_size=60), st.integers(1, 12))
def test_lines_are_whole_or_told_to_be_too_long(content: bytes, most: int) -> None:
    wanted = [each for each in content.split(b"\n") if each.strip(b" \t\r\n\0\xef\xbb\xbf")]
    found = [line for line in lines_of(io.BytesIO(content), most) if line.is_too_long or line.content]
    assert all(len(line.content) <= most for line in found)
    short = [line for line in found if not line.is_too_long]
    assert len(short) >= sum(len(each) < most and bool(each.strip(b" \t\r\0\xef\xbb\xbf")) for each in wanted)


@pytest.mark.parametrize("name", ["missing.jsonl", "folder", "pipe"])
def test_what_is_no_file_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=name):
        list(LogReader().read([(tmp_path / name, name)]))


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (1763719200, AT),
        ("1763719200000", AT),
        (1763719200000000000, AT),
        ("2025-11-21T15:00:00+05:00", AT),
        ("2025-11-21T10:00:00", AT),
        ("yesterday", ""),
        (None, ""),
        (1e300, ""),
        (True, ""),
    ],
)
def test_moments_in_any_unit(written: Any, wanted: str) -> None:
    assert moment(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"), [(0.5, 0.5), ("50 %", 0.5), ("0.5", 0.5), (2, None), (True, None), ("x", None)]
)
def test_confidence_is_a_share_or_nothing(written: Any, wanted: float | None) -> None:
    assert share(written) == wanted


def test_an_answer_may_stand_at_the_end_of_its_conversation(tmp_path: Path) -> None:
    talk = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
    ]
    seen = only(tmp_path, {"messages": talk, "rating": 1.5})
    assert (seen.said, seen.reply) == (("Hi",), "Hello")
    assert seen.feedback is not None
    assert seen.feedback.is_bad


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"input": "Hi", "output": "x"}, ("Hi",)),
        ({"prompt": "Say hi, please", "completion": "x"}, ("Say hi, please",)),
        ({"input": [{"role": "user", "content": "Hi"}], "output": {"a": 1}}, ("Hi",)),
        ({"query": "Hi", "error": True}, ("Hi",)),
    ],
)
def test_other_names_for_the_same_are_understood(
    tmp_path: Path, entry: dict[str, Any], said: tuple[str, ...]
) -> None:
    assert only(tmp_path, entry).said == said


def test_feedback_in_words_of_nobody_s_is_a_comment(tmp_path: Path) -> None:
    seen = only(tmp_path, own("a", feedback="it forgot my name", error=True))
    assert seen.feedback is not None
    assert (seen.feedback.is_bad, seen.feedback.comment, seen.error) == (None, "it forgot my name", "error")


def test_spans_are_let_go_before_too_many_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.intake.harvest.otel.MOST_OPEN", 3)
    spans = [otlp({**span(f"question {number}"), "spanId": f"{number}"}) for number in range(10)]
    _reader, found = read(tmp_path, *spans)
    assert [seen.said[0] for seen in found] == [f"question {number}" for number in range(10)]


def test_a_verdict_finds_its_answer_by_the_id_of_the_response(tmp_path: Path) -> None:
    answered = span("Hi")
    answered["attributes"].append(attribute("gen_ai.response.id", "msg_1"))
    verdict = [
        attribute("gen_ai.response.id", "msg_1"),
        {"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": 0.2}},
    ]
    seen = only(
        tmp_path, otlp(answered), records({"eventName": "gen_ai.evaluation.result", "attributes": verdict})
    )
    assert seen.feedback is not None
    assert seen.feedback.is_bad


def test_contents_of_prompt_and_completion_are_read(tmp_path: Path) -> None:
    events = [
        {"name": "gen_ai.content.prompt", "attributes": [attribute("gen_ai.prompt", "Hi")]},
        {"name": "gen_ai.content.completion", "attributes": [attribute("gen_ai.completion", "Hello")]},
        {"name": "exception", "attributes": [attribute("exception.type", "KeyError")]},
    ]
    asked = {
        "traceId": "t",
        "spanId": "s",
        "attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "3"}}],
        "events": events,
    }
    seen = only(tmp_path, otlp(asked))
    assert (seen.said, seen.reply, seen.error) == (("Hi",), "Hello", "KeyError")


def test_a_file_that_is_one_document_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.intake.harvest.documents.MOST_WHOLE", 20)
    path = tmp_path / "trace.json"
    path.write_text(json.dumps([own("a"), own("b")], indent=2), "utf-8")
    reader = LogReader()
    assert list(reader.read([(path, "trace.json")])) == []
    assert reader.unread > 1
    path.write_text("[\n nonsense", "utf-8")
    assert list(reader.read([(path, "trace.json")])) == []
