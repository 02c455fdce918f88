"""Privacy: a world without its players' names and words, so that its save can be shared.

What players did stays, as far as the game and its packs have words for it; what they typed goes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from personagen_npc.authoring.dossiers.amendment import rebuilt
from personagen_npc.errors import BadSave
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from personagen_npc.world.world import World

Plain = dict[str, Any]
INSTEAD: Final = {True: "{actor} said something to {target}.", False: "{actor} said something."}
_WORD: Final = re.compile(r"\w+")
_COUNTED: Final = re.compile(r"\\\{(?:times|span)[^{}]*\\\}")  # in an escaped template
_TOLD: Final = r"(?:\{span:-?\d+:-?\d+\}|[a-z]+(?: [a-z]+)?)"
_QUOTED: Final = frozenset({"heard_opinion"})  # deeds whose text quotes the line itself


class _Hidden(NamedTuple):
    """What is to go: ids by their new ones, words that only players can have brought."""

    ids: dict[str, str]
    words: frozenset[str]

    def id(self, who: Any) -> Any:
        return self.ids.get(who, who) if isinstance(who, str) else who

    def speaks(self, text: Any) -> bool:
        """Whether a text holds such a word."""
        return isinstance(text, str) and not self.words.isdisjoint(_words(text))


def stripped(world: World) -> tuple[World, dict[str, int]]:
    """The same world without players' names and words, and how much of what was removed."""
    tree = snapshot.to_tree(world)
    reworded = list(_typed(world, tree))
    hidden = _Hidden(_ids(world), _brought(world, tree, reworded))
    removed: Counter[str] = Counter()
    for number in reworded:
        target = tree["happenings"]["target"][number] > 0
        tree["happenings"]["text"][number] = INSTEAD[target]
    removed["lines of players in what happened"] = len(reworded)
    _happenings(world, tree, hidden, removed)
    for who, npc in tree["npcs"].items():
        known = bool(tree["relations"].get(who, {}).keys() & hidden.ids.keys())
        _mind(npc, hidden, removed, known=known or any(t[0] == who for t in tree["talks"]))
    _standings(tree, hidden, removed)
    _talks(tree, hidden, removed)
    _players(tree, hidden, removed)
    _learnt(tree, hidden)
    _refuse_left(tree, hidden)
    return rebuilt(world, tree, reworded), {k: n for k, n in removed.items() if n}


def _ids(world: World) -> dict[str, str]:
    taken = {*world.npcs, *world.display}
    fresh = (f"player{n}" for n in range(1, 10**9))
    return {old: next(i for i in fresh if i not in taken) for old in world.players}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _typed(world: World, tree: Plain) -> Iterator[int]:
    """Happenings whose text is a player's, or made of one that is."""
    plain = _authored(world)
    rows, found = tree["happenings"], set()
    for number, text in enumerate(rows["text"]):
        actor, kind = (rows["names"][rows[c][number]] for c in ("actor", "kind"))
        own = actor in world.players or kind in _QUOTED or rows["parent"][number] in found
        if text is not None and own and (kind in _QUOTED or not plain.fullmatch(text)):
            found.add(number)
            yield number


def _authored(world: World) -> re.Pattern[str]:
    """The texts that deeds and the pack's events have for what somebody did."""
    texts = {e.text for e in world.pack.events.values()}
    for kind, deed in world.minds.deeds.items():
        if kind not in _QUOTED:
            texts |= {t for t in (deed.get("text", ""), *deed.get("often", ())) if t}
    return re.compile("|".join(_COUNTED.sub(lambda _: _TOLD, re.escape(t)) for t in sorted(texts)))


def _brought(world: World, tree: Plain, reworded: Iterable[int]) -> frozenset[str]:
    """Words of players that the packs have not."""
    brought = {w for number in reworded for w in _words(tree["happenings"]["text"][number])}
    for text in (*_names(world), *_stated(world)):
        brought |= _words(text.replace("_", " "))
    known = _words(str(world.minds.deeds)) | _words(world.pack.model_dump_json())
    for npc in world.npcs.values():
        known |= _words(npc.profile.model_dump_json())
    return frozenset(w for w in brought - known if not w.isdigit())


def _names(world: World) -> list[str]:
    """By which players go, ids included."""
    names = [n for p in world.players for n in world.relations.names_of(p)]
    names += [n for p in world.players.values() for n in (p.id, p.name)]
    return [n for n in dict.fromkeys(names) if n]


def _stated(world: World) -> Iterator[str]:
    """What minds keep of the words of players beside what happened."""
    for npc in world.npcs.values():
        for t in npc.graph:
            if t.teller in world.players and t.source != "said":
                yield from (t.text, t.object)


def _masks(world: World) -> re.Pattern[str] | None:
    """The names that nobody of the pack has, as they are written."""
    others = {n.lower() for n in world.display.values()}
    names = sorted(n for n in _names(world) if n.lower() not in others)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None


def _happenings(world: World, tree: Plain, hidden: _Hidden, removed: Counter[str]) -> None:
    rows, plain, masks = tree["happenings"], _authored(world), _masks(world)
    for number, text in enumerate(rows["text"]):  # the game's own words on a player
        if text is None or text in INSTEAD.values() or plain.fullmatch(text):
            continue
        rows["text"][number] = _masked(masks.sub("…", text) if masks else text, hidden)
        removed["texts that named a player"] += rows["text"][number] != text
    rows["names"] = [_masked(hidden.id(n), hidden) for n in rows["names"]]


