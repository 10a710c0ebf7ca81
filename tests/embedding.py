"""A tiny embedding model: a handful of words with two numbers each, in the files of model2vec."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

WORDS: Final = {
    "late": (1.0, 0.0),
    "delayed": (0.6, 0.8),
    "parcel": (1.0, 0.0),
    "happy": (0.0, 1.0),
    "never": (-1.0, 0.0),
}


def save_model(folder: Path, words: Mapping[str, tuple[float, float]] = WORDS) -> Path:
    """Write the model; a word it does not know means nothing to it."""
    import numpy as np
    from model2vec import StaticModel
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    names = ["[UNK]", *words]
    tokenizer = Tokenizer(WordLevel({name: at for at, name in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.array([(0.0, 0.0), *words.values()], dtype=np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def name_model(root: Path, model: str) -> None:
    """Name a model in the settings of a project."""
    (root / "pyproject.toml").write_text(f'[tool.harness.semantic]\nmodel = "{model}"\n', "utf-8")
