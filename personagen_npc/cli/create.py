"""``create``: a persona from a few words, shown, kept, or talked with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile


@click.command("create")
@click.argument("theme")
@click.option("--seed", default=1, show_default=True, help="Another number, another persona.")
@click.option("--interactive", is_flag=True, help="Talk with the persona at once.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it here, such as mypack/npcs/bran.yaml, instead of printing it.",
)
@click.option("--yaml", "only_yaml", is_flag=True, help="Print the YAML alone, without the card.")
@click.option(
    "--complexity", type=click.IntRange(1, 10), default=5, show_default=True,
    help="How much has happened to the persona, and how much follows from it.",
)  # fmt: skip
def command(
    theme: str, seed: int, interactive: bool, out: Path | None, only_yaml: bool, complexity: int
) -> None:
    r"""Make a persona from a THEME: a few words such as "a gruff old smith from the north".

    Trade, temper, age and origin are read out of the words, dice decide the rest; the same theme
    and seed give the same persona. What comes out is a file for the npcs folder of a pack.

    \b
    Examples:
      personagen-npc create "a nervous young herbalist"
      personagen-npc create "a gruff old smith" --seed 7 --out mypack/npcs/smith.yaml
      personagen-npc create "a cheerful smuggler" --interactive
    """
    persona = written(theme, complexity, seed, out, only_yaml=only_yaml)
    if interactive:
        from personagen_npc.cli.talk import talk_with

        talk_with(persona, seed)


def written(
    theme: str, complexity: int, seed: int, out: Path | None, *, only_yaml: bool = False
) -> PersonaProfile:
    """Make a person, fit it into the pack that ``out`` lies in, and show or write it."""
    from personagen_npc.authoring.fitting import fitted, pack_around, setting_of
    from personagen_npc.persona.generate import generate

    pack = pack_around(out) if out is not None else None
    persona = fitted(generate(theme, complexity, seed, setting_of(pack)), pack, theme)
    _show(persona, out, only_yaml)
    return persona


def _show(persona: PersonaProfile, out: Path | None, only_yaml: bool) -> None:
    from personagen_npc.play.card import as_yaml, card
    from personagen_npc.play.page import console_for, fits

    text = as_yaml(persona)
    if not only_yaml:
        console = console_for(sys.stdout)
        console.print(card(persona, plain=not fits(console.encoding)))
    if out is None:
        click.echo(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"written to {out}")
