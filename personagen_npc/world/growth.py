"""Growth: what comes of turns beyond the choice of acts, as changes that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.changes import NpcSet, Rewarded
from personagen_npc.errors import Unknown
from personagen_npc.learn import drift, growth
from personagen_npc.learn.inner import counted, is_inner, kind_of
from personagen_npc.learn.outcomes import ALL
from personagen_npc.mind.inner import shown
from personagen_npc.mind.npc import written
from personagen_npc.persona.profile import BehavioralPattern
from personagen_npc.world.proposals import proposals

if TYPE_CHECKING:
    from personagen_npc.learn.credit import Credits
    from personagen_npc.learn.outcomes import Sum
    from personagen_npc.mind.npc import Grown, Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.mind.turn import Plan
    from personagen_npc.world.world import World

FORMULA = 1  # version of the update that `Rewarded` is applied by
EVERY = 50  # outcomes for each pattern that an NPC takes up by itself, [D]


def note(world: World, credits_: Credits, value: float, kind: str) -> None:
    """Count an outcome for the traits and the patterns of those whose turns it was."""
    if is_inner(kind):
        return
    for turn, weight in credits_:
        row = world.ledger.get(turn)
        npc = world.npcs.get(row.npc)
        if npc is None or npc.still or npc.profile.elasticity <= 0.0:
            continue
        counts = counted(kind, weight, npc.profile.cares)
        rows = [
            *drift.notes(row.player, row.act, kind, value, counts),
            *growth.notes(row.player, row.pattern, value, counts),
        ]
        if rows:
            world.do(NpcSet(npc.id, "outcomes", [list(r) for r in rows]))
            _take_up(world, npc)


def look_back(world: World, npc: Npc, plan: Plan, reply: Reply) -> None:
    """Let an NPC be rewarded by what its turn shows, as far as it minds; laid open apart."""
    own = npc.profile.inner
    weight = world.pack.inner if own is None else own
    if weight <= 0.0:
        return
    found = shown(plan, reply, npc.spoken[:-1])
    reply.why["inner"] = {"weight": weight, **found}
    for name, value in found.items():
        world.do(Rewarded(((reply.turn, weight),), value, kind_of(name), "", FORMULA))


def became(world: World, npc: Npc) -> dict[str, Any]:
    """What became of an NPC, in plain values: traits, patterns that grew or faded, proposals."""
    return {
        **so_far(npc),
        "proposals": [
            {**p.grown._asdict(), "source": p.source, "text": p.text()}
            for p in proposals(world, npc)
        ],
    }


def so_far(npc: Npc) -> dict[str, Any]:
    """The same without proposals: what has come of it already."""
    return {
        "traits": [
            {"trait": m.trait, "written": written(npc.profile, m.trait), "by": m.by,
             "text": m.text(written(npc.profile, m.trait))}
            for m in npc.drift
        ],
        "patterns": [
            {"pattern": k, "trigger": p.trigger, "line": p.response_template, "times": share,
             "text": _often(p, share, npc.outcomes.of(growth.matter_of(k)))}
            for k, p in enumerate(every_pattern(npc)) if (share := npc.shares.get(k))
        ],
        "taken_up": [g._asdict() for g in npc.grown],
    }  # fmt: skip


def in_words(world: World, npc: Npc) -> list[str]:
    """The same in sentences."""
    return worded(became(world, npc)) if npc.outcomes or npc.grown else []


def worded(rows: dict[str, Any]) -> list[str]:
    """What ``became`` gives, in sentences."""
    taken = [
        f'{"taken up" if g["on"] else "turned down"}: {g["id"]}, "{g["response_template"]}"'
        for g in rows["taken_up"]
    ]
    said = [row["text"] for row in (*rows["traits"], *rows["patterns"])]
    return [*said, *taken, *(f"proposal {row['text']}" for row in rows.get("proposals", ()))]


def every_pattern(npc: Npc) -> tuple[BehavioralPattern, ...]:
    """The authored patterns and behind them those that came, as ``Npc.patterns`` counts them."""
    return (*npc.profile.behavioral_patterns, *map(_shaped, npc.grown))


def _shaped(grown: Grown) -> BehavioralPattern:
    """A pattern that came to the authored ones, as one of them; turned down it is never used."""
    return BehavioralPattern(
        trigger=grown.trigger, response_template=grown.response_template, act=grown.act,
        frequency=grown.frequency if grown.on else 0.0,
    )  # fmt: skip


def _often(pattern: BehavioralPattern, share: float, paid: Sum) -> str:
    way = "grows" if share > 1.0 else "fades"
    return (
        f'{way}: "{pattern.response_template}" ({pattern.trigger}), {share:.2f} times as often as'
        f" written, paid {paid.mean:+.2f} in {paid.times} outcomes"
    )


def keep_still(world: World) -> None:
    """Whoever is frozen is as written in all; whoever is not, as it became."""
    for npc in world.npcs.values():
        if npc.still != world.policy.frozen(npc.id):
            world.do(NpcSet(npc.id, "still", not npc.still))


def start_afresh(world: World, npc: str) -> None:
    """Take back all that came of an NPC's turns, of everybody's without one."""
    for person in [world.npc(npc)] if npc else list(world.npcs.values()):
        if person.outcomes:
            world.do(NpcSet(person.id, "outcomes", None))
        if person.grown:
            world.do(NpcSet(person.id, "grown", []))


def decide(world: World, npc: str, name: str, *, accept: bool) -> None:
    """Take up a proposed pattern, or turn it down; one taken up before can be turned down still.

    Raises Unknown when nothing of that name is proposed or was decided on.
    """
    person = world.npc(npc)
    known = {g.id: g for g in person.grown}
    open_ = {p.grown.id: p.grown for p in proposals(world, person)}
    found = known.get(name) or open_.get(name)
    if found is None:
        raise Unknown(f"no pattern {name!r} is proposed for {npc}", field="act", got=name,
                      allowed=", ".join([*open_, *known]) or "none is")  # fmt: skip
    known[name] = found._replace(on=accept)
    world.do(NpcSet(person.id, "grown", [list(g) for g in known.values()]))


def _take_up(world: World, npc: Npc) -> None:
    """By itself, where the pack says so: the best proposal, one for every so many outcomes."""
    if world.pack.evolution != "auto" or npc.still:
        return
    count = npc.outcomes.of(ALL).times
    if count % EVERY == 0 and len(npc.grown) < count // EVERY:
        for best in proposals(world, npc)[:1]:
            decide(world, npc.id, best.grown.id, accept=True)
