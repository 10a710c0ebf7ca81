from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.call.canonical import body, spelling
from harness.call.estimate import estimate_input_tokens, most_prompt_tokens
from harness.call.exchange import Request
from harness.call.sending import lean, sent
from harness.plan import make_plan, request_for
from harness.suite.forms.media import IMAGE_TOKENS, PAGE_TOKENS, pages
from harness.suite.project import Project
from harness.suite.read import WorkingTree, read_project
from harness.suite.tree import Unreadable
from harness.trial import Variant
from tests.suite.files import GOOD, PROMPT
from tests.suite.sources import HEAD, cases_of, project, wrong

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj 2 0 obj << /Type /Pages /Count 2 >> endobj\n/Type /Page\n/Type/Page\n%%EOF"
FILES: Mapping[str, str | bytes] = {
    "evals/x.png": PNG,
    "evals/y.pdf": PDF,
    "evals/notes.txt": "The kettle is blue.",
    "evals/more.jsonl": "",
}
CASE = "  - {id: a, inputs: {ticket: t}, attachments: [{file: x.png}, {file: y.pdf, title: Invoice}, {file: notes.txt}]}\n"


def read(cases: str = CASE, files: Mapping[str, str | bytes] = FILES) -> Project:
    return read_project(project(cases, files))


def asked(found: Project, version: str = "v1") -> Request:
    suite = found.suites["triage"]
    variant = Variant(prompt=found.prompts["triage", version], model=found.models["opus"])
    return request_for("triage", suite.cases[0], variant, repeat=1)


def test_an_attachment_is_a_block_before_the_text_of_the_users_last_message() -> None:
    content: Any = sent(asked(read()))["messages"][0]["content"]  # type: ignore[index, call-overload]
    assert content[0] == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": b64encode(PNG).decode()},
    }
    assert content[1]["source"] == {
        "type": "base64",
        "media_type": "application/pdf",
        "data": b64encode(PDF).decode(),
    }
    assert (content[1]["type"], content[1]["title"]) == ("document", "Invoice")
    assert content[2] == {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "The kettle is blue."},
    }
    assert content[3]["type"] == "text"
    assert "Ticket:" in content[3]["text"]


def test_a_prompt_says_where_attachments_stand() -> None:
    messages = """\
messages:
  - user: Look at this.
    attachments: after
  - assistant: I see it.
  - user: "{{ ticket | untrusted }}"
"""
    prompt = PROMPT[: PROMPT.index("messages:")] + messages + PROMPT[PROMPT.index("output:") :]
    first, _second, third = asked(read(files={**FILES, "prompts/triage/v1.yaml": prompt})).messages
    assert isinstance(first.content, tuple)
    assert [each["type"] for each in first.content] == ["text", "image", "document", "document"]
    assert isinstance(third.content, str)


def test_what_is_kept_of_a_request_knows_an_attachment_by_its_digest_and_never_holds_it() -> None:
    request = asked(read())
    kept = spelling(request).text
    assert b64encode(PNG).decode() not in kept
    assert "kettle" not in kept
    assert hashlib.sha256(PNG).hexdigest() in kept
    assert '"bytes":68,"name":"evals/x.png"' in kept
    whole: dict[str, Any] = json.loads(json.dumps(sent(request), default=dict))
    assert "kettle" in json.dumps(whole)
    seen: Any = lean(whole)
    assert seen["messages"][0]["content"][0]["source"]["data"] == {
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "bytes": 68,
    }
    assert lean(seen) == seen


def test_a_request_without_attachments_is_sent_as_it_is_spelled() -> None:
    request = asked(read("  - {id: a, inputs: {ticket: t}}\n"))
    assert sent(request) == body(request)
    assert lean(body(request)) == body(request)
    assert isinstance(request.messages[0].content, str)


@given(text=st.text(max_size=20), role=st.sampled_from(["user", "assistant"]))
def test_taking_attachments_out_leaves_every_other_body_as_it_is(text: str, role: str) -> None:
    plain: dict[str, Any] = {
        "messages": [
            {"role": role, "content": text},
            {
                "role": role,
                "content": [
                    {"type": "text", "text": text},
                    {"type": "image", "source": {"type": "url", "url": text}},
                ],
            },
            {"role": role, "content": [{"type": "tool_result", "content": text, "source": text}]},
        ]
    }
    assert lean(plain) == plain
    assert lean({"model": text}) == {"model": text}


def test_estimates_bound_what_attachments_may_take() -> None:
    with_files, without = asked(read()), asked(read("  - {id: a, inputs: {ticket: t}}\n"))
    more = IMAGE_TOKENS + 2 * PAGE_TOKENS + len("The kettle is blue.")
    assert most_prompt_tokens(with_files) >= most_prompt_tokens(without) + more
    assert estimate_input_tokens(with_files) >= estimate_input_tokens(without) + more


