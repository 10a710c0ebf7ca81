"""What experts said of the answers of a run, as it was kept: so that answers are graded anew without asking them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from harness.grade.opinion import Opinion, Opinions
from harness.store.duck import reading

_OPINIONS = """
SELECT case_id, repeat, opinion_key, score, reason, confidence, mistake, undecidable
FROM opinions WHERE run_id = ? ORDER BY ALL
"""


def read_opinions(store: str | Path, run_id: str) -> Mapping[tuple[str, int], Opinions]:
    """The opinions of a run by trial. Raises StoreBusy, StoreError."""
    found: defaultdict[tuple[str, int], dict[str, Opinion]] = defaultdict(dict)
    with reading(store) as connection:
        rows = connection.execute(_OPINIONS, [run_id]).fetchall()
    for case_id, repeat, key, score, reason, confidence, mistake, undecidable in rows:
        found[case_id, repeat][key] = Opinion(
            score=score, reason=reason, confidence=confidence, mistake=mistake, undecidable=undecidable
        )
    return dict(found)
