"""Steps of conversations: records to rows, and rows back to steps and totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from harness.call.step import Flag, Step, StepKind
from harness.record import Record, Talks
from harness.store.duck import reading
from harness.suite.tool import ToolError
from harness.units import Seconds, Tokens

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STEPS = """
SELECT case_id, repeat, step, turn, kind, said, tool, arguments, error, flags, latency_ms / 1000, input_tokens, output_tokens
FROM steps
WHERE run_id = ? AND (?::BOOLEAN OR list_contains(?::VARCHAR[], case_id))
ORDER BY case_id, repeat, step
"""


def step_rows(records: Sequence[Record]) -> Iterator[dict[str, object]]:
    """One row per step, in order."""
    for record in records:
        for step in record.steps:
            yield {
                "case_id": record.case_id,
                "repeat": record.repeat,
                "step": step.number,
                "turn": step.turn,
                "kind": step.kind,
                "tool": step.tool,
                "arguments": step.arguments,
                "said": step.text,
                "error": None if step.error is None else step.error.value,
                "flags": list(step.flags),
                "latency_ms": round(step.latency * 1000, 3),
                "input_tokens": step.input_tokens,
                "output_tokens": step.output_tokens,
            }


def read_steps(
    connection: DuckDBPyConnection, values: list[object]
) -> dict[tuple[str, int], tuple[Step, ...]]:
    """The steps of a run by case and repeat. `values`: run id, whether every case is wanted, and else which."""
    found: dict[tuple[str, int], list[Step]] = defaultdict(list)
    for row in connection.execute(_STEPS, values).fetchall():
        found[row[0], row[1]].append(_step(row[2:]))
    return {key: tuple(steps) for key, steps in found.items()}


def _step(row: tuple[object, ...]) -> Step:
    number, turn, kind, text, tool, arguments, error, flags, latency, prompt, answer = row
    return Step(
        number=cast("int", number),
        turn=cast("int", turn),
        kind=cast("StepKind", kind),
        text=cast("str", text),
        tool=cast("str | None", tool),
        arguments=cast("str | None", arguments),
        error=None if error is None else ToolError(cast("str", error)),
        flags=tuple(cast("list[Flag]", flags)),
        latency=Seconds(cast("float", latency)),
        input_tokens=Tokens(cast("int", prompt)),
        output_tokens=Tokens(cast("int", answer)),
    )


def read_talks(store: str | Path, run_id: str) -> Talks:
    """What the conversations of a run come to."""
    with reading(store) as connection:
        counts = connection.execute(
            "SELECT count(*) FILTER (kind = 'model'), count(*) FILTER (kind = 'tool') FROM steps WHERE run_id = ?",
            [run_id],
        ).fetchall()
        errors = connection.execute(
            "SELECT error, count(*) FROM steps WHERE run_id = ? AND error IS NOT NULL GROUP BY ALL ORDER BY ALL",
            [run_id],
        ).fetchall()
        flags = connection.execute(
            "SELECT flag, count(*) FROM (SELECT unnest(flags) AS flag FROM steps WHERE run_id = ?) GROUP BY ALL ORDER BY ALL",
            [run_id],
        ).fetchall()
    return Talks(turns=counts[0][0], tool_calls=counts[0][1], errors=tuple(errors), flags=tuple(flags))