def test_a_file_is_known_by_its_content_and_not_by_its_name() -> None:
    (one,) = read("  - {id: a, inputs: {ticket: t}, attachments: [{file: x.png}]}\n").suites["triage"].cases
    (two,) = (
        read("  - {id: a, inputs: {ticket: t}, attachments: [{file: z/q.png}]}\n", {"evals/z/q.png": PNG})
        .suites["triage"]
        .cases
    )
    (other,) = (
        read("  - {id: a, inputs: {ticket: t}, attachments: [{file: x.png}]}\n", {"evals/x.png": PNG + b"x"})
        .suites["triage"]
        .cases
    )
    (none,) = read("  - {id: a, inputs: {ticket: t}}\n").suites["triage"].cases
    assert one.digest == two.digest
    assert len({one.digest, other.digest, none.digest}) == 3


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.png", b"\xff\xd8\xff" + b"\0" * 20, "evals/x.png is image/jpeg by its content, not image/png; give it the ending of what it is"),
        ("x.txt", PNG, "evals/x.txt is image/png by its content, not text/plain; give it the ending of what it is"),
        ("x.pdf", b"Just text.", "evals/x.pdf is text/plain by its content, not application/pdf; give it the ending of what it is"),
        ("x.pdf", b"%PDF-1.7 nothing", "evals/x.pdf has no pages that can be counted; from 1 to 100 can be sent; save it anew, without a password"),
        ("x.pdf", b"%PDF-1.7 " + b"/Type /Page " * 101, "evals/x.pdf has 101 pages that can be counted; from 1 to 100 can be sent; split it"),
        ("x.txt", b"", "evals/x.txt is empty; put something into it, or remove it"),
        ("x.txt", b" \n", "evals/x.txt holds nothing but space; put something into it, or remove it"),
        ("x.zip", b"PK\x03\x04\0\0\xff", "evals/x.zip is of no kind that can be sent (byte 0xff is not UTF-8); send one of these: PNG, JPEG, GIF, WebP, PDF and text in UTF-8"),
        ("no.png", None, "evals/no.png: there is no such file; mend the name, or add the file"),
        ("../prompts/models.yaml", None, "'../prompts/models.yaml' leads out of evals/; use a path below the suite's folder"),
        (".env", None, "'.env' is a hidden file; give it a name that does not start with a dot"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_sent_is_refused(name: str, content: bytes | None, expected: str) -> None:
    files = {} if content is None else {f"evals/{name}": content}
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}, attachments: [{{file: {name}}}]}}\n", files)
    assert [each.split(": ", 1)[1] for each in found] == [expected]


@pytest.mark.parametrize(
    ("attachments", "expected"),
    [
        ("[]", "'attachments' is empty; name a file, or remove it"),
        ("x.png", "'attachments' must be a list, not text; write `- item` lines or `[a, b]`"),
        ("[x.png]", "an attachment must be a mapping, not text; write `key: value` lines"),
        ("[{path: x.png}]", "an attachment has no key 'path'; use one of: file, title"),
        ("[{file: x.png, title: Cat}]", "an image has no title; say it in the prompt"),
        (f"[{', '.join(['{file: x.png}'] * 21)}]", "21 attachments; the most is 20; send fewer files"),
    ],
)  # fmt: skip
def test_attachments_that_are_written_wrong_are_refused(attachments: str, expected: str) -> None:
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}, attachments: {attachments}}}\n", FILES)
    assert expected in [each.split(": ", 1)[1] for each in found]


def test_files_of_a_case_are_bounded_alone_and_together(tmp_path: Path) -> None:
    texts = {
        **GOOD,
        "evals/triage.yaml": f"{HEAD}cases:\n"
        "  - {id: a, inputs: {ticket: t}, attachments: [{file: x.png}]}\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "evals/x.png").write_bytes(PNG.ljust(4_000_000))
    from harness.suite.read import check

    assert [str(each) for each in check(WorkingTree(tmp_path))] == [
        "evals/triage.yaml:18:55: evals/x.png: has 4,000,000 bytes; the most is 3,750,000; send a smaller file"
    ]
    big = {f"evals/{n}.png": PNG.ljust(3_700_000) for n in range(6)}
    listed = ", ".join(f"{{file: {n}.png}}" for n in range(6))
    assert (
        "attachments of 22,200,000 bytes together; the most is 20,000,000"
        in wrong(f"  - {{id: a, inputs: {{ticket: t}}, attachments: [{listed}]}}\n", big)[0]
    )


def test_a_file_that_changes_after_the_check_is_not_sent(tmp_path: Path) -> None:
    for path, text in {**GOOD, "evals/triage.yaml": f"{HEAD}cases:\n{CASE}", **FILES}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode() if isinstance(text, str) else text)
    request = asked(read_project(WorkingTree(tmp_path)))
    sent(request)
    (tmp_path / "evals/notes.txt").write_text("The kettle is red.!")
    with pytest.raises(Unreadable, match="is not what it was"):
        sent(request)


