"""What became of everything an importer met, told: counts by kind, and what a person has to look at."""

from __future__ import annotations

from dataclasses import dataclass

from harness.cli.console import say, tell, tell_json
from harness.intake.constructs import Inventory
from harness.report.safe import term
from harness.report.words import count
from harness.units import Json

_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One import, from its source to its files."""

    tool: str
    suites: tuple[str, ...]
    cases: int
    files: tuple[str, ...]
    """Relative to the project; in a dry run, those that would be written."""
    notes: tuple[str, ...]
    """What was guessed, or left, in words."""
    inventory: Inventory
    is_dry: bool


def tell_as_json(account: Account) -> None:
    """Everything, with every construct."""
    facts: dict[str, Json] = {
        "from": account.tool,
        "suites": list(account.suites),
        "cases": account.cases,
        "files": list(account.files),
        "written": bool(account.files) and not account.is_dry,
        "notes": list(account.notes),
    }
    tell_json({"schema": 1, **facts, **account.inventory.spelled()})


def tell_in_words(account: Account) -> None:
    """Files on stdout; counts, and what is listed or bridged, with its place, on stderr."""
    for name in account.files:
        tell(term(name))
    for note in account.notes:
        say(term(note))
    _say_counts(account.inventory)
    for fate in ("bridged", "listed"):
        found = account.inventory.of(fate)
        for each in found[:_MOST_SHOWN]:
            say(term(f"  {each}"))
        if len(found) > _MOST_SHOWN:
            say(f"  and {len(found) - _MOST_SHOWN:,} more {fate}; --json tells all of them")
    nothing = ", nothing was written" if account.is_dry or not account.files else "; next: harness check"
    say(f"{count(account.cases, 'case')} in {count(len(account.suites), 'suite')}{nothing}")


def _say_counts(inventory: Inventory) -> None:
    say(f"{'':<16}{'in':>7}{'mapped':>9}{'bridged':>9}{'listed':>9}")
    for kind, one in inventory.counts().items():
        say(term(f"{kind:<16}{one.met:>7,}{one.mapped:>9,}{one.bridged:>9,}{one.listed:>9,}"))
