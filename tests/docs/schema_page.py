"""`docs/schema.md`: tables and views of the store, from the comments of its migrations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.docs.rooms import ROOT

_MIGRATIONS = ROOT / "harness" / "store" / "migrations"
_THING = re.compile(
    r"^-- (?P<about>[^\n]+)\nCREATE (?:OR REPLACE )?(?P<kind>TABLE|VIEW) (?P<name>\w+)(?P<body>.*?);$",
    re.DOTALL | re.MULTILINE,
)
_COLUMN = re.compile(r'^  "?(?P<name>\w+)"? (?P<type>.+?),? *(?:-- (?P<about>.+))?$')
_ADDED = re.compile(
    r"^ALTER TABLE (?P<table>\w+) ADD COLUMN (?P<column>[^\n;]+); -- (?P<about>.+)$", re.MULTILINE
)
_BY_NOW = re.compile(r"^-- (?P<table>\w+)\.(?P<column>\w+): (?P<about>.+)$", re.MULTILINE)
"""What a column means since a later migration."""
_COUNTED = {
    "answered": "trials with an answer of the pinned model",
    "degraded": "trials answered otherwise than asked for; `why` of the trial says how",
    "failed": "trials that ended in a fault",
    "skipped": "trials that were never asked",
    "planned": "trials that were planned: the four above together",
    "measured": "trials with a score",
    "passed": "trials that passed",
    "mean_score": "in [0, 1], of the measured trials",
    "attempts": "requests on the wire",
    "cost_usd": "US dollars; NULL: no price is known",
    "cost_uncertain_usd": "US dollars that may have been billed on top",
    "cases": "number of cases",
    "question": "hostile text",
    "answer": "hostile text",
    "lowest_score": "in [0, 1]",
    "highest_score": "in [0, 1]",
    "day": "UTC",
    "runs": "number of runs",
    "runs_without_price": "number of runs that are not in `cost_usd`",
    "baseline_version": "prompt version",
    "baseline_model_id": "snapshot id",
    "candidate_version": "prompt version",
    "candidate_model_id": "snapshot id",
    "graded": "in [0, 1]: mean score of the answers it is of",
}
"""What is computed in a view and so has no comment in a table."""
_HEAD = """\
# What is stored

Made from the comments in `harness/store/migrations/` by `python -m tests.docs.generate`. The **views** are an interface:
their columns stay. Ask them with `harness sql "SELECT ..."`, or open `reports/harness.duckdb` with any DuckDB from 1.5 on.
The tables behind them may change with a migration.

Columns marked *hostile* hold what a model or a user wrote. Escape them wherever you show them.

"""


@dataclass(frozen=True)
class Thing:
    """A table or a view of one migration."""

    name: str
    kind: str
    about: str
    body: str


def page() -> str:
    """The page: views first, since they are what people query."""
    sql = "\n".join(file.read_text("utf-8") for file in sorted(_MIGRATIONS.glob("*.sql")))
    found = (Thing(each["name"], each["kind"], each["about"], each["body"]) for each in _THING.finditer(sql))
    things = list({thing.name: thing for thing in found}.values())
    tables = {thing.name: _columns(thing.body) for thing in things if thing.kind == "TABLE"}
    for added in _ADDED.finditer(sql):
        tables[added["table"]] += _columns(f"  {added['column']}, -- {added['about']}")
    for by_now in _BY_NOW.finditer(sql):
        of_table = tables[by_now["table"]]
        place = next(at for at, (name, *_) in enumerate(of_table) if name == by_now["column"])
        of_table[place] = (*of_table[place][:2], by_now["about"])
    known = _known(tables)
    views = "\n".join(
        _view(thing, _described(thing.name, sql), known) for thing in things if thing.kind == "VIEW"
    )
    rest = "\n".join(_table(thing, tables[thing.name]) for thing in things if thing.kind == "TABLE")
    return f"{_HEAD}## Views\n\n{views}\n## Tables\n\n{rest}"


def _columns(body: str) -> list[tuple[str, str, str]]:
    found = (_COLUMN.match(line) for line in body.splitlines())
    return [(each["name"], _plain(each["type"]), each["about"] or "") for each in found if each is not None]


def _plain(kind: str) -> str:
    return (
        kind.partition(" DEFAULT ")[0]
        .replace(" USING COMPRESSION zstd", "")
        .replace(" NOT NULL", ", never NULL")
        .lower()
        .replace("never null", "never NULL")
    )


def _known(tables: dict[str, list[tuple[str, str, str]]]) -> dict[tuple[str, str], str]:
    """What a column with this name and type is, in the table that defines it."""
    known: dict[tuple[str, str], str] = {}
    for columns in tables.values():
        for name, kind, about in columns:
            known.setdefault((name, kind.partition(",")[0].upper() if "(" not in kind else "DECIMAL"), about)
    return known


def _described(view: str, sql: str) -> list[tuple[str, str]]:
    import duckdb

    with duckdb.connect(":memory:") as store:
        store.execute(sql)
        return [(str(row[0]), str(row[1])) for row in store.execute(f"DESCRIBE {view}").fetchall()]


def _view(thing: Thing, columns: list[tuple[str, str]], known: dict[tuple[str, str], str]) -> str:
    rows = [(name, kind.lower(), _meaning(thing.name, name, kind, known)) for name, kind in columns]
    return _section(thing, rows)


def _meaning(view: str, name: str, kind: str, known: dict[tuple[str, str], str]) -> str:
    computed = view in ("v_runs", "v_case_history", "v_flaky", "v_cost_daily", "v_answers", "v_models")
    if computed and name in _COUNTED:
        return _COUNTED[name]
    about = known.get((name, "DECIMAL" if kind.startswith("DECIMAL") else kind))
    return _COUNTED.get(name, "") if about is None else about


def _table(thing: Thing, columns: list[tuple[str, str, str]]) -> str:
    return _section(thing, columns)


def _section(thing: Thing, rows: list[tuple[str, str, str]]) -> str:
    lines = [f"| `{name}` | {kind} | {about} |" for name, kind, about in rows]
    return "\n".join(
        [f"### {thing.name}", "", thing.about, "", "| column | type | |", "|---|---|---|", *lines, ""]
    )
