"""How much alike two texts are, from small sketches of them: MinHash over overlapping pieces of five bytes.

Broder, "On the resemblance and containment of documents" (1997). The estimate of the Jaccard index of two sets of pieces has a
standard error of at most 0.045 with the 128 numbers of a sketch. Nothing in it is drawn by chance, so equal texts have equal
sketches everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sketch = NDArray[np.uint64]

NUMBERS = 128
_PIECE = 5
_MOST_PIECES = 4096


def sketch_of(text: str) -> Sketch:
    """The sketch of a text; case and white space do not matter."""
    import numpy as np

    folded = " ".join(text.casefold().split()).encode("utf-8", "replace")
    padded = np.frombuffer(folded.ljust(_PIECE, b"\0"), dtype=np.uint8).astype(np.uint64)
    pieces = np.zeros(len(padded) - _PIECE + 1, dtype=np.uint64)
    for offset in range(_PIECE):
        pieces = (pieces << np.uint64(8)) | padded[offset : offset + len(pieces)]
    hashed = np.unique(_mixed(pieces))[
        :_MOST_PIECES
    ]  # of a long text the same small share, whatever is around it
    factors = _mixed(np.arange(1, NUMBERS + 1, dtype=np.uint64)) | np.uint64(1)
    sketch: Sketch = _mixed(hashed[:, None] * factors[None, :]).min(axis=0)
    return sketch


class Shelf:
    """Sketches one after the other, to find the one that is most like another."""

    def __init__(self) -> None:
        import numpy as np

        self._rows: Sketch = np.empty((64, NUMBERS), dtype=np.uint64)
        self._used = 0

    def put(self, sketch: Sketch) -> int:
        """Add one; gives its number, from 0."""
        import numpy as np

        if self._used == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._used] = sketch
        self._used += 1
        return self._used - 1

    def most_like(self, sketch: Sketch) -> tuple[int, float]:
        """The number of the most similar one, the first of equals, and its likeness in [0, 1]. (-1, 0): there is none."""
        if not self._used:
            return -1, 0.0
        shares = (self._rows[: self._used] == sketch).mean(axis=1)
        best = int(shares.argmax())
        return best, float(shares[best])


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finalizer: every bit of what goes in changes about half of what comes out."""
    import numpy as np

    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
