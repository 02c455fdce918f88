"""Calls about what goes on: speech, events, rewards, time, looking into minds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from personagen_npc.client.answers import Pieces, only
from personagen_npc.client.calls import Calls, given
from personagen_npc.errors import BadField
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Facts = Mapping[str, bool | int | float | str]
    Data = dict[str, Any]


class Talk(Calls):
    """What is said and done. Options not named here are the fields of the message."""

    async def say(
        self, npc: str, text: str, *, player: str | None = None, **options: Any
    ) -> m.Reply:
        """Speak to an NPC; what it answers.

        Args:
            npc: its id.
            text: what is said.
            player: who speaks; the client's own player when absent.
            options: ``place``, ``whisper``, ``deadline_ms``, ``max_chars``, ``locale``, ``facts``,
                ``why``.

        Raises Conflict when it says nothing, and what ``call`` raises.
        """
        fields = {"npc": npc, "text": text, "player": self._speaker(player), **options}
        return only(await self._replies(m.Say, fields), npc)

    async def say_to(
        self, npcs: Sequence[str], text: str, *, player: str | None = None, **options: Any
    ) -> tuple[m.Reply, ...]:
        """Speak to a group; the replies of those who answer, which may be none."""
        fields = {"to": tuple(npcs), "text": text, "player": self._speaker(player), **options}
        return await self._replies(m.Say, fields)

    def stream(self, npc: str, text: str, *, player: str | None = None, **options: Any) -> Pieces:
        """Speak to an NPC and hear its line while it is made."""
        pieces = Pieces()
        fields = {"npc": npc, "text": text, "player": self._speaker(player), **options}
        pieces.id = self._session.post(m.Say, given({**fields, "stream": True}), pieces)
        return pieces

    async def cancel(self, target: int) -> bool:
        """Give up a ``stream`` by its id; whether that was still possible."""
        return bool((await self.call(m.Cancel, target=target)).get("cancelled"))

    async def shown(self, turn: str, text: str) -> None:
        """Tell what the player really heard of a line."""
        await self.call(m.Shown, turn=turn, text=text)

    async def perform(
        self, npc: str, text: str, *, player: str | None = None, whisper: bool | None = None
    ) -> Data:
        """Make an NPC say an authored line."""
        return await self.call(m.Perform, npc=npc, text=text, player=player, whisper=whisper)

    async def bark(self, npc: str, situation: str, *, player: str | None = None) -> Data:
        """Let an NPC say something by itself; the line comes as ``spoke``."""
        return await self.call(m.Bark, npc=npc, situation=situation, player=player)

    async def converse(self, npc: str, with_npc: str, *, topic: str | None = None) -> Data:
        """Let two NPCs talk; the lines come as ``spoke``."""
        return await self.call(m.Converse, npc=npc, with_npc=with_npc, topic=topic)

    async def action_result(
        self,
        action: str,
        result: Literal["done", "failed", "refused"],
        *,
        text: str | None = None,
        facts: Facts | None = None,
    ) -> Data:
        """Tell how an action went that a reply asked for."""
        return await self.call(m.ActionResult, action=action, result=result, text=text, facts=facts)

    async def event(self, type: str, **details: Any) -> Data:
        """Report one event.

        Args:
            type: a kind of event that the pack declares.
            details: ``actor``, ``target``, ``place``, ``facts``, ``importance``, and ``witnesses``
                or ``reach``.
        """
        return await self.call(m.PostEvent, event=_happening({"type": type, **details}))

    async def events(self, events: Sequence[m.Happening | Mapping[str, Any]]) -> Data:
        """Report several events at once: all are taken, or none."""
        whole = [
            e if isinstance(e, m.Happening) else _happening(e, k) for k, e in enumerate(events)
        ]
        return await self.call(m.PostEvents, events=tuple(whole))

    async def reward(
        self,
        value: float,
        *,
        turn: str | None = None,
        conversation: str | None = None,
        npc: str | None = None,
        player: str | None = None,
        kind: str | None = None,
        key: str | None = None,
    ) -> Data:
        """Say how well something went, from -1 to 1: a turn, a conversation, or npc with player."""
        fields = {"turn": turn, "conversation": conversation, "npc": npc, "player": player}
        return await self.call(m.Reward, value=value, kind=kind, key=key, **fields)

    async def tick(self, time: float) -> Data:
        """Let game time go on to ``time``, in game seconds since the world began."""
        return await self.call(m.Tick, time=time)

    async def pause(self, on: bool = True) -> None:
        """Stop or go on with what NPCs do by themselves."""
        await self.call(m.Pause, on=on)

    async def tell_fact(
        self,
        npc: str,
        *,
        fact: str | None = None,
        text: str | None = None,
        teller: str | None = None,
        source: str | None = None,
    ) -> Data:
        """Grant an NPC a piece of knowledge: a fact of the pack, or a sentence."""
        fields = {"npc": npc, "fact": fact, "text": text, "teller": teller, "source": source}
        return await self.call(m.FactTell, **fields)

    async def ask(
        self,
        what: Literal["memories", "beliefs", "relations", "why", "stats", "learning"],
        npc: str | None = None,
        *,
        player: str | None = None,
        turn: str | None = None,
        query: str | None = None,
        limit: int | None = None,
    ) -> Data:
        """Look into an NPC, a turn or the world."""
        fields = {"npc": npc, "player": player, "turn": turn, "query": query, "limit": limit}
        return await self.call(m.Ask, what=what, **fields)

    async def rumour(
        self,
        query: str | None = None,
        *,
        happening: int | None = None,
        fact: str | None = None,
        graphml: bool | None = None,
        limit: int | None = None,
    ) -> Data:
        """Trace a happening or a fact from its source to everybody who holds it."""
        fields = {"query": query, "happening": happening, "fact": fact, "graphml": graphml}
        return await self.call(m.Ask, what="rumour", limit=limit, **fields)

    async def graph(
        self,
        npc: str,
        *,
        of: str | None = None,
        to: str | None = None,
        groups: bool | None = None,
        graphml: bool | None = None,
        player: str | None = None,
        limit: int | None = None,
    ) -> Data:
        """What an NPC knows as a graph: all of it, around a name, or how two are connected."""
        fields = {"of": of, "to": to, "groups": groups, "graphml": graphml, "player": player}
        return await self.call(m.Ask, what="graph", npc=npc, limit=limit, **fields)

    async def policy(
        self,
        op: Literal[
            "freeze", "thaw", "reset", "pin", "unpin", "copy", "learner", "accept", "reject"
        ],
        *,
        npc: str | None = None,
        act: str | None = None,
        pattern: int | None = None,
        source: str | None = None,
        learner: Literal["bayes", "network"] | None = None,
        proposal: str | None = None,
    ) -> Data:
        """Take hold of what NPCs have learned."""
        fields = {"act": act, "pattern": pattern, "source": source, "learner": learner,
                  "proposal": proposal}  # fmt: skip
        return await self.call(m.Policy, op=op, npc=npc, **fields)

    async def refit(self) -> Data:
        """Fit anew what all have learned; may take minutes (``timeout_s``)."""
        return await self.call(m.Refit)

    def _speaker(self, player: str | None) -> str:
        speaker = player or self._player
        if speaker is None:
            raise BadField(
                "say who speaks", field="player", allowed="player=..., here or in connect()"
            )
        return speaker


def _happening(fields: Mapping[str, Any], index: int | None = None) -> m.Happening:
    """One event. Raises BadField naming the field below ``event`` or ``events.INDEX``."""
    from pydantic import ValidationError

    from personagen_npc.wire.faults import bad_field

    try:
        return m.Happening(**given(dict(fields)))
    except ValidationError as wrong:
        fault = bad_field(wrong, m.Happening, dict(fields))
        fault.field = f"{'event' if index is None else f'events.{index}'}.{fault.field}"
        raise fault from None
