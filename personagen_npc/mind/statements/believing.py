"""Believing: of several things held that cannot all be so, which one is trusted, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.scene import OWN_WORDS
from personagen_npc.tables import table
from personagen_npc.words.inflect import lowered
from personagen_npc.words.person import to_listener, to_third

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from personagen_npc.mind.scene import Grounds, Known, Memory, Scene

_TRUST: Final[dict[str, Any]] = table("mind/data/trust.yaml")
SOURCES: Final[dict[str, float]] = _TRUST["sources"]
OWN: Final[float] = _TRUST["own"]
WORD: Final[float] = _TRUST["word"]
HOP: Final[float] = _TRUST["hop"]
SECRET: Final = 0.1  # what one keeps to oneself one holds for true, [D]
KEPT: Final = 0.05  # what was said to this listener before is not dropped for less, [D]


def trust_of(known: Known, trusted: Callable[[str], float]) -> float:
    """How far something held is believed: by evidence, whose word it is, mouths, strength."""
    word = WORD * trusted(known.teller) if known.teller else 0.0
    kept = OWN * known.own + SECRET * (known.trust is not None)
    hops = HOP * max(0, known.hops - 1)
    return known.strength * SOURCES.get(known.source, 0.5) + word + kept - hops


def surely(memory: Memory, trusted: Callable[[str], float]) -> float:
    """The same for a memory; one's own eyes outdo any telling."""
    named = memory.teller and not memory.teller.startswith(OWN_WORDS)
    word = WORD * trusted(memory.teller) if named else 0.0
    hops = HOP * max(0, memory.hops - 1)
    return memory.strength * SOURCES.get(memory.source, 0.5) + word - hops


def best_of(held: Sequence[Known], trusted: Callable[[str], float], told: Collection[str]) -> Known:
    """The most trusted; what was said before counts for more, of equals the first is taken."""
    return max(held, key=lambda k: trust_of(k, trusted) + KEPT * (k.id in told))


def why_of(
    scene: Scene, grounds: Grounds, fact: Known, other: Known | None, me: str = ""
) -> dict[str, str]:
    """{why}: the clause in which the NPC says why it trusts one thing over another."""
    own = fact.own and me in fact.about
    ways: list[str] = _TRUST["why"]["own" if own else _reason(grounds, fact, other)]
    way = ways[int(scene.dice.roll(f"why.{fact.id}") * len(ways))]
    teller = scene.name_of(fact.teller) if fact.teller else ""
    return {"why": way.replace("{teller}", teller)}


def _reason(grounds: Grounds, fact: Known, other: Known | None) -> str:
    if fact.source == "seen":
        return "seen"
    if fact.teller:
        rival = grounds.trust_in(other.teller) if other is not None and other.teller else 0.0
        if grounds.trust_in(fact.teller) > rival:
            return "teller"
        if other is not None and other.hops > fact.hops:
            return "straight"
        return "heard"
    return "authored"


def why_told(scene: Scene, grounds: Grounds, memory: Memory, other: Memory) -> dict[str, str]:
    """{why}: the same of two tellings of what happened."""
    reason = "heard"
    named = bool(memory.teller) and not memory.teller.startswith(OWN_WORDS)
    if memory.source in {"seen", "said"}:
        reason = "seen"
    elif len(scene.past.mouths(memory.happening)) > 1 + len(scene.past.mouths(other.happening)):
        reason = "many"
    elif named and grounds.trust_in(memory.teller) > grounds.trust_in(other.teller):
        reason = "teller"
    elif other.hops > memory.hops:
        reason = "straight"
    ways: list[str] = _TRUST["why"][reason]
    way = ways[int(scene.dice.roll(f"why.{memory.happening}") * len(ways))]
    return {"why": way.replace("{teller}", scene.name_of(memory.teller) if named else "")}


def clause_of(scene: Scene, grounds: Grounds, teller: str, text: str) -> dict[str, str]:
    """{holds} and {rival}: who has it otherwise, and what, so that the two make one clause."""
    low = text.strip().rstrip(".!?…")
    for head in _TRUST["hearsay"]:
        if low.lower().startswith(head):
            low = low[len(head) :]
            break
    if teller == scene.listener.id:
        return {"holds": "You say", "rival": in_midst(scene, grounds, to_listener(low))}
    name = scene.name_of(teller) if teller else ""
    if name:
        holds = f"{name[:1].upper()}{name[1:]} says"
        return {"holds": holds, "rival": in_midst(scene, grounds, to_third(low))}
    some: list[str] = _TRUST["some"]
    holds = some[int(scene.dice.roll("some") * len(some))]
    return {"holds": f"{holds} say", "rival": in_midst(scene, grounds, low)}


def in_midst(scene: Scene, grounds: Grounds, clause: str) -> str:
    """A clause as it stands inside a sentence: no capital, unless a name begins it."""
    first = clause.split(" ", 1)[0].removesuffix("'s")
    if any(scene.name_of(i).split(" ", 1)[0] == first for i in grounds.names()):
        return clause
    return lowered(clause)
