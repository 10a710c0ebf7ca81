"""Somebody else's cases before they are ours: a conversation, what is expected of its end, and what becomes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.errors import Place
from harness.intake.constructs import Register, Ticket
from harness.intake.drafts import CaseDraft, Draft, Names, PromptDraft, SuiteDraft
from harness.intake.spelling import Unwritable, writable
from harness.suite.canonical import canonical
from harness.units import Json

Message = tuple[str, str]
"""Role (`system`, `user` or `assistant`) and text."""
MOST_SHAPES = 8
"""Sequences of roles that get a suite of their own."""
_HEADINGS = {"system": "System", "user": "User", "assistant": "Assistant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One case of somebody else's."""

    place: Place
    name: str
    """What it is called there; empty: it has no name."""
    ticket: Ticket
    """Its entry in the register."""
    messages: tuple[Message, ...] = ()
    """What the model is asked, in order."""
    inputs: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Named inputs, where it has those and no messages: names of variables."""
    expect: tuple[Json, ...] = ()
    tags: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    """What the user says after each answer."""
    lost: str = ""
    """What of it cannot be carried over, so that the rest would ask something else; empty: nothing."""
    differs: str = ""
    """What is different here; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """What the imported cases become part of."""

    suite: str
    """Name of the new suite, and of its prompt."""
    model: str
    """Short name of the pin of both sides."""
    repeats: int = 1
    description: str = ""
    comments: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Files that are written beside it, such as the pins of a new project."""
    taken: frozenset[str] = frozenset()
    """Names of suites and prompts that are there already."""


def draft_of(samples: Iterable[Sample], to: Destination, register: Register) -> Draft:
    """Suites and prompts of all samples that can be carried over; each sample's entry is settled."""
    names = Names()
    kept: list[_Kept] = []
    for sample in samples:
        found = _kept(sample, names)
        if isinstance(found, str):
            register.settle(sample.ticket, "listed", found)
        else:
            kept.append(found)
    suites: list[SuiteDraft] = []
    prompts: dict[str, tuple[PromptDraft, ...]] = {}
    titles = Names(to.taken)
    for group in _grouped(kept):
        name = titles.new(to.suite, "imported")
        suites.append(_suite(name, group, to, register))
        prompts[name] = (_prompt(group, to),)
    return Draft(suites=tuple(suites), prompts=prompts, files=to.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A sample that is carried over, with its name and what its conversation is made of."""

    sample: Sample
    id: str
    messages: tuple[Message, ...]

    @property
    def shape(self) -> tuple[str, ...]:
        """Equal for samples that one prompt can ask."""
        return (*self.roles, *sorted(self.sample.inputs)) if self.sample.inputs else self.roles

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role, _text in self.messages)

    @property
    def inputs(self) -> dict[str, Json]:
        """The values of the prompt's variables."""
        if self.sample.inputs:
            return dict(self.sample.inputs)
        return dict(zip(_variables(self.roles), (text for _role, text in self.messages), strict=True))


def _kept(sample: Sample, names: Names) -> _Kept | str:
    """The sample with a name of ours, or why it is left out."""
    if sample.lost:
        return sample.lost
    if not sample.expect:
        return "nothing that it expects is carried over, and a case has to expect something"
    messages = _merged(sample.messages)
    if not sample.inputs and (why := _unasked(messages)):
        return why
    if not sample.inputs and not _is_plain(messages):
        messages, sample = _as_one(messages), _flattened(sample)
    said: Json = [dict(sample.inputs), [list(each) for each in messages], list(sample.expect)]
    try:
        writable(said)
    except Unwritable as error:
        return f"it cannot be written: {error}"
    return _Kept(
        sample=sample, id=names.new(sample.name, f"case-{sample.place.line or 1}"), messages=messages
    )


def _unasked(messages: Sequence[Message]) -> str | None:
    """Why a model could not be asked with this; None where it can."""
    spoken = [role for role, _text in messages if role != "system"]
    if not spoken:
        return "it asks nothing"
    if spoken[-1] != "user":
        return "it ends with the assistant's own words, which no model continues any more"
    return None


def _is_plain(messages: Sequence[Message]) -> bool:
    """Whether a prompt of ours can have these roles: system only at the beginning, and then the user first."""
    roles = [role for role, _text in messages]
    spoken = roles[1:] if roles[0] == "system" else roles
    return "system" not in spoken and spoken[0] == "user"


def _flattened(sample: Sample) -> Sample:
    return replace(sample, differs=sample.differs or "the conversation before it stands in one message")


def _merged(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Neighbours of one role as one message, as the API reads them; what is empty is nothing."""
    found: list[Message] = []
    for role, text in messages:
        if not text.strip():
            continue
        if found and found[-1][0] == role:
            found[-1] = (role, f"{found[-1][1]}\n\n{text}")
        else:
            found.append((role, text))
    return tuple(found)


def _as_one(messages: Sequence[Message]) -> tuple[Message, ...]:
    return (("user", "\n\n".join(f"{_HEADINGS[role]}: {text}" for role, text in messages)),)


def _grouped(kept: Sequence[_Kept]) -> list[list[_Kept]]:
    """Samples whose conversations have the same roles together, the most frequent first."""
    sizes = Counter(each.shape for each in kept)
    own = {shape for shape, _size in sizes.most_common(MOST_SHAPES)}
    groups: dict[tuple[str, ...], list[_Kept]] = {}
    for each in kept:
        one = each if each.shape in own else _flat(each)
        groups.setdefault(one.shape, []).append(one)
    return sorted(groups.values(), key=lambda group: -len(group))


def _flat(kept: _Kept) -> _Kept:
    """The same in one message."""
    if kept.sample.inputs:
        said = "\n".join(f"{name}: {_spelled(value)}" for name, value in kept.inputs.items())
        sample = replace(kept.sample, inputs={}, differs="its inputs stand in one message")
        return replace(kept, messages=(("user", said),), sample=sample)
    return replace(kept, messages=_as_one(kept.messages), sample=_flattened(kept.sample))


def _spelled(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


def _variables(roles: Sequence[str]) -> tuple[str, ...]:
    """A name for each message: `input` for the only one of the user, otherwise roles with numbers."""
    counts = Counter(roles)
    seen: Counter[str] = Counter()
    found: list[str] = []
    for role in roles:
        seen[role] += 1
        plain = "input" if role == "user" else role
        found.append(plain if counts[role] == 1 else f"{role}_{seen[role]}")
    return tuple(found)


def _prompt(group: Sequence[_Kept], to: Destination) -> PromptDraft:
    kept = group[0]
    if kept.sample.inputs:
        named = [("user", "\n".join(_lines(group)))]
    else:
        variables = zip(kept.roles, _variables(kept.roles), strict=True)
        named = [(role, f"{{{{ {name} }}}}") for role, name in variables]
    system = named[0][1] if named[0][0] == "system" else None
    rest = named[1:] if system else named
    return PromptDraft(version="v1", messages=tuple(rest), system=system, description=to.description[:200])


def _lines(group: Sequence[_Kept]) -> Iterator[str]:
    """A line of the template for each named input; lists and mappings are shown as JSON."""
    names = list(group[0].inputs)
    for name in names:
        is_plain = all(_prints_plainly(each.inputs[name]) for each in group)
        said = f"{{{{ {name} }}}}" if is_plain else f"{{{{ {name} | tojson }}}}"
        yield f"{name}: {said}" if len(names) > 1 else said


def _prints_plainly(value: Json) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _suite(name: str, group: Sequence[_Kept], to: Destination, register: Register) -> SuiteDraft:
    inputs = [each.inputs for each in group]
    shared = {
        key: value
        for key, value in inputs[0].items()
        if len(group) > 1
        and not group[0].sample.inputs
        and key != "input"
        and all(each[key] == value for each in inputs)
    }
    cases: list[CaseDraft] = []
    for kept, given in zip(group, inputs, strict=True):
        sample = kept.sample
        own = {key: value for key, value in given.items() if key not in shared}
        more: dict[str, Json] = {"turns": list(sample.turns)} if sample.turns else {}
        cases.append(CaseDraft(id=kept.id, inputs=own, expect=sample.expect, tags=sample.tags, more=more))
        became = f"case {kept.id} of suite {name}"
        if sample.differs:
            register.settle(sample.ticket, "bridged", f"{became}: {sample.differs}")
        else:
            register.settle(sample.ticket, "mapped", became)
    defaults: dict[str, Json] = {"inputs": shared} if shared else {}
    return SuiteDraft(
        name=name,
        prompt=name,
        baseline=("v1", to.model),
        candidate=("v1", to.model),
        cases=tuple(cases),
        repeats=to.repeats,
        defaults=defaults,
        comments=to.comments,
    )
