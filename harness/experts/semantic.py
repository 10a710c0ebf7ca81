"""The expert of meaning: how near two texts are, by static embeddings of model2vec, here, without sending anything.

The score is the cosine of the two embeddings, cut off at 0 and rounded to six digits, since the last bits of a sum
differ between machines. Loading a model takes its time, so this works in a thread; nothing is ever downloaded.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from harness.experts.asking import mistaken
from harness.grade.decision import Undecidable, printable, quoted
from harness.grade.opinion import Opinion
from harness.grade.path import text_at
from harness.grade.response import Response
from harness.suite.embedding import digest_of
from harness.suite.expectation import Expectation
from harness.suite.expectations.semantic import EmbeddingModel, Semantic

if TYPE_CHECKING:
    from model2vec import StaticModel

LONGEST: Final = 100_000
"""Characters of an answer that is compared."""
INSTALL: Final = "pip install 'prompt-harness[semantic]'"

_ONE_AT_A_TIME: Final = threading.Lock()


async def compare_meaning(wanted: Expectation, response: Response) -> Opinion:
    """How near the text is to the nearest of the wanted ones."""
    semantic = cast("Semantic", wanted)  # what its name is entered for
    try:
        text = text_at(semantic.path, response.text)
    except Undecidable as undecidable:
        return _undecided(undecidable.found)
    if len(text) > LONGEST:
        return _undecided(f"{len(text):,} characters; the most that is compared is {LONGEST:,}")
    return await asyncio.to_thread(_compared, semantic, text)


def lacking(model: EmbeddingModel | None) -> tuple[str, str] | None:
    """What is missing before anything can be compared, and the remedy; None: nothing."""
    if model is None:
        return (
            "no embedding model is named",
            'write [tool.harness.semantic] model = "FOLDER" in pyproject.toml',
        )
    if not model.digest:
        return f"there is no embedding model in {printable(model.folder)}", "put one there, or mend `model`"
    if importlib.util.find_spec("model2vec") is None:
        return "model2vec is not installed", INSTALL
    return None


def _undecided(why: str) -> Opinion:
    return Opinion(score=0.0, reason=why, undecidable=True)


def _compared(wanted: Semantic, text: str) -> Opinion:
    missing = lacking(wanted.model)
    if missing is not None or wanted.model is None:
        return mistaken("; ".join(missing or ()))
    with _ONE_AT_A_TIME:
        try:
            vectors = _vectors(_loaded(wanted.model), [text, *wanted.to])
        except Exception as error:  # noqa: BLE001 - the files are anybody's, and its library raises whatever it likes
            return mistaken(f"the embedding model cannot be used: {printable(str(error), 300)}")
    if not all(map(_says_anything, vectors[1:])):
        return mistaken("the embedding model knows no word of a text in `to`")
    if not _says_anything(vectors[0]):
        return _undecided(f"no word that the embedding model knows: {quoted(text)}")
    near = [round(min(1.0, max(0.0, float(vectors[0] @ each))), 6) for each in vectors[1:]]
    best = max(range(len(near)), key=near.__getitem__)
    return Opinion(
        score=near[best], reason=f"{near[best]:.3f} near {quoted(wanted.to[best])}: {quoted(text)}"
    )


def _says_anything(vector: Any) -> bool:
    return bool(vector.any())


def _vectors(model: StaticModel, texts: list[str]) -> list[Any]:
    """The embedding of each text with length 1, in double precision; zeros where the model knows no word of it."""
    import numpy as np

    sound = [each.encode("utf-8", "replace").decode() for each in texts]
    found = model.encode(sound, max_length=None, use_multiprocessing=False).astype(np.float64)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise ValueError("its numbers are not finite")
    return list(np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0))


@functools.lru_cache(maxsize=2)
def _loaded(model: EmbeddingModel) -> StaticModel:
    """The model, which must be what it was when the suite was read."""
    from model2vec import StaticModel

    folder = Path(model.folder)
    if digest_of(folder) != model.digest:
        raise ValueError(f"the files in {folder} were changed since the suite was read")
    # An absolute path of a folder that is there is never taken for a name to download.
    return StaticModel.from_pretrained(folder.resolve(strict=True))
