"""Byplay: what lies beside all matters: "are you busy?", "really?", "like what?", "*walks off*".

Whole lines in a hundred wordings, each with what it calls for. They are written with their
alternatives in ``data/byplay.yaml``, spelt out at load, and found by a look-up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.events import QUESTIONS
from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.further import asked_more, somewhere
from personagen_npc.mind.moves.move import BEFORE, NO_MOVE, Move
from personagen_npc.mind.recall import fresh_news
from personagen_npc.mind.telling.fitting import tellable
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

LONGEST: Final = 14  # words of a line that is looked up whole, [D]
ASIDE: Final = 9  # words that may stand in front of the sentence that is meant, [D]
SURELY: Final = 0.8  # score from which what one has to tell of oneself goes before byplay, [D]
REST: Final = "*"  # at the end of a wording: whatever follows
_MEANT: Final = frozenset({"threaten", "insult", "flirt", "compliment"})  # at the listener
_STAGE: Final = re.compile(r"\s*(?:\*([^*]+)\*|\(([^()]+)\)|\[([^\][]+)\]|/me (.+))\s*")
_PARTS: Final = re.compile(r"[^.!?;]+[.!?;]*")
_SIGNS: Final = re.compile(r"([()|])")
_WORD: Final = re.compile(r"[a-z']+")


class _Row(NamedTuple):
    name: str
    act: str
    does: str
    yields: bool
    after: frozenset[str]
    when: Criteria


class _Book:
    """``data/byplay.yaml``, every wording spelt out."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.lead, self.tail = frozenset(tree["lead"]), frozenset(tree["tail"])
        self.spelled: dict[str, str] = tree["spelled"]
        self._groups = {name: frozenset(acts) for name, acts in tree["after"].items()}
        self.said: dict[str, list[_Row]] = {}
        self.done: dict[str, list[_Row]] = {}
        self._take(tree["rows"], self.said)
        self._take(tree["stage"], self.done)
        self.reach = max(len(key.split()) for key in (*self.said, *self.done))

    def _take(self, rows: Mapping[str, Any], into: dict[str, list[_Row]]) -> None:
        for name, row in rows.items():
            kept = _Row(
                row.get("symbol", name), row["act"], row.get("does", ""), bool(row.get("yields")),
                self._groups.get(row.get("after", ""), frozenset()),
                Criteria.parse(row.get("when", {}), f"byplay.{name}"),
            )  # fmt: skip
            for wording in row["says"]:
                for said in spelt(_WORD.sub(self._spell, wording)):
                    into.setdefault(said, []).append(kept)

    def plain(self, said: Sequence[str], name: Sequence[str]) -> list[str]:
        """Words as the table spells them, without the listener's name."""
        out = [self.spelled.get(w, w) for w in said if w not in name]
        return " ".join(out).split()

    def _spell(self, word: re.Match[str]) -> str:
        return self.spelled.get(word[0], word[0])

    def wordings(self, words: list[str]) -> Iterator[list[str]]:
        """The line as it is, then without what only leads in and out."""
        yield words
        first, last = 0, len(words)
        while first < last - 1 and words[first] in self.lead:
            first += 1
        while last > first + 1 and words[last - 1] in self.tail:
            last -= 1
        if first:
            yield words[first:]
        if last < len(words):
            yield words[:last]
            if first:
                yield words[first:last]

    def rows(self, words: Sequence[str], book: Mapping[str, list[_Row]]) -> list[_Row]:
        """What is written for a line, the whole of it first, then by how it begins."""
        found = [*book.get(" ".join(words), ())]
        for end in range(min(len(words) - 1, self.reach), 0, -1):
            found += book.get(f"{' '.join(words[:end])} {REST}", ())
        return found


def spelt(wording: str) -> list[str]:
    """Every line that a wording stands for: "are you (busy|at work|)" is three."""
    ends = [[""]]  # of each group that is open: what its alternatives come to so far
    begun = [[""]]  # of each: the alternative that is being read
    for part in _SIGNS.split(wording):
        if part == "(":
            ends.append([])
            begun.append([""])
        elif part in ("|", ")"):
            ends[-1] += begun.pop()
            if part == "|":
                begun.append([""])
            else:
                inner = ends.pop()
                begun[-1] = [a + b for a in begun[-1] for b in inner]
        elif part:
            begun[-1] = [a + part for a in begun[-1]]
    return [*dict.fromkeys(" ".join(line.split()) for line in begun[0])]


