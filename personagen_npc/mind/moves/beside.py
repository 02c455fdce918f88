"""Beside: where what came to mind lies beside the question, a candid word instead of it.

Whose a thing is, who is whose kin, what one thinks of something, when somebody was seen last: each
asks for one thing, and a fact that merely shares a word with it is no answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import BEFORE, NO_MOVE, Move
from personagen_npc.mind.moves.tastes import taste_of
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.statements.statement import relations
from personagen_npc.mind.telling.fitting import OUTRIGHT
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Derived, Scene

_TABLE: Final = table("mind/data/moves.yaml")
_THINK: Final = Runs(_TABLE["opinion"])
_SEEN: Final = Runs(_TABLE["last_seen"])
_WAY: Final = Runs(_TABLE["the_way"])
_HAVE: Final = Runs(_TABLE["possession"])
_KINDRED: Final = frozenset(_TABLE["kindred"])
_KIN: Final = ("father", "mother", "grandfather", "brother", "uncle", "husband")  # each both ways
_TWO: Final = Runs(_TABLE["of_two"])
_WHERE: Final = "common.where."  # before the id of the one whose place a fact tells
_FOLLOWS: Final = frozenset({"ask_yesno", "ask_when", "ask_how", "ask_why"})
_ASKED: Final = frozenset({"ask_yesno", "ask_who", "ask_opinion", "ask_what", "tell"})


def beside(
    npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], found: Found,
    query: Mapping[str, Any],
) -> Move:  # fmt: skip
    """A word in place of what lies beside the question; no move where it answers."""
    return (
        _kin(npc, scene, heard, said)
        or _of_two(scene, heard, said, found)
        or _whose(heard, said, found)
        or _own_things(npc, heard, said, found, query)
        or _the_way(heard, said, found, query)
        or _seen(scene, heard, said)
        or _thought(npc, scene, heard, said, found)
        or _no_more(scene, heard, found, query)
        or _same_view(npc, found, query)
    )


# --- kin between two others ---------------------------------------------------------------------


def _kin(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """Whether one is the other's mother, brother, master: by what this NPC holds of it."""
    if len(heard.entities) == 1 and {"your"}.issubset(said):
        return _of_mine(npc, heard, said)
    if scene.grounds is None or len(heard.entities) < 2 or heard.intent not in _ASKED:
        return NO_MOVE
    if not said or said[0] not in _BE or relations().asking.isdisjoint(said):
        return NO_MOVE
    word = next((w for w in said if stem(w) in relations().asked), "")
    one, other = (i for i, _ in heard.entities[:2])
    if not word:
        return NO_MOVE
    for about in (other, one):
        known = scene.grounds.infer(about, word)
        if known is not None:
            return _so_or_not(scene, known, {one, other})
    return Move("admit_ignorance", found=Found("none"))


def _of_mine(npc: Npc, heard: Heard, said: Sequence[str]) -> Move:
    """Whether somebody is one's own daughter, who is not: what else he is to one is no answer."""
    after = said[said.index("your") + 1 :][-1:]
    who, kind = heard.entities[0]
    asks = kind == "npc" and said[0] in _BE and bool(after) and stem(after[0]) in relations().kinds
    if not asks:
        return NO_MOVE
    tie = npc.profile.ties.get(who)
    if tie is not None and stem(tie.kind) == stem(after[0]):
        return NO_MOVE
    return Move("hear_out", "not_mine", found=Found("none"), slots={"relation": after[0]})


_BE: Final = frozenset({"is", "are", "was", "were", "isn't", "aren't", "wasn't"})


def _so_or_not(scene: Scene, known: Derived, asked: set[str]) -> Move:
    so = {known.subject, known.object} == asked
    name, of = scene.name_of(known.object), scene.name_of(known.subject)
    if not name or not of:
        return Move("admit_ignorance", found=Found("none"))
    slots = {"who": name, "whose": of, "relation": known.word}
    return Move("hear_out", "kin_so" if so else "kin_not", found=Found("none"), slots=slots)


def _of_two(scene: Scene, heard: Heard, said: Sequence[str], found: Found) -> Move:
    """How two others stand to each other, of which nothing is known that speaks of both."""
    if len(heard.entities) < 2 or not _TWO.within(said):
        return NO_MOVE
    one, other = heard.entities[:2]
    fact = found.fact
    if one[1] != "npc" or other[1] != "npc":
        return NO_MOVE
    if fact is not None and {one[0], other[0]} <= {*fact.about}:
        return NO_MOVE
    if scene.grounds is not None and not _KINDRED.isdisjoint(said):
        pair = {one[0], other[0]}
        for about, word in ((a, w) for w in _KIN for a in sorted(pair)):
            known = scene.grounds.infer(about, word)
            if known is not None and {known.subject, known.object} == pair:
                return _so_or_not(scene, known, pair)
    slots = {"who": scene.name_of(one[0]), "whose": scene.name_of(other[0])}
    return Move("deflect", "of_two", found=Found("none"), slots=slots)


