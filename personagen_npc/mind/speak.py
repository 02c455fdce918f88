"""Speak: fill the slots that the chosen act needs and let the voice find the words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.reading.naming import retell, to_the_doer
from personagen_npc.mind.recall import Found
from personagen_npc.mind.remembering.timed import with_when
from personagen_npc.mind.scene import OWN_WORDS
from personagen_npc.mind.telling.deal import Deal, price
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.speak import render
from personagen_npc.words.inflect import list_in_words, number_in_words, with_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.mind.choose import Chosen
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Memory, Scene
    from personagen_npc.voice.speak import Note, Voice

NOTHING_FOUND = Found("none")
NO_DEAL = Deal()
COLD = -0.08  # affinity of dislike
CROSS = -0.35  # pleasure of somebody cross, [D]
TRIES = 3  # dice salts tried before the next fallback act


class Line(NamedTuple):
    """A line as it will be said: text, the keys that it uses up, the act that it became."""

    text: str
    key: str
    keys: tuple[str, ...]
    args: dict[str, str]
    act: str
    markers: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


class Matter(NamedTuple):
    """What there is to say: everything that a slot can come from."""

    heard: Heard | None = None
    found: Found = NOTHING_FOUND
    deal: Deal = NO_DEAL
    quest: str = ""
    event: str = ""
    more: Mapping[str, str] = {}


def speak(
    npc: Npc, scene: Scene, voice: Voice, chosen: Chosen, matter: Matter, query: Mapping[str, Any],
    salt: int, fallbacks: Mapping[str, str],
) -> Line:  # fmt: skip
    """A line for the chosen act; acts fall back along ``fallbacks`` until one can be said."""
    slots = slots_for(npc, scene, matter)
    if chosen.template and salt == 0:
        text = render(chosen.template, slots, scene.dice)
        text = text and cooled(text, npc.words.pet_words, query)
        if text and text not in npc.spoken:
            key = f"pattern#{chosen.pattern}"
            return Line(text, key, (key,), dict(slots), chosen.act)
    act, seen = chosen.act, set[str]()
    while act and act not in seen:
        seen.add(act)
        line = _by_rule(npc, scene, voice, act, slots, query, salt)
        if line is not None:
            return line
        act = fallbacks.get(act, "deflect")
    return Line("…", "silence", (), {}, "deflect")


def _by_rule(
    npc: Npc, scene: Scene, voice: Voice, act: str, slots: Mapping[str, str],
    query: Mapping[str, Any], salt: int,
) -> Line | None:  # fmt: skip
    said = act if salt < TRIES else "deflect"
    dice = scene.dice.again(salt)
    for recent, asked in _tries(npc, slots.get("fact", ""), query):
        line = phrased(npc, scene, voice, said, slots, asked, dice, recent)
        if line is not None:
            return line
    return None


def phrased(
    npc: Npc, scene: Scene, voice: Voice, act: str, slots: Mapping[str, str],
    query: Mapping[str, Any], dice: Dice, recent: Sequence[str],
) -> Line | None:  # fmt: skip
    """The voice's words for an act or a ``#symbol``; None where it has none left to say.

    ``recent``: texts that must not come again.
    """
    spoken = voice.speak(
        act,
        npc=npc.id,
        archetype=npc.profile.archetype,
        query=query,
        slots=slots,
        big5=npc.big5,
        dice=dice,
        used=npc.lines,
        last_keys=npc.spoken_keys,
        crowd=scene.crowd,
        now=scene.now,
        recent=recent,
        max_chars=scene.max_chars,
        base=npc.base,
    )
    if spoken is None:
        return None
    text = cooled(spoken.text, npc.words.pet_words, query)
    return Line(
        text, spoken.key, spoken.keys, dict(spoken.args), act, spoken.markers, spoken.notes
    )  # fmt: skip


def joined(one: Line, other: Line, room: int) -> Line | None:
    """Two lines as one, with the second one's act; None where they are too long together.

    The key is the first one's, since a game looks its sentences up by it.
    """
    text = f"{one.text} {other.text}"
    if len(text) > room:
        return None
    return Line(
        text, one.key, (*one.keys, *other.keys), {**one.args, **other.args}, other.act,
        (*one.markers, *other.markers), (*one.notes, *other.notes),
    )  # fmt: skip


def _tries(
    npc: Npc, fact: str, query: Mapping[str, Any]
) -> Iterator[tuple[Sequence[str], Mapping[str, Any]]]:
    """Texts not to be said again, with the query to find another by; then what else may be tried.

    What was said lately in the same words comes with a word before or behind it, if it can. But
    what was told to somebody else is still news to this one, and it is better to say the same
    twice than to deny knowing it.
    """
    core = fact[1:-1]
    said = query.get("again") or (query.get("bare") and any(core in s for s in npc.spoken))
    yield npc.spoken, {**query, "bare": False} if fact and said else query
    if fact:
        yield (), {**query, "again": False}


def cooled(text: str, pets: tuple[str, ...], query: Mapping[str, Any]) -> str:
    """The line without pet words, where nobody is dear just now: an author's lines hold some."""
    if not pets or (
        query.get("rel.affinity", 0.0) > COLD and query.get("mood.pleasure", 0.0) > CROSS
    ):
        return text
    return _pet(pets).sub("", text)


