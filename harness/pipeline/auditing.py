"""What is written into a project's audit trail, and by whom."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from harness import __version__
from harness.clock import Clock, SystemClock
from harness.errors import StoreError
from harness.events import BreakerMoved, Event, RunBegan, RunEnded, Stopping, TrialEnded
from harness.observe.audit import append, fingerprint
from harness.observe.runlog import to_stderr
from harness.observe.told import told
from harness.settings import Settings
from harness.units import Json
from harness.wiring import redactor


def audit(settings: Settings, action: str, facts: Mapping[str, Json], clock: Clock | None = None) -> None:
    """Put one action into the audit trail, on disk. Raises StoreError where it cannot be written."""
    now = (SystemClock() if clock is None else clock).now()
    entry = {"at": now.isoformat(), "action": action, "who": who(settings), "pid": os.getpid(), **facts}
    clean = cast("Mapping[str, Json]", redactor(settings).redact_json(entry))
    append(settings.audit, {key: value for key, value in clean.items() if value is not None})


def who(settings: Settings) -> str:
    """The job of a CI service, or the user of this machine; a container's user may have no name."""
    return settings.ci_job or user_name(os.getuid())


def user_name(uid: int) -> str:
    """What a user of this machine is called."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


@dataclass(slots=True)
class RunAudit:
    """Hears of the runs of one command, and puts what matters of them into the audit trail."""

    settings: Settings
    clock: Clock
    resumed: bool = False
    degrades_to: tuple[str, ...] = ()
    """What may stand in for an answer, in order."""
    _modes: dict[str, str] = field(default_factory=dict[str, str])
    _said: set[tuple[str, str | None]] = field(default_factory=set[tuple[str, str | None]])
    """Of what concerns many trials, the first is told."""

    def heed(self, event: Event) -> None:
        """An `Emit`. Raises StoreError for the beginning of a run: what cannot be audited is not begun.

        After that the run goes on, and what could not be written is said on stderr.
        """
        match event:
            case RunBegan():
                self._modes[event.side] = event.mode
                self._put(
                    "run_resumed" if self.resumed else "run_began", {**_facts(event), **self._tools(event)}
                )
            case RunEnded():
                self._try("run_ended", _facts(event))
                if self._modes.get(event.side) == "record":
                    where = self.settings.fixtures.name
                    self._try(
                        "recordings_written",
                        {"run": event.run_id, "folder": where, "answered": event.answered},
                    )
            case Stopping():
                self._try("run_stopping", _facts(event))
            case BreakerMoved(state="open"):
                self._try("breaker_opened", _facts(event))
            case TrialEnded(why="budget"):
                self._first("budget_reached", event)
            case TrialEnded(outcome="degraded"):
                self._first("degraded", event)
            case _:
                return

    def _first(self, action: str, event: TrialEnded) -> None:
        if (action, event.why) not in self._said:
            self._said.add((action, event.why))
            facts = {"trial": event.origin, "model": event.model, "why": event.why, "detail": event.detail}
            self._try(action, facts)

    def _put(self, action: str, facts: Mapping[str, Json]) -> None:
        audit(self.settings, action, facts, self.clock)

    def _try(self, action: str, facts: Mapping[str, Json]) -> None:
        try:
            self._put(action, facts)
        except StoreError as error:
            to_stderr(f"harness: {error}; the run goes on")

    def _tools(self, event: RunBegan) -> Mapping[str, Json]:
        key = self.settings.api_key
        paid = event.mode in ("live", "record") and key
        return {
            "harness": __version__,
            "commit": commit(self.settings.root),
            "degrades_to": list(self.degrades_to) or None,
            "key_fingerprint": fingerprint(key) if paid else None,
        }


def _facts(event: Event) -> Mapping[str, Json]:
    facts = told(event)
    run_id = facts.pop("run_id", None)
    return ({} if run_id is None else {"run": run_id}) | {
        key: value for key, value in facts.items() if key not in ("event", "side")
    }


def commit(root: Path) -> str | None:
    """The commit that is checked out, read from the files of git; None where that is not plain to see."""
    folder = root / ".git"
    try:
        head = (folder / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        ref = folder / head.removeprefix("ref: ")
        if ref.is_file():
            return ref.read_text("utf-8").strip()
        packed = (folder / "packed-refs").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next((line.split()[0] for line in packed if line.endswith(f" {head.removeprefix('ref: ')}")), None)
