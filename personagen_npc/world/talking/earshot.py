"""Earshot: what those who stand by take from what is said to somebody else, and what is taken back.

They hold the line, the facts and tales that were told aloud, and what was said of somebody. What
the player never got to hear was not said: then all of that goes again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.changes import Believed, Conversed, Dropped, Happened, Held, Retracted
from personagen_npc.mind.statements.claims import OWN
from personagen_npc.words.tidy import without_slots
from personagen_npc.world.knowledge.selves import TIE
from personagen_npc.world.people.feelings import Done, feel_deed
from personagen_npc.world.rumours.hearsay import overhear_tale

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.mind.scene import Talk
    from personagen_npc.world.world import World

EARSHOT = 24  # NPCs who can overhear one line: bounds the work of a crowd, [D]
OVERHEARD = 0.6  # strength of what was only overheard, [D]
SPOKEN = ("performed", "heard_opinion", "heard_plea")  # kinds of happenings that are a line said
LATEST = 64  # happenings of a step looked through to find the one that is a line, [D]


def bystanders(world: World, npc: Npc) -> list[Npc]:
    """Who else is there, and awake."""
    return [n for n in world.present(npc.place) if n.id != npc.id][:EARSHOT]


def overhear_line(world: World, others: Sequence[Npc], heard: Sequence[Change], to: str) -> None:
    """Others hold what a player said and feel it; ``to``: "said" if it was said to them too."""
    kept = [c for c in heard if isinstance(c, Held)]
    strength = 1.0 if to == "said" else OVERHEARD
    for held in kept if others else ():
        h = world.happenings[held.happening]
        for other in others:
            emotion, intensity = feel_deed(world, other, Done(h.kind, h.actor, h.target), strength)
            world.do(
                held._replace(npc=other.id, source=to, strength=strength, emotion=emotion,
                              intensity=intensity)
            )  # fmt: skip


def overhear_reply(world: World, others: Sequence[Npc], npc: Npc, reply: Reply) -> None:
    """Others hold what an NPC told aloud: facts, tales, its word on somebody."""
    if not others:
        return
    talk = world.talks[npc.id, reply.player]
    remark = _remark(world, npc, reply)
    told = [f for f in reply.told if ".self." not in f or TIE in f]  # nobody keeps one's age
    for other in others:
        for fact in told:
            if not world.lore.reaches(other, fact, world.query()):
                world.do(Believed(other.id, fact, "overheard", npc.id, 1, OVERHEARD, world.now))
        for happening in talk.last_mentioned:
            overhear_tale(world, other, npc, happening, OVERHEARD)
        for happening in remark:
            world.do(
                Held(other.id, happening, "overheard", npc.id, 1, OVERHEARD, "", 0.0, world.step, 0)
            )  # fmt: skip


def _remark(world: World, npc: Npc, reply: Reply) -> tuple[int, ...]:
    """That something was said, where it matters to others: an opinion of somebody, a plea."""
    row = _REMARKS.get(reply.act)
    if row is None:
        return ()
    about = tuple(i for i, _ in reply.why["perceived"]["entities"] if i in world.npcs)
    opinion = npc.profile.opinions.get(about[0], "") if about else ""
    if reply.act == "give_opinion" and not opinion:
        return ()
    kind, importance = row
    deed = world.minds.deeds.get(kind)
    if deed is None:
        return ()
    text = deed["text"].replace("{claim}", without_slots(opinion))
    latest = len(world.happenings)
    if any(world.happenings.text[h] == text for h in range(max(0, latest - LATEST), latest)):
        return ()  # said before: nothing new to keep
    whom, others = (
        (about[0], (reply.player, *about[1:]))
        if reply.act == "give_opinion"
        else (reply.player, about)
    )
    world.do(
        Happened(latest, text, kind, npc.id, whom, npc.place, world.now, importance, "", others)
    )
    return (latest,)


_REMARKS = {"give_opinion": ("heard_opinion", 0.4), "offer_quest": ("heard_plea", 0.4)}


def take_back(world: World, npc: Npc, player: str, talk: Talk, step: int) -> None:
    """A line was never heard: whoever has anything from it, has it no more."""
    for other in (n for n in world.present(npc.place) if n.id != npc.id):
        for fact in talk.last_told:
            belief = other.beliefs.get(fact)
            how = ("overheard", npc.id, talk.at)
            if belief is not None and (belief.source, belief.teller, belief.at) == how:
                world.do(Believed(other.id, fact, "overheard", npc.id, 1, 0.0, world.now))
        drop_held(world, other, npc, talk.last_mentioned, step)
    claims = tuple(
        number for number, t in npc.graph.numbered()
        if t.source in OWN and t.teller == player and t.since == talk.at
        and t.text and t.text in talk.said
    )  # fmt: skip
    if claims:
        world.do(Retracted(npc.id, claims))
    world.do(
        Conversed(npc.id, player, {
            "told": talk.told[: len(talk.told) - len(talk.last_told)],
            "mentioned": talk.mentioned[: len(talk.mentioned) - len(talk.last_mentioned)],
            "last_told": (), "last_mentioned": (),
        })
    )  # fmt: skip


def drop_held(world: World, other: Npc, speaker: Npc, happenings: Iterable[int], step: int) -> None:
    """Somebody lets go of what it only has from this one line."""
    lost = tuple(
        h for h in happenings
        if h in other.memories
        and (other.memories[h].step, other.memories[h].teller) == (step, speaker.id)
    )  # fmt: skip
    if lost:
        world.do(Dropped(other.id, lost))


def lines_of(world: World, npc: str, step: int) -> list[int]:
    """Happenings that are themselves something that an NPC (any for "") said in a step."""
    found: list[int] = []
    for h in range(len(world.happenings) - 1, -1, -1):
        if h not in world.happenings:
            continue
        happening = world.happenings[h]
        if happening.step < step:
            break
        if happening.step == step and npc in ("", happening.actor) and happening.kind in SPOKEN:
            found.append(h)
    return found


def unsay(world: World, lines: Sequence[int], text: str) -> None:
    """Lines that were said otherwise, or not at all, are so for everybody who holds them."""
    for old in lines:
        was = world.happenings[old]
        again = bool(text) and was.kind == "performed"
        if text and not again:
            continue  # that he said so stays, however it went on
        holders = [n for n in world.npcs.values() if old in n.memories]
        new = len(world.happenings)
        if again:
            world.do(
                Happened(new, f"{{actor}} said: {without_slots(text)}", was.kind, was.actor,
                         was.target, was.place, was.at, was.importance, "", was.names)
            )  # fmt: skip
        for npc in holders:
            hold = npc.memories[old]
            world.do(Dropped(npc.id, (old,)))
            if again:
                world.do(
                    Held(npc.id, new, hold.source, hold.teller, hold.hops, hold.strength,
                         hold.emotion, hold.intensity, hold.episode, hold.position)
                )  # fmt: skip
