"""One case on a terminal: what became of it, both answers side by side, what was asked, and what graders said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.report import safe, words
from harness.report.text import side_by_side as sides
from harness.report.text.columns import ascii_only, columns, cut, pad, wrap
from harness.report.text.finished import finish, links, paint
from harness.report.text.paper import Paper
from harness.report.views.case import AnswerView
from harness.report.views.grades import GradeLine
from harness.report.views.laid_out import laid_out
from harness.report.views.one_case import OneCase, asked_text
from harness.report.views.paired import GradePair, grade_pairs
from harness.report.views.word_diff import Block, alone, blocks

_BESIDE = 72
"""From so many columns on, two texts fit beside each other."""
_CONTEXT = 2
"""Equal lines of a prompt that are shown before and after what differs."""
_PROMPT_LINES = 8
"""Lines of a prompt that is the same on both sides: its last ones, where the case is."""


def render(case: OneCase, paper: Paper, *, whole_prompt: bool = False) -> str:
    """Everything of one case, the most telling first.

    No line is wider than the paper, from 24 columns on, but ids, places and commands, which must be copied whole.
    """
    lines = [
        *_head(case, paper),
        *_answers(case, paper),
        *_grades(case, paper.width),
        *_told("steps", _steps(case.before), _steps(case.after), case, paper),
        *_told("attempts", _attempts(case.before), _attempts(case.after), case, paper),
        *_asked(case, paper, whole=whole_prompt),
        *links(None, case.next, paper.width),
    ]
    return finish(lines)


def _head(case: OneCase, paper: Paper) -> Iterator[str]:
    row, width = case.row, paper.width
    rate = ascii_only(f"{row.before} -> {row.after}" if row.before else row.after)
    name = safe.term(f"{case.matter.suite}/{row.case_id}")
    moved = f"{row.points} points" if row.points else ""
    line = "   ".join(each for each in (name, safe.term(rate), safe.term(ascii_only(moved))) if each)
    word = paint(row.change, "1" if paper.colour else "")
    yield from (
        [f"{word}  {line}"]
        if len(row.change) + 2 + columns(line) <= width
        else [word, name, *wrap(f"{rate}   {moved}", width)]
    )
    decided = "" if case.matter.decided is None else f"   {case.matter.decided}"
    yield from wrap(f"{case.matter.title}{decided}", width)
    tags = f"   tags {', '.join(row.tags)}" if row.tags else ""
    place = safe.term(row.place)
    if columns(place) + columns(safe.term(tags)) <= width:
        yield f"{place}{safe.term(tags)}".strip()
    else:
        yield from [place, *wrap(tags.strip(), width)]
    for told in (f"not measured: {row.missing}" if row.missing else "", *case.notes):
        yield from wrap(told, width) if told else []


def _answers(case: OneCase, paper: Paper) -> Iterator[str]:
    if case.shown is None:
        return
    others = ", ".join(f"{words.listing(numbers)} {became}" for became, numbers in _by_fate(case).items())
    more = f"   others: {others} (--repeat N)" if others else ""
    yield ""
    yield from wrap(f"{case.shown}: {case.became}{more}", paper.width)
    yield ""
    if case.matter.baseline is None:
        yield from () if case.after is None else _alone(case.after, paper)
    else:
        yield from _both(case, paper)


def _by_fate(case: OneCase) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, became in case.others:
        found.setdefault(became, []).append(str(number))
    return found


def _alone(answer: AnswerView, paper: Paper) -> Iterator[str]:
    yield from wrap(answer.facts, paper.width) if answer.facts else []
    yield from wrap(answer.note, paper.width) if answer.note else []
    if answer.text:
        yield from sides.cells(alone(laid_out(answer.text) or answer.text), paper.width)
    else:
        yield "(no text)"


def _both(case: OneCase, paper: Paper) -> Iterator[str]:
    """Both answers, with what each took above it."""
    texts = _readable(case.before, case.after)
    found, width = _held(texts), paper.width
    titles = [_title(name, each) for name, each in (("baseline", case.before), ("candidate", case.after))]
    if _fits_beside(found, width) and not any(
        sides.runs_to_the_left(each) for side in titles for each in side
    ):
        room = (width - sides.GUTTER) // 2
        old, new = (_wrapped(each, room) for each in titles)
        yield from sides.joined(old, new, width)
        yield from sides.joined(["-" * room], ["-" * room], width)
        yield from _laid(found, texts, paper)
        return
    for sign, title in zip("-+", titles, strict=True):
        first, *rest = _wrapped(title, width - 4)
        yield from [f"{sign * 3} {first}", *(f"    {line}" for line in rest)]
    yield from sides.below(found, sides.marks(texts, colour=paper.colour), width)


def _wrapped(lines: Sequence[str], room: int) -> list[str]:
    return [each for line in lines for each in wrap(line, room, indent=0)]


def _title(side: str, answer: AnswerView | None) -> list[str]:
    if answer is None:
        return [side, "not asked"]
    return [each for each in (side, answer.facts, answer.note) if each]


def _readable(before: AnswerView | None, after: AnswerView | None) -> tuple[str, str]:
    """Both texts; JSON in lines where both are JSON, or the other is none at all."""
    old, new = ("" if each is None else each.text for each in (before, after))
    first, second = laid_out(old), laid_out(new)
    return (
        first if first is not None and (second is not None or not new) else old,
        second if second is not None and (first is not None or not old) else new,
    )


def _laid(found: Sequence[Block], texts: Sequence[str], paper: Paper) -> list[str]:
    """Beside each other where they fit, else one below the other."""
    layout = sides.beside if _fits_beside(found, paper.width) else sides.below
    return layout(found, sides.marks(texts, colour=paper.colour), paper.width)


def _fits_beside(found: Sequence[Block], width: int) -> bool:
    if width < _BESIDE:
        return False
    other = (line for block in found if not block.is_same for line in (*block.before, *block.after))
    return not any(sides.runs_to_the_left(piece.text) for line in other for piece in line)


def _grades(case: OneCase, width: int) -> Iterator[str]:
    """A line for each expectation, those that changed first, with what was found instead of it below."""
    is_alone = case.matter.baseline is None
    old, new = (() if each is None else each.grades for each in (case.before, case.after))
    rows = [
        (pair, _said(pair.before), _said(pair.after)) for pair in grade_pairs(old, new, compared=not is_alone)
    ]
    if not rows:
        return
    name = min(max(columns(safe.term(pair.line.name)) for pair, _, _ in rows), width // 3)
    before = max(len("baseline"), *(len(said) for _, said, _ in rows))
    after = max(len("candidate"), *(len(said) for _, _, said in rows))
    fits = name + before + after + 6 <= width
    head = f"{'grades':<{name + 4}}{'baseline':<{before + 2}}candidate"
    yield from ["", head if fits and not is_alone and name > 1 else "grades"]
    for pair, one, other in rows:
        shown = cut(safe.term(pair.line.name), name)
        if is_alone:
            yield f"  {pad(shown, name)}  {cut(safe.term(other), width - name - 4)}"
        elif fits:
            yield f"  {pad(shown, name)}  {one:<{before + 2}}{other}"
        else:
            yield from wrap(f"{pair.line.name}: baseline {one}, candidate {other}", width, indent=4, first=2)
        yield from _evidence(pair, width, alone=is_alone)


def _said(line: GradeLine | None) -> str:
    return "-" if line is None else safe.term(line.said)


def _evidence(pair: GradePair, width: int, *, alone: bool) -> Iterator[str]:
    """Where the expectation stands, and what was found instead of it, for each side that did not meet it."""
    both = (("baseline", pair.before), ("candidate", pair.after))
    told = [
        ("" if alone else f"{name}: ") + each.evidence
        for name, each in both
        if each is not None and not each.said.startswith("met") and each.evidence
    ]
    if told and pair.line.place:
        yield f"      {safe.term(pair.line.place)}"
    for each in told:
        yield from wrap(each, width, indent=8, first=6)


def _steps(answer: AnswerView | None) -> list[str]:
    if answer is None:
        return []
    return [
        line
        for step in answer.steps
        for line in (step.head, *(f"   {each}" for each in step.said.split("\n") if each))
    ]


def _attempts(answer: AnswerView | None) -> list[str]:
    return [] if answer is None else list(answer.attempts)


def _told(title: str, old: Sequence[str], new: Sequence[str], case: OneCase, paper: Paper) -> Iterator[str]:
    """Lists of both sides, held against each other."""
    if not old and not new:
        return
    texts = "\n".join(map(ascii_only, old)), "\n".join(map(ascii_only, new))
    yield from ["", title]
    if case.matter.baseline is None:
        yield from sides.cells(alone(texts[1]), paper.width)
        return
    yield from _laid(_held(texts), texts, paper)


def _held(texts: tuple[str, str]) -> tuple[Block, ...]:
    """Blocks; a side that is empty has no line."""
    if all(texts):
        return blocks(*texts)
    old, new = (alone(text) if text else () for text in texts)
    return (Block(is_same=False, before=old, after=new),)


def _asked(case: OneCase, paper: Paper, *, whole: bool) -> Iterator[str]:
    """What was asked: the end of it where both sides asked the same, else what differs."""
    row, width = case.row, paper.width
    texts = asked_text(row.asked_before), asked_text(row.asked_after)
    if not any(texts):
        return
    yield ""
    if case.matter.baseline is None or texts[0] == texts[1] or not all(texts):
        yield "asked"
        lines = sides.cells(alone(texts[1] or texts[0]), width - 2)
        hidden = 0 if whole else max(0, len(lines) - _PROMPT_LINES)
        yield from wrap(f"... {hidden} lines before that: --prompt", width, first=2) if hidden else []
        yield from (f"  {line}".rstrip() for line in lines[hidden:])
        return
    yield from wrap("asked, where the sides differ" if not whole else "asked", width)
    found = blocks(*texts)
    layout = sides.beside if _fits_beside(found, width) else sides.below
    both = sides.marks(texts, colour=paper.colour)
    for part in found if whole else _folded(found):
        yield from [f"... {part} lines alike"] if isinstance(part, int) else layout([part], both, width)


def _folded(found: Sequence[Block]) -> Iterator[Block | int]:
    """What differs with a few lines around it, and the end; a number stands for equal lines that are left out."""
    for place, block in enumerate(found):
        head = _CONTEXT if place else 0
        tail = _CONTEXT if place + 1 < len(found) else _PROMPT_LINES
        hidden = len(block.before) - head - tail
        if not block.is_same or hidden < 2:
            yield block
            continue
        yield from [_part(block, 0, head)] if head else []
        yield hidden
        yield _part(block, head + hidden, len(block.before))


def _part(block: Block, first: int, last: int) -> Block:
    return Block(is_same=True, before=block.before[first:last], after=block.after[first:last])
