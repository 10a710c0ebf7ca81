"""Views as lines for a terminal: verdict first, then why, then what to do.

`width` is in columns; nothing is wider but paths and commands, which must be copied whole. `colour` is
decided by the caller. Every string that is not ours goes through `safe.term`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.gate.verdict import Status
from harness.report import safe
from harness.report.text.columns import ascii_only, columns, pad, wrap
from harness.report.text.finished import finish, links, paint
from harness.report.text.listed_cases import SHOWN_CASES, worst
from harness.report.views.drawn import Effect, Figure
from harness.report.views.one_case import list_command
from harness.report.views.parts import SYNTHETIC_SHORT, Overview, ReportView, RunView
from harness.report.views.rows import Listing, ModelRow, SuspectRow

_COLOURS = {Status.PASS: "32", Status.REGRESSED: "31", Status.INCONCLUSIVE: "33", Status.NOT_MEASURED: "35"}
_NARROWEST = 24


def render(view: ReportView, *, width: int = 80, colour: bool = False) -> str:
    """One comparison: a single line (where it fits) for a PASS, a block for everything else."""
    width = max(width, _NARROWEST)
    lines = _passed(view, width) if view.status is Status.PASS else _block(view, width)
    return _finish(lines, view.status if colour else None)


def render_run(view: RunView, *, width: int = 80, colour: bool = False) -> str:
    """One run: its score, where its trials ended, and the cases that did not pass."""
    width = max(width, _NARROWEST)
    lines = [
        *wrap(f"{view.suite}  {view.variants}   {view.size}", width),
        *_banner(view.synthetic, width),
        "",
    ]
    if view.score is not None:
        lines += wrap(f"score {view.score.sentence}", width)
    lines += wrap(view.headline, width)
    for row in view.accounting:
        lines += wrap(row.sentence, width)
    lines += _models(view.models, width)
    for measure in view.measures.rows:
        lines += wrap(f"{measure.name}: {measure.sentence}", width, indent=4)
    lines += worst(view.worst, "cases that did not pass", width, list_command(view.suite, (view.run_id,)))
    lines += links(view.report, view.next, width)
    return _finish(lines, None if not colour else Status.PASS)


def render_suites(view: Overview, *, width: int = 80, colour: bool = False) -> str:
    """Several verdicts: what they come to, a line for each, worst first, then each in full, and what gives them again."""
    width = max(width, _NARROWEST)
    name = max(columns(safe.term(each.suite)) for each in view.reports)
    head = [*wrap(view.headline, width), *_banner(view.synthetic, width), ""]
    for each in view.reports:
        head += wrap(_summary(each, min(name, width // 3)), width, indent=4)
    tail = [f"again    {safe.term(view.command)}"]
    tail += [] if view.link is None else [f"report   {safe.term(view.link)}"]
    blocks = [render(each, width=width, colour=colour) for each in view.reports]
    parts = [_finish(head, view.status if colour else None), *blocks, finish(tail)]
    return "\n".join(parts)


def render_line(view: ReportView) -> str:
    """One comparison in one line, for the end of a test session: the difference first, then the verdict."""
    effect = (
        "nothing measured" if view.effect is None else f"{view.effect.points} points ({view.effect.bounds})"
    )
    verdict = view.status.value if view.label is None else f"{view.status.value}, {view.label}"
    said = [f"{view.suite}  {effect} against the baseline", verdict, view.variants]
    if view.status is not Status.PASS:
        said.append(view.headline)
    if view.synthetic:
        said.append(SYNTHETIC_SHORT)
    return "   ".join(safe.term(ascii_only(each)) for each in said)


def _summary(view: ReportView, name: int) -> str:
    change = "" if view.effect is None else f"{view.effect.points} ({view.effect.bounds})"
    cost = next((f"cost {each.value}" for each in view.figures if each.name == "cost"), "")
    parts = (change, view.short, cost)
    return f"{view.status:<12}  {pad(safe.term(view.suite), name)}  {'   '.join(p for p in parts if p)}"


def _passed(view: ReportView, width: int) -> list[str]:
    effect = "" if view.effect is None else f"{view.effect.points} points ({view.effect.bounds})"
    cost = next((f"cost {each.value}" for each in view.figures if each.name == "cost"), "")
    head = "PASS" if view.label is None else f"PASS, {view.label}"
    synthetic = SYNTHETIC_SHORT if view.synthetic else ""
    parts = [f"{head}  {view.suite}  {view.versions}", effect, cost, view.size, synthetic]
    said = [each for each in parts if each]
    path = [] if view.report is None else [safe.term(view.report)]
    whole = "   ".join([*(safe.term(ascii_only(each)) for each in said), *path])
    joined = [*_join(said, width), *(f"      {each}" for each in path)]
    lines = [whole] if columns(whole) <= width else joined
    lines += wrap(f"{view.headline} {view.known}", width, indent=6, first=6)
    lines += [
        line
        for each in view.process
        for line in wrap(f"{each.name}: {each.sentence}", width, indent=8, first=6)
    ]
    return [*lines, *_models(view.models, width, indent=6), *_excluded(view, width)]


def _models(rows: Sequence[ModelRow], width: int, *, indent: int = 0) -> list[str]:
    """What a route sent where: a line for each model."""
    name = max((columns(safe.term(each.name)) for each in rows), default=0)
    lines: list[str] = []
    for each in rows:
        text = f"{pad(safe.term(each.name), name)}  {each.sentence}"
        lines += wrap(text, width, indent=indent + 2, first=indent)
    return lines


def _excluded(view: ReportView, width: int) -> list[str]:
    """A PASS stays quiet, but never about cases that are in one side only."""
    named = [f"{len(each.case_ids)} {each.title}" for each in view.listings]
    return wrap("; ".join(named), width, indent=6, first=6) if named else []


def _block(view: ReportView, width: int) -> list[str]:
    lines = wrap(f"{view.suite}  {view.variants}   {view.size}", width)
    lines += [*_banner(view.synthetic, width), ""]
    lines += _verdict(view, width)
    lines += [""] if view.listings else []
    lines += [line for each in view.listings for line in _listing(each, width)]
    lines += worst(view.worst, "worst cases", width, list_command(view.suite, worse=True))
    return lines + links(view.report, view.next, width)


def _verdict(view: ReportView, width: int) -> list[str]:
    """The status word, and everything said of it indented beside it (below it where that is too narrow)."""
    beside = len(view.status) + 2
    indent = beside if width >= 64 else 2
    said = list(_reasons(view))
    lines: list[str] = []
    if indent != beside:
        lines.append(view.status.value)
        first = indent
    else:
        first = 0
        said[0] = f"{view.status.value}  {said[0]}"
    for number, sentence in enumerate(said):
        start = first if number == 0 else indent
        lines += wrap(sentence, width, indent=indent, first=start)
    return lines + _figures(view, width, indent)


def _reasons(view: ReportView) -> Iterator[str]:
    """The two sentences of the verdict, and what else is said against it that has no row of its own."""
    yield view.headline
    yield view.known
    said = view.headline.casefold()
    rows = {"quality", "cost", "latency", *(["confirm"] if view.process else [])}
    for finding in view.findings:
        told = finding.rule in rows or finding.rule.startswith("slice")
        repeated = finding.because.casefold().partition(";")[0].rstrip(".") in said
        if finding.status is not Status.PASS and not told and not repeated:
            yield f"{finding.rule}: {finding.because}"


def _figures(view: ReportView, width: int, indent: int) -> list[str]:
    rows = [] if view.effect is None else [("quality", _effect(view.effect))]
    rows += [(each.name, each.sentence) for each in view.process]
    rows += [("worst slice", view.worst_slice)] if view.worst_slice else []
    rows += [("suspects", _suspects(view.suspects))] if view.suspects else []
    rows += [(each.name, _figure(each)) for each in view.figures if each.name != "quality"]
    rows += [(each.name, each.sentence) for each in view.measures]
    rows += [(each.side, each.sentence) for each in view.accounting]
    rows += [(each.name, each.sentence) for each in view.models]
    name = max(len(each) for each, _ in rows) + 2
    lines: list[str] = []
    for title, text in rows:
        lines += wrap(f"{title:<{name}}{text}", width, indent=indent + name, first=indent)
    return lines


def _effect(effect: Effect) -> str:
    return f"{effect.before} -> {effect.after}   {effect.sentence}"


def _figure(figure: Figure) -> str:
    status = "" if figure.status in {None, Status.PASS} else f"  {figure.status}"
    cause = f"  {figure.cause}" if figure.cause else ""
    return f"{figure.value:<9} ({figure.detail}){status}{cause}"


def _suspects(rows: Sequence[SuspectRow]) -> str:
    """The likeliest ones by name."""
    shown = [_suspect(each) for each in rows[:SHOWN_CASES]]
    more = len(rows) - len(shown)
    return "; ".join([*shown, *([f"{more} more in the report"] if more else [])])


def _suspect(row: SuspectRow) -> str:
    must = ", must pass" if row.must_pass else ""
    if row.fresh:
        return f"{row.case_id}{must}: {'broke, ' if row.broke else ''}{row.fresh} fresh answers"
    return f"{row.case_id}{must}: {row.first} ({row.p})"


def _listing(listing: Listing, width: int) -> list[str]:
    shown = ", ".join(listing.case_ids[:6])
    more = len(listing.case_ids) - 6
    rest = f" and {more} more" if more > 0 else ""
    return wrap(f"{len(listing.case_ids)} {listing.title}: {shown}{rest}", width)


def _banner(text: str, width: int) -> list[str]:
    return wrap(text, width) if text else []


def _join(parts: Sequence[str], width: int) -> list[str]:
    """Parts side by side where they fit, the rest below."""
    lines: list[str] = []
    for part in parts:
        text = safe.term(ascii_only(part))
        if lines and columns(lines[-1]) + 3 + columns(text) <= width:
            lines[-1] = f"{lines[-1]}   {text}"
        else:
            lines += wrap(part, width, indent=6, first=6 if lines else 0)
    return lines


def _finish(lines: Sequence[str], status: Status | None) -> str:
    """The finished text; the status words painted where asked."""
    return finish(lines if status is None else [_paint(line) for line in lines])


def _paint(line: str) -> str:
    """Colours a line's leading status word; nothing else, so colour never carries meaning alone."""
    for status, code in _COLOURS.items():
        if line.startswith(status.value) and not line[len(status.value) :][:1].isalnum():
            return paint(status.value, f"1;{code}") + line[len(status.value) :]
    return line