_BOOK: Final = _Book(table("mind/data/byplay.yaml"))


def byplay(
    npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], found: Found,
    query: Mapping[str, Any],
) -> Move:  # fmt: skip
    """The move on a line that lies beside all matters; no move on any other."""
    stage = _STAGE.fullmatch(heard.text) if heard.text[:1] in "*([/ " else None
    if stage is not None:
        return _seen(scene, next(filter(None, stage.groups())), query)
    name = npc.profile.name.lower().split() if heard.addressed == npc.id else ()
    for words in _lines(heard.text, said, name):
        for wording in _BOOK.wordings(words):
            for row in _BOOK.rows(wording, _BOOK.said):
                if _fits(npc, scene, heard, row, found, query):
                    return _move(npc, scene, heard, row)
    return NO_MOVE


def _lines(text: str, said: Sequence[str], name: Sequence[str]) -> Iterator[list[str]]:
    """The line, else its last sentence where little stands in front of that."""
    if 0 < len(said) <= LONGEST:
        yield _BOOK.plain(said, name)
    parts = _PARTS.findall(text)
    if len(parts) < 2 or len(said) > LONGEST + ASIDE:
        return
    last = tokens(parts[-1])
    if last and len(said) - len(last) <= ASIDE and "?" not in "".join(parts[:-1]):
        yield _BOOK.plain(last, name)


def _fits(
    npc: Npc, scene: Scene, heard: Heard, row: _Row, found: Found, query: Mapping[str, Any]
) -> bool:
    if row.after and scene.talk.act not in row.after:
        return False
    if not row.after and _has_way(npc, heard.intent):
        return False
    if row.yields and _has_own(npc, heard, found):
        return False
    return row.when.score(query) is not None


def _has_way(npc: Npc, intent: str) -> bool:
    """Whether a line of this kind is to be met in a way of its own: as written, or as anybody."""
    if intent in QUESTIONS:
        return False  # "are you busy?" is asked like "how are you?", and is another question
    return intent in _MEANT or any(intent in p.intents for p in npc.patterns)


def _has_own(npc: Npc, heard: Heard, found: Found) -> bool:
    """Whether there is something of one's own to tell instead, on the very matter."""
    if found.kind in {"opinion", "memory"}:
        return True
    fact = found.fact
    if fact is None or not (fact.own or npc.id in fact.about) or fact.score < SURELY:
        return False
    return not set(heard.stems).isdisjoint(stems(fact.text))


def _seen(scene: Scene, text: str, query: Mapping[str, Any]) -> Move:
    """What somebody does without a word."""
    words = tokens(text)
    own = {"i", "he", "she", "they", *tokens(scene.standing.name)}
    while len(words) > 1 and words[0] in own:
        words = words[1:]
    for row in _BOOK.rows(words, _BOOK.done):
        if row.when.score(query) is not None:
            return Move(row.act, row.name, found=Found("none"))
    return NO_MOVE


def _move(npc: Npc, scene: Scene, heard: Heard, row: _Row) -> Move:
    if row.does == "more":
        more = asked_more(npc, scene)
        return more if more.act == "answer" else Move(row.act, row.name, found=Found("none"))
    if row.does == "own":
        told = next(iter(scene.knowledge.own(frozenset(scene.talk.told))), None)
        if told is not None and tellable(scene, told):
            return Move("answer", found=Found("fact", told, facts=(told,)))
    if row.does == "news":
        fresh = fresh_news(npc, scene)
        if fresh is not None:
            return Move("gossip", found=fresh)
    if row.does == "start":
        fact = somewhere(scene)
        if fact is not None:
            found = Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))
            return Move("answer", row.name, BEFORE, found=found)
    slots = {"topic": heard.topic} if heard.topic else {}
    return Move(row.act, row.name, found=Found("none"), slots=slots)
