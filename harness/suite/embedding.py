"""The embedding model of a project: a folder of files on this machine, known by what they hold, never downloaded.

Every commit of a project is graded by the model that is there now, so it is looked for on disk and in no commit.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final, cast

from harness.currency import Slip
from harness.suite.expectations.semantic import EmbeddingModel

_FILES: Final = tuple(
    f"{folder}{name}"
    for folder in ("", "0_StaticEmbedding/")
    for name in ("config.json", "config_sentence_transformers.json", "model.safetensors", "tokenizer.json")
)
"""What model2vec reads of a folder, in each of its three layouts; all else in it changes no number."""


def embedding_model(root: str) -> EmbeddingModel | None:
    """The model that the settings of a project name; None where they name none, or cannot be read."""
    try:
        named = _named((Path(root) / "pyproject.toml").read_text("utf-8"))
    except (OSError, ValueError):  # told with the other mistakes of the settings
        return None
    if named is None:
        return None
    folder = Path(root) / named
    return EmbeddingModel(folder=str(folder), digest=digest_of(folder))


@functools.lru_cache(maxsize=4)
def _named(text: str) -> str | None:
    """The `model` of these settings; None where it is not said, or said wrongly. Raises ValueError where they are no TOML."""
    table: object = tomllib.loads(text)
    for key in ("tool", "harness", "semantic"):
        table = cast("dict[str, object]", table).get(key) if isinstance(table, dict) else None
    return None if table is None or any(slips(table)) else str(cast("dict[str, object]", table)["model"])


def slips(given: object) -> Iterator[Slip]:
    """Every mistake in `[tool.harness.semantic]`; none where there is no such table (None)."""
    if given is None:
        return
    if not isinstance(given, dict):
        what = "'semantic' in [tool.harness] is not a table"
        yield Slip("semantic", what, "write [tool.harness.semantic] on a line")
        return
    table = cast("dict[str, object]", given)
    for key in table.keys() - {"model"}:
        yield Slip(key, f"unknown key {key!r} in [tool.harness.semantic]", "the only key is model")
    model = table.get("model")
    if not isinstance(model, str) or not model.strip() or not model.isprintable():
        yield Slip("model", "model is not the path of a folder", 'write for instance model = "models/potion"')
    elif ".." in PurePath(model).parts:
        yield Slip("model", "model leads out of its folder by `..`", "write an absolute path")


def digest_of(folder: Path) -> str:
    """Of the files of a model, as hexadecimal digits; empty where one that every model needs is missing."""
    try:
        sizes = [(name, _stamp(folder / name)) for name in _FILES if (folder / name).is_file()]
        names = {PurePath(name).name for name, _ in sizes}
        if not names >= {"model.safetensors", "tokenizer.json"}:
            return ""
        return _digest(folder, tuple(sizes))
    except (OSError, ValueError):  # not to be read: no model
        return ""


def _stamp(file: Path) -> tuple[int, int]:
    about = file.stat()
    return about.st_size, about.st_mtime_ns


@functools.lru_cache(maxsize=4)
def _digest(folder: Path, files: tuple[tuple[str, tuple[int, int]], ...]) -> str:
    """Read again only where a size or a time has changed: a model has some hundred megabytes."""
    whole = hashlib.sha256()
    for name, _ in files:
        with (folder / name).open("rb") as file:
            whole.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()
