"""The JSON Schemas that expectations name or hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.suite.forms.compiled import check_schema
from harness.suite.forms.paths import inside_evals
from harness.suite.notation.fields import Noted
from harness.suite.notation.load import load_json
from harness.suite.notation.node import Node, Scalar, Table
from harness.suite.prompt import PromptVersion
from harness.suite.tree import Tree
from harness.units import Json


@dataclass
class Schemas:
    """The schemas of one project. A file that several expectations name is read once."""

    tree: Tree
    noted: Noted
    _read: dict[str, Json] = field(default_factory=dict[str, Json])

    def find(self, node: Node, baseline: PromptVersion | None) -> Json:
        """The schema at `node`, or in the file it names; `prompt` is the baseline's own. None after noting why not."""
        if isinstance(node, Table):
            return check_schema(self.noted, node)
        if not isinstance(node, Scalar):
            self.noted.table(node, "'schema'")
            return None
        name = self.noted.text(node, "'schema'")
        if name is None:
            return None
        return self._own(node, baseline) if name == "prompt" else self._in_file(name, node)

    def _in_file(self, name: str, node: Node) -> Json:
        where = name if "/" in name or name.endswith(".json") else f"schemas/{name}.json"
        inside = inside_evals(self.noted, where, node.place)
        if inside is None:
            return None
        if inside not in self._read:
            found = load_json(self.tree, inside, self.noted, node.place)
            self._read[inside] = None if found is None else check_schema(self.noted, found)
        return self._read[inside]

    def _own(self, node: Node, baseline: PromptVersion | None) -> Json:
        if baseline is not None and baseline.output_schema is None:
            what = f"{baseline.version} of prompt {baseline.name!r} has no output schema"
            self.noted.bad(node.place, what, "write the schema here, or name a file in schemas/")
        return None if baseline is None else baseline.output_schema
