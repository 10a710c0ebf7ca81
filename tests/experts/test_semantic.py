"""The expert of meaning: near, far, honest about what it does not know, and never on the network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.experts.semantic import INSTALL, LONGEST, compare_meaning, lacking
from harness.grade.opinion import Opinion
from harness.suite.embedding import digest_of
from harness.suite.expectations.semantic import EmbeddingModel, Semantic
from tests.doubles import go
from tests.embedding import WORDS, save_model
from tests.grade.strategies import PLACE
from tests.grade.tables import reply


def model_in(folder: Path) -> EmbeddingModel:
    return EmbeddingModel(folder=str(folder), digest=digest_of(folder))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingModel:
    return model_in(save_model(tmp_path_factory.mktemp("tiny")))


def told(model: EmbeddingModel | None, text: str, *to: str, path: str | None = None) -> Opinion:
    wanted = Semantic(place=PLACE, to=to or ("late",), path=path, model=model)
    return go(compare_meaning(wanted, reply(text)))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("late", 1.0),
        ("late parcel", 1.0),
        ("delayed", 0.6),
        ("happy", 0.0),
        ("never", 0.0),
        ("late, happy!", 0.707107),
    ],
)
def test_the_score_is_the_cosine_and_never_below_nothing(
    model: EmbeddingModel, text: str, score: float
) -> None:
    assert told(model, text).score == score


def test_of_several_texts_the_nearest_counts(model: EmbeddingModel) -> None:
    said = told(model, "delayed", "late", "happy", "never")
    assert (said.score, said.reason) == (0.8, "0.800 near “happy”: “delayed”")


def test_the_end_of_a_long_text_counts_as_well(model: EmbeddingModel) -> None:
    assert told(model, "late " * 600 + "never " * 600 + "happy").score == 0.0
    assert told(model, "x" * (LONGEST + 1)).undecidable


@pytest.mark.parametrize(("text", "path"), [("xyzzy 4711", None), ("prose", "$.reply"), ("\ud800", None)])
def test_what_says_nothing_to_the_model_decides_nothing(
    model: EmbeddingModel, text: str, path: str | None
) -> None:
    assert told(model, text, path=path).undecidable


def test_a_text_at_a_path_is_compared(model: EmbeddingModel) -> None:
    assert told(model, '{"reply": "late", "note": "happy"}', path="$.reply").score == 1.0


def test_a_wanted_text_without_a_known_word_is_the_graders_mistake(model: EmbeddingModel) -> None:
    said = told(model, "late", "late", "xyzzy")
    assert (said.mistake, said.reason) == (
        "grader_error",
        "the embedding model knows no word of a text in `to`",
    )


def test_where_there_is_no_model_nothing_is_measured(tmp_path: Path) -> None:
    assert told(None, "late").reason.startswith(
        "no embedding model is named; write [tool.harness.semantic] model"
    )
    empty = told(model_in(tmp_path / "none"), "late")
    assert (empty.mistake, "there is no embedding model in" in empty.reason) == ("grader_error", True)


def test_without_the_extra_it_says_what_to_install(
    model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert lacking(model) == ("model2vec is not installed", INSTALL)
    assert told(model, "late").mistake == "grader_error"


def test_a_model_that_was_changed_since_the_suite_was_read_measures_nothing(tmp_path: Path) -> None:
    before = model_in(save_model(tmp_path))
    save_model(tmp_path, {**WORDS, "sad": (1.0, 1.0)})
    assert "were changed since the suite was read" in told(before, "late").reason
    assert told(model_in(tmp_path), "late").score == 1.0


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00" * 64])
def test_a_model_that_cannot_be_read_measures_nothing(tmp_path: Path, damage: bytes) -> None:
    (save_model(tmp_path) / "model.safetensors").write_bytes(damage)
    said = told(model_in(tmp_path), "late")
    assert (said.mistake, said.reason.startswith("the embedding model cannot be used")) == (
        "grader_error",
        True,
    )


def test_a_model_without_finite_numbers_measures_nothing(tmp_path: Path) -> None:
    odd = model_in(save_model(tmp_path, {"late": (float("nan"), 0.0)}))
    assert "not finite" in told(odd, "late").reason


def test_the_model_is_no_part_of_the_case_and_all_of_who_grades(model: EmbeddingModel) -> None:
    wanted = Semantic(place=PLACE, to=("late",), model=model)
    assert wanted.rests_on == {"semantic model": model.digest[:12]}
    assert replace(wanted, model=None).rests_on == {"semantic model": "none"}
