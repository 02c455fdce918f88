"""A kept transcript: the demo's page as a plain text file, and its block in a document.

``python -m personagen_npc.play.transcript README.md docs/demo-transcript.txt`` puts the file into
the document between its marks.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- transcript: made by `personagen-npc demo --transcript` -->"
END: Final = "<!-- /transcript -->"
WIDTH: Final = 92  # columns of a kept transcript: what a README shows without a scroll bar [D]


def rewrite(document: str, transcript: str) -> str:
    """The document with its block replaced. Raises ValueError when it has no marks."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} ... {END} in the document")
    return f"{head}{BEGIN}\n```text\n{transcript.rstrip()}\n```\n{END}{tail}"


def trimmed(text: str) -> str:
    """A page's text without the blanks that a console leaves at the ends of lines."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def main(document: str, transcript: str) -> None:
    """Rewrite the block of a document on disk."""
    path = Path(document)
    made = rewrite(path.read_text("utf-8"), Path(transcript).read_text("utf-8"))
    path.write_text(made, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
