"""What other tools know of a case beside its question: tags where it is a small set of words, listed where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.errors import Place
from harness.intake.constructs import Register
from harness.intake.harvest.peek import items, text
from harness.units import Json

_MOST_VALUES = 20
"""Different values a key may have to become tags: more are no slices."""
_LONGEST = 40


@dataclass(slots=True)
class Metadata:
    """Collects the metadata of all samples, and says in the end what became of each key."""

    place: Place
    _values: dict[str, set[str] | None] = field(default_factory=dict[str, "set[str] | None"])

    def meet(self, found: Mapping[str, Json]) -> None:
        """The metadata of one sample."""
        for key, value in found.items():
            if value in (None, ""):
                continue
            words = _word(value)
            known = self._values.setdefault(key, set())
            if known is None:
                continue
            if words is None or len(known | {words}) > _MOST_VALUES:
                self._values[key] = None
            else:
                known.add(words)

    def tags(self, found: Mapping[str, Json]) -> tuple[str, ...]:
        """The tags of one sample, after all were met."""
        kept = ((key, _word(value)) for key, value in found.items() if self._values.get(key))
        return tuple(dict.fromkeys(tag_of(key, words) for key, words in kept if words))

    def close(self, register: Register) -> None:
        """Say what became of every key."""
        for key, values in sorted(self._values.items()):
            if values:
                register.note("metadata", key[:80], self.place, ("bridged", f"tags `{tag_of(key, '...')}`"))
            else:
                why = "a case has no metadata, and its values are no small set of words"
                register.note("metadata", key[:80], self.place, ("listed", why))


def tag_of(key: str, words: str) -> str:
    """A tag of a key and its value, as plain as tags have to be."""
    said = f"{key}:{words}" if key else words
    return " ".join("".join(each if each.isprintable() else " " for each in said).split())[:64].strip()


def tags_in(value: Json) -> tuple[str, ...]:
    """A list of tags that is one already, in any spelling."""
    words = value.replace("|", ",").split(",") if isinstance(value, str) else map(text, items(value))
    return unique(tag_of("", each.strip()) for each in words if each.strip())


def unique(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, in order."""
    return tuple(dict.fromkeys(each for each in tags if each))


def _word(value: Json) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    words = text(value).strip()
    return words if words and len(words) <= _LONGEST and words.isprintable() else None
