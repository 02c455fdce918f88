"""Verify: what players told NPCs comes true or comes out, and is remembered either way.

At the end of each step those who learned something, or for whom something came into force, hold it
against what they were told. A claim is judged once: borne out it earns trust, exposed it costs
three times as much, angers, and is brought up at the next meeting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.changes import Asserted, Believed, Happened, Held, VariableSet
from personagen_npc.memory.graph import ALWAYS
from personagen_npc.mind.feel import Deed, feel
from personagen_npc.mind.statements.believing import trust_of
from personagen_npc.mind.statements.stated import of_world
from personagen_npc.mind.statements.statement import NOT, Statement, relations
from personagen_npc.words.tidy import tidy
from personagen_npc.world.people.relations import EXPOSED, VERIFIED, moved_trust
from personagen_npc.world.rumours.misled import found_out
from personagen_npc.world.scenes import grounds_for, query_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.changes import Change
    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known
    from personagen_npc.world.world import World

SETTLED: Final = 1.0  # confidence of a claim that was borne out: it is not judged again
WEIGHT: Final = 0.6  # importance of the memory of an exposed lie, [D]
PRAISE: Final = -0.6  # how blameworthy a lie is, and the ill it does, [D]
HARM: Final = -0.35
KIND: Final = "exposed"
UNSAID: Final = "It was not so."  # in place of a truth that is a secret
_MINDFUL: Final = frozenset({Believed, VariableSet, Held})


def settle(world: World, changes: Sequence[Change]) -> None:
    """Hold what this step brought against what players claimed."""
    moved = [c for c in changes if type(c) in _MINDFUL]
    if not moved:
        return
    for change in moved:
        if isinstance(change, Believed):
            judge(world, world.npcs[change.npc])
        elif isinstance(change, Held):
            _witnessed(world, change)
            found_out(world, change)
        elif isinstance(change, VariableSet) and change.name in world.rivals.moved_by:
            for npc in world.npcs.values():
                judge(world, npc)


def judge(world: World, npc: Npc) -> None:
    """Judge every open claim that players made to an NPC by what it holds now."""
    for number, claim in list(_open(npc)) if npc.graph.next else ():
        grounds = grounds_for(world, npc, query_for(world, npc, claim.teller))
        held = grounds.on(claim.subject, claim.relation.removeprefix(NOT))
        for known in sorted(held, key=lambda k: -trust_of(k, grounds.trust_in)):
            if not known.stale and _settled(world, npc, number, claim, known):
                break


def _open(npc: Npc) -> Iterator[tuple[int, Triple]]:
    """Claims of players about the world that nothing has borne out or exposed yet."""
    for number, t in npc.graph.numbered():
        about_self = t.subject == t.teller
        if t.source == "told" and t.until == ALWAYS and t.confidence < SETTLED and not about_self:
            yield number, t


def _settled(world: World, npc: Npc, number: int, claim: Triple, known: Known) -> bool:
    """Whether what is known settles a claim, one way or the other; then it is settled."""
    if known.triple is None or claim.teller not in world.players or known.teller == claim.teller:
        return False
    said = Statement(*claim[:3])
    truth = relations().plain(*known.triple)
    if said == truth or (said.relation.startswith(NOT) and _other(said, truth)):
        borne_out(world, npc, number, claim)
        return True
    surer = known.strength > claim.confidence
    if surer and relations().opposed(said, truth, world.rivals.ids):
        exposed(world, npc, number, claim, known.text if known.trust is None else UNSAID)
        return True
    return False


def _other(denied: Statement, truth: Statement) -> bool:
    """Whether a thing said not to be so is not so, since another is and only one can be."""
    plain = denied._replace(relation=denied.relation.removeprefix(NOT))
    return plain.object != truth.object and relations().opposed(plain, truth)


def _witnessed(world: World, held: Held) -> None:
    """Something seen: what it says is read like any statement, and held against the claims."""
    npc = world.npcs[held.npc]
    if held.source != "seen" or not npc.graph.next:
        return
    claims = list(_open(npc))
    if not claims:
        return
    h = world.happenings[held.happening]
    name = world.display.get
    text = h.text.replace("{actor}", name(h.actor, h.actor)).replace(
        "{target}", name(h.target, h.target)
    )
    truth = of_world(text, world.minds.perceiver.names)
    for number, claim in claims if truth is not None else ():
        said = Statement(*claim[:3])
        if said == truth:
            borne_out(world, npc, number, claim)
        elif truth is not None and relations().opposed(said, truth, world.rivals.ids):
            exposed(world, npc, number, claim, tidy(text))


def borne_out(world: World, npc: Npc, number: int, claim: Triple) -> None:
    """A player's word came true."""
    world.do(Asserted(npc.id, number, *claim._replace(confidence=SETTLED, touched=world.now)))
    moved_trust(world, npc, claim.teller, VERIFIED, "verified")


def exposed(world: World, npc: Npc, number: int, claim: Triple, truth: str) -> None:
    """A player's word came out as wrong: less trust, anger, and a memory to bring up."""
    player = claim.teller
    world.do(Asserted(npc.id, number, *claim._replace(until=world.now, touched=world.now)))
    deed = Deed(f"event:{KIND}:{player}", HARM, PRAISE)
    felt = feel(npc, deed, world.now, world.pack.time_scale)
    world.do_all(felt.changes)
    moved_trust(world, npc, player, EXPOSED, "lie")
    happening = len(world.happenings)
    text = f"{{actor}} said what was not so: {claim.text.rstrip('.!?')}. {truth}"
    world.do(
        Happened(happening, text, KIND, player, npc.id, npc.place, world.now, WEIGHT, "",
                 tuple(i for i in (claim.subject, claim.object) if i in world.display))
    )  # fmt: skip
    emotion, intensity = max(felt.emotions, key=lambda e: e[1], default=("", 0.0))
    world.do(Held(npc.id, happening, "inferred", "", 0, 1.0, emotion, intensity, world.step, 0))
