"""Expectations of structure in words: what evidence says was wanted. Each completes "wanted ..."."""

from __future__ import annotations

from harness.grade.decision import printable, quoted
from harness.grade.wanted import at
from harness.suite.canonical import canonical
from harness.suite.expectations.documents import Citations, Code, Html, Urls, Xml
from harness.suite.expectations.sql import Sql, SqlResult
from harness.suite.expectations.structure import JsonDiff, JsonPath, JsonSchema, JsonSubset


def json_path(wanted: JsonPath) -> str:
    """How many nodes."""
    if wanted.count is not None:
        nodes = f"{wanted.count} {'node' if wanted.count == 1 else 'nodes'}"
    else:
        nodes = "something" if wanted.exists else "nothing"
    return f"{nodes}{at(wanted.path)}"


def json_schema(wanted: JsonSchema) -> str:
    """A valid answer."""
    where = " somewhere in the text" if wanted.anywhere else " (fenced or not)" if wanted.fenced else ""
    valid = "" if wanted.schema is True else " that is valid against the schema"
    return f"JSON{where}{valid}{at(wanted.path)}"


def json_subset(wanted: JsonSubset) -> str:
    """The value."""
    return f"JSON with {printable(canonical(wanted.value))} in it{at(wanted.path)}"


def json_diff(wanted: JsonDiff) -> str:
    """The value, and what does not matter."""
    but = f", but for {', '.join(map(printable, wanted.ignore))}" if wanted.ignore else ""
    return f"{printable(canonical(wanted.to))}{at(wanted.path)}{but}"


def xml(wanted: Xml) -> str:
    """The elements."""
    elements = f" with {', '.join(wanted.elements)}" if wanted.elements else ""
    return f"XML{_somewhere(anywhere=wanted.anywhere)}{elements}"


def html(wanted: Html) -> str:
    """HTML."""
    return f"{'an element of ' if wanted.anywhere else ''}HTML{_somewhere(anywhere=wanted.anywhere)}"


def _somewhere(*, anywhere: bool) -> str:
    return " somewhere in the text" if anywhere else ""


def code(wanted: Code) -> str:
    """The blocks."""
    many = (
        "code blocks"
        if wanted.count is None
        else f"{wanted.count} code {'block' if wanted.count == 1 else 'blocks'}"
    )
    return f"{many} of {wanted.language}{' that parse' if wanted.parses else ''}"


def urls(wanted: Urls) -> str:
    """The hosts, and how many."""
    parts = (
        [] if wanted.allow is None else [f"URLs that lead to {', '.join(wanted.allow) or 'nowhere'} alone"]
    )
    parts += [f"no URL that leads to {', '.join(wanted.deny)}"] if wanted.deny else []
    parts += [f"at least {wanted.least} URLs"] if wanted.least else []
    parts += [f"at most {wanted.most} URLs"] if wanted.most is not None else []
    return " and ".join(parts)


def citations(wanted: Citations) -> str:
    """The sources."""
    of = wanted.of_inputs or ", ".join(map(printable, wanted.of))
    many = "every one" if wanted.all_of_them else f"at least {wanted.least}"
    return f"citations of nothing but {of}, and of {many} of them"


def sql(wanted: Sql) -> str:
    """The dialect, and what may be in it."""
    parts = [f"{', '.join(wanted.statements)} alone"] if wanted.statements else []
    parts += (
        []
        if wanted.tables is None
        else [f"no tables but {', '.join(map(printable, wanted.tables)) or 'none'}"]
    )
    parts += (
        []
        if wanted.columns is None
        else [f"no columns but {', '.join(map(printable, wanted.columns)) or 'none'}"]
    )
    return f"SQL of {wanted.dialect}{': ' if parts else ''}{', '.join(parts)}"


def sql_result(wanted: SqlResult) -> str:
    """The rows."""
    rows = (
        f"the rows of {quoted(wanted.same_as)}"
        if wanted.same_as is not None
        else printable(canonical(wanted.rows))
    )
    return f"a query that gives {rows}{' in this order' if wanted.ordered else ''}"
