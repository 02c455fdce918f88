"""Claims: what an NPC said stays said, and what it hears is held against what it knows.

Every fact told, secret kept and price named is a claim to whoever heard it, kept as a triple of the
NPC's own (source ``said``, or ``lie`` where it knows better; ``teller`` is who heard it). Before a
line is chosen, ``weigh`` looks at what it would say: whether that goes against such a claim, and
which of several things held is believed. The line's ``stance`` then says so aloud.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.changes import Asserted
from personagen_npc.events import QUESTIONS
from personagen_npc.memory.graph import ALWAYS, DAY_S, Triple
from personagen_npc.mind.recall import Found
from personagen_npc.mind.statements.believing import best_of, clause_of, surely, trust_of, why_of
from personagen_npc.mind.statements.statement import Statement, relations
from personagen_npc.mind.telling.tellings import differing, happening_key
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from personagen_npc.memory.graph import Graph
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Derived, Grounds, Known, Memory, Scene

SAYS: Final = "says"  # relation of a claim whose fact has no triple
KEEPS: Final = "keeps"  # a secret was not told
KNOWS_NOT: Final = "knows_not"  # the NPC said that it does not know
COSTS: Final = "costs"
OWN: Final = frozenset({"said", "lie"})
SURELY: Final = 0.95  # a fact this likely answers, whatever follows from others, [D]
CLAIMS_KEPT: Final = 120  # claims that one NPC remembers making, the least important go first, [D]
SURE: Final = 0.9
SAME_MATTER: Final = 0.6  # share of a question's words that makes it the same question again, [D]
_STOPS: Final = str.maketrans(dict.fromkeys(".,;:!?'’\"", " "))
Key = tuple[str, str, str]


class Stance(NamedTuple):
    """How a line stands to what was said and is held.

    Attributes:
        kind: "" or what the line has to say of it (docs/world-pack.md lists them under ``stance``).
        slots: what a line of that kind may name.
        ends: claims of its own that the line takes back.
        lie: it knows better than what it says.
        stated: what the player states, if it can be held against him.
        also: what he says of himself besides.
        known: whether what he states is known to the NPC, one way or the other.
        derived: what the answer was inferred from.
        root: the happening that a memory told goes back to.
    """

    kind: str = ""
    slots: Mapping[str, str] = {}
    ends: tuple[int, ...] = ()
    lie: bool = False
    stated: Statement | None = None
    also: tuple[Statement, ...] = ()
    known: bool = False
    derived: Derived | None = None
    root: int = -1


PLAIN: Final = Stance()


def claim_of(fact: str, triple: Key | None, about: Sequence[str]) -> Key:
    """As what a fact is claimed: its triple, else who it is about, that it is said, which it is."""
    return triple if triple is not None else (about[0] if about else "", SAYS, fact)


def conflicts(
    graph: Graph, triple: Key, at: float, ids: frozenset[str] = frozenset()
) -> list[Triple]:
    """Statements in a graph that cannot be so at game second ``at`` if ``triple`` is."""
    said = relations().plain(*triple)
    return [
        t
        for t in (*graph.match(said.subject, at=at), *graph.match(object=said.subject, at=at))
        if relations().opposed(said, relations().plain(t.subject, t.relation, t.object), ids)
    ]


def weigh(npc: Npc, scene: Scene, heard: Heard, found: Found) -> tuple[Found, Stance]:
    """What was found, weighed: perhaps another fact is trusted more; and how the line stands."""
    grounds = scene.grounds
    if grounds is None:
        return found, PLAIN
    if heard.intent in QUESTIONS and heard.entities and found.kind != "secret":
        derived = _derived(scene, grounds, heard, found)
        if derived is not None:
            return _reasoned(scene, heard.entities[0][0], derived)
    if found.memory is not None and found.kind in {"memory", "news"}:
        return recalled(npc, scene, grounds, found, found.memory)
    if found.kind not in {"fact", "news"} or found.fact is None:
        return found, PLAIN
    return _told(npc, scene, grounds, heard, found, found.fact)


def _told(
    npc: Npc, scene: Scene, grounds: Grounds, heard: Heard, found: Found, fact: Known
) -> tuple[Found, Stance]:
    fact = _doubtful(scene, grounds, found) or fact
    rivals = grounds.rivals(fact.id)
    lie = False
    others: list[Known] = []
    if rivals:
        fact, others, lie = _chosen(npc, scene, grounds, fact, rivals)
        again = fact.id in scene.talk.told
        if fact is not found.fact and not (found.kind == "news" and again):
            found = found._replace(fact=fact, again=again)
    if not npc.graph.next:
        taken: tuple[str, tuple[int, ...]] = ("", ())
    else:
        taken = _taken_back(npc, scene, grounds, heard, fact)
    kind, ends = taken
    if kind:
        return found, Stance(kind, {}, ends, lie)
    if fact.stale:
        return found, Stance("outdated", {}, (), lie)
    if found.again or lie:
        return found, Stance("", {}, (), lie)
    return found, _torn(npc, scene, grounds, fact, others)


def _doubtful(scene: Scene, grounds: Grounds, found: Found) -> Known | None:
    """The best answer, told before and passed over for that, if by now there is a truer one."""
    first = found.facts[0] if found.facts else None
    if first is None or first is found.fact or first.id not in scene.talk.told:
        return None
    rivals = grounds.rivals(first.id)
    fresh = [r for r in rivals if r.trust is None or scene.standing.trust >= r.trust]
    better = best_of([first, *fresh], grounds.trust_in, frozenset())
    return None if better is first or better.id in scene.talk.told else better


def _chosen(
    npc: Npc, scene: Scene, grounds: Grounds, fact: Known, rivals: Sequence[Known]
) -> tuple[Known, list[Known], bool]:
    """(what is said, what else is held and may be told, whether it is said against belief)."""
    trusted = grounds.trust_in
    standing = scene.standing.trust
    open_ = [r for r in rivals if r.trust is None or standing >= r.trust]
    hidden = [r for r in rivals if r not in open_]
    told = {f.id for f in (fact, *open_) if _claimed(npc, scene, f)}
    best = best_of([fact, *open_], trusted, told)
    lie = any(trust_of(h, trusted) >= trust_of(best, trusted) for h in hidden)
    return best, [f for f in (fact, *open_) if f is not best], lie


def _claimed(npc: Npc, scene: Scene, fact: Known) -> bool:
    key = claim_of(fact.id, fact.triple, fact.about)
    return any(True for _ in made(npc.graph, key, scene.listener.id, scene.now))


def made(graph: Graph, key: Key, to: str, at: float) -> Iterator[tuple[int, Triple]]:
    """(number, claim) of the NPC's own that stand between it and a listener."""
    for number, t in graph.about(key[0]):
        mine = t.source in OWN and t.teller == to and t.until > at
        if mine and t.relation == key[1] and t.object == key[2]:
            yield number, t


