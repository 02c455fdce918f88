"""Save files at the command line: read with the reason told, written whole, waits shown."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from personagen_npc.world.world import World

PATIENCE_S = 1.0  # what takes longer shows how far it is


class Opened(NamedTuple):
    """A save: its header, its world, the bytes of its pack."""

    header: dict[str, Any]
    world: World
    packed: bytes


def opened(file: Path, code: int = 1) -> Opened:
    """Read a save; ends the command with ``code`` and the reason where that cannot be done."""
    from personagen_npc.errors import PersonagenError
    from personagen_npc.host.saving import Kept

    try:
        with waiting(f"reading {file.name}"):
            kept = Kept(file.read_bytes())
            return Opened(dict(kept.header), kept.world(kept.pack()), kept.packed)
    except PersonagenError as fault:
        detail = f" ({fault.field}: {fault.got})" if fault.got else ""
        stop(f"{file}: {fault.message}{detail}", code)


def somebody(save: Opened, npcs: tuple[str, ...], code: int = 1) -> tuple[str, ...]:
    """These NPCs, checked; ends the command where one is not in the save."""
    from personagen_npc.errors import Unknown

    for npc in npcs:
        try:
            save.world.npc(npc)
        except Unknown as fault:
            stop(f"{fault.message}; there are {fault.allowed}", code)
    return npcs


def write_save(file: Path, header: dict[str, Any], world: World, packed: bytes) -> None:
    """Write a world as a save, after reading it back: whole or not at all."""
    from personagen_npc.host.saving import Kept
    from personagen_npc.store.container import pack_save
    from personagen_npc.world.state import blocks

    with waiting(f"writing {file.name}"):
        where, made = blocks.take(world)
        blob = pack_save({**header, **where}, [("PACK", packed), *made])
        kept = Kept(blob)
        kept.world(kept.pack())
        write_whole(file, blob)


def write_whole(file: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        fresh.write_bytes(data)
        fresh.replace(file)
    except OSError as fault:
        fresh.unlink(missing_ok=True)
        stop(f"{file}: cannot be written: {fault.strerror}")


def stop(why: str, code: int = 1) -> NoReturn:
    """End the command: it could not be done."""
    click.echo(why, err=True)
    raise SystemExit(code)


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on the error stream for what takes over a second; call what it gives after each."""
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(file=sys.stderr), transient=True,
                   disable=not sys.stderr.isatty())  # fmt: skip
    task, start, done = bar.add_task(what, total=total), monotonic(), 0

    def step() -> None:
        nonlocal done
        done += 1
        if monotonic() - start > PATIENCE_S:
            bar.start()
            bar.update(task, completed=done)

    try:
        yield step
    finally:
        bar.stop()


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A sign of life on the error stream, after a second, for what cannot be counted."""
    from threading import Timer

    from rich.console import Console

    console = Console(file=sys.stderr)
    status = console.status(what)
    timer = Timer(PATIENCE_S, status.start)
    if console.is_terminal:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()
