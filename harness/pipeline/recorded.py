"""What a replay can be asked: the trials there are recordings of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.call.exchange import Origin
from harness.errors import FilesRejected, Problem
from harness.settings import Settings
from harness.suite.expectations.judged import judges_of
from harness.suite.judge import members_of
from harness.trial import Trial


def are_recorded(settings: Settings, trials: Sequence[Trial]) -> bool:
    """Whether there are recordings of all these trials; whether they fit still, a replay finds out."""
    from harness.providers.fixtures import file_of, read_recordings

    wanted: dict[Path, set[tuple[str, int]]] = {}
    for each in trials:
        file = file_of(settings.fixtures, each.request.origin, each.request.model)
        wanted.setdefault(file, set()).add(each.key)
    return all(
        file.is_file()
        and keys <= {(found.origin.case, found.origin.repeat) for found in read_recordings(file)}
        for file, keys in wanted.items()
    )


def check_recordings(settings: Settings, trials: Iterable[Trial]) -> None:
    """Read the recordings a replay will need, so that damaged files are refused before anything is run.

    Raises FilesRejected with every mistake of every file. A missing recording is not a mistake of a file: its
    trial fails, and says how to record it.
    """
    from harness.providers.fixtures import file_of, read_recordings

    asked: dict[tuple[str, str, str], Origin] = {}
    for trial in trials:
        origin = trial.request.origin
        asked[trial.request.model, origin.prompt, origin.version] = origin
        for judge in members_of(judges_of(trial.case.expect).values()):
            prompt = judge.prompt
            judged = replace(origin, prompt=prompt.name, version=prompt.version)
            asked[judge.model.id, prompt.name, prompt.version] = judged
    files = sorted({file_of(settings.fixtures, origin, model) for (model, _, _), origin in asked.items()})
    problems: list[Problem] = []
    for file in files:
        if file.is_file():
            try:
                read_recordings(file)
            except FilesRejected as rejected:
                problems += (_in_project(each, settings) for each in rejected.problems)
    if problems:
        raise FilesRejected(problems)


def _in_project(problem: Problem, settings: Settings) -> Problem:
    file = Path(problem.place.file)
    if not file.is_relative_to(settings.root):
        return problem
    return replace(problem, place=replace(problem.place, file=file.relative_to(settings.root).as_posix()))
