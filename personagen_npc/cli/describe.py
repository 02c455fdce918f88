"""The tables of docs/command-line.md, made from the commands themselves.

``python -m personagen_npc.cli.describe docs/command-line.md`` writes them into the page; a test
holds the page against the code.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from personagen_npc.cli.app import COMMANDS, app
from personagen_npc.cli.settings import flag
from personagen_npc.config import Settings, help_of, variable
from personagen_npc.play.chat import COMMANDS as TYPED

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS: Final = tuple(Settings.model_fields)
_BLOCK: Final = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def commands() -> str:
    """Every command with its arguments and flags; the server's own stand in a table of settings."""
    with click.Context(app) as ctx:
        return "\n".join(_command(ctx, name) for name in COMMANDS)


def _command(ctx: click.Context, name: str) -> str:
    command = app.get_command(ctx, name)
    if command is None:
        raise KeyError(name)
    if isinstance(command, click.Group):
        rows = [(f"{name} {sub}", made) for sub, made in command.commands.items()]
    else:
        rows = [(name, command)]
    return "\n".join(_one(full, made) for full, made in rows)


def _one(name: str, command: click.Command) -> str:
    arguments = [_argument(command, p) for p in command.params if isinstance(p, click.Argument)]
    settings = SETTINGS if name == "serve" else ()
    flags = [p for p in command.params if isinstance(p, click.Option) and p.name not in settings]
    about = " ".join((command.help or "").partition("\n\n")[0].split())
    rows = [f"| `{p.opts[0]}` | {p.help} |" for p in flags]
    table = "\n".join(["| flag | meaning |", "| --- | --- |", *rows])
    title = " ".join([name, *arguments])
    return f"### `{title}`\n\n{about}\n\n{table}\n"


def _argument(command: click.Command, argument: click.Argument) -> str:
    with click.Context(command) as ctx:
        return argument.make_metavar(ctx)


def settings() -> str:
    """Every setting: flag, variable, meaning."""
    rows = [f"| `{flag(n)}` | `{variable(n)}` | {help_of(n)}{_default(n)} |" for n in SETTINGS]
    return "\n".join(["| flag | variable | meaning |", "| --- | --- | --- |", *rows]) + "\n"


def _default(name: str) -> str:
    default = Settings.model_fields[name].default
    plain = default not in (None, "", ()) and not isinstance(default, Path)
    return f" Default: `{default}`." if plain else ""


def typed() -> str:
    """What can be typed at the prompt."""
    rows = [f"| `{_usage(n, c.usage)}` | {c.help} |" for n, c in TYPED.items()]
    return "\n".join(["| typed | what |", "| --- | --- |", *rows]) + "\n"


def _usage(name: str, usage: str) -> str:
    return f"/{name} {usage}".strip().replace("|", "\\|")  # a bar would end the table's cell


BLOCKS: Final[dict[str, Callable[[], str]]] = {
    "commands": commands,
    "settings": settings,
    "typed": typed,
}


def rewrite(text: str) -> str:
    """The page with its generated blocks as the code has them."""
    return _BLOCK.sub(lambda m: m[1] + BLOCKS[m[2]]() + m[3], text)


def main(page: str) -> None:
    """Rewrite a page on disk."""
    path = Path(page)
    path.write_text(rewrite(path.read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
