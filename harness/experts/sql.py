"""Asks what SQL says and what it gives, each in a process of its own: see `harness.confined.sql_reading` and `sql_running`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.confined.process import Broke, Call, Workers
from harness.experts.asking import mistaken
from harness.grade.decision import printable
from harness.grade.fences import blocks
from harness.grade.opinion import Opinion
from harness.grade.response import Response
from harness.suite.expectation import Expectation
from harness.suite.expectations.sql import Sql, SqlResult
from harness.units import Json, Seconds

PATIENCE: Final = Seconds(5.0)
"""The longest SQL may take to be read, and the longest each query may take to be run."""
LONGEST: Final = 200_000
"""Characters of an answer that has SQL in it."""


@dataclass(frozen=True, slots=True)
class SqlReader:
    """The expert `sql`."""

    workers: Workers
    patience: Seconds = PATIENCE

    async def __call__(self, wanted: Expectation, response: Response) -> Opinion:
        """An `Offline`."""
        assert isinstance(wanted, Sql)  # noqa: S101 - the table of experts says so
        for text in _statements(response.text, anywhere=wanted.anywhere):
            said = await self._read(text, wanted.dialect)
            if not isinstance(said, Mapping):
                return said
            wrong = next(_misfits(wanted, said), None)
            if wrong is not None:
                return Opinion(score=0.0, reason=printable(wrong, 300))
        return Opinion(score=1.0, reason=f"SQL that {wanted.dialect} can read")

    async def _read(self, text: str, dialect: str) -> Mapping[str, Json] | Opinion:
        said = await self.workers.call(
            Call(
                file="sql.py",
                source="from harness.confined.sql_reading import read_sql\n",
                function="read_sql",
                arguments={"text": text, "dialect": dialect},
                patience=self.patience,
            )
        )
        return _answer(said.value if not isinstance(said, Broke) else said, "be read")


@dataclass(frozen=True, slots=True)
class SqlRunner:
    """The expert `sql_result`."""

    workers: Workers
    patience: Seconds = PATIENCE

    async def __call__(self, wanted: Expectation, response: Response) -> Opinion:
        """An `Offline`."""
        assert isinstance(wanted, SqlResult)  # noqa: S101 - the table of experts says so
        texts = _statements(response.text, anywhere=wanted.anywhere)
        if len(texts) > 1:
            return _undecided(f"{len(texts)} blocks of SQL, where one is needed")
        said = await self.workers.call(
            Call(
                file="sql.py",
                source="from harness.confined.sql_running import compare\n",
                function="compare",
                arguments={
                    "setup": wanted.setup,
                    "query": texts[0],
                    "same_as": wanted.same_as,
                    "rows": wanted.rows,
                    "ordered": wanted.ordered,
                    "seconds": self.patience,
                },
                patience=Seconds(3 * self.patience),
            )
        )
        answer = _answer(said.value if not isinstance(said, Broke) else said, "be run")
        if isinstance(answer, Opinion):
            return answer
        return Opinion(
            score=float(answer.get("same") is True), reason=printable(str(answer.get("found")), 300)
        )


def _statements(text: str, *, anywhere: bool) -> list[str]:
    """The SQL of an answer: all of it, or the code blocks that say they are SQL, or that say nothing."""
    if not anywhere or len(text) > LONGEST:  # which is too long to be read as well
        return [text]
    found = blocks(text)
    named = [each.code for each in found if each.language == "sql"]
    return named or [each.code for each in found if not each.language] or [text]


def _misfits(wanted: Sql, said: Mapping[str, Json]) -> Iterator[str]:
    if "wrong" in said:
        yield f"no SQL: {said['wrong']}"
    asked = (("statement", wanted.statements or None), ("table", wanted.tables), ("column", wanted.columns))
    for what, allowed in asked:
        names = said.get(f"{what}s")
        if allowed is None or not isinstance(names, list):
            continue
        for name in names:
            if name not in allowed:
                yield f"SQL with the {what} {name}"


def _answer(said: Json | Broke, what: str) -> Mapping[str, Json] | Opinion:
    """What a process said, or the opinion that comes of its not saying it. SQL that ends it or takes too long decides nothing."""
    if isinstance(said, Broke):
        if said.why == "raised":
            return mistaken(f"it could not {what}: {printable(said.detail, 300)}")
        return _undecided(f"SQL that takes too long, or too much, to {what}")
    if not isinstance(said, Mapping):
        return mistaken(f"it could not {what}: no answer")
    if "mistake" in said:
        return mistaken(printable(str(said["mistake"]), 300))
    return _undecided(printable(str(said["undecided"]), 300)) if "undecided" in said else said


def _undecided(why: str) -> Opinion:
    return Opinion(score=0.0, reason=why, undecidable=True)
