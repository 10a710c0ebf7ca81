"""Candidates to proposals: near-duplicates fall out, what belongs together is named, and no subject takes all the room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.intake.harvest.likeness import Shelf, sketch_of
from harness.intake.harvest.pool import Candidate

NEAR = 0.85
"""Likeness from which two questions are the same case twice."""
AKIN = 0.35
"""Likeness from which two cases belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A question people have dealt with already: a case of the suite, an open proposal, or one they rejected."""

    words: str
    cluster: str
    """Of the case; empty: it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A candidate with its name as a case."""

    candidate: Candidate
    id: str
    cluster: str
    """Empty: it belongs to nothing else."""
    like: int = 0
    """How many near-duplicates of it fell out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is proposed, in the order in which it is to be looked at, and what is not."""

    chosen: tuple[Chosen, ...]
    near_duplicates: int
    over_budget: int


def choose(candidates: Iterable[Candidate], known: Iterable[Known], most: int) -> Choice:
    """At most `most` of `candidates`, which come in the order in which they are to be looked at."""
    distinct, dropped = _distinct(candidates, tuple(known))
    places: Counter[str] = Counter()
    ordered: list[tuple[int, int, int, Chosen]] = []
    for number, each in enumerate(distinct):
        subject = each.cluster or each.id
        gravest = each.candidate.order[0]
        ordered.append((gravest, places[f"{gravest} {subject}"], number, each))
        places[f"{gravest} {subject}"] += 1
    ordered.sort(key=lambda entry: entry[:3])
    sizes = Counter(each.cluster for each in distinct)
    chosen = [
        each if sizes[each.cluster] > 1 or not _is_own(each) else replace(each, cluster="")
        for *_, each in ordered
    ]
    return Choice(
        chosen=tuple(chosen[:most]), near_duplicates=dropped, over_budget=max(0, len(chosen) - most)
    )


def _is_own(each: Chosen) -> bool:
    """Whether its cluster is named after itself, so that alone in it, it needs no name."""
    return each.cluster == each.id


def _distinct(candidates: Iterable[Candidate], known: tuple[Known, ...]) -> tuple[list[Chosen], int]:
    shelf = Shelf()
    clusters: list[str] = []
    owner: list[int | None] = []
    found: list[Chosen] = []
    conversations: dict[str, str] = {}
    dropped = 0
    for each in known:
        shelf.put(sketch_of(each.words))
        clusters.append(each.cluster)
        owner.append(None)
    for candidate in candidates:
        sketch = sketch_of(candidate.question.words)
        nearest, likeness = shelf.most_like(sketch)
        if likeness >= NEAR:
            dropped += 1
            mine = owner[nearest]
            if mine is not None:
                found[mine] = replace(found[mine], like=found[mine].like + candidate.times)
            continue
        name = case_name(candidate)
        cluster = clusters[nearest] if likeness >= AKIN and clusters[nearest] else name
        cluster = _of_conversation(candidate, cluster, conversations)
        shelf.put(sketch)
        clusters.append(cluster)
        owner.append(len(found))
        found.append(Chosen(candidate=candidate, id=name, cluster=cluster))
    return found, dropped


def _of_conversation(candidate: Candidate, cluster: str, conversations: dict[str, str]) -> str:
    """The cluster of the conversation it is a part of, which the first of its questions names."""
    conversation = candidate.sighting.conversation
    return conversations.setdefault(conversation, cluster) if conversation else cluster


_REDACTED = re.compile(r"\[REDACTED:[^\]]*\]")


def case_name(candidate: Candidate) -> str:
    """A name people can say, from the first words of the question, that is the same whenever it is harvested."""
    words = re.findall(r"[a-z0-9]+", _REDACTED.sub(" ", candidate.question.words[:400]).lower())
    name = "-".join(words[:5])[:40].strip("-")
    return f"{name or 'seen'}-{candidate.digest[:8]}"
