"""What there is to write on."""

from __future__ import annotations

from dataclasses import dataclass

NARROWEST = 24
"""Nothing is laid out for fewer columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A terminal, a pipe or a file."""

    width: int = 80
    """Columns, at least `NARROWEST`."""
    colour: bool = False

    def __post_init__(self) -> None:
        """Wide enough for what is laid out."""
        object.__setattr__(self, "width", max(self.width, NARROWEST))
