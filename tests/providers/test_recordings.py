"""Recordings: what is kept, where, and that a replay needs nothing else."""

import base64
import gzip
import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from harness.call.attempts import Attempts
from harness.call.blocks import message
from harness.call.canonical import body
from harness.call.exchange import Origin, Request
from harness.call.fault import CallFailed, Kind
from harness.call.guard import chain
from harness.errors import FilesRejected, Place, StoreError, UsageError
from harness.events import AttemptEnded
from harness.observe.redact import Redactor
from harness.observe.spellings import spellings
from harness.providers.anthropic import AnthropicSend, recalling, recording, replaying
from harness.providers.archive import Recorder, recordings_of
from harness.providers.fixtures import file_of, read_recordings, write_recordings
from harness.providers.recording import Recording
from harness.providers.sse import encode_events, parse_events
from harness.providers.wire import Wire
from harness.suite.attachment import Attachment
from harness.suite.tree import Unreadable
from harness.units import Seconds, Tokens
from tests.call.bench import Heard
from tests.doubles import REQUEST, FakeClock, go
from tests.providers.asking import ACCESS, BODY, KEY, answering, ask, fault_of, question
from tests.standin import Answer
from tests.standin.messages import events as events_of
from tests.standin.messages import message_json

FILE = "triage/triage-v1@claude-opus-5-5.jsonl"


def recorder(folder: Path, *outcomes: Any, redact: Callable[[str], str] = str) -> AnthropicSend:
    """A recording `Send` over scripted responses."""
    wire = Wire(clock=FakeClock(), transport=answering(*(outcomes or (BODY,))), redact=redact)
    return recording(ACCESS, folder, wire)


def replayed(folder: Path, request: Request = REQUEST) -> Any:
    return ask(replaying(folder, Wire()), request)


def missed(folder: Path, request: Request) -> str:
    """What a replay says when it has no recording of this."""
    fault = fault_of(replaying(folder, Wire(), names={"claude-opus-5-5": "opus-5-5"}), request)
    assert fault.kind is Kind.STALE_FIXTURE
    assert not fault.may_be_billed
    return fault.detail


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FILE).read_text("utf-8").splitlines()]


def test_a_recording_replays_with_sockets_blocked_and_without_a_key(tmp_path: Path) -> None:
    recorded = ask(recorder(tmp_path))
    reply = replayed(tmp_path)
    assert (reply.text, reply.source, reply.fixture_key) == ("orders", "replay", recorded.fixture_key)
    assert reply.usage == recorded.usage
    assert reply.allowances.requests is None


def test_lines_stand_in_the_order_of_case_and_repeat_and_share_the_system_text(tmp_path: Path) -> None:
    for case, repeat in (("b", 1), ("a", 2), ("a", 1)):
        ask(recorder(tmp_path), question(case, repeat=repeat))
    header, *rest = lines(tmp_path)
    assert [(line["case"], line["repeat"]) for line in rest] == [("a", 1), ("a", 2), ("b", 1)]
    assert list(header["shared"].values()) == ["Sort the ticket."]
    assert "Sort the ticket." not in json.dumps(rest)


def test_the_same_question_replaces_its_recording_and_leaves_the_others(tmp_path: Path) -> None:
    ask(recorder(tmp_path), question("a"))
    ask(recorder(tmp_path), question("b"))
    ask(recorder(tmp_path, {**BODY, "id": "msg_new"}), question("a"))
    _, first, second = lines(tmp_path)
    assert (first["body"]["id"], second["body"]["id"]) == ("msg_new", "msg_1")


def test_two_cases_that_ask_the_same_keep_their_own_replies(tmp_path: Path) -> None:
    ask(recorder(tmp_path, {**BODY, "content": [{"type": "text", "text": "one"}]}), question("a"))
    ask(recorder(tmp_path, {**BODY, "content": [{"type": "text", "text": "two"}]}), question("b"))
    assert [replayed(tmp_path, question(case)).text for case in "ab"] == ["one", "two"]
    assert replayed(tmp_path, question("renamed")).text == "one"


