"""The one line on standard output that tells the game where its server listens."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Ready:
    """What a client must know to connect.

    Attributes:
        url: where to connect, with the port that was really taken.
        token_file: file that holds the game's token; None when it was given in the settings.
        pid: this process.
        protocol: newest protocol spoken.
        version: version of the server.
    """

    url: str
    token_file: str | None
    pid: int
    protocol: int
    version: str

    def line(self) -> str:
        """The fields as one line of JSON."""
        return orjson.dumps(asdict(self)).decode()


def announce(ready: Ready) -> None:
    """Print the line, at once: whoever started us reads it through a pipe."""
    sys.stdout.write(ready.line() + "\n")
    sys.stdout.flush()
