"""Python that somebody else wrote: its syntax tree, never its execution."""

from __future__ import annotations

import ast
import warnings

_MOST = 4 * 1024 * 1024
_SHOWN = 100


def parsed_python(content: bytes) -> ast.Module | str:
    """The syntax tree, or why there is none."""
    if len(content) > _MOST:
        return f"it has more than {_MOST:,} bytes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and literals that are somebody else's business
            return ast.parse(content)
    except SyntaxError as error:
        return f"it is not Python: {str(error.msg)[:80]} in line {error.lineno}"
    except (ValueError, RecursionError, MemoryError):
        return "it is not Python that can be read"


def called(node: ast.AST) -> str:
    """The last name of what is called or referred to: `Task` of `inspect_ai.Task(...)`."""
    if isinstance(node, ast.Call):
        return called(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def shown(node: ast.AST) -> str:
    """The source of a node, in short."""
    try:
        source = " ".join(ast.unparse(node).split())
    except (ValueError, RecursionError):
        return "..."
    return source if len(source) <= _SHOWN else f"{source[:_SHOWN]}..."
