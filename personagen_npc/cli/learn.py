"""``learn``: what NPCs have learned, and what they would learn from players to come."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from personagen_npc.cli.hand import (
    TOKEN,
    URLS,
    WORLD,
    asked_of,
    export,
    of_bytes,
    opened,
    policy,
    refit,
)
from personagen_npc.cli.proposals import accept, proposals, reject

if TYPE_CHECKING:
    from personagen_npc.client.client import Client
    from personagen_npc.learn.report import Told, Value
    from personagen_npc.play.simulate import Paid
    from personagen_npc.world.world import World

POINTS = 20  # of a curve
SLOT = "learn-report"  # where a server keeps the world that is reported on


@click.group("learn")
def command() -> None:
    """See what NPCs have learned from rewards, and try out what players will make of them."""


command.add_command(refit)
command.add_command(policy)
command.add_command(export)
for decision in (proposals, accept, reject):
    command.add_command(decision)


@command.command("report")
@click.argument("target", metavar="SAVE|URL")
@click.option("--npc", default="", help="One NPC only.")
@TOKEN
@WORLD
@click.option("--json", "as_json", is_flag=True, help="One JSON object an NPC.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path),
              help="Also draw the rewards by game day: a .png, .svg or .pdf.")  # fmt: skip
def report(
    target: str, npc: str, token: Path | None, world: str | None, as_json: bool, plot: Path | None
) -> None:
    r"""What each NPC was rewarded for, what it has learned, and what that is worth.

    Looks back over the last turns that the save keeps (8,192 of a world); with a URL the server
    saves the world as `learn-report` first. "as written" is what the
    authored behaviour would have earned on the same occasions, "as learned" what the NPC would earn
    as it acts now: by importance sampling (SNIPS) and doubly robust (DR), each with a 95 % interval
    and the number of turns that the estimate really stands on.

    \b
    Example:
      personagen-npc learn report store/village/saves/evening.npcsave --npc orle
    """
    if target.startswith(URLS):
        lived = of_bytes(asked_of(target, token, world, _saved))[1]
    else:
        lived = opened(Path(target))[1]
    rows, names, grown = _told(lived, npc)
    if plot is not None and rows:
        from personagen_npc.play.picture import picture

        days = {names[r.npc]: {"mean reward": [m for _, _, m in r.days]} for r in rows if r.days}
        picture(plot, days, across="game days", up="mean reward")
    if as_json:
        import orjson

        for row in rows:
            click.echo(orjson.dumps(_plain(row)).decode())
        return
    if not rows:
        click.echo("no NPC of this save was rewarded so far")
    click.echo("\n\n".join(_page(row, names[row.npc], grown[row.npc]) for row in rows))


async def _saved(game: Client) -> bytes:
    await game.save(SLOT)
    return await game.export_save(SLOT)


def _told(world: World, npc: str) -> tuple[list[Told], dict[str, str], dict[str, list[str]]]:
    from personagen_npc.learn.report import report as report_of
    from personagen_npc.world.growth import in_words

    who = [world.npc(npc).id] if npc else list(world.npcs)
    elasticities = {i: n.profile.elasticity for i, n in world.npcs.items()}
    rows = report_of(world.ledger, world.policy, elasticities, who)
    names = {i: n.profile.name for i, n in world.npcs.items()}
    grown = {row.npc: in_words(world, world.npcs[row.npc]) for row in rows}
    return [row for row in rows if npc or row.rewarded], names, grown


def _page(row: Told, name: str, grown: list[str]) -> str:
    from personagen_npc.play.plot import plot

    lines = [
        f"{name} ({row.npc}): {row.turns} turns, {row.rewarded} rewarded, mean {row.mean:+.2f}"
    ]
    lines += [f"  {kind}: {count}, mean {mean:+.2f}" for kind, count, mean in row.kinds]
    if row.inner:
        own = [
            f"{kind.partition('.')[2]} {mean:+.2f} in {count}" for kind, count, mean in row.inner
        ]
        lines.append(f"  by its own measure: {', '.join(own)}")
    if len(row.days) > 1:
        drawn = plot({"mean reward": [mean for _, _, mean in row.days]}, across="game days")
        lines += ["", drawn, ""]
    lines += [f"  {finding.text()}" for finding in row.findings] or ["  nothing stands out yet"]
    lines += [f"  {line}" for line in grown]
    return "\n".join([*lines, *map(_value, row.values)])


def _value(value: Value) -> str:
    s, r = value.snips, value.robust
    return (
        f"  {value.policy}: SNIPS {s.value:+.2f} ({s.low:+.2f} to {s.high:+.2f}),"
        f" DR {r.value:+.2f} ({r.low:+.2f} to {r.high:+.2f}), stands on {s.turns:.0f} turns"
    )


def _plain(row: Told) -> dict[str, Any]:
    return {
        **row._asdict(),
        "findings": [{**f._asdict(), "text": f.text()} for f in row.findings],
        "values": [
            {"policy": v.policy, "snips": v.snips._asdict(), "robust": v.robust._asdict()}
            for v in row.values
        ],
    }


@command.command("simulate")
@click.argument("pack")
@click.option("--players", type=click.IntRange(1, 200), default=5, show_default=True,
              help="Synthetic players, each with tastes of its own.")  # fmt: skip
@click.option("--turns", type=click.IntRange(1, 100_000), default=200, show_default=True,
              help="Lines that each of them says.")  # fmt: skip
@click.option("--seed", type=int, default=7, show_default=True, help="Seed of all chance.")
@click.option("--json", "as_json", is_flag=True, help="The curves as one JSON object.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path),
              help="Also draw the curves: a .png, .svg or .pdf.")  # fmt: skip
def simulate(
    pack: str, players: int, turns: int, seed: int, as_json: bool, plot: Path | None
) -> None:
    r"""Let synthetic players with hidden tastes play a pack, and see what NPCs learn from them.

    PACK is a folder or an example's name. It is played twice through a real host: as it is, and
    with every NPC frozen, so that the difference is what learning brings. Tastes are drawn at
    random; real players differ.

    \b
    Example:
      personagen-npc learn simulate emberfall --players 5 --turns 200
    """
    learned, frozen = asyncio.run(_simulated(pack, players, turns, seed))
    from personagen_npc.play.simulate import curve

    points = min(POINTS, players * turns)
    curves = {"learning": curve(learned, points), "frozen": curve(frozen, points)}
    if plot is not None:
        from personagen_npc.play.picture import picture

        title = f"{pack}: {players} players, seed {seed}"
        picture(plot, {title: curves}, across="turns", up="mean reward",
                every=players * turns // points)  # fmt: skip
    if as_json:
        import orjson

        click.echo(orjson.dumps(curves).decode())
        return
    from personagen_npc.play.plot import plot as drawn
    from personagen_npc.play.simulate import cast_of
    from personagen_npc.play.simulated import compared, wishes

    click.echo(f"Mean reward over {players * turns} turns of {players} players, seed {seed}\n")
    click.echo(drawn(curves, across=f"{players * turns} turns"))
    told = {
        "second half, mean reward learning and frozen, gain (95 %), share of turns frozen ->"
        " learning:": compared(learned, frozen),
        "what the players liked and did not, of what they met with:":
            wishes(cast_of(seed, players), learned),
    }  # fmt: skip
    click.echo("\n" + "\n\n".join("\n".join([title, *rows]) for title, rows in told.items()))


async def _simulated(
    pack: str, players: int, turns: int, seed: int
) -> tuple[list[Paid], list[Paid]]:
    from personagen_npc.cli.talk import connected
    from personagen_npc.play.simulate import lived

    runs = []
    for learning in (True, False):
        async with await connected(pack, None, None, seed=seed, embeddings="off") as game:
            runs.append(await lived(game, seed, players, turns, learning=learning))
    return runs[0], runs[1]
