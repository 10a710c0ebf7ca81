"""How often the scripted model is right: every number of the mixture, and the only source of its chance.

Chance is a hash of names, so the same question always gets the same replies, on any machine. Nothing here was
measured on a real model: the numbers were chosen, and adjusted until `tests/evals/test_verdicts.py` saw a verdict of
every kind. As in real suites, most cases are easy, some are flaky, a few are hard, and the *same* ones are hard for
every prompt version and model.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Final

EASY, FLAKY, HARD = 0.985, 0.62, 0.15
"""Chance of a right answer before skill: of the easy 70 %, the flaky 20 % and the hard 10 % of the cases."""
SHARE_EASY, SHARE_FLAKY = 0.70, 0.20

VERSION: Final = {
    ("triage", "v2"): 0.9,
    ("triage", "v3"): 0.9,
    ("extract", "v2"): 1.0,
    ("extract", "v3"): 1.0,
    ("policy", "v2"): 1.0,
    ("judging", "v2"): 1.0,
    ("policy", "v3"): 1.0,
    ("support", "v1"): 1.2,
    ("support", "v2"): 1.2,
}
"""Skill a prompt version adds, in logits; v1 adds none, but for the agent, who has tools to look things up."""

MODEL: Final = {
    ("triage", "claude-sonnet-5-5"): -0.25,
    ("extract", "claude-sonnet-5-5"): -0.25,
    ("policy", "claude-sonnet-5-5"): -0.75,
}
"""Skill of a model in a suite, in logits; Opus is where the scale starts."""

WEAKNESS: Final = {
    ("triage", "v1", "multi-issue"): -0.8,
    ("triage", "v1", "injection"): -0.8,
    ("triage", "v1", "typos"): -0.6,
    ("policy", "v1", "private-data"): -0.8,
    ("policy", "v1", "injection"): -0.8,
    ("extract", "v1", "dates-ambiguous"): -0.9,
    ("extract", "v1", "missing"): -0.9,
    ("extract", "v1", "forwarded"): -0.9,
    ("extract", "v1", "email"): -0.6,
    ("extract", "v1", "table"): -0.6,
    ("policy", "v1", "out-of-scope"): -0.8,
    ("judging", "v1", "bad"): -0.4,
}
"""What the wording of a version makes harder for the cases with a tag, in logits."""

HIDDEN: Final = {
    ("triage", "v3", "urdu"): 0.90,
    ("extract", "v3", "ocr-noise"): 0.90,
    ("policy", "v3", "sounds-risky"): 0.80,
}
"""The regression hidden in v3: roughly the share of the answers with the tag that its wording breaks."""

TRUNCATED, REFUSED = 0.003, 0.001
"""Share of replies that run into `max_tokens`, and that the API's own safety system stops."""


def draw(*names: object) -> float:
    """A number in [0, 1), the same for the same names."""
    text = "\x1f".join(map(str, names)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:7], "big") / 2**56


def lognormal(median: float, sigma: float, *names: object) -> float:
    """A positive number around `median` (Box and Muller's transform of two draws)."""
    radius = math.sqrt(-2 * math.log(1 - draw(*names, "radius")))
    return median * math.exp(sigma * radius * math.cos(2 * math.pi * draw(*names, "angle")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question to the scripted model, by its names."""

    suite: str
    case: str
    tags: tuple[str, ...]
    version: str
    model: str
    repeat: int

    @property
    def names(self) -> tuple[object, ...]:
        """Everything its chance depends on."""
        return (self.suite, self.case, self.version, self.model, self.repeat)

    def draw(self, *names: object) -> float:
        """Chance that differs with everything, the repeat included."""
        return draw(*self.names, *names)

    def habit(self, *names: object) -> float:
        """Chance that belongs to the case alone: what the model gets wrong, it gets wrong alike."""
        return draw(self.suite, self.case, *names)

    @property
    def p_right(self) -> float:
        """Chance of a right answer, the hidden regression left out."""
        level = self.habit("difficulty")
        start = EASY if level < SHARE_EASY else FLAKY if level < SHARE_EASY + SHARE_FLAKY else HARD
        skill = VERSION.get((self.suite, self.version), 0.0) + MODEL.get((self.suite, self.model), 0.0)
        skill += sum(WEAKNESS.get((self.suite, self.version, tag), 0.0) for tag in self.tags)
        return 1 / (1 + math.exp(-(math.log(start / (1 - start)) + skill)))

    @property
    def is_right(self) -> bool:
        return self.draw("right") < self.p_right

    @property
    def meets_the_hidden_regression(self) -> bool:
        """Whether v3's wording breaks this answer. A case mostly breaks in all its repeats, or in none."""
        share = max((HIDDEN.get((self.suite, self.version, tag), 0.0) for tag in self.tags), default=0.0)
        level = 0.7 * self.habit("hidden") + 0.3 * self.draw("hidden")
        return level < share
