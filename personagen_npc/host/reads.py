"""Questions: what can be looked at without changing a world. A new question is a new kind here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.errors import Expired
from personagen_npc.learn.inner import is_inner
from personagen_npc.memory.graph import ALWAYS
from personagen_npc.mind.feel import feeling_now, feelings_now, mood_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.feeling.mood import label
from personagen_npc.mind.reading.form import wanted
from personagen_npc.mind.reading.naming import spanned
from personagen_npc.mind.remember import SUMMARY
from personagen_npc.mind.turn import hear
from personagen_npc.words.stem import stems
from personagen_npc.world.growth import became, every_pattern, so_far, worded
from personagen_npc.world.knowledge.index import Question
from personagen_npc.world.knowledge.knowing import look
from personagen_npc.world.remembering.meaning import Meanings
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.rumours import about, rumour
from personagen_npc.world.scenes import namer, query_for, standing_of
from personagen_npc.world.talking.talk import no_such_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from personagen_npc.learn.credit import Paid
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Memory
    from personagen_npc.world.people.ties import Bond
    from personagen_npc.world.world import World

Plain = dict[str, Any]


def npc_list(world: World, request: Plain) -> Plain:
    """NPCs in order of id, a page at a time."""
    place, after = request.get("place"), request.get("after") or ""
    ids = sorted(
        i for i, n in world.npcs.items() if i > after and (place is None or n.place == place)
    )
    page = ids[: request.get("limit", 100)]
    return {"npcs": [_card(world, world.npcs[i]) for i in page], "more": len(ids) > len(page)}


def npc_get(world: World, request: Plain) -> Plain:
    """One NPC from outside and its feeling now; nothing of what it keeps to itself."""
    npc = world.npc(request["npc"])
    mood = mood_now(npc, world.now, world.pack.time_scale)
    emotion, intensity = feeling_now(npc, world.now, world.pack.time_scale)
    p = npc.profile
    return {
        **_card(world, npc),
        "age": p.age, "pronouns": p.pronouns, "faction": p.faction, "culture": p.culture,
        "culture_name": npc.ways.name,
        "appearance": p.appearance, "background": p.background,
        "traits": {t.name: t.value for t in p.personality_traits},
        "became": worded(so_far(npc)),
        "emotion": emotion, "intensity": round(intensity, 3),
        "pleasure": round(mood.pleasure, 3), "arousal": round(mood.arousal, 3),
        "dominance": round(mood.dominance, 3),
        "rest": label(npc.rest),
        "feelings": [{"emotion": e, "intensity": round(i, 3), "cause": cause}
                     for e, i, cause in feelings_now(npc, world.now, world.pack.time_scale)],
        "temper": {"emotion_half_life_s": round(npc.pace.emotion_s, 2),
                   "mood_half_life_s": round(npc.pace.mood_s, 2),
                   "intensity": round(npc.pace.intensity, 2)},
        "goals": [{"id": g.id, "utility": g.utility, "likelihood": npc.goals.get(g.id, 0.5)}
                  for g in p.goals],
        "memories": len(npc.memories), "turns": npc.turns,
        "patterns": [{"trigger": b.trigger, "act": c.act, "frequency": b.frequency,
                      "last_used": npc.patterns_used.get(c.number)}
                     for b, c in zip(every_pattern(npc), npc.patterns, strict=True)],
    }  # fmt: skip


def ask(world: World, request: Plain) -> Plain:
    """Answer a question about a mind; raises what the wire can tell."""
    return ASK[request["what"]](world, request)


def _memories(world: World, request: Plain) -> Plain:
    npc = world.npc(request["npc"])
    past = Remembered(npc, world.happenings, world.pack.events, world.minds.deeds, world.now,
                      meanings=Meanings(world))  # fmt: skip
    limit, query, player = request.get("limit", 20), request.get("query"), request.get("player")
    if query:
        heard = hear(world.minds, query)
        named = [i for i, _ in heard.entities]
        rows = past.recall(heard.stems or stems(query), named, limit, query)
    elif player:
        rows = past.with_person(player, limit)
    else:
        rows = past.fresh(limit)
    name = namer(world, npc)
    return {"npc": npc.id, "items": [_memory(world, npc, m, name) for m in rows]}


def _memory(world: World, npc: Npc, m: Memory, name: Callable[[str], str]) -> Plain:
    text = m.text.replace("{actor}", name(m.actor)).replace("{target}", name(m.target))
    if m.kind == SUMMARY:
        text = spanned(text, world.dates, world.now)
    hold, h = npc.memories[m.happening], world.happenings[m.happening]
    return {
        "text": text, "kind": m.kind, "actor": m.actor, "target": m.target, "place": m.place,
        "at": m.at, "date": str(world.dates.date(m.at)), "importance": m.importance,
        "happening": m.happening, "parent": h.parent, "twist": h.twist,
        "source": m.source, "teller": m.teller, "hops": m.hops, "strength": round(m.strength, 3),
        "emotion": hold.emotion, "times": hold.times, "touched": hold.touched,
        "score": round(m.score, 3),
    }  # fmt: skip


def _beliefs(world: World, request: Plain) -> Plain:
    npc = world.npc(request["npc"])
    query = request.get("query")
    facts = query_for(world, npc, request.get("player") or "")
    if query and query in world.lore:
        known = [world.lore.known(npc, query)] if world.lore.reaches(npc, query, facts) else []
    elif query:
        heard = hear(world.minds, query)
        asked = Question(heard.stems, [i for i, _ in heard.entities], wanted(heard))
        known = world.lore.search(npc, facts, asked, request.get("limit", 20))
    else:
        ids = world.lore.granted(npc, facts)[: request.get("limit", 20)]
        known = [world.lore.known(npc, f) for f in ids]
    rows = [
        {"fact": k.id, "text": world.lore.fact(k.id).text, "source": k.source, "teller": k.teller,
         "hops": k.hops, "strength": round(k.strength, 3), "secret": k.trust is not None,
         "score": round(k.score, 3)}
        for k in known
    ]  # fmt: skip
    return {"npc": npc.id, "items": rows}


def _relations(world: World, request: Plain) -> Plain:
    npc = world.npc(request["npc"])
    player = request.get("player")
    bonds: dict[str, list[Bond]] = {}
    for other, bond in world.relations.bonds.of(npc.profile):
        bonds.setdefault(other, []).append(bond)
    people = sorted({*bonds, *world.relations.known(npc.id)})
    wanted = [i for i in people if player in (None, i)][: request.get("limit", 20)]
    return {
        "npc": npc.id,
        "items": [_standing(world, npc, i, bonds.get(i, ())) for i in wanted],
    }


def _standing(world: World, npc: Npc, who: str, bonds: Sequence[Bond]) -> Plain:
    s = standing_of(world, npc, who)
    return {
        "id": who, "name": s.name, "affinity": round(s.affinity, 4), "trust": round(s.trust, 4),
        "fear": round(s.fear, 4), "familiarity": round(s.familiarity, 4), "tie": s.tie,
        "band": band(s.affinity), "meetings": s.meetings,
        "ties": [
            {"kind": b.kind, "since": b.since, "until": b.until if b.until < ALWAYS else None,
             "holds": b.since <= world.now < b.until, "note": b.note}
            for b in bonds
        ],
    }  # fmt: skip


def _why(world: World, request: Plain) -> Plain:
    turn = request["turn"]
    why = world.whys.get(turn)
    if why is None:
        fault = no_such_turn(world, turn)
        if isinstance(fault, Expired):
            fault.message += "; only the latest turns since the server's start can be laid open"
        raise fault
    paid = world.ledger.paid(turn)
    return {
        "turn": turn, **why,
        "rewards": [_paid(p) for p in paid if not is_inner(p.kind)],
        "inner_rewards": [_paid(p) for p in paid if is_inner(p.kind)],
    }  # fmt: skip


def _paid(paid: Paid) -> Plain:
    return {"kind": paid.kind, "value": paid.value, "weight": round(paid.weight, 4)}


def _stats(world: World, _request: Plain) -> Plain:
    return {
        "world": world.name, "branch": world.branch, "step": world.step, "time": world.now,
        "date": str(world.dates.date(world.now)), "paused": world.paused,
        "npcs": len(world.npcs), "players": sorted(world.players),
        "happenings": len(world.happenings),
        "memories": sum(len(n.memories) for n in world.npcs.values()),
        "turns": sum(n.turns for n in world.npcs.values()), "ledger": len(world.ledger),
        "variables": dict(world.variables),
    }  # fmt: skip


def _learning(world: World, request: Plain) -> Plain:
    npc, player = request.get("npc"), request.get("player")
    if npc:
        world.npc(npc)
    tree = world.policy.to_tree()
    return {
        "npcs": {i: rows for i, rows in tree["npcs"] if not npc or i == npc},
        "players": {p: rows for p, rows in tree["players"] if not player or p == player},
        "frozen": tree["frozen"],
        "pinned": dict(tree["pinned"]),
        "became": {i: became(world, n) for i, n in sorted(world.npcs.items())
                   if (i == npc or not npc) and n.outcomes},
    }  # fmt: skip


def _rumour(world: World, request: Plain) -> Plain:
    """How one happening or fact spread, as a tree of its holders; of a name, all there is of it."""
    fact, happening, query = request.get("fact"), request.get("happening"), request.get("query")
    if fact is None and query and query in world.lore:
        fact = query
    if fact is None and happening is None and query and (who := about.named(world, query)):
        return about.said_of(world, who, request.get("limit", 20))
    if fact is None and happening is None:
        heard = hear(world.minds, query or "")
        names = [i for i, _ in heard.entities]
        happening = rumour.found(world, heard.stems or stems(query or ""), names)
    found = rumour.trace_fact(world, fact) if fact else rumour.trace(world, happening or 0)
    limit, items = request.get("limit", 20), found["items"]
    found |= {"items": items[:limit], "more": len(items) > limit}
    if request.get("graphml"):
        found["graphml"] = rumour.graphml(items, found["text"])
    return found


def _card(world: World, npc: Npc) -> Plain:
    p = npc.profile
    return {
        "id": npc.id, "name": p.name, "role": p.role, "archetype": p.archetype,
        "place": npc.place, "place_name": world.display.get(npc.place, npc.place),
        "state": npc.state, "locked": npc.locked,
        "mood": label(mood_now(npc, world.now, world.pack.time_scale)),
    }  # fmt: skip


ASK: dict[str, Callable[[World, Plain], Plain]] = {
    "memories": _memories, "beliefs": _beliefs, "relations": _relations, "why": _why,
    "stats": _stats, "learning": _learning, "rumour": _rumour,
    "graph": look,
}  # fmt: skip
