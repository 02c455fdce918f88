"""The stage: a connected client and one player on it. Every verb acts, then shows what came of it.

Script, chat and plans play on it alike; whatever it shows came back over the connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from personagen_npc.errors import BadField, Conflict
from personagen_npc.play.beats import Did, Figures, Listed, Overheard, Replied, Said, Walked
from personagen_npc.play.spans import spelt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
    from typing import Self

    from personagen_npc.client.client import Client
    from personagen_npc.play.beats import Page
    from personagen_npc.wire.events import Reply, Spoke

MEMORIES: Final = 8  # rows that a look into an NPC shows
HEARD: Final = 64  # lines of others that wait to be shown, the oldest go first

Plain = dict[str, Any]
Result = Literal["done", "failed", "refused"]
RESULTS: Final[tuple[Result, ...]] = get_args(Result)


class Stage:
    """One player among the NPCs of an open world."""

    def __init__(self, game: Client, page: Page, player: str, shown_as: str) -> None:
        self.game, self.page = game, page
        self.player, self.shown_as = player, shown_as
        self.names: dict[str, str] = {player: shown_as}
        self.places: dict[str, str] = {}
        self.where: dict[str, str] = {}  # place of each NPC
        self.place = ""
        self.last: Reply | None = None
        self.reply: Replied | None = None  # the same as it was shown
        self.overheard: list[Overheard] = []  # what others said during the last thing done
        self._heard: deque[Spoke] = deque(maxlen=HEARD)
        self._times: list[float] = []
        self._counts = dict.fromkeys(("actions", "rewards", "overheard"), 0)
        self._listener: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Name the player to the world, learn who is there, and begin to listen."""
        self._listener = asyncio.create_task(self._listen(self.game.spoke()))
        await self.game.set_player(self.player)
        await self.look_round()

    async def end(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    async def __aenter__(self) -> Self:
        await self.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def _listen(self, lines: AsyncIterator[Spoke]) -> None:
        async for line in lines:
            self._heard.append(line)

    async def look_round(self) -> list[Plain]:
        """Everybody in the world, one row each."""
        rows = await self.game.npcs()
        for row in rows:
            self.names[row["id"]] = row["name"]
            self.where[row["id"]] = row["place"]
            self.places[row["place"]] = row["place_name"]
        return rows

    # --- talk -------------------------------------------------------------------------------------

    async def say(
        self, npc: str, text: str, player: str = "", *, also: Sequence[str] = (),
        whisper: bool = False,
    ) -> Reply:  # fmt: skip
        """Speak to an NPC, ``also`` to others with it, and show who answers; the first answer.

        Raises Conflict when nobody says anything.
        """
        who = player or self.player
        to = _and([self.short(n) for n in (npc, *also)])
        self.page.show(Said(self.name(who), to, f"(whispering) {text}" if whisper else text))
        how: Plain = {"player": who, "why": True, **({"whisper": True} if whisper else {})}
        began = perf_counter()
        if also:
            replies = await self.game.say_to([npc, *also], text, **how)
        else:
            replies = (await self.game.say(npc, text, **how),)
        self._times.append((perf_counter() - began) * 1000.0)
        for reply in replies[::-1]:
            self.last = reply
        self.reply = None
        for reply in replies:
            shown = await self._answered(reply, text)
            self.reply = self.reply or shown
        await self.overhear()
        if not replies:
            raise Conflict("nobody says anything to that", field="npc", got=npc)
        return replies[0]

    async def _answered(self, reply: Reply, text: str) -> Replied:
        self._counts["actions"] += len(reply.actions)
        shown = self._replied(reply, self._times[-1])
        if shown.recalled == "memory":
            named = await self._named(reply.npc, text, shown.memories)
            shown = shown._replace(memories=named)
        self.page.show(shown)
        return shown

    def _replied(self, reply: Reply, ms: float) -> Replied:
        why = reply.why or {}
        recalled = why.get("recalled", {})
        return Replied(
            reply.turn, reply.npc, self.short(reply.npc), reply.text, reply.mood, reply.act,
            reply.pattern, why.get("perceived", {}).get("intent", ""), recalled.get("kind", ""),
            tuple(str(f[0]) for f in recalled.get("facts", ())),
            tuple(str(m[0]) for m in recalled.get("memories", ())),
            tuple({"id": a.id, "name": a.name, "args": dict(a.args)} for a in reply.actions),
            round(ms, 2),
        )  # fmt: skip

    async def _named(self, npc: str, text: str, memories: tuple[str, ...]) -> tuple[str, ...]:
        """Memories with their people named, as this NPC would name them."""
        data = await self.game.ask("memories", npc=npc, query=text, limit=MEMORIES)
        known = [str(m["text"]) for m in data["items"]]
        return tuple(next((k for k in known if _fits(m, k)), m) for m in memories)

    async def overhear(self) -> None:
        """Show what NPCs have said on their own so far."""
        self.show_all(await self._caught())

    def show_all(self, lines: Iterable[Overheard]) -> None:
        """Show lines of others."""
        self.overheard = list(lines)
        for line in self.overheard:
            self.page.show(line)

    async def _caught(self) -> list[Overheard]:
        await self.game.ping()  # whatever was said before its answer has come in by then
        await asyncio.sleep(0)
        lines: list[Overheard] = []
        while self._heard:
            s = self._heard.popleft()
            to = self.short(s.to) if s.to else ""
            place = self.places.get(s.place or "", s.place or "")
            lines.append(Overheard(s.npc, self.short(s.npc), to, place, s.text, s.act))
        self._counts["overheard"] += len(lines)
        return lines

    async def converse(self, one: str, other: str, topic: str = "") -> None:
        """Let two NPCs talk where they are."""
        await self.game.converse(one, other, topic=topic or None)
        await self.overhear()

    async def bark(self, npc: str, situation: str) -> None:
        """Let an NPC say something by itself."""
        await self.game.bark(npc, situation, player=self.player)
        await self.overhear()

    # --- the game's part --------------------------------------------------------------------------

    async def event(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Report something that happened."""
        await self.game.event(kind, **fields)
        seen = fields.get("witnesses")
        by = f", seen by {_and([self.short(w) for w in seen])}" if seen else ""
        self.page.show(Did("event", f"{self._happened(kind, fields)}{by}"))
        await self.overhear()

    def _happened(self, kind: str, fields: Mapping[str, Any]) -> str:
        who = [self.short(str(fields[k])) for k in ("actor", "target") if k in fields]
        place = self.places.get(str(fields.get("place", "")), str(fields.get("place", "")))
        at = f" ({place})" if place else ""
        return f"{kind}: {' -> '.join(who)}{at}"

    async def tick(self, seconds: float) -> None:
        """Let game time pass; what NPCs do meanwhile is shown."""
        lines = await self.pass_time(seconds)
        self.page.show(Did("tick", f"{spelt(seconds)} later: {(await self.stats())['date']}"))
        self.show_all(lines)

    async def pass_time(self, seconds: float) -> list[Overheard]:
        """Let game time pass; what NPCs say meanwhile, not shown yet."""
        await self.game.tick((await self.stats())["time"] + seconds)
        return await self._caught()

    async def reward(self, value: float, kind: str) -> None:
        """Tell how the last line went down, for learning."""
        await self.game.reward(value, turn=self._turn(), kind=kind)
        self._counts["rewards"] += 1
        self.page.show(Did("reward", f"{value:+g} ({kind}) for {self._spoken()}"))

    async def result(self, result: str, text: str = "") -> None:
        """Tell how the action went that the last line asked for: done, failed or refused."""
        reply = self.last
        if reply is None or not reply.actions:
            raise Conflict("the last line asked for no action", field="result", got=result)
        for action in reply.actions:
            await self.game.action_result(action.id, _known(result), text=text)
            self.page.show(Did("action", f"{action.name} {_args(action.args)}: {result}"))

    async def go(self, place: str) -> None:
        """Walk somewhere and hear what goes on there."""
        await self.game.set_player(self.player, place=place)
        await self.game.subscribe(places=[place], players=[self.player])
        self.place = place

    async def approach(self, npc: str) -> None:
        """Walk to where an NPC is, if that is somewhere else."""
        place = self.where.get(npc, self.place)
        if place != self.place:
            await self.go(place)
            self.page.show(Walked(f"{self.shown_as} goes to {self.places.get(place, place)}."))

    async def move(self, npc: str, place: str) -> None:
        """The game walks an NPC somewhere."""
        await self.game.set_npc(npc, place=place)
        self.where[npc] = place
        self.page.show(Did("move", f"{self.name(npc)} walks to {self.places.get(place, place)}"))

    async def tell(self, npc: str, what: str, fields: Mapping[str, str]) -> None:
        """The game lets an NPC know a fact of the pack, or a sentence."""
        known: Plain = {"text" if " " in what else "fact": what}
        await self.game.tell_fact(npc, **known, **fields)
        by = f" by {self.short(fields['teller'])}" if "teller" in fields else ""
        self.page.show(Did("told", f"{self.name(npc)} is told{by}: {what}"))
        await self.overhear()

    async def spawn(self, npc: str, fields: Mapping[str, str]) -> None:
        """Somebody new appears."""
        known: Plain = {**fields}
        made = await self.game.spawn(npc=npc, **known)
        await self.look_round()
        self.page.show(Did("spawn", f"{self.name(made)} appears"))

    async def shown(self, text: str) -> None:
        """What of the last line was really heard."""
        await self.game.shown(self._turn(), text)
        self.page.show(Did("shown", f'only "{text}" was heard'))

    async def set_world(self, name: str, value: Any) -> None:
        """Set a variable, or ``stage.x`` to a quest's stage, or the weather."""
        kind, _, quest = name.partition(".")
        if name == "weather":
            await self.game.set_world(weather=str(value))
        elif kind in {"stage", "quest"} and quest:
            await self.game.set_world(quests={quest.removesuffix(".stage"): value})
        else:
            await self.game.set_world(variables={name: value})
        self.page.show(Did("world", f"{name} is now {value}"))

    async def save(self, name: str) -> None:
        """Keep the world under a name."""
        await self.game.save(name)
        self.page.show(Did("save", name))

    async def load(self, name: str) -> None:
        """Go back to a save."""
        await self.game.load(name)
        await self._after_load(f"{name}")

    async def undo(self) -> None:
        """Return to where the last load left."""
        await self.game.load_undo()
        await self._after_load("back to before the last load")

    async def _after_load(self, what: str) -> None:
        await self.overhear()
        self.last = self.reply = None
        stats = await self.stats()
        self.page.show(Did("load", f"{what}: it is {stats['date']} again"))
        await self.look_round()

    # --- looking in -------------------------------------------------------------------------------

    async def stats(self) -> Plain:
        """Figures of the world."""
        return await self.game.ask("stats")

    async def asked(self, what: str, fields: Mapping[str, Any]) -> Plain:
        """The answer to a question of any kind that the server knows."""
        if what == "why" and "turn" not in fields:
            fields = {**fields, "turn": self._turn()}
        if what in {"rumour", "graph"}:  # questions with fields of their own
            own: Callable[..., Awaitable[Plain]] = getattr(self.game, what)
            return await own(**fields)
        return await self.game.ask(what, **fields)  # type: ignore[arg-type]  # the server judges

    async def memories(self, npc: str, query: str = "") -> None:
        """Show what an NPC holds in memory, newest first or best for some words."""
        data = await self.game.ask("memories", npc=npc, query=query or None, limit=MEMORIES)
        rows = tuple(
            (f"{m['source']}{_hops(m['hops'])}", f"{m['strength']:.2f}", str(m["text"]))
            for m in data["items"]
        )
        self.page.show(Listed(f"{self.name(npc)} remembers", rows))

    async def rumour(self, query: str) -> None:
        """Show the way of a rumour from its source to all who hold it; of a name, all about it."""
        data = await self.game.rumour(query, limit=MEMORIES)
        if "about" in data:
            about = tuple((f"{r['holders']} know", str(r["text"])) for r in data["about"])
            self.page.show(Listed(f"what is said of {data['text']}", about))
            return
        rows = tuple(
            ("  " * r["depth"] + self.name(r["npc"]),
             f"{r['source']} {r['strength']:.2f} {r['twist']}".rstrip(), str(r["text"]))
            for r in data["items"]
        )  # fmt: skip
        self.page.show(Listed(str(data["text"]), rows))

    async def why(self) -> None:
        """Show how the last line came about."""
        data = await self.game.ask("why", turn=self._turn())
        rows = tuple(
            (part, ", ".join(f"{k}: {_short(v)}" for k, v in data[part].items()))
            for part in ("perceived", "recalled", "felt", "chosen", "spoken")
            if part in data
        )
        self.page.show(Listed(f"why {self._spoken()}", rows))

    async def figures(self) -> Figures:
        """What it came to."""
        stats = await self.stats()
        times = self._times or [0.0]
        return Figures(
            len(self._times), stats["npcs"], stats["memories"], stats["happenings"],
            self._counts["actions"], self._counts["rewards"], self._counts["overheard"],
            round(median(times), 2), round(max(times), 2),
        )  # fmt: skip

    # --- names ------------------------------------------------------------------------------------

    def name(self, who: str) -> str:
        """What to print for somebody."""
        return self.names.get(who, who)

    def short(self, who: str) -> str:
        """The one word of a name that people go by: the one in the id, else the first."""
        words = self.name(who).split()
        return next((w for w in words if w.lower() in who.lower()), words[0] if words else who)

    def _turn(self) -> str:
        if self.last is None:
            raise BadField("nobody has said anything yet", field="turn", allowed="after a line")
        return self.last.turn

    def _spoken(self) -> str:
        return f"{self.short(self.last.npc)}'s {self.last.act}" if self.last else ""


def _fits(memory: str, named: str) -> bool:
    """Whether a sentence is a memory's with its ``{actor}`` and ``{target}`` filled in."""
    pieces = [part.partition("}")[2] or part for part in memory.split("{")]
    return all(piece in named for piece in pieces if "}" not in piece)


def _known(result: str) -> Result:
    for name in RESULTS:
        if name == result:
            return name
    raise BadField("no such result", field="result", got=result, allowed=", ".join(RESULTS))


def _args(args: Mapping[str, Any]) -> str:
    return "(" + ", ".join(f"{k}: {v}" for k, v in args.items()) + ")"


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _hops(hops: int) -> str:
    return f", {hops} mouths away" if hops > 1 else ""


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else text[:159] + "…"