def _taken_back(
    npc: Npc, scene: Scene, grounds: Grounds, heard: Heard, fact: Known
) -> tuple[str, tuple[int, ...]]:
    """Which of its claims to the listener a fact goes against, and how that is said."""
    to, now, graph = scene.listener.id, scene.now, npc.graph
    wrong = [c for key in grounds.against(fact.id) for c in made(graph, key, to, now)]
    past = [c for key in grounds.was(fact.id) for c in made(graph, key, to, now)]
    past = [c for c in past if not _same(c[1], fact)]
    ends = tuple(dict.fromkeys(n for n, _ in (*wrong, *past)))
    if any(t.source == "lie" for _, t in wrong):
        return "confessed", ends
    if wrong:
        changes = fact.triple is not None and relations().of(
            relations().plain(*fact.triple).relation
        ).changes  # fmt: skip
        return ("moved_on" if changes else "changed"), ends
    if past:
        return "moved_on", ends
    if fact.trust is not None:
        kept = [n for n, _ in made(graph, (npc.id, KEEPS, fact.id), to, now)]
        if kept:
            return "opened", tuple(kept)
    return _unknown_before(npc, scene, heard, fact)


def _same(claim: Triple, fact: Known) -> bool:
    if fact.triple is None:
        return False
    return relations().plain(claim.subject, claim.relation, claim.object) == relations().plain(
        *fact.triple
    )


def _unknown_before(
    npc: Npc, scene: Scene, heard: Heard, fact: Known
) -> tuple[str, tuple[int, ...]]:
    """Whether the NPC said to the listener that it does not know just this."""
    to, now = scene.listener.id, scene.now
    for number, t in npc.graph.about(npc.id):
        if t.relation != KNOWS_NOT or t.teller != to or t.until <= now:
            continue
        before, matter = set(t.object.split()), matter_of(heard)
        if matter and len(before & matter) >= SAME_MATTER * max(len(before), len(matter)):
            belief = npc.beliefs.get(fact.id)
            since = belief is not None and belief.at > t.touched
            return ("learned" if since else "recalled"), (number,)
    return "", ()


def matter_of(heard: Heard) -> set[str]:
    """What a question is about, in stems and ids, to know it again."""
    return {*heard.stems, *(i for i, _ in heard.entities)}


def _torn(npc: Npc, scene: Scene, grounds: Grounds, fact: Known, others: Sequence[Known]) -> Stance:
    """That somebody else has it otherwise, and why he is not believed."""
    claim = _claim_against(npc, scene, grounds, fact)
    if claim is not None:
        slots = clause_of(scene, grounds, claim.teller, claim.text)
        return Stance("torn", slots | why_of(scene, grounds, fact, None, npc.id), ())
    doubted = [o for o in others if o.text and not (o.own and not o.teller)]
    if not doubted:
        return PLAIN
    other = best_of(doubted, grounds.trust_in, frozenset())
    slots = clause_of(scene, grounds, other.teller, other.text) | why_of(
        scene, grounds, fact, other
    )
    return Stance("torn", slots, ())