def test_where_it_may_stand_in_the_nearest_repeat_will_do_and_says_of_which_day_it_is(tmp_path: Path) -> None:
    for repeat, text in ((1, "first"), (4, "fourth")):
        ask(
            recorder(tmp_path, {**BODY, "content": [{"type": "text", "text": text}]}), question(repeat=repeat)
        )
    found = [ask(recalling(tmp_path, Wire()), question(repeat=repeat)) for repeat in (1, 2, 3, 9)]
    assert [reply.text for reply in found] == ["first", "first", "fourth", "fourth"]
    assert {(reply.source, reply.degraded) for reply in found} == {("replay", "a recording of 2026-11-21")}
    assert replayed(tmp_path, question(repeat=4)).degraded is None


def test_a_recording_of_another_question_does_not_stand_in(tmp_path: Path) -> None:
    ask(recorder(tmp_path), question())
    fault = fault_of(recalling(tmp_path, Wire()), question(text="Where is my other parcel?"))
    assert (fault.kind, "changed since" in fault.detail) == (Kind.STALE_FIXTURE, True)
    other_case = ask(recalling(tmp_path, Wire()), question("another-case"))
    assert other_case.text == "orders"


def test_every_repeat_has_its_own_recording(tmp_path: Path) -> None:
    ask(recorder(tmp_path), question(repeat=1))
    assert "no recording of repeat 2" in missed(tmp_path, question(repeat=2))


@pytest.mark.parametrize(
    "outcome",
    [httpx2.Response(529, json={}), {**BODY, "stop_reason": None}, {**BODY, "model": "claude-opus-5"}],
)
def test_only_good_replies_of_the_pinned_model_are_recorded(tmp_path: Path, outcome: Any) -> None:
    send = recorder(tmp_path, outcome)
    if isinstance(outcome, dict) and outcome["model"] == "claude-opus-5":
        ask(send)
    else:
        fault_of(send)
    assert not list(recordings_of(tmp_path))


def test_what_a_killed_run_recorded_is_read_and_merged_by_the_next(tmp_path: Path) -> None:
    ask(recorder(tmp_path), question("a"))
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    part = tmp_path / f"{FILE}.part"
    body_line = read_recordings_bytes(whole)
    part.write_bytes(body_line + b'{"case": "torn')
    assert replayed(tmp_path, question("a")).text == "orders"
    ask(recorder(tmp_path), question("b"))
    assert [line["case"] for line in lines(tmp_path)[1:]] == ["a", "b"]
    assert not part.exists()


def read_recordings_bytes(whole: bytes) -> bytes:
    """The recordings of a file as a part holds them: without a header, texts in place."""
    header, *rest = [json.loads(line) for line in whole.splitlines()]
    for line in rest:
        line["request"]["system"] = header["shared"][line["request"]["system"]["$shared"]]
    return b"".join(json.dumps(line).encode() + b"\n" for line in rest)


