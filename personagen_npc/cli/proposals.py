"""``learn proposals``, ``accept``, ``reject``: new patterns from parts that paid, to decide on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from personagen_npc.cli.hand import TOKEN, URLS, WORLD, asked_of, decided, opened, rewritten


@click.command("proposals")
@click.argument("target", metavar="SAVE|URL")
@click.option("--npc", default="", help="One NPC only.")
@TOKEN
@WORLD
def proposals(target: str, npc: str, token: Path | None, world: str | None) -> None:
    r"""What NPCs became through play, and the new patterns that could be taken up.

    Traits that moved, patterns that grew or faded or were taken up, and proposals: one's
    own words that paid, for another occasion, or those of another of the same archetype. Nothing
    comes of a proposal before it is accepted, unless the pack says `evolution: auto`.

    \b
    Example:
      personagen-npc learn proposals store/village/saves/evening.npcsave --npc orle
    """
    if target.startswith(URLS):
        data = asked_of(target, token, world, lambda game: game.ask("learning", npc or None))
        found = data["became"]
    else:
        from personagen_npc.world.growth import became

        lived = opened(Path(target))[1]
        who = [lived.npc(npc)] if npc else list(lived.npcs.values())
        found = {n.id: became(lived, n) for n in who if n.outcomes}
    click.echo("\n\n".join(_page(who, rows) for who, rows in found.items()) or "nothing so far")


def _page(npc: str, rows: dict[str, Any]) -> str:
    from personagen_npc.world.growth import worded

    said = worded(rows)
    return "\n".join([f"{npc}:", *(f"  {line}" for line in said or ["as written"])])


@click.command("accept")
@click.argument("target", metavar="SAVE|URL")
@click.option("--npc", required=True, help="Whose.")
@click.option("--proposal", required=True, help="Its id, as `learn proposals` names it.")
@TOKEN
@WORLD
def accept(target: str, npc: str, proposal: str, token: Path | None, world: str | None) -> None:
    r"""Let an NPC take up a proposed pattern; `learn reject` takes it back.

    \b
    Example:
      personagen-npc learn accept evening.npcsave --npc orle --proposal 3:insult
    """
    _decide("accept", target, npc, proposal, token, world)


@click.command("reject")
@click.argument("target", metavar="SAVE|URL")
@click.option("--npc", required=True, help="Whose.")
@click.option("--proposal", required=True, help="Its id, as `learn proposals` names it.")
@TOKEN
@WORLD
def reject(target: str, npc: str, proposal: str, token: Path | None, world: str | None) -> None:
    r"""Turn a proposed pattern down, also one that was accepted before.

    \b
    Example:
      personagen-npc learn reject evening.npcsave --npc orle --proposal 3:insult
    """
    _decide("reject", target, npc, proposal, token, world)


def _decide(
    op: str, target: str, npc: str, proposal: str, token: Path | None, world: str | None
) -> None:
    asked: dict[str, Any] = {"op": op, "npc": npc, "proposal": proposal}
    if target.startswith(URLS):
        asked_of(target, token, world, lambda game: game.policy(**asked))
    else:
        rewritten(Path(target), lambda lived: decided(lived, asked))
    click.echo(f"{target}: {op} {proposal} of {npc}")
