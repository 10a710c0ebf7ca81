"""Any table: columns are taken for what their names say, and that is said aloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.intake.constructs import Inventory
from harness.intake.drafts import Draft
from harness.intake.tables.columns import Said, columns_of, variable
from harness.intake.tables.importing import TableImport
from harness.intake.tables.magic import assertion
from tests.intake.others.made import cases, expected, fates, imported, reasons, write_json, write_lines


def brought(path: Path, **said: Any) -> tuple[Draft, Inventory]:
    way = said.pop("way", None)
    return imported(
        lambda register: TableImport(register=register, said=Said(**said), way=way).read(path, path.name)
    )


def table(folder: Path, *lines: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def test_columns_are_guessed_by_their_names(tmp_path: Path) -> None:
    path = table(
        tmp_path, "id,question,answer,category,created_at", "a,2+2?,4,maths,2024", "b,Capital?,Paris,geo,2025"
    )
    draft, inventory = brought(path)
    assert expected(draft) == {"a": [{"equals": "4"}], "b": [{"equals": "Paris"}]}
    found = cases(draft)["a"]
    assert (dict(found.inputs), found.tags) == ({"question": "2+2?"}, ("maths",))
    assert fates(inventory, "column") == {
        "id": "mapped", "question": "mapped", "answer": "mapped", "category": "mapped", "created_at": "listed"
    }  # fmt: skip


def test_what_somebody_says_of_the_columns_counts(tmp_path: Path) -> None:
    path = table(tmp_path, "n,text,shop,good,kind", "x1,Hi,Sun,Hello,a", name="t.csv")
    draft, inventory = brought(
        path, inputs=("text", "shop"), expect=("good",), id="n", tags=("kind",), way="contains"
    )
    [case] = cases(draft).values()
    assert (case.id, dict(case.inputs), case.tags) == ("x1", {"text": "Hi", "shop": "Sun"}, ("a",))
    assert draft.prompts["mine"][0].messages == (("user", "text: {{ text }}\nshop: {{ shop }}"),)
    assert inventory.exit_status == 0


def test_a_column_that_is_not_there_or_nothing_to_ask_is_a_usage_error(tmp_path: Path) -> None:
    path = table(tmp_path, "a,created_at", "1,2")
    with pytest.raises(UsageError, match="no column 'x'; there are a, created_at"):
        brought(path, inputs=("x",))
    with pytest.raises(UsageError, match="no column is an input"):
        brought(path, expect=("a",))


def test_an_export_of_braintrust(tmp_path: Path) -> None:
    rows = [
        {
            "id": "1",
            "input": {"question": "Hi", "lang": "en"},
            "expected": {"answer": "Hello"},
            "metadata": {"topic": "a"},
            "tags": ["x", "y"],
            "_xact_id": "7",
        },
        {
            "id": "2",
            "input": {"question": "Ho", "lang": "de"},
            "expected": {"queue": "b", "n": 1},
            "metadata": {"topic": "b"},
        },
    ]
    draft, inventory = brought(write_lines(tmp_path / "t.jsonl", *rows))
    found = cases(draft)
    assert dict(found["1"].inputs) == {"question": "Hi", "lang": "en"}
    assert found["1"].tags == ("x", "y", "topic:a")
    assert expected(draft)["2"] == [{"equals": {"path": "$", "value": {"queue": "b", "n": 1}}}]
    assert expected(draft)["1"] == [{"equals": "Hello"}]
    assert fates(inventory, "column")["_xact_id"] == "listed"


def test_an_export_of_langsmith(tmp_path: Path) -> None:
    chat = [{"role": "system", "content": "s"}, {"role": "user", "content": "Hi"}]
    rows = [
        {
            "id": "1",
            "inputs": {"messages": chat},
            "outputs": {"messages": [{"role": "assistant", "content": "Hello"}]},
            "metadata": {},
        },
        {
            "id": "2",
            "inputs": {"input": "Hi"},
            "outputs": {"output": "Hello"},
            "metadata": None,
            "dataset_id": "d",
        },
    ]
    draft, _ = brought(write_json(tmp_path / "t.json", rows))
    found = cases(draft)
    assert dict(found["1"].inputs) == {"system": "s", "input": "Hi"}
    assert expected(draft) == {"1": [{"equals": "Hello"}], "2": [{"equals": "Hello"}]}


def test_a_chat_that_ends_with_the_assistant_expects_its_words(tmp_path: Path) -> None:
    chat = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    draft, _ = brought(write_lines(tmp_path / "t.jsonl", {"messages": chat}))
    assert list(expected(draft).values()) == [[{"equals": "Hello"}]]


def test_columns_of_promptfoo_hold_assertions(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "text,lang,__expected,__expected2,__description,__prefix",
        'Hi,en,"contains-any: hello, hi",not-icontains:bye,greets,p',
        "Ho,de,plain text,llm-rubric: is polite,says ho,",
    )
    draft, inventory = brought(path)
    assert expected(draft) == {
        "greets": [
            {"contains": {"any": ["hello", "hi"]}},
            {"not": {"contains": {"all": ["bye"], "ignore_case": True}}},
        ],
        "says-ho": [{"equals": {"value": "plain text", "strip": False}}],
    }
    assert inventory.counts()["expected"].met == 4
    assert fates(inventory, "expected")["__expected2 3"] == "listed"
    assert fates(inventory, "column")["__prefix"] == "listed"


@pytest.mark.parametrize(
    ("cell", "fate", "wanted"),
    [
        ("equals:x", "mapped", {"equals": {"value": "x", "strip": False}}),
        ("x: y", "mapped", {"equals": {"value": "x: y", "strip": False}}),
        ("contains:x", "mapped", {"contains": {"all": ["x"]}}),
        ("contains: x", "mapped", {"contains": {"all": [" x"]}}),
        ("not-icontains:x", "mapped", {"not": {"contains": {"all": ["x"], "ignore_case": True}}}),
        ("contains-all: a, b", "mapped", {"contains": {"all": ["a", "b"]}}),
        ("starts-with:a.b", "mapped", {"matches": {"pattern": "^a\\.b"}}),
        ("regex:a+", "mapped", {"matches": {"pattern": "a+"}}),
        ("regex:(?=a)", "bridged", {"javascript": {"code": 'new RegExp("(?=a)").test(output)'}}),
        ("is-json", "mapped", {"json": {"schema": {}}}),
        ("contains:", "listed", None),
        ("starts-with: a", "mapped", {"matches": {"pattern": "^ a"}}),
        ("llm-rubric: is polite", "listed", None),
        ("javascript: output == 1", "listed", None),
    ],
)
def test_an_assertion_in_a_cell(cell: str, fate: str, wanted: Any) -> None:
    found = assertion(cell)
    assert (found[0], found[2]) == (fate, wanted)


def test_what_cannot_be_read_is_listed_with_its_line(tmp_path: Path) -> None:
    path = table(tmp_path, "question,question,answer", "a,b,c", "a,b,c,d", "", "e,f,g")
    draft, inventory = brought(path)
    assert len(cases(draft)) == 2
    places = [
        each.place.line for each in inventory.constructs if each.kind == "row" and each.name == "unreadable"
    ]
    assert places == [1, 3]
    assert brought(table(tmp_path, ""))[1].exit_status == 3
    tabs = table(tmp_path, "question\tanswer", "a, b\tc", name="t.tsv")
    assert [dict(case.inputs) for case in cases(brought(tabs)[0]).values()] == [{"question": "a, b"}]


def test_rows_that_ask_or_expect_nothing_are_listed(tmp_path: Path) -> None:
    path = table(tmp_path, "question,answer", ",x", "a,", "b,c")
    _draft, inventory = brought(path)
    assert fates(inventory, "row") == {"2": "listed", "3": "listed", "4": "mapped"}
    assert "asks nothing" in reasons(inventory, "row")["2"]


@given(st.lists(st.text(max_size=8), unique=True, min_size=1, max_size=6))
def test_every_column_is_one_thing(names: list[str]) -> None:
    try:
        found = columns_of(names, Said())
    except UsageError:
        return
    parts = [*found.inputs, *found.expect, found.id, *found.tags, *found.metadata, *found.magic, *found.left]
    assert sorted(each for each in parts if each) == sorted(each for each in names if each)


@given(st.text(max_size=90))
def test_every_name_becomes_one_of_a_variable(name: str) -> None:
    from harness.suite.names import VARIABLE, refusal

    assert refusal("input", variable(name), VARIABLE) is None


cells = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), max_size=4))
def test_as_many_rows_come_out_as_went_in(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    import csv

    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "question", "answer"), *rows])
    _draft, inventory = brought(path)
    with path.open(encoding="utf-8", newline="") as file:  # an oracle of its own
        wanted = sum(any(cell.strip() for cell in row) for row in csv.reader(file)) - 1
    met = inventory.counts()["row"].met if wanted else 0
    assert met == wanted


def test_columns_whose_names_come_out_alike_stay_apart(tmp_path: Path) -> None:
    draft, _ = brought(table(tmp_path, "a b,a-b,answer", "x,y,z"), inputs=("a b", "a-b"))
    assert [dict(case.inputs) for case in cases(draft).values()] == [{"a_b": "x", "a_b_2": "y"}]


def test_cells_may_hold_json_and_what_only_looks_like_it(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "input": "{not json", "expected": "[1", "metadata": "plain"},
        {
            "id": "2",
            "input": ["a", 1],
            "expected": {"choices": [{"message": {"role": "assistant", "content": "Hello"}}]},
        },
        {
            "id": "3",
            "input": {"a": True, "b": [1], "c": None},
            "expected": {"role": "assistant", "content": "Hello"},
        },
        {"id": "4", "input": "Hi", "expected": " ", "metadata": {"m": 1}},
        {"id": "5", "input": {}, "expected": "x"},
        {
            "id": "6",
            "input": {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "expected": "x",
        },
        {
            "id": "7",
            "input": [{"role": "tool", "content": "x"}, {"role": "user", "content": "Hi"}],
            "expected": "x",
        },
    ]
    draft, inventory = brought(write_lines(tmp_path / "t.jsonl", *rows))
    found = {name: dict(case.inputs) for name, case in cases(draft).items()}
    assert found == {
        "1": {"input": "{not json"},
        "2": {"input": '["a", 1]'},
        "3": {"a": True, "b": (1,), "c": ""},
    }
    assert expected(draft) == {
        "1": [{"equals": "[1"}],
        "2": [{"equals": "Hello"}],
        "3": [{"equals": "Hello"}],
    }
    listed = {name for name, fate in fates(inventory, "row").items() if fate == "listed"}
    assert listed == {"4", "5", "6", "7"}
