"""``serve``: a server beside a game."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import click

from personagen_npc.cli.settings import given, settings_flags


@click.command("serve", epilog="Flags win over the environment, that over the settings file.")
@click.option(
    "--config",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings file, TOML; its names are the flags' with _ for -.",
)
@settings_flags
def command(file: Path | None, **flags: Any) -> None:
    r"""Run a server beside a game, until Ctrl-C, SIGTERM, shutdown, or the owner's end.

    When it is ready it prints one line of JSON: url, token_file, pid, protocol, version. Only this
    machine can connect unless --listen and a certificate are given. Logs go to standard error.

    \b
    Examples:
      personagen-npc serve --packs mygame/packs --store saves/npc
      personagen-npc serve --port 0 --owner-pid 4711
      personagen-npc serve --listen 0.0.0.0 --tls-cert fullchain.pem --tls-key key.pem \\
          --hosts npc.example.org --durability full
    """
    from personagen_npc.server.process import calm_maths

    calm_maths()  # before anything loads numpy
    gc.disable()  # until the server has settled: nothing that an import makes is garbage
    from personagen_npc.build import serve
    from personagen_npc.cli.logs import set_up
    from personagen_npc.config import Settings
    from personagen_npc.errors import ServerFault

    settings = Settings.load(given(flags), os.environ, file)
    set_up(settings.log_level, settings.log_format)
    try:
        serve(settings)
    except OSError as wrong:  # the port is taken, the store cannot be made
        raise ServerFault(f"cannot serve: {wrong}") from None
