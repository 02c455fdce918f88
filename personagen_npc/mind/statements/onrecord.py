"""On record: the statements that a turn leaves in the NPC's own graph, said or heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.changes import Asserted
from personagen_npc.memory.graph import ALWAYS, DAY_S, Triple
from personagen_npc.mind.speak import money
from personagen_npc.mind.statements.claims import (
    COSTS,
    KEEPS,
    KNOWS_NOT,
    Stance,
    claim_of,
    claimed,
    end,
    matter_of,
)
from personagen_npc.mind.telling.tellings import happening_key
from personagen_npc.words.tidy import without_slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.statements.statement import Statement
    from personagen_npc.mind.telling.deal import Deal
    from personagen_npc.mind.turn import Plan

BELIEVED, PER_TRUST = 0.55, 0.35  # how far a player's word counts: neutral, and more by trust, [D]
LEAST, MOST = 0.1, 0.9
TELLS: Final = frozenset({"answer", "remember", "gossip"})
PRICED: Final = frozenset({"offer_goods", "counter_offer"})
SAME_PRICE: Final = 1.1  # times the last price named that a seller still stands by it, [D]
LONGEST: Final = 160  # characters kept of what somebody stated, [D]


def _yielded(npc: Npc, told: Sequence[str]) -> list[int]:
    """What was kept back and is told now, whatever brought it out."""
    held = npc.graph.about(npc.id) if told else ()
    return [n for n, t in held if t.relation == KEEPS and t.object in told and t.until >= ALWAYS]


def on_record(npc: Npc, scene: Scene, plan: Plan, told: Sequence[str]) -> list[Asserted]:
    """All that the turn leaves: what was told, kept back, not known, priced, and heard."""
    stance, found, act = plan.stance, plan.found, plan.line.act
    said = (
        bool(told)
        or (stance.root >= 0 and act in TELLS)
        or act == ("doubt" if stance.stated is not None else "answer")
    )
    ends = stance.ends if said else ()  # what was not said aloud was not taken back
    ends = (*ends, *(n for n in _yielded(npc, told) if n not in ends))
    out = [a for n in ends if (a := end(npc, n, scene.now)) is not None]
    if act in PRICED and plan.deal.item:
        out += _priced(npc, scene, plan.deal)
    elif told and found.fact is not None:
        fact = found.fact
        key = claim_of(fact.id, fact.triple, fact.about)
        out += claimed(npc, scene, key, lie=stance.lie, importance=fact.importance)
    elif stance.root >= 0 and found.memory is not None and act in TELLS and found.memory.actor:
        key = happening_key(stance.root, found.memory)
        out += claimed(npc, scene, key, importance=found.memory.importance)
    elif stance.derived is not None and act == "answer":
        derived = stance.derived
        key = (derived.subject, derived.relation, derived.object)
        out += claimed(npc, scene, key, importance=0.4)
    elif act == "keep_secret" and found.fact is not None:
        out += claimed(npc, scene, (npc.id, KEEPS, found.fact.id), importance=0.6)
    elif act == "admit_ignorance" and (matter := matter_of(plan.heard)):
        out += claimed(npc, scene, (npc.id, KNOWS_NOT, " ".join(sorted(matter))), importance=0.2)
    for stated in _stated(stance):
        taken = sum(a.number >= npc.graph.next for a in out)
        out += _heard(npc, scene, plan, stated, npc.graph.next + taken)
    return out


def _stated(stance: Stance) -> tuple[Statement, ...]:
    """What the player stated that is worth keeping: not what is known anyhow."""
    if stance.stated is None or (stance.known and stance.kind != "disputed"):
        return ()
    return (stance.stated, *stance.also)


def _heard(npc: Npc, scene: Scene, plan: Plan, said: Statement, number: int) -> list[Asserted]:
    """What the player stated; said again it is only fresher."""
    stance, heard, player = plan.stance, plan.heard, scene.listener.id
    for old, t in npc.graph.about(said.subject):
        same = t.relation == said.relation and t.object == said.object
        if same and t.source == "told" and t.teller == player and t.until > scene.now:
            return [Asserted(npc.id, old, *t.used(scene.now))]
    share = BELIEVED + PER_TRUST * scene.standing.trust
    until = scene.now if stance.kind == "disputed" else ALWAYS
    triple = Triple(
        *said, max(LEAST, min(MOST, share)), "told", player, 1, scene.now, until, 0.5, scene.now,
        without_slots(heard.claim or heard.text)[:LONGEST], plan.kept,
    )  # fmt: skip
    return [Asserted(npc.id, number, *triple)]


# --- prices -------------------------------------------------------------------------------------


def kept_price(npc: Npc, scene: Scene, deal: Deal, stance: Stance) -> tuple[Deal, Stance]:
    """The deal at the price last named, or what has to be said where it is not stood by.

    Within a day a seller stands by what he said, unless he has come to think much worse of the
    buyer.
    """
    if not deal.item or not npc.graph.next or scene.talk.deal is not None:
        return deal, stance
    for _, t in npc.graph.about(deal.item):
        mine = t.relation == COSTS and t.source == "said" and t.teller == scene.listener.id
        if not mine or scene.now - t.touched > DAY_S or t.until <= scene.now:
            continue
        first, last = int(t.text), int(t.object)
        if deal.asking > SAME_PRICE * first:
            return deal, Stance("repriced", {"was": money(last, scene.coin)})
        return deal._replace(asking=max(deal.reserve, min(last, deal.asking))), stance
    return deal, stance


def _priced(npc: Npc, scene: Scene, deal: Deal) -> list[Asserted]:
    """The price named; a new one takes the old one's place."""
    price = str(deal.asking)
    for number, t in npc.graph.about(deal.item):
        if t.relation == COSTS and t.source == "said" and t.teller == scene.listener.id:
            if t.object == price and scene.now - t.touched < DAY_S:
                return []
            opened = price if scene.talk.deal is None else t.text
            fresh = t._replace(object=price, text=opened, since=scene.now, until=ALWAYS)
            return [Asserted(npc.id, number, *fresh.used(scene.now))]
    return claimed(npc, scene, (deal.item, COSTS, price), text=price, importance=0.3)
