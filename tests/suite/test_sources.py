from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.suite.forms.sources import fits
from harness.suite.read import WorkingTree, check, read_project
from tests.suite.files import GOOD
from tests.suite.sources import cases_of, ids_of, line, wrong

FILES = {
    "evals/t/b.jsonl": line("b1") + line("b2"),
    "evals/t/a.jsonl": line("a1"),
    "evals/t/x/c.csv": "id,input.ticket\nc1,t\n",
}


def test_files_come_in_the_order_of_the_list_and_those_of_a_pattern_in_the_order_of_their_paths() -> None:
    assert ids_of("  - files: [t/b.jsonl, t/a.jsonl]\n", FILES) == ["b1", "b2", "a1"]
    assert ids_of("  - file: t/*.jsonl\n", FILES) == ["a1", "b1", "b2"]
    assert ids_of('  - files: ["t/x/*", t/b.jsonl]\n', FILES) == ["c1", "b1", "b2"]


def test_two_stars_are_any_number_of_folders() -> None:
    assert ids_of('  - file: "t/**/*.*"\n', FILES) == ["a1", "b1", "b2", "c1"]
    assert ids_of('  - file: "t/**"\n', FILES) == ["a1", "b1", "b2", "c1"]


def test_cases_stand_where_they_are_written_whoever_names_their_file() -> None:
    assert [str(each.place) for each in cases_of("  - file: t/*.jsonl\n", FILES)] == [
        "evals/t/a.jsonl:1:1",
        "evals/t/b.jsonl:1:1",
        "evals/t/b.jsonl:2:1",
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("file: t/*.json", "no file below evals/ matches 't/*.json'; mend the pattern, or add one"),
        ("files: []", "'files' is empty; name a file, or remove the entry"),
        ("files: t/a.jsonl", "'files' must be a list, not text; write `- item` lines or `[a, b]`"),
        ("files: [t/a.jsonl, 5]", 'a file of cases must be text, not the number 5; quote it: "5"'),
        ("files: [t/a.jsonl, t/*.jsonl]", "evals/t/a.jsonl is read twice (first at evals/triage.yaml:18:13); name it once, or make the pattern narrower"),
        ("file: ../secret.jsonl", "'../secret.jsonl' leads out of evals/; use a path below the suite's folder"),
        ("file: /etc/passwd", "'/etc/passwd' leads out of evals/; use a path below the suite's folder"),
        ("file: t/.env.jsonl", "'t/.env.jsonl' is a hidden file; give it a name that does not start with a dot"),
        ('file: "../*/*.jsonl"', "'../*/*.jsonl' leads out of evals/; use a path below the suite's folder"),
        ("file: triage.yaml", "a file of cases must be a list, not a mapping; write `- item` lines or `[a, b]`"),
    ],
)  # fmt: skip
def test_an_entry_that_names_no_file_of_cases_is_refused(entry: str, expected: str) -> None:
    assert [each.split(": ", 1)[1] for each in wrong(f"  - {entry}\n", FILES)] == [expected]


def test_an_entry_has_one_file_or_several() -> None:
    assert "'files' beside 'file'" in wrong("  - {file: t/a.jsonl, files: [t/b.jsonl]}\n", FILES)[0]


def test_a_file_that_two_entries_name_is_refused_once() -> None:
    assert len(wrong("  - file: t/a.jsonl\n  - file: t/a.jsonl\n", FILES)) == 1


def test_an_entry_has_defaults_of_its_own_over_those_of_the_suite() -> None:
    entry = """\
  - file: t/a.jsonl
    defaults: {tags: [x], weight: 2, repeats: 4, expect: [{contains: q}]}
  - file: t/b.jsonl
    defaults: {expect_only: [{contains: q}]}
"""
    first, second, _third = cases_of(entry, FILES)
    assert (first.tags, first.weight, first.repeats) == (("x",), 2.0, 4)
    assert [each.grader for each in first.expect] == ["json", "contains"]
    assert (second.tags, second.weight, second.repeats) == ((), 1.0, None)
    assert [each.grader for each in second.expect] == ["contains"]


def test_a_case_may_expect_something_instead_of_what_its_defaults_expect() -> None:
    (case,) = cases_of("  - {id: a, inputs: {ticket: b}, expect_only: [{equals: 5}]}\n")
    assert [each.grader for each in case.expect] == ["equals"]
    assert wrong("  - {id: a, inputs: {ticket: b}, expect_only: [{equals: 5}], expect: [{equals: 5}]}\n") == [
        "evals/triage.yaml:18:70: 'expect' beside 'expect_only'; keep one: the second is in place of the defaults"
    ]
    assert wrong("  - {id: a, inputs: {ticket: b}, expect_only: []}\n") == [
        "evals/triage.yaml:18:47: the case expects nothing that is scored; add an expectation, such as `equals`"
    ]


def test_a_link_from_one_folder_of_the_project_into_another_is_refused(tmp_path: Path) -> None:
    for path, text in {**GOOD, "secrets.jsonl": line("s")}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "evals/more.jsonl").unlink()
    (tmp_path / "evals/more.jsonl").symlink_to(tmp_path / "secrets.jsonl")
    assert [str(each) for each in check(WorkingTree(tmp_path))] == [
        "evals/triage.yaml:30:11: evals/more.jsonl: lies outside evals/; copy it into evals/"
    ]


def test_a_line_that_is_too_long_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    for path, text in GOOD.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "evals/more.jsonl").write_bytes(b"[" * (9 * 2**20))
    assert [str(each) for each in check(WorkingTree(tmp_path))] == [
        "evals/more.jsonl:1:1: a line of 8,388,608 bytes or more; split the case"
    ]


def test_lines_are_decoded_one_by_one_and_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    for content, expected in (
        (
            line("a").encode() + b'{"id": "\xff"}',
            "evals/more.jsonl:2:9: byte 0xff is not UTF-8; save the file as UTF-8",
        ),
        (
            b"\xef\xbb\xbf" + line("a").encode() + b"\xef\xbb\xbf{}",
            "evals/more.jsonl:2:1: the character U+FEFF is not allowed here; remove it",
        ),
    ):
        (found,) = wrong("  - file: more.jsonl\n", {"evals/more.jsonl": content})
        assert found.startswith(expected)


def test_a_project_on_disk_streams_its_cases(tmp_path: Path) -> None:
    for path, text in {**GOOD, "evals/more.jsonl": line("third") + line("fourth")}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = read_project(WorkingTree(tmp_path)).suites["triage"].cases
    assert [each.id for each in found][2:] == ["third", "fourth"]


PART = st.text("ab*?[]", min_size=1, max_size=4)


@given(path=st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4))
def test_a_path_without_a_sign_fits_itself_and_two_stars(path: list[str]) -> None:
    name = "/".join(path)
    assert fits(name, name)
    assert fits(name, "**")
    assert fits(name, f"**/{path[-1]}")
    assert not fits(f"{name}/x", name)


@given(
    path=st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4),
    pattern=st.lists(PART, max_size=4),
)
def test_a_star_never_leaves_its_folder(path: list[str], pattern: list[str]) -> None:
    plain = [each.replace("**", "*") for each in pattern]
    if fits("/".join(path), "/".join(plain)):
        assert len(path) == len(plain)
