"""Calibrations of judges: kept like decisions, so that they outlive the store, and read back for the gate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from harness.store.decisions import decide
from harness.store.duck import reading
from harness.store.rows import moment
from harness.suite.policy import JudgeFacts

Anchor = tuple[str, str, float, float]
"""Item, criterion, what people say, and the mean of what the judge said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCalibration:
    """One calibration with what it was made from."""

    facts: JudgeFacts
    at: datetime
    """UTC."""
    source: str
    """Name of the file or the run that the labels came from."""
    document: str
    """Everything that was found, as JSON."""
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the judge of this name said in its last calibration, whatever its prompt and model were then."""

    at: datetime
    identity: str
    scores: Mapping[tuple[str, str], float]
    """By item and criterion."""


def keep_calibration(store: str | Path, found: StoredCalibration) -> None:
    """Keep a calibration; the newest one of a judge counts. Raises StoreBusy, StoreError."""
    facts = found.facts
    slope = facts.per_doubling or (None, None, None)
    decide(
        store,
        {
            "kind": "calibration",
            "judge": facts.judge,
            "identity": facts.identity,
            "at": moment(found.at),
            "source": found.source,
            "labelled": facts.labelled,
            "lacking": facts.lacking,
            "kappa": facts.kappa,
            "tpr": facts.tpr,
            "tnr": facts.tnr,
            "per_doubling": list(slope),
            "document": found.document,
            "anchors": [list(each) for each in found.anchors],
        },
    )


def read_facts(store: str | Path, judges: Mapping[str, str], now: datetime) -> tuple[JudgeFacts, ...]:
    """What is known of these judges (name to identity), by name; nothing of one that was never calibrated as it is.

    Raises StoreBusy.
    """
    if not judges or not Path(store).exists():
        return ()
    with reading(store) as connection:
        rows = connection.execute(
            "SELECT judge, identity, calibrated_at, labelled, lacking, kappa, tpr, tnr,"
            " per_doubling, per_doubling_lower, per_doubling_upper"
            " FROM v_calibrations WHERE is_newest AND list_contains(?::VARCHAR[], judge) ORDER BY judge",
            [sorted(judges)],
        ).fetchall()
    return tuple(_facts(row, now) for row in rows if judges[row[0]] == row[1])


def read_earlier(store: str | Path, judge: str) -> Earlier | None:
    """The last calibration of the judge of this name; None where there is none. Raises StoreBusy."""
    if not Path(store).exists():
        return None
    with reading(store) as connection:
        newest = connection.execute(
            "SELECT calibration_id, calibrated_at, identity FROM calibrations WHERE judge = ?"
            " ORDER BY calibrated_at DESC, calibration_id LIMIT 1",
            [judge],
        ).fetchone()
        if newest is None:
            return None
        anchors = connection.execute(
            "SELECT item, criterion, score FROM anchors WHERE calibration_id = ?", [newest[0]]
        ).fetchall()
    scores = {(item, criterion): score for item, criterion, score in anchors}
    return Earlier(at=newest[1].replace(tzinfo=UTC), identity=newest[2], scores=scores)


def item_of(*parts: str) -> str:
    """The name of an answer in its context, equal for equal texts: question, answer, what it was held against."""
    told = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        told.update(len(encoded).to_bytes(8, "big") + encoded)
    return told.hexdigest()


def _facts(row: tuple[object, ...], now: datetime) -> JudgeFacts:
    judge, identity, at, labelled, lacking, kappa, tpr, tnr, slope, low, high = row
    doubling = None if slope is None else cast("tuple[float, float, float]", (slope, low, high))
    return JudgeFacts(
        judge=cast("str", judge),
        identity=cast("str", identity),
        age_days=max(0, (now - cast("datetime", at).replace(tzinfo=UTC)).days),
        labelled=cast("int", labelled),
        lacking=cast("str", lacking),
        kappa=cast("float | None", kappa),
        tpr=cast("float | None", tpr),
        tnr=cast("float | None", tnr),
        per_doubling=doubling,
    )
