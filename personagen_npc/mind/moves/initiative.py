"""Initiative: when a talk runs dry the NPC brings something up: work, a want, news, a question.

Each thing once in a talk, a question to the same player once ever; how gladly is a matter of temper
and liking. A cold one lets the silence stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.moves.move import BEFORE, BEHIND, NO_MOVE, Move
from personagen_npc.mind.moves.wish import spoken_wish
from personagen_npc.mind.recall import Found, fresh_news
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_TABLE: Final = table("mind/data/moves.yaml")
_DRY: Final = Runs(_TABLE["dry"])
_HOLDS: Final = Runs(_TABLE["holds"])
_HOLDING: Final = frozenset({"request", "tell", "ask_yesno", "silence", "ask_what", "ask_help"})
MOST_HOLDING: Final[int] = _TABLE["most_holding"]
QUESTIONS: Final[Mapping[str, Mapping[str, Any]]] = _TABLE["questions"]
COLD: Final = -0.12  # affinity under which nobody chats: band dislike
SOUR: Final = -0.45  # pleasure under which nobody does, [D]
CONFIDES: Final = 0.1  # trust from which somebody is told what one wishes for, [D]
WORTH: Final = 0.35  # importance of a thing of one's own that is worth bringing up, [D]
SPEAKS, BY_E, BY_LIKING = 0.45, 0.3, 0.3  # share of lulls that one fills, by temper and liking, [D]
GREETS: Final = 0.35  # share of greetings that a friend's word goes behind, [D]
_STORY: Final = frozenset({"story", "stories", "tale", "tales", "yourself"})
LULL: Final = frozenset({"silence", "agree"})
_TOPIC = "goal:"


def raised(
    npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], query: Mapping[str, Any]
) -> Move:
    """What the NPC brings up with this line; no move if it does not."""
    if len(said) <= MOST_HOLDING and heard.intent in _HOLDING and _HOLDS.within(said):
        return Move("prompt", "holding")
    asked = heard.intent == "chat" or _DRY.within(said)
    if not asked and not _lull(npc, scene, heard):
        return NO_MOVE
    if scene.standing.affinity <= COLD or query["mood.pleasure"] <= SOUR:
        return Move("prompt", "no_chat") if asked else NO_MOVE
    if not _STORY.isdisjoint(said):
        told = _own(npc, scene)
        return told if told.act else Move("work", "run_dry")
    return _topic(npc, scene, asked)


def _lull(npc: Npc, scene: Scene, heard: Heard) -> bool:
    """Whether nothing was said that wants an answer, and this one fills the gap."""
    talk = scene.talk
    if heard.intent not in LULL or talk.deal is not None or talk.quest or talk.turns == 0:
        return False
    if heard.intent == "agree" and (len(heard.stems) > 1 or talk.act in _WAITS):
        return False  # a yes to something
    share = SPEAKS + BY_E * npc.big5[2] + BY_LIKING * scene.standing.affinity
    return scene.dice.roll("lull") < share


_WAITS: Final = frozenset({"ask_back", "offer_quest", "quest_wait", "offer_goods", "warn"})


def _topic(npc: Npc, scene: Scene, asked: bool) -> Move:
    """The first thing of those at hand that is not used up, in an order that chance begins."""
    ways = list(_TOPICS.values())
    first = scene.dice.index("topic", _shares(npc))
    for k in range(len(ways)):
        move = ways[(first + k) % len(ways)](npc, scene)
        if move.act:
            return move
    return Move("work", "run_dry") if asked else NO_MOVE


def _shares(npc: Npc) -> list[float]:
    """How readily each kind of topic comes to this temper, in the order of ``_TOPICS``, [D]."""
    o, c, e, a, n = npc.big5
    return [
        1.0 + 0.4 * c, 1.2, 1.4 + 0.3 * n, 0.9 + 0.4 * a + 0.3 * o, 1.0 + 0.5 * e, 0.8 + 0.3 * c,
        0.5,
    ]  # fmt: skip


def _once(scene: Scene, key: str) -> dict[str, Any]:
    return {"raised": (*scene.talk.raised, key)}


def _used(scene: Scene, key: str) -> bool:
    return key in scene.talk.raised


def _own(_npc: Npc, scene: Scene) -> Move:
    """Something of its own life that lies on its mind."""
    skip = frozenset(scene.talk.told)
    for fact in scene.knowledge.own(skip):
        open_ = fact.trust is None or scene.standing.trust >= fact.trust
        if open_ and fact.importance >= WORTH:
            found = Found("fact", fact, facts=(fact,))
            return Move("answer", "raise_own", found=found, talk=_once(scene, fact.id))
    return NO_MOVE


def _news(npc: Npc, scene: Scene) -> Move:
    found = fresh_news(npc, scene)
    return Move("gossip", found=found) if found is not None else NO_MOVE


def _goal(npc: Npc, scene: Scene) -> Move:
    """What it wants, told to whom it trusts; a wish that is far off before one that is near."""
    if scene.standing.trust < CONFIDES:
        return NO_MOVE
    wants = [g for g in npc.profile.goals if g.utility > 0 and g.description]
    wants.sort(key=lambda g: (npc.goals.get(g.id, g.likelihood), g.id))
    for goal in wants:
        wish = spoken_wish(goal.description, npc.profile.pronouns)
        if wish is not None and not _used(scene, _TOPIC + goal.id):
            return Move("complain" if wish.form == "no" else "boast", "raise_goal",
                        slots={"goal": wish.text}, facts={"goal.form": wish.form},
                        talk=_once(scene, _TOPIC + goal.id))  # fmt: skip
    return NO_MOVE


def _question(npc: Npc, scene: Scene) -> Move:
    """Something of the player that it does not know and has never asked."""
    talk = scene.talk
    for name, row in QUESTIONS.items():
        if name in talk.asked or _known(npc, scene, row) or talk.turns > row.get("until", 99):
            continue
        if scene.standing.meetings > row.get("meetings", 1 << 30):
            continue
        moved = {"asked": (*talk.asked, name), **_once(scene, f"ask:{name}")}
        return Move("ask_back", f"ask_{name}", talk=moved)
    return NO_MOVE


def _known(npc: Npc, scene: Scene, row: Mapping[str, Any]) -> bool:
    if row.get("named"):
        return bool(scene.standing.name)
    claim = row.get("claim", "")
    about = npc.graph.about(scene.listener.id) if claim else ()
    return any(t.relation == claim and t.until > scene.now for _, t in about)


def _quest(_npc: Npc, scene: Scene) -> Move:
    """Work that it has to give out."""
    for quest in scene.quests:
        key = f"quest:{quest.id}"
        if quest.open and quest.step == 0 and quest.offer and not _used(scene, key):
            return Move("offer_quest", "raise_quest", BEFORE, quest=quest.id,
                        talk=_once(scene, key))  # fmt: skip
    return NO_MOVE


def _waiting(_npc: Npc, scene: Scene) -> Move:
    """Work under way, which it asks after."""
    for quest in scene.quests:
        key = f"wait:{quest.id}"
        if 0 < quest.step < quest.last and quest.waiting and not _used(scene, key):
            return Move("quest_wait", quest=quest.id, talk=_once(scene, key))
    return NO_MOVE


def _here(_npc: Npc, scene: Scene) -> Move:
    """Weather, work, and whatever else lies before everybody's eyes."""
    for act in ("weather", "work", "smalltalk"):
        if not _used(scene, act) and scene.talk.act != act:
            return Move(act, talk=_once(scene, act))
    return NO_MOVE


