"""Remember: what this turn leaves behind in the NPC."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from personagen_npc.changes import Happened, Held, Related
from personagen_npc.memory.fading import DAY_S, called_up
from personagen_npc.memory.restating import hollow, repeats
from personagen_npc.mind.feel import liked
from personagen_npc.words.inflect import lowered
from personagen_npc.words.person import to_listener, to_third
from personagen_npc.words.tidy import without_slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.changes import Change
    from personagen_npc.mind.feel import Feeling
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene

FAMILIAR = 0.05  # familiarity gained per talk, times what is left (mind-and-voice)
STATED = frozenset({"tell", "share_news", "confess"})
PRIVATE = frozenset({"confess", "introduce"})  # between the two of them, not for other ears
SUMMARY = (
    "summary"  # kind of a happening that many others came down to (world/remembering/sleep.py)
)
_STOPS = ".,;:!?'\"()"
SHORTEST_CLAIM = 3  # words; a shorter statement is not worth keeping, [D]


def keep_line(
    npc: Npc, scene: Scene, heard: Heard, feeling: Feeling, deeds: Mapping[str, Any]
) -> list[Change]:
    """The player's line as a memory, if it is one that anybody would keep."""
    deed = deeds.get(heard.intent)
    if deed is None or (heard.intent in STATED and len(heard.claim.split()) < SHORTEST_CLAIM):
        return []
    text = deed["text"].replace("{claim}", without_slots(heard.claim))
    if heard.intent in STATED and (hollow(heard.claim) or repeats(heard.claim, npc.spoken)):
        return []  # nothing in it, or the NPC's own words given back to it
    names = tuple(i for i, _ in heard.entities)
    before = _said_before(scene, heard, text, names)
    if before >= 0:
        return [_held(npc, scene, before, feeling)]
    happening = scene.next_happening
    return [
        Happened(
            happening, text, heard.intent, scene.listener.id, npc.id, npc.place, scene.now,
            deed["importance"], "", names,
        ),
        _held(npc, scene, happening, feeling),
    ]  # fmt: skip


def _held(npc: Npc, scene: Scene, happening: int, feeling: Feeling) -> Held:
    emotion, intensity = max(feeling.emotions, key=lambda e: e[1], default=("", 0.0))
    return Held(
        npc.id, happening, "said", "", 0, 1.0, emotion, intensity, scene_episode(scene),
        scene.talk.turns,
    )  # fmt: skip


def _said_before(scene: Scene, heard: Heard, text: str, names: tuple[str, ...]) -> int:
    """The memory of the same line; words are new once, a deed is a new one on another day."""
    once = heard.intent in STATED | PRIVATE
    since = -inf if once else scene.now - DAY_S
    return scene.past.again(heard.intent, text, scene.listener.id, frozenset(names), since)


def told_again(npc: Npc, memory: Memory) -> list[Change]:
    """Telling a memory touches it and makes it a little stronger."""
    if memory.happening not in npc.memories:
        return []  # let go of since it came to mind
    hold = npc.memories[memory.happening]
    return [
        Held(npc.id, hold.happening, hold.source, hold.teller, hold.hops, called_up(hold.strength),
             hold.emotion, hold.intensity, hold.episode, hold.position)
    ]  # fmt: skip


def scene_episode(scene: Scene) -> int:
    """Episode number of the conversation: its first step, which its id ends in."""
    tail = (scene.talk.id or scene.next_conversation).rpartition("s")[2]
    return int(tail) if tail.isdigit() else 0


def relate(npc: Npc, scene: Scene, heard: Heard, feeling: Feeling) -> Related:
    """How the NPC stands to the listener after this line."""
    s = scene.standing
    opening = scene.talk.turns == 0
    return Related(
        npc.id,
        scene.listener.id,
        liked(s.affinity, feeling.affinity),
        liked(s.trust, feeling.trust + 0.2 * feeling.affinity),
        max(0.0, min(1.0, s.fear * 0.9 + feeling.fear)),
        s.familiarity + (FAMILIAR * (1.0 - s.familiarity) if opening else 0.0),
        heard.name or s.name,
        s.meetings + opening,
        scene.now,
    )


def names_in(text: str) -> tuple[str, ...]:
    """Words that a kept line writes with a capital: names of those it tells of, who may be named.

    Whoever told of a sister Maud can be asked about Maud, though no pack has heard of her.
    """
    words = (w.strip(_STOPS).removesuffix("'s") for w in text.split())
    return tuple([w for w in words if w[:1].isupper() and w.isalpha()])


def names_of(memory: Memory | None) -> tuple[str, ...]:
    """The names that a memory holds, as it is kept and as it is told to who did it."""
    if memory is None:
        return ()
    return names_in(" ".join((memory.text, *memory.to_actor)))


def said_back(deed: Mapping[str, Any], text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ways to bring a kept line up: with its speaker, and with others; ``turned`` completes one."""
    to_others = tuple(deed.get("to_others", ()))
    if not to_others and text.partition(": ")[2]:
        to_others = ("{actor} says {claim.third}",)
    return tuple(deed.get("to_actor", ())), to_others


def overheard_back(kind: str) -> tuple[str, ...]:
    """How words meant for another are said back to their speaker by one who was by."""
    return ("You told {target} {claim.you}",) if kind in STATED else ()


def turned(way: str, text: str, *, named: bool = False) -> str:
    """A way to bring a kept line up with its claim in it, seen from the other side.

    ``named``: the claim begins with somebody's name, which keeps its capital.
    """
    if "{claim." not in way:
        return way
    claim = text.partition(": ")[2]
    if "{claim.third}" in way:
        third = to_third(claim)
        return way.replace("{claim.third}", third if named else lowered(third))
    you = to_listener(claim) if claim else ""
    return way.replace("{claim.you}", you if named else lowered(you))
