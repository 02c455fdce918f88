"""All commands in one table; a command's module is imported when it is called, not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from personagen_npc.errors import BadPack, Lost, PersonagenError, ServerFault
from personagen_npc.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED: Final = 130  # what shells expect after Ctrl-C: 128 + SIGINT


class Row(NamedTuple):
    """Where a command lives and what the list of commands says of it."""

    module: str
    help: str


COMMANDS: Final[dict[str, Row]] = {
    "demo": Row("demo", "See it at work: a scripted visit to Emberfall, then your own."),
    "serve": Row("serve", "Run a server beside a game."),
    "chat": Row("chat", "Talk with the people of a pack, or of a running server."),
    "ask": Row("ask", "Put one question to several people, side by side."),
    "rehearse": Row("rehearse", "Play a file of lines to one NPC and keep the talk."),
    "create": Row("create", "Make a persona from a few words."),
    "generate": Row("generate", "Make a person, or a town, without a language model."),
    "check": Row("check", "Find every mistake in a world pack."),
    "plan": Row("plan", "Run a pack's own conversation tests."),
    "save": Row("save", "Look into save files."),
    "replay": Row("replay", "Put a journal's inputs through the minds again, and compare."),
    "graph": Row("graph", "Export what one NPC of a save knows."),
    "card": Row("card", "Character cards (V2, V3) in and out."),
    "learn": Row("learn", "See what NPCs have learned, and what players would teach them."),
    "embeddings": Row("embeddings", "Let memories be found by meaning, not by words alone."),
}


def _keep_lines(command: click.Command) -> None:
    """Let examples stand line by line: click's mark for that is a backspace, ours is spelt out."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _keep_lines(each)


class Commands(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The table's order: what a newcomer needs first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        row = COMMANDS.get(cmd_name)
        if row is None:
            return None
        module = import_module(f"personagen_npc.cli.{row.module}")
        command: click.Command = module.command
        _keep_lines(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess at what was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from personagen_npc.authoring.problem import nearest

            ctx.fail(f"no command {args[0]!r} ({nearest(args[0], COMMANDS)})")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run, with our errors told in a sentence and Ctrl-C without a traceback."""
        try:
            return super().main(args, standalone_mode=True, **extra)
        except PersonagenError as fault:
            tell(fault)
            raise SystemExit(1 if isinstance(fault, ServerFault | Lost) else 2) from None
        except TimeoutError:
            tell(Lost("the server gave no answer in time"))
            raise SystemExit(1) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C ends it quietly."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo(err=True)
            ctx.exit(INTERRUPTED)


def tell(fault: PersonagenError) -> None:
    """An error of ours on standard error, with what would have been taken."""
    click.secho(f"{fault.code}: {fault.message}", fg="red", err=True)
    for problem in fault.problems if isinstance(fault, BadPack) else ():
        click.echo(f"  {problem}", err=True)
    if fault.allowed:
        click.echo(f"  allowed: {fault.allowed}", err=True)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Start with: personagen-npc demo. Then: personagen-npc COMMAND --help.",
)
@click.version_option(__version__, "-V", "--version", prog_name="personagen-npc")
def app() -> None:
    """Minds for game characters: people who remember, feel, learn and answer in character.

    A game talks to them over one local WebSocket (docs/protocol.md); a designer writes them in a
    folder of YAML files, a world pack (docs/world-pack.md).
    """
