"""Sightings without secrets, said the same way every time: what is redacted has no tag of this process in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.intake.harvest.peek import table
from harness.intake.harvest.question import without_tags
from harness.intake.harvest.sighting import Feedback, Sighting
from harness.units import Json

Clean = Callable[[Json], Json]
"""Takes a JSON value and gives it back without secrets, names and all."""


def stable(clean: Clean) -> Clean:
    """`clean`, with replacements that are the same in every process."""
    return lambda value: without_tags(clean(value))


def clean_sighting(sighting: Sighting, clean: Clean) -> Sighting:
    """A sighting with everything that somebody wrote cleaned."""

    def words(text: str) -> str:
        return _text(clean(text))

    inputs = sighting.inputs
    return replace(
        sighting,
        inputs=None if inputs is None else clean_inputs(inputs, clean),
        said=tuple(map(words, sighting.said)),
        reply=words(sighting.reply),
        stop_reason=words(sighting.stop_reason),
        feedback=_feedback(sighting.feedback, clean),
        error=words(sighting.error),
        model=words(sighting.model),
        lost=words(sighting.lost),
    )


def clean_inputs(inputs: Mapping[str, Json], clean: Clean) -> Mapping[str, Json]:
    """Inputs of a case, cleaned."""
    return table(clean(inputs))


def _feedback(feedback: Feedback | None, clean: Clean) -> Feedback | None:
    if feedback is None:
        return None
    return replace(feedback, comment=_text(clean(feedback.comment)), corrected=clean(feedback.corrected))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
