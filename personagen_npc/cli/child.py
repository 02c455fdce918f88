"""A server of one's own in a process of its own, as a game would start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.errors import ServerFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LAST_WORDS: Final = 2000  # characters of a dead server's log that are shown
END_S: Final = 15.0  # seconds that a server has to stop when it was told to


class Listening(NamedTuple):
    """A server that is ready."""

    url: str
    token: str


@contextmanager
def server(flags: Sequence[str] = ()) -> Iterator[Listening]:
    """A server with a store of its own, which is gone with it. Raises ServerFault."""
    with TemporaryDirectory(prefix="personagen-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "personagen_npc", "serve", "--port", "0",
                 "--owner-pid", str(os.getpid()), "--store", str(Path(folder) / "store"),
                 "--log-level", "warning", *flags],
                stdout=subprocess.PIPE, stderr=out, stdin=subprocess.DEVNULL, **_apart(),
            )  # fmt: skip
        try:
            yield _ready(process, log)
        except ServerFault:
            sys.stderr.write(_last_words(log))
            raise
        finally:
            _end(process)


def _ready(process: subprocess.Popen[bytes], log: Path) -> Listening:
    """Wait for the line that says where it listens."""
    if process.stdout is None:
        raise ServerFault("the server has no output")
    line = process.stdout.readline()
    if not line:
        process.wait(END_S)
        raise ServerFault("the server did not start")
    told: dict[str, Any] = json.loads(line)
    token = Path(told["token_file"]).read_text("utf-8").strip() if told["token_file"] else ""
    return Listening(told["url"], token)


def _last_words(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-LAST_WORDS:]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely, then not."""
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _apart() -> dict[str, Any]:
    """Ctrl-C in our terminal is for us; the server is told by us."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
