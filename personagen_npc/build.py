"""Where everything is put together: the only file that names concrete classes."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from personagen_npc.client.client import Client
from personagen_npc.client.session import Who
from personagen_npc.client.transport import Pipe, WebSocketTransport
from personagen_npc.config import OLLAMA, STATIC, Settings
from personagen_npc.engines.switchboard import Switchboard
from personagen_npc.errors import BadField
from personagen_npc.host.compacting import Keep
from personagen_npc.host.host import Host
from personagen_npc.host.learning import Learning
from personagen_npc.host.library import Library
from personagen_npc.host.profile import Profile
from personagen_npc.server.admit import Tokens, token_in
from personagen_npc.server.connection import Connection, House
from personagen_npc.server.process import on_stop, settle, watch_owner, yield_to_the_game
from personagen_npc.server.ready import Ready, announce
from personagen_npc.server.serve import Address, Listener
from personagen_npc.store.lock import StoreLock
from personagen_npc.version import __version__
from personagen_npc.wire.messages import PROTOCOL, Role
from personagen_npc.wire.plain import Limits

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from personagen_npc.client.transport import Transport
    from personagen_npc.world.remembering.meaning import Embedder

LOCAL: Final = "local:"
CLOSE_S: Final = 1.0  # seconds that connections inside this program have to end [D]
SECRET: Final = "local"  # nobody but this program can reach a pipe
_NO_NAME: Final = re.compile(r"[^a-z0-9_.-]+")


def make_host(settings: Settings) -> Host:
    """A host over the packs and the store of these settings."""
    library, embedder = Library(settings.packs), embedder_of(settings.embeddings)
    profile = Profile(settings.profile) if settings.profile is not None else None
    learning = Learning(settings.learner, settings.refit_every, profile)
    engines = Switchboard(
        settings.llm, settings.llm_for, settings.llm_slots, settings.llm_deadline_ms / 1000.0
    )
    host = Host(library, settings.store, settings.durability, embedder, learning, engines)
    host.keep = Keep(settings.keep_days, settings.keep_mb)
    return host


def embedder_of(setting: str) -> Callable[[], Embedder] | None:
    """What opens the source of vectors that a setting names; None for words alone.

    Raises BadField for a folder without vectors; what else is wrong shows when it is opened.
    """
    if setting in ("", "off"):
        return None
    if setting.startswith(OLLAMA):
        return partial(_ollama, setting.removeprefix(OLLAMA))
    from personagen_npc.engines.static import META, built_folder

    folder = Path(setting.removeprefix(STATIC)) if setting != "auto" else built_folder()
    if folder is None or not (folder / META).is_file():
        if setting == "auto":
            return None
        raise BadField(
            f"no static vectors in {folder}", field="embeddings", got=setting,
            allowed="a folder that `personagen-npc embeddings build` made",
        )  # fmt: skip
    return partial(_static, folder)


def _static(folder: Path) -> Embedder:
    from personagen_npc.engines.static import StaticEmbedder

    return StaticEmbedder.load(folder)


def _ollama(model: str) -> Embedder:
    from personagen_npc.engines.ollama import OllamaEmbedder

    return OllamaEmbedder.open(model)


def limits_of(settings: Settings) -> Limits:
    """What the server takes from a client."""
    return Limits(frame=settings.frame, rate=settings.rate, queue=settings.queue)


# --- a server ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens.

    Attributes:
        ready: what the ready line says.
        token: the game's secret.
        host: its worlds; ``host.stop`` ends it.
    """

    ready: Ready
    token: str
    host: Host


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    """A listening server; at the end it drains, commits and lets go of the store.

    Raises StoreLocked when another process has the store, OSError when the port is taken.
    """
    with StoreLock.take(settings.store):
        token, file = _game_token(settings)
        host = make_host(settings)
        house = House(
            host, _tokens(settings, token), limits_of(settings), __version__, settings.hello_s
        )
        listener = await Listener.open(house, _address(settings))
        kept = str(file) if file else None
        ready = Ready(listener.url, kept, os.getpid(), PROTOCOL, __version__)
        try:
            yield Running(ready, token, host)
        finally:
            await listener.close(settings.drain_s)
            await host.close()


def serve(settings: Settings, tell: Callable[[Ready], None] = announce) -> None:
    """Serve until Ctrl-C, SIGTERM, ``shutdown`` or the owner's end.

    Args:
        settings: see ``config``.
        tell: gets what a client must know, once we listen.
    """
    if settings.priority == "low":
        yield_to_the_game()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, tell))