# --- things that want one answer ----------------------------------------------------------------


def _whose(heard: Heard, said: Sequence[str], found: Found) -> Move:
    """Whose a thing is: only what speaks of that thing tells it."""
    if "whose" not in said or found.kind not in {"fact", "memory"}:
        return NO_MOVE
    thing = {stem(w) for w in said[said.index("whose") + 1 :][:2]}
    text = found.fact.text if found.fact is not None else found.memory.text if found.memory else ""
    if not text or not thing.isdisjoint(stems(text)):
        return NO_MOVE
    return Move("admit_ignorance", found=Found("none"))


def _own_things(
    npc: Npc, heard: Heard, said: Sequence[str], found: Found, query: Mapping[str, Any]
) -> Move:
    """Whether one has a thing, or should do one, where what came to mind is of something else."""
    fact = found.fact
    if fact is None or found.kind != "fact" or heard.entities or query["deal"] != "none":
        return NO_MOVE
    if not {*heard.stems}.isdisjoint(stems(fact.text)):
        return NO_MOVE
    if [*said[:2]] == ["should", "i"]:
        return Move("hear_out", "should_i", found=Found("none"))
    has = heard.intent in {"ask_yesno", "trade"} and _HAVE.within(said)
    if not has or (npc.id in fact.about and fact.score >= OUTRIGHT):
        return NO_MOVE
    return Move("deflect", "have_such", found=Found("none"))


def _the_way(heard: Heard, said: Sequence[str], found: Found, query: Mapping[str, Any]) -> Move:
    """Asked to show the way: who cannot come along tells it."""
    tells = found.kind == "fact" and found.fact is not None and not query["service"]
    if heard.intent not in {"request", "ask_help"} or not tells or not _WAY.within(said):
        return NO_MOVE
    return Move("answer", found=found)


def _seen(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """When somebody was seen last, of whom it is only known where he is to be found."""
    who = next((i for i, kind in heard.entities if kind == "npc"), "")
    if not who or heard.intent not in {"ask_when", "ask_yesno"} or not _SEEN.within(said):
        return NO_MOVE
    fact = scene.knowledge.fact(_WHERE + who)
    if fact is None:
        return NO_MOVE
    found = Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))
    return Move("answer", "seen_lately", BEFORE, found=found)


# --- what one thinks ----------------------------------------------------------------------------


def _thought(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], found: Found) -> Move:
    """A stance by temper where an opinion is wanted and none is written; or that there is none."""
    if heard.entities or found.kind in {"opinion", "memory", "secret"} or not _THINK.within(said):
        return NO_MOVE
    fact = found.fact
    move = taste_of(npc, scene, said)
    if fact is not None:
        of_it = not {*stems(heard.topic)[-1:]}.isdisjoint(stems(fact.text))
        if of_it or (fact.score >= OUTRIGHT and (npc.id in fact.about or not move.act)):
            return NO_MOVE
    if move.act or not heard.topic:
        return move
    return Move("give_opinion", "no_view", found=Found("none"))


def _no_more(scene: Scene, heard: Heard, found: Found, query: Mapping[str, Any]) -> Move:
    """Another question on what was told just now, which holds no answer to it."""
    fact = found.fact
    if fact is None or not found.again or heard.intent not in _FOLLOWS or query["repeated"]:
        return NO_MOVE
    of_whom = {
        s for i, _ in (*heard.entities, *scene.talk.entities) for s in stems(scene.name_of(i))
    }
    own = {*heard.stems} - of_whom - {*stems(scene.talk.topic)}
    if fact.id not in scene.talk.last_told or not own or not own.isdisjoint(stems(fact.text)):
        return NO_MOVE
    return Move("admit_ignorance", "more_unknown", found=Found("none"))


def _same_view(npc: Npc, found: Found, query: Mapping[str, Any]) -> Move:
    """The same opinion to the same question, and a word on having said it."""
    said = found.kind == "opinion" and query["repeated"] and found.text
    if not said or not any(found.text[:-1] in line for line in npc.spoken):
        return NO_MOVE
    return Move("give_opinion", "opinion_again", BEFORE, facts={"again": True})
