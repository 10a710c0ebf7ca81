"""The files of a harvest: what is proposed, and what people decided. Nothing of it counts as a case.

`evals/proposed/<suite>.jsonl` has one proposal a line. Its case stands under a key of its own, so that no suite can take the file for
one of cases. `evals/proposed/decisions.jsonl` has one decision a line, and only grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.errors import Place, Problem
from harness.intake.harvest.choosing import Chosen
from harness.intake.harvest.documents import parsed
from harness.intake.harvest.peek import items, table, text
from harness.intake.harvest.sighting import Feedback, Sighting
from harness.units import Json

FOLDER = "evals/proposed"
DECISIONS = f"{FOLDER}/decisions.jsonl"
_MOST_REPLY = 4_000
"""Characters of a reply that are shown to whoever reviews it."""
_MOST_QUESTION = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case that a person has yet to accept."""

    digest: str
    """Of the question: SHA-256 (hex)."""
    why: tuple[str, ...]
    """The signals that speak for it."""
    case: Mapping[str, Json]
    """With the keys of a case; `expect` is what a person wrote, or the answer one corrected."""
    seen: Mapping[str, Json]
    """What was seen in production."""

    @property
    def id(self) -> str:
        return text(self.case.get("id"))

    def spelled(self) -> dict[str, Json]:
        return {
            "proposal": self.id,
            "digest": self.digest,
            "why": list(self.why),
            "case": self.case,
            "seen": self.seen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person said of a proposal. It is for good: the same question is never proposed again."""

    digest: str
    decision: Literal["accepted", "rejected"]
    case: str
    suite: str
    question: str
    because: str
    by: str
    at: str

    def spelled(self) -> dict[str, Json]:
        return {name: getattr(self, name) for name in self.__slots__}


def proposals_file(suite: str) -> str:
    """Where the proposals of a suite are, relative to the project."""
    return f"{FOLDER}/{suite}.jsonl"


def accepted_file(suite: str) -> str:
    """Where accepted cases of a suite go, relative to the project."""
    return f"evals/harvested/{suite}.jsonl"


def proposal_of(chosen: Chosen) -> Proposal:
    """What is written of a candidate. What is expected is left open, unless a person corrected the answer."""
    candidate = chosen.candidate
    case: dict[str, Json] = {"id": chosen.id, "tags": ["harvested"]}
    if chosen.cluster:
        case["cluster"] = chosen.cluster
    case["inputs"] = candidate.question.inputs
    if candidate.question.turns:
        case["turns"] = list(candidate.question.turns)
    case["expect"] = _corrected(candidate.sighting.feedback)
    seen = {**_seen(candidate.sighting), "times": candidate.times, "like": chosen.like}
    return Proposal(digest=candidate.digest, why=candidate.signals, case=case, seen=seen)


def _corrected(feedback: Feedback | None) -> list[Json]:
    corrected = None if feedback is None else feedback.corrected
    if corrected is None or corrected == "":
        return []
    value: Json = corrected
    if isinstance(corrected, str) and corrected.lstrip().startswith("{"):
        try:
            value = parsed(corrected.encode("utf-8", "replace"))
        except ValueError:
            value = corrected
    return [{"equals": value}] if isinstance(value, str) else [{"equals": {"path": "$", "value": value}}]


def _seen(sighting: Sighting) -> dict[str, Json]:
    feedback = sighting.feedback
    said: dict[str, Json] = {
        "reply": sighting.reply[:_MOST_REPLY],
        "stop_reason": sighting.stop_reason[:80],
        "error": sighting.error[:_MOST_REPLY],
        "confidence": sighting.confidence,
        "feedback": None if feedback is None else _VERDICTS[feedback.is_bad],
        "comment": "" if feedback is None else feedback.comment[:_MOST_REPLY],
        "corrected": None if feedback is None else feedback.corrected,
        "at": sighting.at,
        "model": sighting.model[:80],
    }
    kept = {name: value for name, value in said.items() if value not in (None, "")}
    return {**kept, "place": f"{sighting.place.file}:{sighting.place.line}"}


_VERDICTS: Mapping[bool | None, str] = {True: "bad", False: "good", None: "said"}


def read_proposals(file: str, content: str, problems: list[Problem]) -> Iterator[Proposal]:
    """The proposals of a file. What cannot be read is a problem: a person has written in it, and must not lose that."""
    for value, place in _objects(file, content, problems):
        case = value.get("case")
        proposal = Proposal(
            digest=text(value.get("digest")),
            why=tuple(map(text, items(value.get("why")))),
            case=table(case),
            seen=table(value.get("seen")),
        )
        if not isinstance(case, Mapping) or not proposal.id or not proposal.digest:
            problems.append(
                Problem(place, "no proposal: it lacks `case`, its `id` or `digest`", "harvest again")
            )
        else:
            yield proposal


def read_decisions(content: str, problems: list[Problem]) -> Iterator[Decision]:
    """What people decided, in the order in which they did."""
    for value, place in _objects(DECISIONS, content, problems):
        said = text(value.get("decision"))
        if said not in ("accepted", "rejected") or not text(value.get("digest")):
            problems.append(
                Problem(place, "no decision: it lacks `decision` or `digest`", "restore the line")
            )
            continue
        yield Decision(
            digest=text(value.get("digest")),
            decision="accepted" if said == "accepted" else "rejected",
            **{name: text(value.get(name)) for name in ("case", "suite", "question", "because", "by", "at")},
        )


def question_in_short(words: str) -> str:
    """As much of a question as it takes to know it again."""
    return words[:_MOST_QUESTION]


def _objects(file: str, content: str, problems: list[Problem]) -> Iterator[tuple[Mapping[str, Json], Place]]:
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(file, number, 1)
        try:
            value = parsed(line.encode("utf-8", "replace"))
        except ValueError as error:
            problems.append(Problem(place, f"not JSON: {error}", "write one object on the line"))
            continue
        if isinstance(value, Mapping):
            yield value, place
        else:
            problems.append(Problem(place, "an entry that is no object", "write one object on the line"))


def known_words(proposals: Iterable[Proposal]) -> Iterator[tuple[str, str]]:
    """What each proposal asks, and its cluster."""
    for each in proposals:
        said = [text(value) for value in table(each.case.get("inputs")).values()]
        turns = [text(turn) for turn in items(each.case.get("turns"))]
        yield "\n".join([*said, *turns]), text(each.case.get("cluster")) or each.id
