"""``graph``: what one NPC of a save knows, as a graph for other programs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("graph")
@click.argument("save", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--npc", required=True, help="Whose knowledge.")
@click.option(
    "--to", "form", type=click.Choice(["json", "graphml"]), default="json", show_default=True,
    help="JSON, or GraphML for Gephi, yEd and the like.",
)  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write it here instead of printing it.")  # fmt: skip
def command(save: Path, npc: str, form: str, out: Path | None) -> None:
    r"""Export what one NPC of a save knows: facts within its reach, ties, claims, conclusions.

    It reads the save with the pack that is kept in it. Nothing that the NPC cannot know is in it.

    \b
    Example:
      personagen-npc graph store/village/saves/evening.npcsave --npc berta --to graphml
    """
    text = _graph(save, npc, form)
    if out is None:
        click.echo(text)
        return
    out.write_text(text + "\n", encoding="utf-8")
    click.echo(f"{out}: {len(text) // 1024 + 1} KiB")


def _graph(save: Path, npc: str, form: str) -> str:
    import orjson

    from personagen_npc.host.saving import Kept
    from personagen_npc.world.knowledge import knowing

    kept = Kept(save.read_bytes())
    world = kept.world(kept.pack())
    who = world.npc(npc)
    if form == "graphml":
        return knowing.knowing(world, who).graphml()
    rows = {"npc": npc, "time": world.now, "nodes": knowing.nodes(world, who),
            "items": list(knowing.everything(world, who))}  # fmt: skip
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode()
