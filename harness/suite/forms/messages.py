"""`messages` of a prompt version: templates by role, with marks for the prompt cache and for attachments."""

from __future__ import annotations

import re
from typing import cast

from harness.errors import Place
from harness.suite.forms import prompt_shapes as shapes
from harness.suite.notation.fields import Fields, Noted
from harness.suite.notation.node import Items, Node, Scalar, named
from harness.suite.prompt import MOST_CACHE_MARKS, CacheTime, MessageTemplate, Role, Side
from harness.suite.template import checked
from harness.units import Json


def read_template(node: Node | None, what: str, noted: Noted, names: dict[str, Place]) -> str | None:
    """A template, after noting what is wrong with it; the variables it uses go into `names`."""
    text = None if node is None else noted.text(node, what)
    if text is None or not isinstance(node, Scalar):
        return None
    if not text.strip():
        noted.bad(node.place, f"{what} is empty", "write something, or remove it")
    found = checked(text, node.inside)
    if isinstance(found, tuple):
        noted.problems.extend(found)
    else:
        for name in found:
            names.setdefault(name, _spot(text, name, node))
    return text


def _spot(text: str, name: str, node: Scalar) -> Place:
    """Where a template uses a variable first."""
    found = re.search(rf"\{{[{{%][^}}]*?\b({re.escape(name)})\b", text)
    if found is None:
        return node.place
    before = text[: found.start(1)]
    return node.inside(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def read_messages(given: Fields, names: dict[str, Place]) -> tuple[MessageTemplate, ...]:
    """`messages` of a prompt version."""
    node = given.node("messages")
    items = () if node is None else given.noted.items(node, "'messages'")
    if isinstance(node, Items) and not items:
        given.noted.bad(node.place, "'messages' is empty", "add `- user: ...`")
    found = [message for each in items if (message := _message(each, given.noted, names)) is not None]
    if found and found[0].role != "user":
        given.noted.bad(found[0].place, "the first message must be the user's", "put `- user:` first")
    return tuple(found)


def _message(node: Node, noted: Noted, names: dict[str, Place]) -> MessageTemplate | None:
    table = noted.table(node, "a message")
    if table is None:
        return None
    given = Fields(table, shapes.MESSAGE, noted)
    roles: list[Role] = [role for role in shapes.ROLES if role in given]
    if len(roles) != 1:
        if roles or not table.entries:
            what = f"a message has one role, not {len(roles)}"
            noted.bad(table.place, what, "write one `- role: text` each")
        elif not given.meant:
            noted.bad(table.place, "a message without a role", "add `user:` or `assistant:`")
        return None
    role = roles[0]
    template = read_template(given.node(role), f"'{role}'", noted, names)
    cache, side = read_cache(given), given.word("attachments", shapes.SIDES)
    if side is not None and role != "user":
        noted.bad(given.place_of("attachments"), "only the user shows attachments", "move it to `- user:`")
    return (
        None
        if template is None
        else MessageTemplate(
            role=role,
            template=template,
            place=given.place_of(role),
            cache=cache,
            attachments=cast("Side | None", side),
        )
    )


def read_cache(given: Fields) -> CacheTime | None:
    """How long a part is cached: `5m`, `1h`, or `true` for five minutes."""
    node = given.node("cache")
    if isinstance(node, Scalar) and node.value is True:
        return "5m"
    if node is None or (isinstance(node, Scalar) and node.value in shapes.CACHE_TIMES):
        return cast("CacheTime | None", node and node.value)
    given.noted.bad(node.place, f"'cache' cannot be {named(node)}", "write true, 5m or 1h, or remove it")
    return None


def check_marks(given: Fields, system: CacheTime | None, messages: tuple[MessageTemplate, ...]) -> None:
    """Notes marks the API refuses: more than four, or one for an hour behind one for five minutes."""
    placed = [(system, given.place_of("system")), *((each.cache, each.place) for each in messages)]
    marks = [(time, place) for time, place in placed if time is not None]
    if len(marks) > MOST_CACHE_MARKS:
        what = f"{len(marks)} parts with `cache`; the API takes {MOST_CACHE_MARKS}"
        given.noted.bad(marks[MOST_CACHE_MARKS][1], what, "keep the last ones of what stays the same")
    times = [time for time, _place in marks]
    for number, (time, place) in enumerate(marks):
        if time == "1h" and "5m" in times[:number]:
            what = "the API refuses a part that is cached for an hour behind one for five minutes"
            given.noted.bad(place, what, "cache what comes first for longer")
            break
    shown = [each for each in messages if each.attachments is not None]
    if len(shown) > 1:
        given.noted.bad(shown[1].place, "attachments go into one message", "keep one `attachments:`")


def spelled_message(message: MessageTemplate) -> Json:
    """A message as JSON, for digests. One without marks is spelled as it always was."""
    marks = {"cache": message.cache, "attachments": message.attachments}
    said = {name: mark for name, mark in marks.items() if mark is not None}
    return [message.role, message.template, said] if said else [message.role, message.template]