def test_a_finished_call_is_on_disk_before_the_recorder_is_closed(tmp_path: Path) -> None:
    keeper = Recorder(tmp_path)
    keeper.keep(made(1))
    assert [each.origin.case for _, each in recordings_of(tmp_path)] == ["case-1"]
    keeper.close()
    keeper.close()
    assert not list(tmp_path.rglob("*.part"))


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """Lets no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_recording_that_finds_no_room_leaves_nothing_of_itself(
    tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    keeper = Recorder(tmp_path)
    keeper.keep(made(1))
    [part] = tmp_path.rglob("*.part")
    before = part.read_bytes()

    full_disk(len(before) + 100)
    with pytest.raises(StoreError, match=r"recordings cannot be written \(File too large\)"):
        keeper.keep(made(2))

    assert part.read_bytes() == before


def test_a_folder_that_takes_no_sorted_file_says_so_and_keeps_the_parts(
    tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    keeper = Recorder(tmp_path)
    keeper.keep(made(1))

    full_disk(10)
    with pytest.raises(StoreError, match="recordings cannot be written"):
        keeper.close()
    full_disk(resource.RLIM_INFINITY)

    Recorder(tmp_path).close()
    assert [each.origin.case for _, each in recordings_of(tmp_path)] == ["case-1"]


def test_a_reply_that_cannot_be_recorded_ends_the_run_and_not_one_call_after_the_other(
    tmp_path: Path,
) -> None:
    heard = Heard()
    asked = recorder(tmp_path)
    (tmp_path / f"{FILE}.part").mkdir(parents=True)

    with pytest.raises(StoreError, match="so nothing more is asked"):
        go(chain([Attempts(clock=FakeClock(), emit=heard)], asked)(REQUEST))

    assert [event.fault for event in heard.of(AttemptEnded)] == ["not_kept"]


def test_a_folder_that_is_a_file_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "fixtures").write_text("")
    with pytest.raises(
        StoreError, match="fixtures is a file, and has to be a folder for recordings: move it away"
    ):
        Recorder(tmp_path / "fixtures")


def test_a_folder_is_recorded_into_by_one_run_at_a_time(tmp_path: Path) -> None:
    first = Recorder(tmp_path)
    with pytest.raises(UsageError, match="another run records"):
        Recorder(tmp_path)
    first.close()
    Recorder(tmp_path).close()


def test_all_mistakes_of_a_file_come_with_their_lines(tmp_path: Path) -> None:
    ask(recorder(tmp_path))
    path = tmp_path / FILE
    good = path.read_text("utf-8")
    path.write_text(good + good.splitlines()[1] + '\n{"torn\n[]\n{"case": "x"}\n', "utf-8")
    with pytest.raises(FilesRejected) as rejected:
        recordings_of(tmp_path)
    said = [str(problem).removeprefix(f"{path}:") for problem in rejected.value.problems]
    assert [text.partition(" ")[0] for text in said] == ["3:1:", "4:1:", "5:1:", "6:1:"]
    assert "twice (line 2 too); keep one of them" in said[0]
    assert "not JSON" in said[1]
    assert "is missing" in said[3]
    assert "line" in missed(tmp_path, REQUEST)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text('{"harness_fixtures": 99, "shared": {}}\n')
    with pytest.raises(FilesRejected, match="format 99"):
        read_recordings(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda asked: replace(asked, system="Sort the angry ticket."), 'system text (+"angry")'),
        (lambda asked: replace(asked, max_tokens=Tokens(500)), "max_tokens (400 -> 500)"),
        (lambda asked: replace(asked, effort="low"), "effort (now set)"),
        (
            lambda asked: replace(
                asked, messages=(replace(asked.messages[0], content="Where is my order?"),)
            ),
            "messages (",
        ),
        (lambda asked: replace(asked, output_schema={"type": "object"}), "output schema (now set)"),
    ],
)
def test_a_miss_says_what_changed_and_how_to_record_it(
    tmp_path: Path, change: Callable[[Request], Request], says: str
) -> None:
    ask(recorder(tmp_path))
    told = missed(tmp_path, change(REQUEST))
    assert told.startswith("refund-late: changed since the recording of 2026-11-21: ")
    assert says in told
    command = "harness run triage --version v1 --model opus-5-5 --mode record --case refund-late"
    assert told.endswith(command)


def test_a_miss_with_many_changes_still_ends_with_the_command(tmp_path: Path) -> None:
    ask(recorder(tmp_path), question(text="old words " * 300))
    changed = replace(
        question(text="new things " * 300), system="All anew. " * 300, max_tokens=Tokens(7), effort="max"
    )
    assert missed(tmp_path, changed).endswith("--case refund-late")


def test_a_miss_in_a_huge_prompt_compares_only_what_follows_the_first_change(tmp_path: Path) -> None:
    words = [f"{'word' if n % 3 else 'other'}{n % 50}" for n in range(60_000)]
    ask(recorder(tmp_path), question(text=" ".join(words)))
    changed = [*words[:100], "spoiled", *words[100::-1] * 500]
    told = missed(tmp_path, question(text=" ".join(changed)))
    assert '+"spoiled' in told
    assert "and more)" in told


def test_a_broken_file_is_read_once_and_refused_every_time(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text("garbage\n")
    send = replaying(tmp_path, Wire())

    async def twice() -> list[str]:
        details: list[str] = []
        for _ in range(2):
            with pytest.raises(CallFailed) as failed:
                await send(REQUEST)
            details.append(failed.value.fault.detail)
            path.unlink(missing_ok=True)
        await send.aclose()
        return details

    first, second = go(twice())
    assert first == second
    assert f"{path}:1:1: not a recording" in first


def test_a_miss_without_any_recording_says_so(tmp_path: Path) -> None:
    assert "triage v1 on claude-opus-5-5 has no recording of this case" in missed(tmp_path, REQUEST)


def canary_forms() -> list[bytes]:
    """The ways the canary could stand in a file."""
    encoded = [base64.b64encode(b"x" * offset + KEY.encode()) for offset in range(3)]
    return [KEY.encode(), quote(KEY, safe="").encode(), *(form[6:-6] for form in encoded)]


def test_no_form_of_a_secret_reaches_the_files(tmp_path: Path) -> None:
    leak = f'{KEY} and {base64.b64encode(KEY.encode()).decode()} and {quote(KEY, safe="")} and "quoted {KEY}"'
    headers = {"authorization": KEY, "set-cookie": KEY, "anthropic-organization-id": KEY, "request-id": KEY}
    content = [
        {"type": "text", "text": leak},
        {"type": "tool_use", "id": "t", "name": "f", "input": {KEY: [leak]}},
    ]
    response = httpx2.Response(200, json={**BODY, "content": content}, headers=headers)

    def redact(text: str) -> str:
        for form in canary_forms():
            text = text.replace(form.decode(), "[gone]")
        return text

    request = replace(question(text=leak), system=leak)
    ask(recorder(tmp_path, response, redact=redact), request)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"[gone]" in written
    assert [form for form in canary_forms() if form in written] == []
    assert replayed(tmp_path, request).source == "replay"


def test_the_redactor_keeps_a_known_value_out_of_the_files_and_the_usage_in(tmp_path: Path) -> None:
    redact = Redactor([KEY]).redact_text
    leaks = [KEY, base64.b64encode(KEY.encode()).decode(), quote(f"a/{KEY}", safe=""), json.dumps({"k": KEY})]
    content = [{"type": "text", "text": leak} for leak in leaks]
    ask(recorder(tmp_path, {**BODY, "content": content}, redact=redact), question(text=" ".join(leaks)))
    written = (tmp_path / FILE).read_text("utf-8")
    assert not any(form in written for form in spellings(KEY))
    assert written.count("[REDACTED:") >= 8
    assert replayed(tmp_path, question(text=" ".join(leaks))).usage.input_tokens == 100


def test_a_compressed_stream_is_recorded_as_plain_events(tmp_path: Path) -> None:
    message = message_json(body(REQUEST), Answer(text="orders"), 1)
    events: list[dict[str, Any]] = [{"event": name, "data": data} for name, data in events_of(message)]
    packed = gzip.compress(encode_events(events))

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(packed), 40):
            yield packed[start : start + 40]

    headers = {"content-type": "text/event-stream", "content-encoding": "gzip"}
    transport = answering(httpx2.Response(200, headers=headers, content=chunks()))
    ask(recording(ACCESS, tmp_path, Wire(clock=FakeClock(), transport=transport, stream=True)))
    _, line = lines(tmp_path)
    assert line["events"][0]["event"] == "message_start"
    assert ask(replaying(tmp_path, Wire(stream=True))).text == "orders"


def test_a_line_that_still_holds_a_secret_is_not_written(tmp_path: Path) -> None:
    fault = fault_of(recorder(tmp_path, redact=lambda text: text.replace('"orders","type"', "[gone]")))
    assert fault.kind is Kind.BUG
    assert "not recorded" in fault.detail
    assert fault.may_be_billed
    assert not list(recordings_of(tmp_path))


def test_a_secret_cut_in_two_by_a_stream_is_seen_whole() -> None:
    pieces: list[dict[str, Any]] = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        for text in ("sec", "ret")
    ]
    stream = encode_events([{"event": "content_block_delta", "data": piece} for piece in pieces])
    (event,) = parse_events(stream)
    assert json.dumps(event["data"]).count("secret") == 1


@pytest.mark.parametrize("name", ["..", ".", ""])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    origin = replace(REQUEST.origin, suite=name)
    with pytest.raises(UsageError):
        file_of(tmp_path, origin, "m")


def test_odd_model_ids_become_safe_file_names(tmp_path: Path) -> None:
    path = file_of(tmp_path, REQUEST.origin, "../../etc/passwd")
    assert path.parent == tmp_path / "triage"
    assert "/" not in path.name


def made(number: int) -> Recording:
    """A recording of an ordinary size."""
    origin = Origin(suite="triage", case=f"case-{number}", prompt="triage", version="v1")
    request: dict[str, Any] = {
        "model": "claude-opus-5-5",
        "max_tokens": 400,
        "system": "You sort tickets. " * 200,
        "messages": [{"role": "user", "content": f"Ticket {number}: " + "my parcel is late " * 20}],
    }
    return Recording(
        key=f"{number:064x}",
        origin=origin,
        request=request,
        api_version="2026-10-21",
        sdk_version="2.12.0",
        recorded_at="2026-11-21T12:00:00+00:00",
        latency=Seconds(1.5),
        first_token=None,
        status=200,
        headers={"content-type": "application/json", "request-id": f"req_{number}"},
        body={**BODY, "id": f"msg_{number}", "usage": {"input_tokens": 1000, "output_tokens": 30}},
        events=None,
        synthetic=False,
    )


def test_fifteen_hundred_recordings_are_small_and_load_at_once(tmp_path: Path) -> None:
    path = tmp_path / FILE
    write_recordings(path, [made(number) for number in range(1500)])
    assert path.stat().st_size < 3_000_000
    started = time.process_time()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    plain = time.process_time() - started
    started = time.process_time()
    assert len(read_recordings(path)) == 1500
    assert len(lines) >= 1500
    assert time.process_time() - started < 100 * plain  # five times, without the measuring of coverage


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    schema: dict[str, Any] = {"type": "json_schema", "schema": {"type": "object"}}
    odd = replace(
        made(1),
        request={
            **made(1).request,
            "system": "lone \ud800",
            "output_config": {"format": schema, "effort": "low"},
        },
    )
    streamed = replace(
        made(2),
        body=None,
        events=({"event": "message_stop", "data": {"type": "message_stop"}},),
        first_token=Seconds(0.25),
    )
    write_recordings(tmp_path / "f.jsonl", [streamed, odd])
    assert read_recordings(tmp_path / "f.jsonl") == (odd, streamed)


def test_reading_recordings_does_not_load_the_sdk() -> None:
    code = "import sys, harness.providers.archive, harness.providers.anthropic; print('anthropic' in sys.modules, 'httpx2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_recording_knows_an_attachment_by_its_content_and_replays_without_the_bytes(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
    shown = Attachment(
        name="evals/x.png",
        media_type="image/png",
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        tokens=Tokens(5000),
        place=Place("evals/triage.yaml", 1, 1),
        content=lambda: picture,
    )
    request = replace(
        REQUEST, messages=(message("user", "Look.", attachments=[shown]),), attachments=(shown,)
    )
    recorded = ask(recorder(tmp_path), request)
    kept = (tmp_path / FILE).read_bytes()
    assert base64.b64encode(picture)[:200] not in kept
    assert shown.sha256.encode() in kept
    assert len(kept) < 4000
    assert replayed(tmp_path, request).fixture_key == recorded.fixture_key
    other = replace(shown, content=lambda: picture[:-1] + b"x")
    assert "messages" in missed(tmp_path, replace(request, attachments=(other,)))


def test_a_file_that_has_changed_is_not_sent_and_costs_nothing(tmp_path: Path) -> None:
    def gone() -> bytes:
        raise Unreadable("evals/x.png is not what it was when it was checked", "ask again")

    shown = Attachment(
        name="evals/x.png",
        media_type="image/png",
        size=1,
        sha256="0" * 64,
        tokens=Tokens(5000),
        place=Place("evals/triage.yaml", 1, 1),
        content=gone,
    )
    request = replace(
        REQUEST, messages=(message("user", "Look.", attachments=[shown]),), attachments=(shown,)
    )
    fault = fault_of(recorder(tmp_path), request)
    assert (fault.kind, fault.may_be_billed) == (Kind.BAD_REQUEST, False)
    assert "is not what it was" in fault.detail
