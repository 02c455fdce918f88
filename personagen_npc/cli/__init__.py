"""The command line: parses and prints. Each command loads what it needs when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if (
            reconfigure is not None
        ):  # a Windows console may lack a letter: better ? than a traceback
            reconfigure(errors="replace")
    from personagen_npc.cli.app import app

    app.main(prog_name="personagen-npc")