def test_pages_in_packed_objects_are_counted() -> None:
    packed = zlib.compress(b"<< /Type /Page >> << /Type/Page >> << /Type /Pages >>")
    stream = b"<< /Type /ObjStm /Filter /FlateDecode >> stream\r\n" + packed + b"\nendstream "
    assert pages(b"%PDF-1.7 " + stream * 3) == 6
    assert pages(b"%PDF-1.7 /ObjStm stream\nbroken endstream") == 0


def test_a_pdf_of_endless_packed_objects_is_counted_at_once() -> None:
    bomb = b"/ObjStm stream\n" + zlib.compress(b"\0" * 9_000_000, 1) + b"endstream "
    assert pages(b"%PDF-1.7 " + bomb * 5) == 0
    assert pages(b"%PDF-1.7 " + b"/ObjStm stream\n" * 20_000) == 0
    assert pages(b"%PDF-1.7 " + b"/ObjStm " * 1_000_000) == 0


@given(content=st.binary(max_size=300))
def test_no_content_of_a_file_raises_anything_but_a_rejection(content: bytes) -> None:
    for name in ("x.png", "x.pdf", "x.txt"):
        wrong(
            f"  - {{id: a, inputs: {{ticket: t}}, attachments: [{{file: {name}}}]}}\n",
            {f"evals/{name}": content},
        )


HISTORY = "  - {id: a, inputs: {ticket: t}, history: [{user: Hello.}, {assistant: Good day.}]}\n"


def test_a_history_is_sent_right_before_the_users_last_message() -> None:
    request = asked(read(HISTORY))
    assert [(each.role, each.content) for each in request.messages[:2]] == [
        ("user", "Hello."),
        ("assistant", "Good day."),
    ]
    assert str(request.messages[2].content)[:7] == "Ticket:"
    (case,) = cases_of(HISTORY)
    (other,) = cases_of(HISTORY.replace("Good", "Bad"))
    assert case.digest != other.digest


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("[]", "'history' is empty; add `- user: ...`, or remove it"),
        ("[{user: a}]", "a history ends with the assistant: after it, the prompt is the user's; add `- assistant: ...`, or remove the last message"),
        ("[{assistant: a}]", "here the user speaks: a history is the user and the assistant in turn; put it in order, or join the texts"),
        ("[{user: a, assistant: b}]", "a message has one role; write one `- user: text` each"),
        ("[{user: ' '}, {assistant: b}]", "a message of nothing but space; write what was said"),
        ("[{usr: a}, {assistant: b}]", "a message of the history has no key 'usr'; did you mean 'user'?"),
        ("[a]", "a message of the history must be a mapping, not text; write `key: value` lines"),
    ],
)  # fmt: skip
def test_a_history_that_nobody_could_have_had_is_refused(history: str, expected: str) -> None:
    found = wrong(f"  - {{id: a, inputs: {{ticket: t}}, history: {history}}}\n")
    assert [each.split(": ", 1)[1] for each in found] == [expected]


def test_a_case_is_asked_as_often_as_it_says_and_else_as_the_suite_says() -> None:
    found = read("  - {id: a, inputs: {ticket: t}, repeats: 5}\n  - {id: b, inputs: {ticket: u}}\n")
    suite = found.suites["triage"]
    variant = Variant(prompt=found.prompts["triage", "v1"], model=found.models["opus"])
    plan = make_plan(suite, variant)
    assert (plan.counts, plan.repeats, len(plan.trials)) == ({"a": 5, "b": 3}, 5, 8)
    assert make_plan(suite, variant, repeats=2).counts == {"a": 2, "b": 2}
    assert cases_of("  - {id: a, inputs: {ticket: t}}\n")[0].digest == suite.cases[0].digest


def test_a_quarantine_holds_until_its_day_is_over() -> None:
    (case,) = cases_of(
        "  - {id: a, inputs: {ticket: t}, quarantine: {owner: dana, until: 2026-12-01, reason: Broken.}}\n"
    )
    assert case.quarantine is not None
    assert case.quarantine.holds_on(date(2026, 12, 1))
    assert not case.quarantine.holds_on(date(2026, 12, 2))
    assert case.digest == cases_of("  - {id: a, inputs: {ticket: t}}\n")[0].digest
