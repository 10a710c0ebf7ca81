"""The evals of a registry, with their samples, to samples of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import Place, Problem
from harness.intake.bounded import read_whole
from harness.intake.constructs import Register
from harness.intake.foreign import foreign_text, foreign_yaml
from harness.intake.harvest.documents import documents_of
from harness.intake.harvest.peek import first, items, spoken, table, text
from harness.intake.metadata import Metadata
from harness.intake.openai_evals.classes import Spec, outcome_of
from harness.intake.samples import Message, Sample
from harness.suite.notation.node import Entry, Table, plain
from harness.units import Json

_EXAMPLES = {"example_user": "user", "example_assistant": "assistant"}
"""Names of system messages that are examples of a conversation."""


@dataclass(slots=True)
class RegistryImport:
    """Reads evals from a registry: a file of it, its folder, or a file of samples alone."""

    register: Register
    sole: Spec
    """Of samples without a registry."""

    def read(self, path: Path, name: str) -> list[Sample]:
        """The samples of one file of the registry, or of one file of samples."""
        if path.suffix.lower() in (".yaml", ".yml"):
            return list(self._registry(path, name))
        return self._samples(path, name, self.sole)

    def _registry(self, path: Path, name: str) -> Iterator[Sample]:
        for key, entry in self._entries(path, name):
            value = table(plain(entry.node))
            if "class" in value:
                yield from self._eval(key, value, entry.place, path)
            elif "id" in value or isinstance(plain(entry.node), str):
                self.register.note(
                    "alias", key[:120], entry.place, ("mapped", "the eval it stands for is imported")
                )
            else:
                why = "no eval: an eval has a `class`"
                self.register.note("entry", key[:120], entry.place, ("listed", why))

    def _entries(self, path: Path, name: str) -> Iterator[tuple[str, Entry]]:
        problems: list[Problem] = []
        content = foreign_text(name, read_whole(path), problems)
        node = None if content is None else foreign_yaml(name, content, problems)
        for problem in problems:
            self.register.note("file", name, problem.place, ("listed", problem.what))
        if isinstance(node, Table):
            yield from node.entries.items()
        elif node is not None:
            self.register.note(
                "file", name, node.place, ("listed", "a registry is a mapping of evals by name")
            )

    def _eval(self, key: str, value: Mapping[str, Json], place: Place, path: Path) -> Iterator[Sample]:
        args = table(value.get("args"))
        kind = text(value.get("class")).rpartition(":")[2].rpartition(".")[2]
        spec = Spec(kind=kind, args=args, graded=self._graded(args, path), judge=self.sole.judge)
        for name in sorted(
            args.keys() - {"samples_jsonl", "few_shot_jsonl", "num_few_shot", "modelgraded_spec"}
        ):
            ticket = self.register.meet("argument", f"{key[:80]} {name[:40]}", place)
            if name == "ignore_case":
                self.register.settle(ticket, "mapped", "ignore_case")
            else:
                self.register.settle(ticket, "listed", "an argument that no grader of ours has")
        samples = text(args.get("samples_jsonl"))
        found = _data(path, samples) if samples else None
        if found is None:
            why = (
                f"its samples {samples[:120]!r} are not beside the registry"
                if samples
                else "it names no samples"
            )
            self.register.note("eval", key[:120], place, ("listed", why))
            return
        shots = self._shots(args, path)
        yield from self._samples(found, str(found), spec, shots, (key, place))

    def _graded(self, args: Mapping[str, Json], path: Path) -> Mapping[str, Json]:
        """The modelgraded specification an eval names, wherever it stands in the registry."""
        wanted = text(args.get("modelgraded_spec") or args.get("modelgraded_spec_file"))
        folder = path.parent.parent / "modelgraded"
        if not wanted or not folder.is_dir():
            return {}
        for each in sorted(folder.glob("*.yaml")):
            node = foreign_yaml(each.name, read_whole(each).decode("utf-8", "replace"), [])
            value = table(None if node is None else plain(node))
            if each.stem == wanted and "prompt" in value:
                return value
            if wanted in value:
                return table(value[wanted])
        return {}

    def _shots(self, args: Mapping[str, Json], path: Path) -> tuple[Message, ...]:
        """The examples that are put before the last message of every sample."""
        number = args.get("num_few_shot")
        found = _data(path, text(args.get("few_shot_jsonl")))
        if not isinstance(number, int) or number < 1 or found is None:
            return ()
        shots = [
            document.value.get("sample")
            for document in documents_of(found, str(found), lambda _problem: None)
        ]
        return tuple(message for shot in shots[:number] for message in conversation(shot)[0])

    def _samples(
        self,
        path: Path,
        name: str,
        spec: Spec,
        shots: Sequence[Message] = (),
        about: tuple[str, Place] | None = None,
    ) -> list[Sample]:
        key, place = about or (spec.kind, Place(name, 1, 1))
        ticket = self.register.meet("eval", key[:120], place)
        metadata = Metadata(Place(name, 1, 1))
        samples: list[Sample] = []

        def note(problem: Problem) -> None:
            reason = f"{problem.what}; {problem.remedy}"
            self.register.note("sample", "unreadable", problem.place, ("listed", reason))

        documents = list(documents_of(path, name, note))
        for document in documents:
            metadata.meet(_beside(document.value))
        for number, document in enumerate(documents, start=1):
            outcome = outcome_of(spec, document.value)
            self.register.settle(ticket, outcome.fate, f"{spec.kind}: {outcome.reason}")
            messages, lost, differs = conversation(document.value.get("input"))
            sample = Sample(
                place=document.place,
                name=f"{path.stem[:40]}-{number}",
                ticket=self.register.meet("sample", f"{key[:80]} {number}", document.place),
                messages=(*messages[:-1], *shots, *messages[-1:]),
                expect=() if outcome.expect is None else (outcome.expect,),
                tags=metadata.tags(_beside(document.value)),
                lost=lost,
                differs=differs,
            )
            samples.append(sample)
        metadata.close(self.register)
        return samples


def _beside(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """What a sample has beside question and answer."""
    return {key: each for key, each in value.items() if key not in ("input", "ideal")}


def conversation(given: Json) -> tuple[tuple[Message, ...], str, str]:
    """The messages of an `input`, what of it is no text, and what differs: a text, or a chat."""
    if isinstance(given, str):
        return (("user", given),), "", ""
    found: list[Message] = []
    lost = differs = ""
    for message in map(table, items(given)):
        words, missing = spoken(first(message, "content", "parts"))
        role = _EXAMPLES.get(text(message.get("name")), text(message.get("role")))
        lost = lost or missing
        found.append((role if role in ("system", "assistant") else "user", words))
    if found and found[-1][0] == "system":
        found[-1] = ("user", found[-1][1])
        differs = "its last system message is asked as the user's"
    return tuple(found), f"holds what is no text ({lost[:40]})" if lost else "", differs


def _data(path: Path, name: str) -> Path | None:
    """A file of samples: below `data` of the registry, or beside the file that names it. Never elsewhere."""
    if not name or "://" in name:
        return None
    for folder in (path.parent.parent / "data", path.parent):
        found = folder / name
        if found.is_file() and found.resolve().is_relative_to(folder.resolve()):
            return found
    return None