def _claim_against(npc: Npc, scene: Scene, grounds: Grounds, fact: Known) -> Triple | None:
    """What somebody else than the listener told the NPC against a fact."""
    if fact.triple is None or not npc.graph.next:
        return None
    said = relations().plain(*fact.triple)
    for _, t in npc.graph.about(said.subject):
        heard = Statement(t.subject, t.relation, t.object)
        other = t.source == "told" and t.teller != scene.listener.id and t.holds(scene.now)
        if other and relations().opposed(said, heard, grounds.names()):
            return t
    return None


def recalled(
    npc: Npc, scene: Scene, grounds: Grounds, found: Found, memory: Memory
) -> tuple[Found, Stance]:
    """A memory, weighed against other tellings of it that are held and against what was said."""
    root, others = scene.past.versions(memory.happening)
    best = max([memory, *others], key=lambda m: surely(m, grounds.trust_in))
    if best is not memory:
        found = found._replace(memory=best)
    if not npc.graph.next:
        wrong: list[int] = []
    else:
        wrong = [
            number
            for number, t in npc.graph.about(happening_key(root, best)[0])
            if t.source in OWN and t.teller == scene.listener.id and t.until > scene.now
            and t.object != best.actor
        ]  # fmt: skip
    if wrong:
        return found, Stance("changed", {}, tuple(wrong), root=root)
    rest = [m for m in (memory, *others) if m is not best and m.actor != best.actor and m.teller]
    if not rest or best.happening in scene.talk.mentioned:
        return found, Stance(root=root)
    other = max(rest, key=lambda m: surely(m, grounds.trust_in))
    return found, Stance("torn", differing(npc.id, scene, grounds, best, other), root=root)


# --- what follows -------------------------------------------------------------------------------


def _derived(scene: Scene, grounds: Grounds, heard: Heard, found: Found) -> Derived | None:
    """What follows for the relation that a question asks of whom it names, if nothing says it."""
    asked = relations().asked
    said = heard.text.lower().translate(_STOPS).split()
    if relations().asking.isdisjoint(said):
        return None
    word = next((w for w in said if stem(w) in asked), "")
    if not word:
        return None
    fact = found.fact
    if fact is not None and fact.score >= SURELY and _by_the_way(scene, heard, word, fact):
        return None
    if fact is not None and fact.triple is not None:
        stated = relations().plain(*fact.triple)
        ends = (stated.subject, stated.object)
        if stated.relation == asked[stem(word)][0] and heard.entities[0][0] in ends:
            return None
    return grounds.infer(heard.entities[0][0], word)


def _by_the_way(scene: Scene, heard: Heard, word: str, fact: Known) -> bool:
    """Whether a relation only says which one is meant: "what is that smell near the gate?"."""
    rest = set(heard.stems) - {stem(word)} - {*stems(scene.name_of(heard.entities[0][0]))}
    return not rest.isdisjoint(stems(fact.text))


def _reasoned(scene: Scene, about: str, derived: Derived) -> tuple[Found, Stance]:
    subject, object_ = scene.name_of(derived.subject), scene.name_of(derived.object)
    turned = derived.subject != about
    names = {
        "{subject}": subject, "{object}": object_, "{about}": object_ if turned else subject,
        "{answer}": subject if turned else object_, "{word}": derived.word,
    }  # fmt: skip
    if not all(names.values()):
        return Found("none"), PLAIN
    way = derived.ways[int(scene.dice.roll("derived") * len(derived.ways))]
    for slot, name in names.items():
        way = way.replace(slot, name)
    return Found("fact", text=way[:1].upper() + way[1:]), Stance("reasoned", derived=derived)


# --- what was said ------------------------------------------------------------------------------


def end(npc: Npc, number: int, now: float) -> Asserted | None:
    """One's own claim, from now on taken back."""
    claim = npc.graph[number]
    if claim is None:
        return None
    return Asserted(npc.id, number, *claim._replace(until=now, touched=now))


def claimed(
    npc: Npc, scene: Scene, key: Key, *, lie: bool = False, text: str = "", importance: float = 0.5,
    taken: int = 0,
) -> list[Asserted]:  # fmt: skip
    """What saying this leaves behind: a new claim, or the old one used again, or nothing.

    ``taken``: numbers that this step has given to other statements already.
    """
    for number, t in made(npc.graph, key, scene.listener.id, scene.now):
        if scene.now - t.touched < DAY_S and t.text == text:
            return []
        return [Asserted(npc.id, number, *t.used(scene.now)._replace(text=text))]
    number = _room(npc, scene.now) if not taken else -1
    if number < 0:
        number = npc.graph.next + taken
    now, source = scene.now, "lie" if lie else "said"
    return [
        Asserted(npc.id, number, *key, SURE, source, scene.listener.id, 0, now, ALWAYS, importance,
                 now, text, ())
    ]  # fmt: skip


def _room(npc: Npc, now: float) -> int:
    """The number of the least of too many claims, -1 while there is room."""
    if npc.graph.next < CLAIMS_KEPT:
        return -1
    own = [(t.weight(now), n) for n, t in npc.graph.numbered() if t.source in OWN]
    return min(own)[1] if len(own) >= CLAIMS_KEPT else -1
