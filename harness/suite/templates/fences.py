"""Whether every use of a hostile variable is fenced: said of a template before anything is rendered."""

from __future__ import annotations

from jinja2 import nodes  # noqa: TID253 - this module is loaded late itself

from harness.suite.templates.rules import Broken

_FENCE = "untrusted"


def unfenced(tree: nodes.Template, names: frozenset[str]) -> list[Broken]:
    """Every place where one of `names` reaches the text by another way than through the filter `untrusted`.

    To ask whether there is one (`is defined`) is no way into the text.
    """
    found: list[Broken] = []
    waiting: list[tuple[nodes.Node, bool]] = [(tree, False)]
    while waiting:
        node, is_fenced = waiting.pop()
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name in names and not is_fenced:
            what = f"{node.name!r} is text of a model, and is not fenced here"
            found.append(Broken(node.lineno, node.name, what, f"write `{{{{ {node.name} | {_FENCE} }}}}`"))
        waiting.extend((each, _fences(node, each, is_fenced)) for each in node.iter_child_nodes())
    return found


def _fences(parent: nodes.Node, child: nodes.Node, is_fenced: bool) -> bool:  # noqa: FBT001 - a state of the walk
    """What a filter works on stays fenced through more filters; its arguments, and anything else, do not."""
    if isinstance(parent, nodes.Test):
        return True
    if isinstance(parent, nodes.Filter) and child is parent.node:
        return parent.name == _FENCE or is_fenced
    return False
