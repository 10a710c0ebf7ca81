"""What runs in the processes for a user's code. It is run by path, so it imports nothing of this package.

The first process never runs the user's code. For every call it forks one that does: fresh, since nothing of an
earlier call is in it, and ready, since the packages the file imports are loaded already. That one is bounded, may
start no process and no program, open no connection and look into no other process, and ends with its call.

Calls come as one line of JSON each on standard input, and are answered by one line each on standard output:
`{"value": ...}`, or `{"error": kind, "detail": ...}`.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import errno
import importlib
import json
import os
import platform
import resource
import select
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from typing import Any

MOST_OUTPUT = 1024 * 1024
"""Bytes of one result, as JSON."""
_MEMORY = 2 * 1024**3
_FILE = 1024**2
"""The most a file may grow to: such code has no business with files."""

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _DIES_WITH_PARENT = 38, 22, 2, 1
_LOAD, _EQUALS, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Instructions of a filter of system calls: see bpf(4), and seccomp(2) for the numbers it can load."""
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _MACHINE, _ARGUMENT = 0, 4, 16
_IS_THREAD = 0x10000
_INTERNET = (2, 10)
_MACHINES = {
    # machine: its number; clone, clone3, socket; and what is refused whatever its arguments: fork, vfork, execve,
    # execveat, ptrace, process_vm_readv, process_vm_writev, setsid, setpgid
    "x86_64": (0xC000003E, 56, 435, 41, (57, 58, 59, 322, 101, 310, 311, 112, 109)),
    "aarch64": (0xC00000B7, 220, 435, 198, (221, 281, 117, 270, 271, 157, 154)),
}


def _program(machine: str) -> bytes:
    """The filter: what starts a process or leaves this one is refused, threads are not."""
    number, clone, clone3, socket, refused = _MACHINES[machine]
    no = _REFUSE | errno.EPERM
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUALS, 1, 0, number),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000),
        (_RETURN, 0, 0, no),
        (_EQUALS, 0, 1, clone3),  # its flags cannot be read here; without it the C library takes `clone`
        (_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
    ]
    for each in refused:
        lines += [(_EQUALS, 0, 1, each), (_RETURN, 0, 0, no)]
    lines += [
        (_EQUALS, 0, 4, clone),
        (_LOAD, 0, 0, _ARGUMENT),
        (_HAS, 0, 1, _IS_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, no),
        (_EQUALS, 0, 4, socket),
        (_LOAD, 0, 0, _ARGUMENT),
        (_EQUALS, 1, 0, _INTERNET[0]),
        (_EQUALS, 0, 1, _INTERNET[1]),
        (_RETURN, 0, 0, no),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _is_sealed() -> bool:
    """Have the kernel refuse what the code has no business with; False where this kernel cannot."""
    if platform.machine() not in _MACHINES or not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    code = _program(platform.machine())
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    library.prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(
        library.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(program, len(program)), 0, 0) == 0
    )


def _bound(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard < 0 else min(most, hard)
    resource.setrlimit(what, (most, most))


def _confine(seconds: float) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for each in (0, 1, 2):
        os.dup2(nothing, each)
    _bound(resource.RLIMIT_CPU, int(seconds) + 1)
    if not _is_sealed():
        _bound(resource.RLIMIT_NPROC, 0)


@lru_cache(maxsize=16)
def _compiled(source: str, file: str) -> Any:
    return compile(source, file, "exec")


@lru_cache(maxsize=16)
def _warm(source: str, file: str) -> None:
    """Compile a file, and load the installed packages that a file imports at its top. What cannot be loaded is told when it runs."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        _compiled(source, file)
        for each in ast.parse(source).body:
            names: list[str] = []
            if isinstance(each, ast.Import):
                names = [alias.name for alias in each.names]
            elif isinstance(each, ast.ImportFrom) and each.module and not each.level:
                names = [each.module]
            for name in names:
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)


def _called(asked: dict[str, Any]) -> str:
    names: dict[str, Any] = {"__name__": asked["name"], "__file__": asked["file"]}
    exec(_compiled(asked["source"], asked["file"]), names)  # noqa: S102 - it is what this process is for
    function: Callable[..., object] = names[asked["function"]]
    value = function(**asked["arguments"])
    spell = getattr(sys.modules.get("harness.graders"), "spelled", None) if asked["is_grader"] else None
    return json.dumps({"value": value if spell is None else spell(value)}, allow_nan=False)


def _told(error: BaseException, file: str) -> dict[str, str]:
    """What was raised, and where in the user's file: its last line there."""
    raised = sys.modules.get("harness.tool_errors")
    is_ours = raised is not None and isinstance(error, raised.ToolFailed)
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == file]
    where = f" ({file}:{lines[-1]})" if lines else ""
    return {
        "error": str(getattr(error, "kind", "")) if is_ours else "raised",
        "detail": f"{type(error).__name__}: {str(error)[:300]}{where}",
    }


def _run(asked: dict[str, Any], answers: int) -> None:
    try:
        _confine(asked["seconds"])
        said = _called(asked)
    except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever the user's code does, it is told
        try:
            said = json.dumps(_told(error, asked["file"]))
        except BaseException:  # noqa: BLE001 - an exception that cannot even be shown
            said = json.dumps({"error": "raised", "detail": "an exception that cannot be shown"})
    with open(answers, "wb", closefd=False) as file:
        file.write(said.encode("utf-8", "replace"))


def _forked(asked: dict[str, Any]) -> tuple[int, int]:
    """The process of one call, and where its answer comes from."""
    reads, writes = os.pipe()
    child = os.fork()
    if child:
        os.close(writes)
        return child, reads
    try:
        os.close(reads)
        _run(asked, writes)
    finally:
        os._exit(0)  # nothing it left behind, such as a thread or an exit handler, holds the answer up


def _answer(reads: int, ends: float) -> tuple[bytes, str]:
    """What the process of a call wrote until it ended, and why no more was taken."""
    said = bytearray()
    while (left := ends - time.monotonic()) > 0:
        ready, _, _ = select.select([reads, 0], [], [], left)
        if 0 in ready:  # nobody asks the next one before this is answered: whoever asked has gone
            return b"", "nobody"
        part = os.read(reads, 65536) if ready else b""
        said += part
        if ready and not part:
            return bytes(said), ""
        if len(said) > MOST_OUTPUT:
            return b"", "too_large"
    return b"", "timeout"


def _ended(status: int) -> dict[str, str]:
    """How a process ended that gave no answer."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        return {"error": "ended", "detail": f"its process was ended by {name}"}
    return {"error": "ended", "detail": f"its process ended itself with status {os.WEXITSTATUS(status)}"}


def _asked(asked: dict[str, Any]) -> bytes:
    _warm(asked["source"], asked["file"])
    child, reads = _forked(asked)
    said, why = b"", "nobody"
    try:
        said, why = _answer(reads, time.monotonic() + asked["seconds"])
    finally:
        os.close(reads)
        if why:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    if why == "nobody":
        sys.exit(0)
    if why:
        return json.dumps({"error": why, "detail": ""}).encode()
    return json.dumps(_ended(status)).encode() if status or not said else said


def main() -> None:
    """Answer calls until nobody asks any more."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _bound(what, most)
    asks = os.fdopen(os.dup(0), "rb")
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for each in (1, 2):
        os.dup2(nothing, each)
    while line := asks.readline():
        said = _asked(json.loads(line)).replace(b"\n", b" ")
        while said:
            said = said[os.write(answers, said) :]
        os.write(answers, b"\n")


if __name__ == "__main__":
    main()
