"""Heeding: what a player states, held against what he said before and what the NPC knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.memory.graph import ALWAYS
from personagen_npc.mind.recall import Found
from personagen_npc.mind.statements.believing import best_of, in_midst, why_of
from personagen_npc.mind.statements.claims import OWN, Stance, weigh
from personagen_npc.mind.statements.stated import all_of_self, of_self, of_world
from personagen_npc.mind.statements.statement import NOT, Statement, relations
from personagen_npc.words.person import to_listener

if TYPE_CHECKING:
    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.reading.names import Names
    from personagen_npc.mind.scene import Grounds, Known, Scene

STATES: Final = frozenset(
    {"tell", "share_news", "confess", "accuse", "introduce", "agree", "disagree", "quest_refuse"}
)
NAMED: Final = "named"


def weighed(
    npc: Npc, scene: Scene, heard: Heard, found: Found, names: Names
) -> tuple[Found, Stance]:
    """What was found, weighed against all that was said and is held; and how the line stands."""
    return heed(npc, scene, heard, found, names) or weigh(npc, scene, heard, found)


def heed(npc: Npc, scene: Scene, heard: Heard, found: Found, names: Names
         ) -> tuple[Found, Stance] | None:  # fmt: skip
    """What the line states and how the NPC takes it; None where it states nothing."""
    grounds = scene.grounds
    if grounds is None or heard.intent not in STATES:
        return None
    said = _stated(npc, scene, heard, names)
    if said is None:
        return None
    before = _before(npc, scene, grounds, said)
    if before is not None:
        number, claim = before
        slots = {"before": in_midst(scene, grounds, to_listener(claim.text))}
        return found, Stance("unsteady", slots, (number,), stated=said)
    if said.subject == scene.listener.id:
        own = (
            all_of_self(heard.text, said.subject, names) if "," in heard.text or heard.name else ()
        )
        also = tuple(s for s in own if s.relation != said.relation)
        return found, Stance(stated=said, also=also)
    return _known(npc.id, scene, grounds, found, said)


def _stated(npc: Npc, scene: Scene, heard: Heard, names: Names) -> Statement | None:
    player = scene.listener.id
    if heard.name:
        # "I'm Ash, from Harrow": the name is kept with the acquaintance, the place is news
        from_where = of_self(heard.text, player, names) if not scene.standing.name else None
        return from_where or Statement(player, NAMED, heard.name)
    text = heard.claim or heard.text
    own = of_self(text, player, names)
    if own is not None or not heard.entities or heard.intent == "introduce":
        return own
    return of_world(text, names, _deed(npc, scene))


def _deed(npc: Npc, scene: Scene) -> Statement | None:
    """The deed that was talked of last, which "Rafe did it" means."""
    newest: Triple | None = None
    for t in npc.graph:
        if t.source in OWN and t.teller == scene.listener.id:
            deed = relations().of(relations().plain(*t[:3]).relation).deed
            if deed and (newest is None or t.touched >= newest.touched):
                newest = t
    return None if newest is None else relations().plain(*newest[:3])


def _before(npc: Npc, scene: Scene, grounds: Grounds, said: Statement) -> tuple[int, Triple] | None:
    """What the same player said before, if both cannot be so."""
    for number, t in npc.graph.about(said.subject):
        if t.source != "told" or t.teller != scene.listener.id or t.until < ALWAYS:
            continue
        earlier = Statement(t.subject, t.relation, t.object)
        names = frozenset[str]() if t.subject == scene.listener.id else grounds.names()
        if relations().opposed(said, earlier, names) and not _alike(said.object, earlier.object):
            return number, t
    return None


def _alike(one: str, other: str) -> bool:
    """Whether one is the other in fewer words: "Ash" and "Ash of Harrow"."""
    first, second = set(one.lower().split()), set(other.lower().split())
    return first != second and (first <= second or second <= first)


def _known(
    me: str, scene: Scene, grounds: Grounds, found: Found, said: Statement
) -> tuple[Found, Stance]:
    """What the NPC itself holds of the matter; a secret is not argued with."""
    relation = said.relation.removeprefix(NOT)
    held = [k for k in grounds.on(said.subject, relation) if not k.stale]
    open_ = [k for k in held if k.trust is None or scene.standing.trust >= k.trust]
    against = [k for k in open_ if _against(grounds, said, k)]
    if not against:
        known = any(_bears_out(said, k) for k in held)
        return found, Stance("" if known else "news", stated=said, known=known)
    best = best_of(against, grounds.trust_in, frozenset())
    again = best.id in scene.talk.told
    slots = why_of(scene, grounds, best, None, me)
    return Found("fact", best, again=again), Stance("disputed", slots, stated=said, known=True)


def _against(grounds: Grounds, said: Statement, known: Known) -> bool:
    if known.triple is None:
        return False
    return relations().opposed(said, relations().plain(*known.triple), grounds.names())


def _bears_out(said: Statement, known: Known) -> bool:
    """Whether a fact held says the same."""
    return known.triple is not None and relations().plain(*known.triple) == said
