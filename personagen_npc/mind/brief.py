"""Brief: all that a writer of this NPC's line may see, and nothing that it may not say now.

What is stable for an NPC stands apart from what belongs to the moment. A secret that its listener
is not trusted with is not in it, nor any sentence of the background that would give it away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.feel import feeling_now, mood_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.feeling.mood import label
from personagen_npc.mind.reading.naming import plain
from personagen_npc.mind.remember import STATED
from personagen_npc.mind.remembering.timed import may_tell
from personagen_npc.mind.telling.fitting import tellable
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Scene
    from personagen_npc.mind.turn import Plan
    from personagen_npc.persona.profile import PersonaProfile

OWN: Final = 8  # facts of one's own life that stand in every prompt, [D]
FACTS: Final = 5  # facts that the line calls up, [D]
MEMORIES: Final = 4
SAID: Final = 4  # of the player's last lines, as far as they were kept
GIVEN_AWAY: Final = 0.5  # share of a secret's words in a sentence that gives it away, [D]
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


class Fact(NamedTuple):
    """A fact that may be told: its id, and a sentence."""

    id: str
    text: str


class Brief(NamedTuple):
    """What a writer of one line is given.

    Attributes:
        profile: the persona as authored; a writer shows its manner and traits, not its secrets.
        background: its sentences that give no secret away.
        own: of its own life, the same for every listener.
        facts: what the line calls up and may be told to this listener.
        memories: what it remembers of it, in a sentence each.
        said: the last lines, oldest first, as (who, text).
        heard: what was said to it now.
        listener: what it calls the listener.
        relation: how it stands to the listener, one of ``feeling.bands``.
        tie: what it is to the listener, "" for nothing.
        mood: one of 24 words.
        emotion: what it feels most, "" for nothing much.
        act: one of ``events.ACTS``, already chosen.
        manner: the pattern's own way of doing it, "" where there is none.
        line: its own line, complete and checked: what must be said, if not how.
        place: where they stand.
        present: ids that may be spoken to or acted upon, and what they are called.
        actions: names of the actions that it may ask the game for now.
        kept: what it must not tell this listener; for whoever checks the line, not for its writer.
        most: characters of an answer at most.
    """

    profile: PersonaProfile
    background: str
    own: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    memories: tuple[str, ...]
    said: tuple[tuple[str, str], ...]
    heard: str
    listener: str
    relation: str
    tie: str
    mood: str
    emotion: str
    act: str
    manner: str
    line: str
    place: str
    present: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    kept: tuple[str, ...]
    most: int


def brief(npc: Npc, scene: Scene, plan: Plan) -> Brief:
    """What is known, felt and meant at this moment, for whoever writes the line."""
    found = plan.found
    facts = [f for f in (found.fact, *found.facts) if f is not None and tellable(scene, f)]
    once = {f.id: f for f in facts}
    memories = [m for m in (found.memory, *found.memories) if m and may_tell(scene, m)]
    emotion, _ = feeling_now(npc, scene.now, scene.scale)
    number = plan.chosen.pattern
    return Brief(
        npc.profile, _background(npc, scene), _own(scene),
        tuple(_fact(f) for f in list(once.values())[:FACTS]),
        tuple(dict.fromkeys(plain(scene, m) for m in memories))[:MEMORIES],
        _said(scene), plan.heard.text,
        scene.standing.name or scene.strangers[0],
        band(scene.standing.affinity), scene.standing.tie,
        label(mood_now(npc, scene.now, scene.scale)), emotion,
        plan.line.act, npc.patterns[number].template if number >= 0 else "", plan.line.text,
        scene.place_name, _present(scene), tuple(o.name for o in scene.offers), _kept(npc, scene),
        scene.max_chars,
    )  # fmt: skip


def _present(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The listener, and whoever the line speaks of; others are not looked at in a turn."""
    listener = (scene.listener.id, scene.standing.name or scene.strangers[0])
    spoken_of = [(i, scene.name_of(i)) for i, kind in scene.talk.entities if kind == "npc"]
    return tuple(dict([listener, *spoken_of]).items())


def _fact(known: Known) -> Fact:
    return Fact(known.id, known.ways[0] if known.ways else known.text)


def _own(scene: Scene) -> tuple[Fact, ...]:
    """What one would tell anybody of oneself: the same in every prompt."""
    found: dict[str, Known] = {}
    while len(found) < OWN:
        more = scene.knowledge.own(frozenset(found))
        if not more:
            break
        found |= {f.id: f for f in more}
    return tuple([_fact(f) for f in found.values() if f.trust is None][:OWN])


def _kept(npc: Npc, scene: Scene) -> tuple[str, ...]:
    """Every secret that it holds, its own or another's, and that the listener may not hear."""
    ids = dict.fromkeys((*npc.profile.secrets, *(b.fact for b in npc.beliefs)))
    held = [k for k in map(scene.knowledge.fact, ids) if k is not None]
    return tuple(k.text for k in held if not tellable(scene, k))


def _background(npc: Npc, scene: Scene) -> str:
    secrets = [k for k in map(scene.knowledge.fact, npc.profile.secrets) if k is not None]
    kept = [frozenset(stems(k.text)) for k in secrets]
    sentences = _SENTENCE.split(npc.profile.background)
    return " ".join(s for s in sentences if not _gives_away(frozenset(stems(s)), kept))


def _gives_away(said: frozenset[str], kept: list[frozenset[str]]) -> bool:
    return any(secret and len(said & secret) >= GIVEN_AWAY * len(secret) for secret in kept)


def _said(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The talk so far: what the listener stated in it, and one's own last line."""
    talk, listener = scene.talk, scene.listener
    if not talk.turns:
        return ()
    stated = [
        m for m in scene.past.fresh(2 * SAID)
        if m.actor == listener.id and m.kind in STATED and m.at >= talk.started
    ][:SAID]  # fmt: skip
    name = scene.standing.name or scene.strangers[0]
    lines = [(name, plain(scene, m)) for m in reversed(stated)]
    return (*lines, ("", talk.said)) if talk.said else tuple(lines)
