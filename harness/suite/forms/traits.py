"""What a case has from its defaults unless it says otherwise itself: one layer over the other."""

from __future__ import annotations

from dataclasses import dataclass

from harness.suite.attachment import Attachment
from harness.suite.case import Said
from harness.suite.forms import case_shapes as shapes
from harness.suite.forms.attachments import AttachmentReader
from harness.suite.notation.fields import Fields
from harness.suite.notation.node import Items, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """All that a layer says of its cases but inputs, expectations and tools, which add to those of the layer below."""

    tags: tuple[str, ...] = ()
    cluster: str | None = None
    """None: every case is its own."""
    weight: float = 1.0
    threshold: float = 1.0
    must_pass: bool = False
    repeats: int | None = None
    says: tuple[str, ...] = ()
    history: tuple[Said, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def read_traits(given: Fields, under: Traits, attachments: AttachmentReader) -> Traits:
    """The traits of a layer: what it says itself, and what the layer under it says of the rest."""
    must_pass, repeats = given.flag("must_pass"), given.integer("repeats", 1, shapes.MOST_REPEATS)
    history, shown = _history(given), attachments.read(given)
    return Traits(
        tags=_tags(given) if "tags" in given else under.tags,
        cluster=_cluster(given, under),
        weight=_weight(given, under),
        threshold=_threshold(given, under),
        must_pass=under.must_pass if must_pass is None else must_pass,
        repeats=under.repeats if repeats is None else repeats,
        says=_turns(given) if "turns" in given else under.says,
        history=under.history if history is None else history,
        attachments=under.attachments if shown is None else shown,
    )


def _tags(given: Fields) -> tuple[str, ...]:
    tags = given.texts("tags")
    for tag in tags:
        if not tag or len(tag) > 64 or not tag.isprintable() or tag != tag.strip():
            what = f"{tag[:80]!a} is no tag"
            given.noted.bad(given.place_of("tags"), what, "use up to 64 plain characters")
    if len(set(tags)) < len(tags):
        given.noted.bad(given.place_of("tags"), "a tag appears twice", "keep one")
    return tags


def _cluster(given: Fields, under: Traits) -> str | None:
    cluster = given.text("cluster")
    if cluster is not None and (not cluster.strip() or len(cluster) > 200 or not cluster.isprintable()):
        what = f"{cluster[:80]!a} is no name of a cluster"
        given.noted.bad(given.place_of("cluster"), what, "use up to 200 plain characters")
    return under.cluster if cluster is None else cluster


def _weight(given: Fields, under: Traits) -> float:
    weight = given.within("weight", given.number("weight"), above=0, most=1e9)
    return under.weight if weight is None else weight


def _threshold(given: Fields, under: Traits) -> float:
    threshold = given.share("threshold")
    if threshold is None:
        return under.threshold
    if not 0 < threshold <= 1:
        what = (
            "every answer reaches a 'threshold' of 0"
            if threshold == 0
            else f"'threshold' is {threshold:g}, outside 0 to 1"
        )
        given.noted.bad(given.place_of("threshold"), what, "write a share, such as 0.8 or 80%")
    return threshold


def _turns(given: Fields) -> tuple[str, ...]:
    says = given.texts("turns")
    if any(not each.strip() for each in says):
        given.noted.bad(given.place_of("turns"), "a turn of nothing but space", "write what the user says")
    return says


def _history(given: Fields) -> tuple[Said, ...] | None:
    """None where the layer does not say anything of it."""
    node = given.node("history")
    if node is None:
        return None
    items = given.noted.items(node, "'history'")
    if isinstance(node, Items) and not items:
        given.noted.bad(node.place, "'history' is empty", "add `- user: ...`, or remove it")
    said = [each for item in items if (each := _message(item, given)) is not None]
    if len(said) == len(items):
        for number, each in enumerate(said):
            wanted = "assistant" if number % 2 else "user"
            if each.role != wanted:
                what = f"here the {wanted} speaks: a history is the user and the assistant in turn"
                given.noted.bad(items[number].place, what, "put it in order, or join the texts")
                return tuple(said)
        if len(said) % 2:
            what = "a history ends with the assistant: after it, the prompt is the user's"
            given.noted.bad(items[-1].place, what, "add `- assistant: ...`, or remove the last message")
    return tuple(said)


def _message(node: Node, given: Fields) -> Said | None:
    table = given.noted.table(node, "a message of the history")
    if table is None:
        return None
    fields = Fields(table, shapes.HISTORY, given.noted)
    user, assistant = fields.text("user"), fields.text("assistant")
    if ("user" in fields) is ("assistant" in fields):
        if not fields.meant:
            given.noted.bad(table.place, "a message has one role", "write one `- user: text` each")
        return None
    text = assistant if user is None else user
    if text is not None and not text.strip():
        given.noted.bad(table.place, "a message of nothing but space", "write what was said")
    return None if text is None else Said(role="assistant" if user is None else "user", text=text)