_TOPICS: Final[Mapping[str, Callable[[Npc, Scene], Move]]] = {
    "waiting": _waiting, "quest": _quest, "own": _own, "question": _question, "news": _news,
    "goal": _goal, "here": _here,
}  # fmt: skip


# --- the answer to a question of its own --------------------------------------------------------


def answered(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """What is said to the answer that the player gives to a question it asked in its last line."""
    last = scene.talk.raised[-1] if scene.talk.raised else ""
    if scene.talk.act != "ask_back" or not last.startswith("ask:"):
        return NO_MOVE
    name = last.removeprefix("ask:")
    if not _to_it(name, heard, said):
        return NO_MOVE
    yes = heard.intent == "agree"
    if heard.intent in _EVADES or (yes and name not in _YES_OR_NO):
        return Move("hear_out", "unanswered")
    if (heard.intent in _TELLS or yes) and not heard.name and name != "name":
        named = name != "origin" or heard.topic[:1].isupper()
        slots = {"topic": heard.topic} if heard.topic else {}
        facts = {} if named else {"has.topic": False}
        return Move("hear_out", f"heard_{name}", slots=slots, facts=facts)
    return NO_MOVE


def _to_it(name: str, heard: Heard, said: Sequence[str]) -> bool:
    """Whether a line answers the question, and does not speak of something else."""
    words = _ANSWERS.get(name)
    if words is None or heard.intent in _EVADES or not words.isdisjoint(said):
        return True
    return heard.topic[:1].isupper() or (len(said) <= SHORT and _OTHER.isdisjoint(said))


_ANSWERS: Final = {name: frozenset(row["answers"]) for name, row in QUESTIONS.items()
                   if "answers" in row}  # fmt: skip
_OTHER: Final = frozenset({"a", "an", "my", "your", "you"})  # "a dog, once" is from nowhere
SHORT: Final = 4  # words that answer without any of those, "the coast", [D]
_EVADES: Final = frozenset({"disagree", "silence", "quest_refuse"})
_TELLS: Final = frozenset({"tell", "confess", "share_news", "introduce"})
_YES_OR_NO: Final = frozenset({"stay", "supper", "company"})


def after_greeting(npc: Npc, scene: Scene, query: Mapping[str, Any]) -> Move:
    """What goes behind a greeting to one who is liked: a question, or what lies on its mind."""
    if query["rel.band"] not in {"like", "friend"} or scene.talk.turns or npc.big5[2] < 0.0:
        return NO_MOVE
    if query["mood.pleasure"] < 0.0 or scene.dice.roll("greets") >= GREETS:
        return NO_MOVE
    move = _waiting(npc, scene)
    move = move if move.act else _question(npc, scene)
    return move._replace(act="greet", place=BEHIND) if move.symbol else NO_MOVE
