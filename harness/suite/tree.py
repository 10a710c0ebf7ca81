"""Where files come from: the folder somebody works in, or a commit of it. Nothing outside the root is ever read."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from harness.errors import HarnessError, UsageError

MOST_LINE = 8 * 1024 * 1024
_LINK = "120000"
_GIT_PATIENCE_S = 60


class Unreadable(HarnessError):
    """A file that is not there, is not a file, is too large, or lies outside the root."""

    exit_status = 2

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}")


class Tree(Protocol):
    """Files under one root, by paths relative to it that use `/`."""

    @property
    def root(self) -> str:
        """The root as an absolute path."""
        ...

    def files(self, folder: str) -> tuple[str, ...]:
        """Every file below a folder, sorted; nothing where there is no such folder. Hidden files are left out."""
        ...

    def read(self, path: str, most: int) -> bytes:
        """What a file holds. Raises `Unreadable`, also where it is larger than `most` bytes."""
        ...

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        """The same, line by line with the line ends, so that no more than a line has to be held at once.

        A line of more than `MOST_LINE` bytes comes in pieces.
        """
        ...


class WorkingTree:
    """The files as they are on disk now."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    @property
    def root(self) -> str:
        return str(self._root)

    def files(self, folder: str) -> tuple[str, ...]:
        found: list[str] = []
        for where, folders, names in os.walk(self._root / folder):
            linked = [name for name in folders if (Path(where) / name).is_symlink()]
            folders[:] = [name for name in folders if not name.startswith(".") and name not in linked]
            seen = (name for name in [*names, *linked] if not name.startswith("."))
            found += [(Path(where) / name).relative_to(self._root).as_posix() for name in seen]
        return tuple(sorted(found))

    def read(self, path: str, most: int) -> bytes:
        with self._open(path, most) as file:
            return file.read(most)

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        with self._open(path, most) as file:
            while line := file.readline(MOST_LINE):
                yield line

    def _open(self, path: str, most: int) -> BinaryIO:
        try:
            return self._opened(path, most)
        except RuntimeError:
            raise Unreadable("is a loop of symbolic links", "put the file itself there") from None
        except IsADirectoryError:
            raise Unreadable("is not a file", "put a file there") from None
        except FileNotFoundError:
            raise Unreadable("there is no such file", "mend the name, or add the file") from None
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else "not a path"
            raise Unreadable(f"cannot be read: {said}", "mend the name or the permissions") from None

    def _opened(self, path: str, most: int) -> BinaryIO:
        real = (self._root / path).resolve(strict=True)
        top = path.split("/", 1)[0]
        if not real.is_relative_to((self._root / top).resolve()) or not real.is_relative_to(self._root):
            inside = real.is_relative_to(self._root)
            where = f"{top}/" if inside else "the project"
            raise Unreadable(f"lies outside {where}", f"copy it into {where}")
        # Opened without blocking: a named pipe must not hang the check.
        file = os.fdopen(os.open(real, os.O_RDONLY | os.O_NONBLOCK), "rb")
        about = os.fstat(file.fileno())
        if stat.S_ISREG(about.st_mode) and about.st_size <= most:
            return file
        file.close()
        _check_size(about.st_size, most)
        raise Unreadable("is not a file", "put a file there")


class GitTree:
    """The files as one commit has them."""

    def __init__(self, root: Path, ref: str) -> None:
        self._root = root.resolve()
        if ref.startswith("-") or not ref:
            raise UsageError(f"{ref!r} is not a commit; name a branch, a tag or a commit")
        self._commit = self._git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").decode().strip()
        if not self._commit:
            raise UsageError(f"there is no commit {ref!r} in {self._root}; fetch it, or name another")
        self._entries = self._list()

    @property
    def root(self) -> str:
        return str(self._root)

    @property
    def commit(self) -> str:
        """The full name of the commit."""
        return self._commit

    def files(self, folder: str) -> tuple[str, ...]:
        inside = (path for path in self._entries if path.startswith(f"{folder}/"))
        return tuple(sorted(path for path in inside if "/." not in f"/{path}"))

    def read(self, path: str, most: int) -> bytes:
        entry = self._entries.get(path)
        if entry is None:
            raise Unreadable(
                "there is no such file in the commit", "mend the name, or compare with another commit"
            )
        mode, blob = entry
        if mode == _LINK:
            raise Unreadable("is a symbolic link", "commit the file itself")
        _check_size(int(self._git("cat-file", "-s", blob) or 0), most)
        return self._git("cat-file", "blob", blob)

    def lines(self, path: str, most: int) -> Iterator[bytes]:
        file = BytesIO(self.read(path, most))
        while line := file.readline(MOST_LINE):
            yield line

    def _list(self) -> Mapping[str, tuple[str, str]]:
        listed = self._git("ls-tree", "-r", "-z", self._commit, "--", "evals", "prompts")
        found: dict[str, tuple[str, str]] = {}
        for line in listed.split(b"\0"):
            about, tab, path = line.partition(b"\t")
            if tab:
                mode, _kind, blob = about.decode().split()
                found[path.decode("utf-8", "surrogateescape")] = (mode, blob)
        return found

    def _git(self, *arguments: str) -> bytes:
        command = ["git", "-C", str(self._root), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_GIT_PATIENCE_S)  # noqa: S603 - no shell, and the commit cannot be an option
        except FileNotFoundError:
            raise UsageError("git is not installed; --base needs it") from None
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"git {arguments[0]} takes longer than {_GIT_PATIENCE_S} s; try it by hand"
            ) from None
        if done.returncode not in (0, 1):
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise UsageError(
                f"git {arguments[0]} failed in {self._root}: {said[-1][:200] if said else 'no reason given'}"
            )
        return done.stdout


def _check_size(size: int, most: int) -> None:
    if size > most:
        remedy = "split it, or move cases to a .jsonl file"
        raise Unreadable(f"has {size:,} bytes; the most is {most:,}", remedy)


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upwards that holds `evals/` and `prompts/`. Raises `UsageError`."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "evals").is_dir() and (folder / "prompts").is_dir():
            return folder
    raise UsageError(
        f"no folder with evals/ and prompts/ in {start} or above it; run `harness init` to make one"
    )
