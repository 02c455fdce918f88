"""Chatter: what NPCs say to each other. Lines alternate, topics run out, and somebody ends it.

Whoever has news tells it; who has none says what he thinks of what he was told. Nobody tells the
same person the same thing twice, so a talk of two who have nothing new is two words in passing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.changes import TurnTaken
from personagen_npc.errors import Conflict
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.query import base_query
from personagen_npc.mind.remembering.notes import marks
from personagen_npc.mind.turn import own_line
from personagen_npc.world.outcome import Outcome, Said
from personagen_npc.world.rumours.gossip import tell_something
from personagen_npc.world.scenes import scene_for, standing_of
from personagen_npc.world.talking.talk import line_said

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

LINES = 6  # of one talk between two, its parting included, [D]
ANSWERS = ("smalltalk", "complain", "weather", "work")  # to two words in passing
DISBELIEVED = -0.15  # trust at most in a teller whose news is doubted, [D]


def converse(world: World, one_id: str, other_id: str, topic: str) -> Outcome:
    """Two NPCs at one place talk, a few lines, then they stop. Raises Unknown or Conflict."""
    one, other = world.awake(one_id), world.awake(other_id, "with_npc")
    if one.place != other.place:
        raise Conflict(
            f"{one.profile.name} and {other.profile.name} are not at the same place",
            field="with_npc", got=other.place, allowed=one.place,
        )  # fmt: skip
    turn = world.turn_id()
    said = _news(world, one, other, turn, topic) or _passing(world, one, other, turn)
    return Outcome(data={"turns": [s.turn for s in said]}, said=tuple(said))


def exchange(world: World, npc: Npc, hearer: Npc, turn: str) -> list[Said]:
    """One tells another something, and is answered; nothing if there is nothing to tell."""
    told = gossip_line(world, npc, hearer, turn, "")
    if told is None:
        return []
    return [told, *_remark(world, hearer, npc, f"{turn}.r", told)]


def gossip_line(world: World, npc: Npc, hearer: Npc, turn: str, topic: str) -> Said | None:
    """One NPC tells another something; None if there is nothing to tell."""
    tale = tell_something(world, npc, hearer, turn, topic)
    if tale is None:
        return None
    world.do(TurnTaken(turn, npc.id, hearer.id, "", "gossip", -1, 1.0, (), 0.0, (), tale.text,
                       world.now))  # fmt: skip
    return line_said(world, npc, turn, tale.text, "gossip", hearer.id, [hearer.id])


def small_talk(
    world: World, npc: Npc, hearer: Npc, turn: str, act: str, intent: str = ""
) -> list[Said]:
    """A line of one NPC to another that passes nothing on."""
    scene = scene_for(world, npc, hearer.id, turn)
    query = base_query(npc, scene, mood_now(npc, world.now, world.pack.time_scale))
    query |= {"situation": "", "intent": intent, "found": "none"}
    line = own_line(world.minds, npc, scene, act, query)
    if line.key == "silence":
        return []
    world.do(TurnTaken(turn, npc.id, hearer.id, "", line.act, -1, 1.0, (), 0.0, line.keys,
                       line.text, world.now,
                       marks(npc, hearer.id, line.notes, world.now)))  # fmt: skip
    return [line_said(world, npc, turn, line.text, line.act, hearer.id, [hearer.id], line.key)]


def _news(world: World, one: Npc, other: Npc, turn: str, topic: str) -> list[Said]:
    """Tale against tale while there are any, a word on the last one, and a parting."""
    speaker, hearer = one, other
    said: list[Said] = []
    for k in range(LINES - 1):
        told = gossip_line(world, speaker, hearer, f"{turn}.{k}", topic) if k < LINES - 2 else None
        if told is not None:
            said.append(told)
        elif said:
            said += _remark(world, speaker, hearer, f"{turn}.{k}", said[-1])
            speaker, hearer = hearer, speaker
            break
        elif k > 0:
            return []  # neither has anything
        speaker, hearer = hearer, speaker
    if said and said[-1].npc != speaker.id:
        said += small_talk(world, speaker, hearer, f"{turn}.z", "farewell", "part")
    return said


def _remark(world: World, npc: Npc, teller: Npc, turn: str, told: Said) -> list[Said]:
    """What somebody says to news: taken, or doubted from one who is not trusted."""
    doubts = standing_of(world, npc, teller.id).trust <= DISBELIEVED
    return small_talk(world, npc, teller, turn, "doubt" if doubts else "react_news", "share_news")


def _passing(world: World, one: Npc, other: Npc, turn: str) -> list[Said]:
    """Nothing new on either side: two words in passing."""
    dice = world.dice(other.id, turn)
    answer = ANSWERS[dice.index("passing", [1.0] * len(ANSWERS))]
    said = small_talk(world, one, other, f"{turn}.a", "smalltalk")
    return said + small_talk(world, other, one, f"{turn}.b", answer)
