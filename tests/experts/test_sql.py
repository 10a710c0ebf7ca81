"""What the experts of SQL say of it, in the processes they use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from harness.confined.process import Workers
from harness.experts.asking import Experts
from harness.experts.sql import SqlReader, SqlRunner
from harness.grade.opinion import Opinion, opinion_key
from harness.units import Seconds
from tests.grade.cases import case
from tests.grade.tables import one, reply

SHOP = (
    "setup: 'CREATE TABLE orders AS SELECT * FROM (VALUES (1, 10.5), (2, 20), (3, NULL)) AS t(id, total)', "
)
SUM = "sql_result: {" + SHOP + "same_as: 'SELECT sum(total), count(*) FROM orders'}"  # noqa: S608 - a suite of a test
BOTH = f"sql_result: {{{SHOP} rows: [[2], [1]]}}"
ORDERED = f"sql_result: {{{SHOP} rows: [[2], [1]], ordered: true}}"
SECRETS = "sql: {tables: [orders], statements: [select]}"
COLUMNS = "sql: {columns: [id, o.id]}"

Said = tuple[str, str, str]

READ: Sequence[Said] = (
    ("sql: {}", "SELECT 1; SELECT 2;", "met"),
    ("sql: postgres", "SELECT a::int FROM b", "met"),
    ("sql: {}", "hello world", "missed"),
    ("sql: {}", "SELEC 1", "missed"),
    ("sql: {}", "SHOW me the money", "missed"),
    ("sql: {}", "-- nothing", "missed"),
    ("sql: {}", "```sql\nSELECT 1\n```", "missed"),
    ("sql: {anywhere: true}", "So:\n```sql\nSELECT 1\n```", "met"),
    ("sql: {anywhere: true, tables: []}", "```sql\nSELECT 1\n```\n```sql\nSELECT a FROM b\n```", "missed"),
    (SECRETS, "SELECT * FROM Orders", "met"),
    (SECRETS, "SELECT * FROM orders, secrets", "missed"),
    (SECRETS, "DELETE FROM orders", "missed"),
    (SECRETS, "SELECT * FROM main.orders", "missed"),
    (SECRETS, "WITH s AS (SELECT * FROM orders) SELECT * FROM s", "met"),
    (SECRETS, "WITH s AS (SELECT * FROM secrets) SELECT * FROM s", "missed"),
    (SECRETS, "SELECT * FROM secrets, (WITH secrets AS (SELECT 1) SELECT * FROM secrets) AS x", "missed"),
    (SECRETS, "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "missed"),
    (SECRETS, "WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a", "met"),
    (SECRETS, "SELECT * FROM read_csv('/etc/passwd')", "missed"),
    (SECRETS, "SELECT 1 UNION SELECT password FROM users", "missed"),
    (COLUMNS, "SELECT id, o.id AS n FROM orders AS o ORDER BY n", "met"),
    (COLUMNS, "SELECT count(id) FROM orders WHERE total > 5", "missed"),
    (COLUMNS, "SELECT total AS x, 1 AS total FROM orders", "missed"),
    (COLUMNS, "SELECT n FROM (SELECT id AS n FROM orders) AS s", "met"),
    (COLUMNS, "SELECT * FROM orders", "missed"),
    ("sql: {}", "SELECT a" + "[1]" * 5_000, "undecided"),
    ("sql: {}", "SELECT " + "(" * 3_000, "undecided"),
    ("sql: {}", "SELECT 1 " + "x" * 20_000, "undecided"),
)

RUN: Sequence[Said] = (
    (SUM, "SELECT sum(total) AS s, 3.0 FROM orders", "met"),
    (SUM, "SELECT sum(total) FROM orders", "missed"),
    (SUM, "SELECT nothing FROM orders", "missed"),
    (SUM, "I do not know.", "missed"),
    (SUM, "```sql\nSELECT 30.5, 3\n```", "missed"),
    (SUM.replace("same_as", "anywhere: true, same_as"), "```sql\nSELECT 30.5, 3\n```", "met"),
    (
        SUM.replace("same_as", "anywhere: true, same_as"),
        "```sql\nSELECT 1\n```\n```sql\nSELECT 2\n```",
        "undecided",
    ),
    (BOTH, "SELECT id FROM orders WHERE total IS NOT NULL", "met"),
    (BOTH, "SELECT id FROM orders", "missed"),
    (BOTH, "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 2", "missed"),
    (ORDERED, "SELECT id FROM orders WHERE total > 0 ORDER BY id DESC", "met"),
    (ORDERED, "SELECT id FROM orders WHERE total > 0 ORDER BY id", "missed"),
    (SUM, "SELECT * FROM read_text('/etc/hostname')", "missed"),
    (SUM, "COPY orders TO '/tmp/orders.csv'", "missed"),
    (SUM, "SET enable_external_access = true", "missed"),
    (SUM, "INSTALL httpfs", "missed"),
    (SUM, "ATTACH '/tmp/other.duckdb'", "missed"),
    (SUM, "SELECT * FROM orders AS a, range(100000)", "undecided"),
    ("sql_result: {same_as: 'SELECT * FROM nothing'}", "SELECT 1", "grader_error"),
)


def came_to(opinion: Opinion) -> str:
    if opinion.mistake or opinion.undecidable:
        return opinion.mistake or "undecided"
    return "met" if opinion.score == 1 else "missed"


def opinions(said: Sequence[Said]) -> list[Opinion]:
    async def ask() -> list[Opinion]:
        workers, patience = Workers(at_once=1), Seconds(1.0)
        experts = Experts(
            offline={"sql": SqlReader(workers, patience), "sql_result": SqlRunner(workers, patience)},
            close=workers.close,
        )
        try:
            wanted = [one(expectation) for expectation, _, _ in said]
            return [
                (await experts.look_again(case(each), reply(answer)))[opinion_key(each)]
                for each, (_, answer, _) in zip(wanted, said, strict=True)
            ]
        finally:
            await experts.close()

    return asyncio.run(ask())


def test_sql_is_read_as_its_dialect_has_it() -> None:
    found = opinions(READ)
    wrong = [(row, opinion) for row, opinion in zip(READ, found, strict=True) if came_to(opinion) != row[2]]
    assert not wrong


def test_queries_are_compared_by_what_they_give_on_a_locked_database() -> None:
    found = opinions(RUN)
    wrong = [(row, opinion) for row, opinion in zip(RUN, found, strict=True) if came_to(opinion) != row[2]]
    assert not wrong