def _masked(text: str, hidden: _Hidden) -> str:
    return _WORD.sub(lambda m: "…" if m[0].lower() in hidden.words else m[0], text)


def _mind(npc: Plain, hidden: _Hidden, removed: Counter[str], *, known: bool) -> None:
    npc["memories"]["teller"] = [hidden.id(t) for t in npc["memories"]["teller"]]
    for belief in npc["beliefs"]:
        if hidden.speaks(belief[6]):
            belief[6] = ""
            removed["origins of beliefs"] += 1
        belief[2] = hidden.id(belief[2])
    npc["emotions"] = [[e, i, _cause(c, hidden), at] for e, i, c, at in npc["emotions"]]
    npc["notes"] = {
        hidden.id(w): [[n, "" if hidden.speaks(v) else v, until] for n, v, until in rows]
        for w, rows in npc["notes"].items()
    }
    npc["outcomes"] = sorted([hidden.id(w), *rest] for w, *rest in npc["outcomes"])
    ties = npc["profile"].get("ties", {})
    npc["profile"] |= {"ties": {hidden.id(o): t for o, t in ties.items()}} if ties else {}
    _statements(npc, hidden, removed)
    if known:  # own lines repeat what was said to one
        removed["last lines of NPCs who met players"] += len(npc["spoken"])
        npc["spoken"] = []


def _cause(cause: str, hidden: _Hidden) -> str:
    """Causes read ``said:WHO:INTENT`` and ``event:KIND:WHO``."""
    return ":".join(hidden.id(part) for part in cause.split(":"))


def _statements(npc: Plain, hidden: _Hidden, removed: Counter[str]) -> None:
    rows = npc["graph"]["triples"]
    for number, row in enumerate(rows):
        if row is None:
            continue
        subject, relation, thing, *rest = row
        told = rest[2] in hidden.ids and rest[1] != "said"
        words = [w.replace("_", " ") for w in (subject, thing) if w not in hidden.ids]
        if relation == "named" or any(map(hidden.speaks, words)):
            rows[number] = None
            removed["statements of players"] += 1
            continue
        if rest[8] and (told or hidden.speaks(rest[8])):
            rest[8] = ""
            removed["wordings of statements"] += 1
        rest[2] = hidden.id(rest[2])
        rows[number] = [hidden.id(subject), relation, hidden.id(thing), *rest]


def _standings(tree: Plain, hidden: _Hidden, removed: Counter[str]) -> None:
    for who, held in tree["relations"].items():
        for other, row in held.items():
            if other in hidden.ids and row[4]:
                row[4] = ""
                removed["names by which NPCs know players"] += 1
        tree["relations"][who] = {hidden.id(o): row for o, row in held.items()}


def _talks(tree: Plain, hidden: _Hidden, removed: Counter[str]) -> None:
    for talk in tree["talks"]:
        who, state = talk[1], talk[2]
        talk[1] = hidden.id(who)
        removed["conversations' own words"] += bool(state["said"] or state["heard"])
        state |= {"topic": "", "said": "", "source": "", "heard": (), "raised": (), "plea": None}
        state["entities"] = [
            (hidden.id(i), k) for i, k in state["entities"] if not hidden.speaks(i)
        ]
    tree["talks"].sort(key=lambda talk: talk[:2])
    for action in tree["actions"]:
        action[3] = hidden.id(action[3])
        args = {k: hidden.id(v) for k, v in action[5].items()}
        action[5] = {k: "" if hidden.speaks(v) and v not in hidden.ids.values() else v
                     for k, v in args.items()}  # fmt: skip


def _players(tree: Plain, hidden: _Hidden, removed: Counter[str]) -> None:
    for player in tree["players"].values():
        removed["names of players"] += bool(player["name"])
        facts = {k: v for k, v in player["facts"].items() if not isinstance(v, str)}
        removed["facts of players that are text"] += len(player["facts"]) - len(facts)
        player |= {"name": "", "locale": "", "facts": facts}
    removed["ids of players"] = len(hidden.ids)
    tree["players"] = {hidden.id(p): row for p, row in tree["players"].items()}
    tree["player_order"] = [hidden.id(p) for p in tree["player_order"]]


def _learnt(tree: Plain, hidden: _Hidden) -> None:
    for part in (tree["policy"], tree["network"]):
        if part.get("players"):
            part["players"] = [[hidden.id(p), *rest] for p, *rest in part["players"]]
    for row in tree["ledger"]["rows"]:
        row[3] = hidden.id(row[3])


def _refuse_left(tree: Plain, hidden: _Hidden) -> None:
    """Better no file than one with a name in it."""
    rest = {k: v for k, v in tree.items() if k not in {"policy", "network"}}
    for path, text in _texts(orjson.loads(orjson.dumps(rest)), "state"):
        if hidden.speaks(text):
            raise BadSave("a player's word is left where it cannot be taken out", field=path)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, f"{path}.{number}")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield path, name
            yield from _texts(one, f"{path}.{name}")