async def _serve(settings: Settings, tell: Callable[[Ready], None]) -> None:
    async with running(settings) as server:
        stop = server.host.stop
        undo = on_stop(stop)
        watch = settings.owner_pid and asyncio.create_task(watch_owner(settings.owner_pid, stop))
        settle()
        tell(server.ready)
        try:
            await stop.wait()
        finally:
            if watch:
                watch.cancel()
    undo()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it is installed: an eighth less CPU a message."""
    if sys.platform == "win32":
        return None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _address(settings: Settings) -> Address:
    tls = None
    if settings.tls_cert is not None and settings.tls_key is not None:
        tls = (settings.tls_cert, settings.tls_key)
    return Address(
        settings.port,
        settings.listen,
        settings.hosts,
        settings.origins,
        tls,
        settings.connections,
        settings.ping_s,
    )


def _game_token(settings: Settings) -> tuple[str, Path | None]:
    if settings.token is not None:
        return settings.token.get_secret_value(), None
    file = (settings.token_file or settings.store / "token").absolute()
    return token_in(file), file


def _tokens(settings: Settings, game: str) -> Tokens:
    known: dict[Role, str] = {"game": game}
    if settings.player_token is not None:
        known["player"] = settings.player_token.get_secret_value()
    if settings.observer_token is not None:
        known["observer"] = settings.observer_token.get_secret_value()
    return Tokens(known)


# --- a client ------------------------------------------------------------------------------------


async def connect(  # noqa: PLR0913 - each by its name, most of them rarely
    address: str,
    *,
    token: str | Path | None = None,
    world: str | None = None,
    player: str | None = None,
    role: Role = "game",
    store: Path | str | None = None,
    seed: int | None = None,
    tls: ssl.SSLContext | None = None,
    embeddings: str = "off",
    **options: Any,
) -> Client:
    """A client of a server, or of a world pack inside this program.

    Args:
        address: ``ws://...``, ``wss://...``, or ``local:PATH`` of a world pack.
        token: the server's secret, or the path of the file that holds it.
        world: a world to join that is already open; with ``local:``, what the world is called.
        player: who speaks when a call does not say.
        role: ``game``, ``player`` or ``observer``.
        store: with ``local:``, the folder of worlds and saves; a temporary one when absent.
        seed: with ``local:``, the seed of a new world.
        tls: how to check the certificate of a ``wss://`` server.
        embeddings: with ``local:``, the setting of that name; off unless asked for, so that a
            program runs the same on every machine.
        options: ``patience_s`` and ``timeout_s`` of ``Client``.

    Raises:
        Lost: nobody answers.
        Denied: wrong token or role.
        BadPack, StoreLocked: with ``local:``.
    """
    if address.startswith(LOCAL):
        path = Path(address.removeprefix(LOCAL))
        settings, lock, temporary = await asyncio.to_thread(
            _store_for, path, Path(store) if store else None, embeddings
        )
        inside = Inside(settings, lock, temporary)
        return await _connect_inside(inside, settings.packs[0], world, player, seed, options)
    if not address.startswith(("ws://", "wss://")):
        allowed = "ws://HOST:PORT, wss://HOST:PORT or local:PATH"
        raise BadField("no such address", field="address", got=address, allowed=allowed)
    if isinstance(token, Path):
        token = await asyncio.to_thread(_read_token, token)

    async def dial() -> Transport:
        return await WebSocketTransport.dial(address, tls)

    who = Who(token or "", role, player, version=__version__)
    return await Client(dial, who, world=world, **options).start()


async def _connect_inside(
    inside: Inside,
    pack: Path,
    world: str | None,
    player: str | None,
    seed: int | None,
    options: dict[str, Any],
) -> Client:
    who = Who(SECRET, "game", player, version=__version__)
    client = await Client(inside.dial, who, ended=inside.close, **options).start()
    try:
        name = world or _NO_NAME.sub("-", pack.name.lower())
        await client.open(name, packs=[pack.name], seed=seed)
    except BaseException:
        await client.close()
        raise
    return client


class Inside:
    """A server in this program: the same connections and the same frames, through pipes.

    Args:
        settings: with one pack and a store.
        lock: of that store.
        temporary: whether the store goes when this is closed.
    """

    def __init__(self, settings: Settings, lock: StoreLock, temporary: bool) -> None:
        self._settings, self._lock, self._temporary = settings, lock, temporary
        self._host = make_host(settings)
        tokens, limits = Tokens({"game": SECRET}), Limits(rate=10**9)
        self._house = House(self._host, tokens, limits, __version__)
        self._clients: set[asyncio.Task[None]] = set()

    async def dial(self) -> Transport:
        """One more connection."""
        here, there = Pipe.pair()
        task = asyncio.create_task(Connection(there, self._house, "inside").run())
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)
        return here

    async def close(self) -> None:
        """Commit, close, and remove the store if it was a temporary one."""
        if self._clients:
            await asyncio.wait(set(self._clients), timeout=CLOSE_S)
        await self._host.close()
        self._lock.release()
        if self._temporary:
            await asyncio.to_thread(shutil.rmtree, self._settings.store, True)


def _store_for(pack: Path, store: Path | None, embeddings: str) -> tuple[Settings, StoreLock, bool]:
    """Where a world inside this program is kept. Raises StoreLocked, BadField without a pack."""
    pack = pack.resolve()
    if not pack.is_dir():
        raise BadField("no such folder", field="address", got=str(pack), allowed="a world pack")
    embedder_of(embeddings)  # what is wrong with it shows before anything is made
    folder = store or Path(tempfile.mkdtemp(prefix="personagen-"))
    settings = Settings.load({"packs": (pack,), "store": folder, "embeddings": embeddings})
    return settings, StoreLock.take(folder), store is None


def _read_token(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()
