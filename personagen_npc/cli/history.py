"""``save log``, ``save load``, ``save at``: a world's history, and the ways back into it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from personagen_npc.errors import BadField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from personagen_npc.client.client import Client

URLS: Final = ("ws://", "wss://")
_TOKEN = click.option("--token", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                      help="File of the server's secret, with a URL.")  # fmt: skip
_WORLD = click.option("--world", help="Which of the server's open worlds, with a URL.")
_WORDS: Final = {
    "world.open": "opened", "save": "saved as", "load": "loaded", "load.undo": "load undone",
    "load.at": "back to", "pack.reload": "packs reloaded", "day": "",
}  # fmt: skip


@click.command("log")
@click.argument("target", metavar="WORLD|URL")
@_TOKEN
@_WORLD
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def log(target: str, token: Path | None, world: str | None, as_json: bool) -> None:
    r"""The history of a world as a tree: branches, saves, loads, days of play.

    WORLD is the world's folder in a store, or its journal.db; it is only read. Every turn between
    the points can be opened as well, as far back as the journal is kept.

    \b
    Examples:
      personagen-npc save log store/village
      personagen-npc save log ws://127.0.0.1:7865 --token store/token
    """
    data = _asked(target, token, world, lambda game: game.history()) if target.startswith(
        URLS) else _read(Path(target))  # fmt: skip
    if as_json:
        import orjson

        click.echo(orjson.dumps(data).decode())
        return
    click.echo("\n".join(tree(data)))


def tree(data: dict[str, Any]) -> list[str]:
    """The points as lines; a branch stands under the point that it goes on from."""
    branches: dict[int, list[dict[str, Any]]] = {}
    for point in data["points"]:
        branches.setdefault(point["branch"], []).append(point)
    branches.setdefault(data["branch"], [])
    return [
        line
        for branch, points in branches.items()
        if not points or points[0]["parent"][0] not in branches
        for line in _branch(data, branches, branch, 0)
    ]


def _branch(
    data: dict[str, Any], branches: dict[int, list[dict[str, Any]]], branch: int, depth: int
) -> list[str]:
    here = branch == data["branch"]
    rows = [
        (p["step"], 0, ["  " * (depth + 1) + _line(p, data["first"])]) for p in branches[branch]
    ]
    rows += [
        (points[0]["parent"][1], 1, _branch(data, branches, child, depth + 1))
        for child, points in branches.items()
        if points and points[0]["parent"][0] == branch != child
    ]
    if here:
        rows.append((data["step"], 2, ["  " * (depth + 1) + f"b{branch}.s{data['step']}  now"]))
    lines = [line for _, _, some in sorted(rows, key=lambda r: r[:2]) for line in some]
    return ["  " * depth + f"branch {branch}" + (", now" if here else ""), *lines]


def _line(point: dict[str, Any], first: int) -> str:
    words = " ".join(w for w in (_WORDS.get(point["kind"], point["kind"]), point["name"]) if w)
    gone = "" if point["seq"] >= first else "  (no longer kept)"
    turn = f"b{point['branch']}.s{point['step']}"
    return f"{turn:<10} day {point['day']}  {words}".rstrip() + gone


@click.command("load")
@click.argument("url", metavar="URL")
@click.argument("name", required=False)
@click.option("--undo", is_flag=True, help="Return to what the last load left.")
@click.option("--as-of", "at", metavar="MOMENT", help="A turn (812, b2.s812), seq:4711 or "
              "day:3.18:30 (days from 0).")  # fmt: skip
@_TOKEN
@_WORLD
def load(
    url: str, name: str | None, undo: bool, at: str | None, token: Path | None, world: str | None
) -> None:
    r"""Take a running world back: to a save, to what the last load left, or to any kept moment.

    Each begins a new branch; what is left stays in the journal, and --undo returns to it.

    \b
    Examples:
      personagen-npc save load ws://127.0.0.1:7865 evening --token store/token
      personagen-npc save load ws://127.0.0.1:7865 --undo --token store/token
      personagen-npc save load ws://127.0.0.1:7865 --as-of b1.s812 --token store/token
    """
    if sum((bool(name), undo, bool(at))) != 1 or not url.startswith(URLS):
        raise BadField("one way back is needed", field="load", got=name or at or "",
                       allowed="URL and one of: NAME, --undo, --as-of MOMENT")  # fmt: skip

    async def back(game: Client) -> Any:
        if undo:
            return await game.load_undo()
        return await (game.load_at(at) if at else game.load(name or ""))

    data = _asked(url, token, world, back)
    for line in data.get("report") or ():
        click.echo(f"  {line}")
    click.echo(f"now at b{data['branch']}.s{data['step']}, {data['date']}")


@click.command("at")
@click.argument("target", metavar="WORLD|URL")
@click.argument("moment")
@click.option("--out", required=True, help="The file to write; at a URL, the save's name.")
@_TOKEN
@_WORLD
def at_moment(target: str, moment: str, out: str, token: Path | None, world: str | None) -> None:
    r"""Write a moment of a world's history as a save; the world goes on and is not touched.

    MOMENT is a turn (812, b2.s812), a row (seq:4711), or a game day (day:3.18:30, days from 0).

    \b
    Examples:
      personagen-npc save at store/village b1.s812 --out before.npcsave
      personagen-npc save at ws://127.0.0.1:7865 day:3 --out before --token store/token
    """
    if target.startswith(URLS):
        data = _asked(target, token, world, lambda game: game.save_at(moment, out))
        click.echo(f"{out}: b{data['branch']}.s{data['step']}, {data['bytes']} bytes")
        return
    seq, turn = _written(Path(target), moment, Path(out))
    click.echo(f"{out}: {turn}, row {seq}")


def _asked(
    url: str, token: Path | None, world: str | None, call: Callable[[Client], Awaitable[Any]]
) -> Any:
    async def visit() -> Any:
        from personagen_npc.cli.talk import connected

        async with await connected(url, token, world) as game:
            return await call(game)

    return asyncio.run(visit())


def _journal(world: Path) -> Any:
    from personagen_npc.store.reading import Reading

    file = world / "journal.db" if world.is_dir() else world
    if not file.is_file():
        allowed = "a world's folder, its journal.db, ws://... or wss://..."
        raise BadField(f"no journal in {world}", field="target", got=str(world), allowed=allowed)
    return Reading(file)


def _read(world: Path) -> dict[str, Any]:
    from personagen_npc.host import moments

    with _journal(world) as journal:
        now = moments.as_of(journal, journal.last_seq)
        rows = [p._asdict() for p in moments.points(journal, now)]
        return {"points": rows, "branch": now.branch, "step": now.step,
                "first": moments.first(journal)}  # fmt: skip


def _written(world: Path, moment: str, out: Path) -> tuple[int, str]:
    from personagen_npc.host import moments
    from personagen_npc.host.bases import Base
    from personagen_npc.host.library import pack_bytes
    from personagen_npc.host.saving import PACK
    from personagen_npc.host.travel import header_of
    from personagen_npc.store.container import pack_save
    from personagen_npc.world.state import blocks

    with _journal(world) as journal:
        now = moments.as_of(journal, journal.last_seq)
        seq = moments.named(moment, journal, now)
        then, packs = moments.as_of(journal, seq), Base.newest(journal).packs
    pack = pack_bytes(then.pack)
    header = header_of(then.name, packs, then, seq, pack)
    out.write_bytes(pack_save(header, [(PACK, pack), *blocks.take(then)[1]]))
    return seq, f"b{then.branch}.s{then.step}"
