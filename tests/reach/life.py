"""One random life: what happens in a small world, and every word its people give away.

Everything is done by the same commands that a host runs. After each of them all that came out is
searched for markers that its speaker had no right to; at the end every mind is laid open.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.changes import Related
from personagen_npc.errors import PersonagenError
from personagen_npc.host import reads
from personagen_npc.mind.turn import open_turn
from personagen_npc.world import agenda, roster
from personagen_npc.world.deeds import happen
from personagen_npc.world.scenes import scene_for
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import chatter, talk
from personagen_npc.world.world import World
from tests.reach.model import Model, here, witnesses
from tests.reach.worlds import (
    ASKED,
    MATTERS,
    PLACES,
    PLAYERS,
    REACHES,
    STAGES,
    STATED,
    Marks,
    make_pack,
    marks_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.outcome import Outcome

DEEDS: Final = 14  # things that happen in one life: enough for news to go round twice, few enough
# to live ten thousand lives in minutes, tuned


class Leak(NamedTuple):
    """A word that came out where it had no right to."""

    seed: int
    who: str
    where: str
    marks: tuple[str, ...]
    text: str


class Life:
    """A world, the model of who may know what, and the leaks found so far."""

    def __init__(self, seed: int) -> None:
        self.seed, self.random = seed, Random(seed)
        self.marks = Marks(self.random)
        self.pack, written = make_pack(self.random, self.marks)
        self.world = World("reach", self.pack, seed)
        self.model = Model(written)
        self.matters = [t for f in self.pack.facts.values() for t in f.topics]
        self.kept: tuple[bytes, tuple[Any, ...]] | None = None
        self.leaks: list[Leak] = []
        self.log: list[str] = []
        self._step(roster.populate)
        for player in PLAYERS:
            self._step(roster.set_player, player, {"name": player.capitalize(), "place": "inn"})
            for npc in self.random.sample([*self.world.npcs], 1):
                self._stand(npc, player)

    def live(self) -> list[Leak]:
        """All of it; the leaks."""
        for _ in range(DEEDS):
            deed = self.random.choices(_DEEDS, _WEIGHTS)[0]
            try:
                deed(self)
            except PersonagenError as refused:
                self.log.append(f"  refused: {refused.message}")
            if self.leaks:
                return self.leaks
        self.lay_open()
        return self.leaks

    # --- deeds ----------------------------------------------------------------------------------

    def say(self) -> None:
        """A player asks, or tells; one answers, or a group, aloud or in a whisper."""
        npc = self._npc()
        group = [npc]
        if self.random.random() < 0.25:
            place = self.world.npcs[npc].place
            alive = [n for n in here(self.world, place) if self.world.npcs[n].state == "alive"]
            group = alive[:3] or [npc]
        player, whisper = self.random.choice(PLAYERS), self.random.random() < 0.2
        text = self._line(player)
        self.log.append(f"{player} to {group}{' (whispers)' if whisper else ''}: {text}")
        place = self.world.npcs[group[0]].place
        self.model.learn(group if whisper else [*here(self.world, place), *group], marks_in(text))
        before = {
            n: (self.model.allowed(self.world, n, player),
                self.model.untold(self.world, n, player))
            for n in group
        }  # fmt: skip
        self._plan(group[0], player, text)
        outcome = self._step(talk.say, group, player, text, whisper=whisper)
        for reply in outcome.replies:
            allowed, untold = before[reply.npc]
            heard = {m for o in outcome.replies for m in marks_in(o.text)}  # a second voice's first
            own = allowed if reply is outcome.replies[0] else allowed | heard
            self._search(reply.npc, "reply", (reply.text, reply.parts, reply.actions), own)
            self._search(reply.npc, "why", reply.why, own)
            told = self.model.untold(self.world, reply.npc, player) & untold
            self._found(reply.npc, "secret told", marks_in(reply.text) & told, reply.text)
        for reply in outcome.replies:
            ears = group if whisper else [*here(self.world, place), *group]
            self.model.learn(ears, marks_in(reply.text))
        self._spoken(outcome, whisper)

    def _line(self, player: str) -> str:
        """A question or a statement; now and then with a word that was heard before."""
        slots = {
            "matter": self.random.choice((*self.matters, *self.matters, *MATTERS)),
            "person": self.random.choice([*self.world.npcs, *PLAYERS]).capitalize(),
        }
        if self.random.random() < 0.75:
            return self.random.choice(ASKED).format(**slots)
        mark = self.marks.new()
        self.model.named.add((player, mark))
        self.model.of_player.setdefault(player, set()).add(mark)
        return self.random.choice(STATED).format(mark=mark, **slots)

    def _plan(self, npc: str, player: str, text: str) -> None:
        """What an NPC has in mind to say is what an LLM would be told."""
        person = self.world.npcs[npc]
        if person.state != "alive" or person.locked:
            return
        scene = scene_for(self.world, person, player, "b1.s999")
        opened = open_turn(self.world.minds, person, scene, text)
        self._search(npc, "plan", opened.plan, self.model.allowed(self.world, npc, player))

    def event(self) -> None:
        """Something happens somewhere; its thing has a word of its own."""
        world = self.world
        kind = self.random.choice(tuple(self.pack.events))
        actor, target = self.random.sample([*world.npcs, *PLAYERS], 2)
        plain: dict[str, Any] = {
            "type": kind, "actor": actor, "target": target,
            "place": self.random.choice(tuple(PLACES)),
            "reach": self.random.choice((*REACHES, self.pack.events[kind].reach)),
            "facts": {"what": self.marks.new()},
        }  # fmt: skip
        if self.random.random() < 0.3:
            plain["witnesses"] = tuple(self.random.sample([*world.npcs], self.random.randint(1, 2)))
        self.log.append(f"event {plain}")
        event = happen.admit_event(world, plain, "event")
        self.model.learn(witnesses(world, plain), marks_in(plain["facts"]))
        self._spoken(self._step(happen.happen, [event]))

    def tell(self) -> None:
        """The game lets one NPC know a fact, or a sentence."""
        npc, fact = self._npc(), ""
        if self.random.random() < 0.5:
            fact = self.random.choice(tuple(self.pack.facts))
            marks, text = marks_in(self.pack.facts[fact].text), ""
        else:
            marks = {self.marks.new()}
            text = f"The {self.random.choice(MATTERS)} hides a {next(iter(marks))}."
        teller = self.random.choice(("", *self.world.npcs))
        teller = "" if teller == npc else teller
        self.log.append(f"tell {npc}: {fact or text} by {teller!r}")
        self.model.learn([npc], marks)
        self._step(roster.tell_fact, npc, fact, text, teller, "")

    def move(self) -> None:
        """Somebody walks somewhere, falls asleep, or wakes."""
        npc = self._npc()
        fields: dict[str, Any] = {"place": self.random.choice(("inn", *PLACES))}
        if self.random.random() < 0.15:
            fields = {"state": self.random.choice(("alive", "alive", "busy", "dead"))}
        self.log.append(f"set {npc} {fields}")
        self._step(roster.set_npc, npc, fields)

    def change(self) -> None:
        """The world changes: a gate, a quest's stage, the weather, how two stand to each other."""
        kind = self.random.choice(("gate", "stage", "weather", "stand", "stand"))
        self.log.append(f"change {kind}")
        world = self.world
        if kind == "stand":
            self._stand()
        elif kind == "stage":
            self._step(roster.set_world, {}, {"q": self.random.choice(STAGES)}, None)
        elif kind == "gate":
            self._step(roster.set_world, {"gate": not world.variables["gate"]}, {}, None)
        else:
            self._step(roster.set_world, {}, {}, self.random.choice(("fog", "rain")))

    def _stand(self, npc: str = "", other: str = "") -> None:
        npc = npc or self._npc()
        other = other or self.random.choice([*self.world.npcs, *PLAYERS])
        if npc == other:
            return
        liking, trust = (round(self.random.uniform(-0.6, 1), 2) for _ in range(2))
        self.log.append(f"  {npc} to {other}: affinity {liking}, trust {trust}")
        self.world.begin()
        self.world.do(Related(npc, other, liking, trust, 0.0, 0.3, "", 1, self.world.now))
        self.world.end()

    def tick(self) -> None:
        """Time passes, minutes or days; people gossip, mutter and sleep."""
        hours = self.random.choice((0.5, 3, 9, 30, 200))
        self.log.append(f"tick {hours} h")
        self._spoken(self._step(agenda.tick, self.world.now + hours * 3600.0))

    def converse(self) -> None:
        """Two talk where they are."""
        one = self._npc()
        near = [n for n in here(self.world, self.world.npcs[one].place) if n != one]
        if near:
            other = self.random.choice(near)
            self.log.append(f"{one} and {other} talk")
            self._spoken(self._step(chatter.converse, one, other, ""))

    def save(self) -> None:
        """A moment is kept, or gone back to."""
        if self.kept is None or self.random.random() < 0.4:
            self.log.append("save")
            self.kept = (snapshot.dump(self.world), self.model.copy())
            return
        self.log.append("load")
        data, model = self.kept
        self.world = snapshot.load(data, self.pack)
        self.model.back(model)

    def forget(self) -> None:
        """A player is forgotten: nobody has his words any more."""
        player = self.random.choice(PLAYERS)
        self.log.append(f"forget {player}")
        self._step(roster.drop_player, player, forget=True)
        self.model.forget(player)
        self._step(roster.set_player, player, {"name": player.capitalize(), "place": "inn"})

    # --- looking --------------------------------------------------------------------------------

    def lay_open(self) -> None:
        """Everything that can be asked of every mind."""
        for npc in self.world.npcs:
            for what, more in (
                ("memories", {}), ("beliefs", {}), ("graph", {}), ("relations", {}),
                ("beliefs", {"player": "ash"}), ("graph", {"player": "ash"}),
                ("memories", {"query": f"What of the {self.random.choice(MATTERS)}?"}),
                ("beliefs", {"query": f"What of the {self.random.choice(MATTERS)}?"}),
            ):  # fmt: skip
                asked: dict[str, Any] = {"what": what, "npc": npc, "limit": 200, **more}
                answer = reads.ask(self.world, asked)
                mine = self.model.allowed(self.world, npc, str(more.get("player", "")))
                if what == "memories":
                    mine = self.model.held.get(npc, set())  # a fact is no memory
                self._search(npc, f"ask {what} {more}", answer, mine)
        self._rumours()

    def _rumours(self) -> None:
        """A rumour's trail shows each holder's own version."""
        for happening in list(range(len(self.world.happenings)))[-6:]:
            if happening not in self.world.happenings:
                continue
            found = reads.ask(self.world, {"what": "rumour", "happening": happening, "limit": 200})
            for row in found["items"]:
                mine = self.model.held.get(row["npc"], set())
                self._search(row["npc"], "ask rumour", row.get("text", ""), mine)

        for fact in self.pack.facts:
            found = reads.ask(self.world, {"what": "rumour", "fact": fact, "limit": 200})
            for row in found["items"]:
                mine = self.model.allowed(self.world, row["npc"])
                self._search(row["npc"], "ask rumour", row.get("text", found["text"]), mine)

    def _spoken(self, outcome: Outcome, whisper: bool = False) -> None:
        """Lines that NPCs say by themselves, in order: what one hears, the next may say."""
        for said in outcome.said:
            if said.npc not in self.world.npcs or whisper:
                continue
            allowed = self.model.allowed(self.world, said.npc, said.to)
            self._search(said.npc, f"line to {said.to}", (said.text, said.parts), allowed)
            if said.to:
                untold = marks_in(said.text) & self.model.untold(self.world, said.npc, said.to)
                if said.to in self.world.npcs:
                    self._found(said.npc, f"secret gossiped to {said.to}", untold, said.text)
            self.model.heard(self.world, said.place, said.text, [said.npc, said.to])

    def _search(self, npc: str, where: str, what: object, allowed: set[str]) -> None:
        self._found(npc, where, marks_in(what) - allowed, str(what))

    def _found(self, npc: str, where: str, marks: set[str], text: str) -> None:
        if marks:
            self.leaks.append(Leak(self.seed, npc, where, tuple(sorted(marks)), text[:600]))

    # --- steps ----------------------------------------------------------------------------------

    def _npc(self) -> str:
        return self.random.choice([*self.world.npcs])

    def _step(self, command: Callable[..., Any], *args: Any, **fields: Any) -> Any:
        """One whole step, as a host takes it."""
        self.world.begin()
        outcome = command(self.world, *args, **fields)
        self.world.end()
        return outcome


_DEEDS: Final[tuple[Callable[[Life], None], ...]] = (
    Life.say, Life.event, Life.tell, Life.move, Life.change, Life.tick, Life.converse, Life.save,
    Life.forget,
)  # fmt: skip
_WEIGHTS: Final = (8, 3, 2, 2, 2, 2, 2, 1, 0.4)