@lru_cache(maxsize=256)
def _pet(pets: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf",\s*(?:my |you )?(?:{'|'.join(map(re.escape, pets))})\b(?=[,.!?;])")


def slots_for(npc: Npc, scene: Scene, matter: Matter) -> dict[str, str]:
    """Every slot that has a value here; a line that needs another is not sayable."""
    heard, found = matter.heard, matter.found
    slots = _always(npc, scene, heard.name if heard is not None else "")
    if heard is not None and heard.topic:
        slots["topic"] = heard.topic
    _add_found(npc, scene, found, slots)
    if matter.deal.state == "shop":
        slots["wares"] = list_in_words([with_article(w.name) for w in scene.wares[:4]])
    if matter.deal.item:
        _add_deal(scene, matter.deal, slots)
    if matter.quest:
        _add_quest(scene, matter.quest, slots)
    if matter.event:
        slots["event"] = matter.event
    if scene.talk.said:
        slots["said"] = scene.talk.said
    return {**slots, **matter.more}


def _always(npc: Npc, scene: Scene, given: str = "") -> dict[str, str]:
    profile, dice = npc.profile, scene.dice
    slots = {"npc": profile.name, "place": scene.place_name, "time": str(scene.query["time"])}
    known_as = given or scene.standing.name
    if known_as:
        slots["player"] = slots["name"] = known_as
    else:
        words = npc.words.address or scene.strangers
        slots["player"] = words[int(dice.roll("address") * len(words))]
    if npc.words.oaths or npc.words.pet_words:
        chance = Chance(dice, "words")
        for slot, words in (("oath", npc.words.oaths), ("pet", npc.words.pet_words)):
            if words:
                slots[slot] = words[chance.below(len(words))]
    if profile.role:
        slots["role"] = profile.role
    if scene.query.get("weather"):
        slots["weather"] = str(scene.query["weather"])
    return slots


def _add_found(npc: Npc, scene: Scene, found: Found, slots: dict[str, str]) -> None:
    if found.fact is not None and found.kind != "secret":
        slots["fact"] = _way(npc, scene, found.fact)
        if found.fact.teller:
            slots["teller"] = scene.name_of(found.fact.teller) or "somebody"
    if found.text:
        slots[found.kind] = found.text  # opinion, source or memory
    if found.memory is not None:
        _add_memory(npc, scene, found.memory, slots)
    _add_when(scene, found, slots)


def _add_when(scene: Scene, found: Found, slots: dict[str, str]) -> None:
    """The time asked about; what is told of it with its date where that was asked for."""
    if found.when:
        slots["when"] = found.when
    at = found.memory.at if found.memory is not None else found.fact.at if found.fact else None
    if not found.dated or at is None:
        return
    for slot in ("memory", "fact"):
        if slot in slots:
            slots[slot] = with_when(scene, slots[slot], at)


def _add_memory(npc: Npc, scene: Scene, memory: Memory, slots: dict[str, str]) -> None:
    if memory.actor == scene.listener.id and not memory.hops:
        slots["memory"] = to_the_doer(scene, memory, npc.id)
    else:
        slots["fact"] = slots["memory"] = retell(scene, memory, npc.id)
    slots["ago"] = scene.calendar.ago(memory.at, scene.now)
    if memory.teller and not memory.teller.startswith(OWN_WORDS):
        slots["teller"] = scene.name_of(memory.teller) or "somebody"


def _way(npc: Npc, scene: Scene, fact: Known) -> str:
    """The way of saying a fact that ``fact_key`` names."""
    return fact.ways[int(fact_key(npc, scene, fact).rpartition("~")[2])]


def fact_key(npc: Npc, scene: Scene, fact: Known) -> str:
    """Key of the least worn way; the NPC's own ways in their order, shared ones by chance.

    So that a crowd that shares a fact does not say it in chorus.
    """
    counts = [npc.lines.get(f"{fact.id}~{i}", (0, 0.0))[0] for i in range(len(fact.ways))]
    least = min(counts)
    fresh = [i for i, count in enumerate(counts) if count == least]
    pick = 0 if fact.own else int(scene.dice.roll(f"way.{fact.id}") * len(fresh))
    return f"{fact.id}~{fresh[pick]}"


def _add_deal(scene: Scene, deal: Deal, slots: dict[str, str]) -> None:
    slots["item"] = deal.name
    slots["item.a"] = with_article(deal.name)
    slots["price"] = money(price(deal), scene.coin)
    before = scene.talk.deal  # the price asked before this line, where there was one
    slots["had"] = money(before["asking"] if before else deal.asking, scene.coin)
    if deal.bid:
        slots["offer"] = money(deal.bid, scene.coin)


def _add_quest(scene: Scene, quest: str, slots: dict[str, str]) -> None:
    for view in scene.quests:
        if view.id == quest:
            ways = view.offer if view.step == 0 else view.done if view.step == view.last else (
                view.waiting
            )  # fmt: skip
            slots["quest"] = view.title
            if ways:
                slots["quest_text"] = ways[int(scene.dice.roll("quest") * len(ways))]


def money(amount: int, coin: tuple[str, str]) -> str:
    """A price as it is spoken: number in words and coin."""
    return f"{number_in_words(amount)} {coin[0] if amount == 1 else coin[1]}"
