"""``card``: character cards in and out."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("card")
def command() -> None:
    """Character cards (V2 and V3, as JSON, PNG or charx): make a pack of one, or one of a pack."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="Write the pack into this new folder.",
)  # fmt: skip
@click.option(
    "--rating", type=click.Choice(["everyone", "mature", "adult"]), default="mature",
    show_default=True, help="The most that is let in; sexual content with minors never is.",
)  # fmt: skip
def bring(file: Path, out: Path, rating: str) -> None:
    r"""Make a pack of a character card: a person to talk with, who knows the card's lorebook.

    A card that is broken, attacks a model or holds what no character may say is refused whole, with
    every field named. What a card says to a language model is kept in it and never used.

    \b
    Example:
      personagen-npc card import seraphine.png --out mypack
    """
    from personagen_npc.authoring.cards.folder import read_card, write_pack

    card = read_card(file)
    made = write_pack(card, out, rating)
    persona = made.persona
    click.echo(f"{persona.name}, {persona.role or persona.archetype}, {persona.age}: "
               f"{len(made.lore.facts)} facts, {len(persona.behavioral_patterns)} patterns, "
               f"{len(made.greetings)} greetings; content rating {made.rating}")  # fmt: skip
    for note in made.notes:
        click.echo(f"  {note}")
    click.echo(f"written to {out}; now: personagen-npc chat {out}")


@command.command("export")
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("npc")
@click.option("--to", "version", type=click.Choice(["v2", "v3"]), default="v3", show_default=True,
              help="The version of the specification.")  # fmt: skip
@click.option("--png", "picture", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Put the card into a copy of this PNG.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write it here; NPC.json or NPC.png when absent.")  # fmt: skip
def send(pack: Path, npc: str, version: str, picture: Path | None, out: Path | None) -> None:
    r"""Make a character card of one of a pack's people.

    Whoever came from a card goes out as that card, with what was changed since. Secrets go out
    switched off.

    \b
    Examples:
      personagen-npc card export mypack seraphine --to v2
      personagen-npc card export examples/emberfall edda --png portrait.png --out edda.card.png
    """
    from personagen_npc.authoring.cache import load_pack
    from personagen_npc.authoring.cards.card import tree_as
    from personagen_npc.authoring.cards.export import card_for
    from personagen_npc.authoring.cards.file import json_of, png_of
    from personagen_npc.authoring.cards.folder import kept_card

    tree = tree_as(card_for(load_pack(pack), npc, kept_card(pack, npc)), version)
    wants_png = picture is not None or (out is not None and out.suffix.lower() == ".png")
    keyword = "ccv3" if version == "v3" else "chara"
    data = png_of(tree, keyword, picture.read_bytes() if picture else None) if wants_png else b""
    file = out or Path(f"{npc}.{'png' if wants_png else 'json'}")
    file.write_bytes(data or json_of(tree))
    click.echo(f"{file}: {file.stat().st_size // 1024 + 1} KiB")
