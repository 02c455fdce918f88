"""Persuasion: asked again for what it refused, an NPC gives in, wavers, holds firm or turns cold.

It weighs how it stands to the player, the way of asking against its temper, goals and kin, how
often it was asked, and what is at stake. Whoever wavers names what he wants and keeps to it. What
is out of reach by more than ``LEAN`` is never given: no words open a gate that is shut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.act import service, wanted
from personagen_npc.mind.moves.appeal import TABLE, appeal_of, lean_of, weight_of
from personagen_npc.mind.moves.move import BEFORE, NO_MOVE, Move
from personagen_npc.mind.moves.plea import LEAN, pending
from personagen_npc.mind.recall import Found
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.speak import money
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Memory, Scene
    from personagen_npc.mind.telling.deal import Deal

WILL: Final = -0.15  # will to give in before anything is weighed, tuned on the people of both packs
LIKING, TRUST, PLEASURE = 0.7, 0.5, 0.2  # what relation and mood add, times their value, [D]
NAG: Final = 0.18  # what each time of asking takes off, [D]
CHANCE: Final = 0.35  # width of what chance adds or takes, [D]
WAVERS: Final = -0.45  # will from which one wavers where one does not give in, [D]
COLD: Final = -0.3  # will under which being asked once too often is no longer borne, [D]
PATIENCE: Final = 2  # times of asking that anybody bears; the agreeable one more, [D]
GIVEN: Final = frozenset({"gift", "payment", "paid"})  # events that meet a want of coin
SOME_WORDS: Final = 3  # content words that are a reason, not a noise, [D]
_MOVES: Final = table("mind/data/moves.yaml")
_DROPS: Final = Runs(_MOVES["drops"])
MOST_DROPPING: Final[int] = _MOVES["most_dropping"]
_MEETS: Final = TABLE["meets"]
_WANT_LEANS: Final = {want: lean_of(traits) for want, traits in TABLE["want_traits"].items()}
_DONE: Final[dict[str, tuple[str, str]]] = {  # about -> act, and where the words of giving in stand
    "favour": ("comply", ""), "leave": ("accept", ""), "secret": ("answer", BEFORE),
    "quest": ("offer_quest", BEFORE), "price": ("counter_offer", BEFORE),
    "pardon": ("forgive", BEFORE),
}  # fmt: skip


def persuaded(
    npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], deal: Deal, query: Mapping[str, Any]
) -> Move:
    """What the line does to a refusal that stands; no move if there is none, or it is not meant."""
    plea = pending(scene.talk)
    if plea is None:
        return NO_MOVE
    appeal = appeal_of(heard, said)
    if plea["want"] and _met(scene, heard, appeal, plea):
        return _yields(npc, scene, plea, appeal)
    if not appeal or _of_something_else(npc, scene, heard, appeal, plea, deal):
        return NO_MOVE
    tries = plea["tries"] + (appeal not in _ASKING)
    if appeal == "why":
        return _move(scene, "hold_firm", plea, appeal, tries)
    if plea["cold"]:
        return _move(scene, "turn_cold", plea, appeal, tries, cold=True)
    return _weighed(npc, scene, heard, plea, appeal, tries, query)


def dropped(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """A word on it that the player lets go of what he asked for, or of what was offered."""
    if not 0 < len(said) <= MOST_DROPPING or heard.intent == "threaten" or not _DROPS.within(said):
        return NO_MOVE
    if scene.talk.deal is not None:
        return NO_MOVE
    return Move("accept", "let_drop", talk={"plea": None, "quest": ""})


def urged(scene: Scene, heard: Heard, said: Sequence[str]) -> bool:
    """Whether a line asks once more for a thing that was refused and that words might get."""
    plea = pending(scene.talk)
    return plea is not None and plea["about"] != "other" and bool(appeal_of(heard, said))


_ASKING: Final = frozenset({"why", "terms"})
_WEAK: Final = frozenset({"plead", "reason", "flatter", "sorry"})  # said with much else, too
_BUSINESS: Final = QUESTIONS - {"ask_why"} | {"trade", "quest_report", "thank", "quest_ask"}


def _of_something_else(
    npc: Npc, scene: Scene, heard: Heard, appeal: str, plea: dict[str, Any], deal: Deal
) -> bool:
    """Whether a line has a matter of its own: a question, a bid, another thing asked for."""
    if plea["about"] == "price" and heard.amount is not None:
        return True  # "sixteen, and I'll tell everyone" is a bid
    if appeal == "bribe" and (deal.item or plea["about"] == "price"):
        return True  # that is a bid, and has its own way
    if appeal in _WEAK and heard.intent in _BUSINESS and plea["about"] != "quest":
        return True
    if appeal == "sorry" and plea["about"] != "pardon":
        return True  # that is for what was said, and is answered as such
    near = asked_for(npc.id, scene, heard)
    return near is not None and near[1] != plea["matter"]


def _weighed(
    npc: Npc, scene: Scene, heard: Heard, plea: dict[str, Any], appeal: str, tries: int,
    query: Mapping[str, Any],
) -> Move:  # fmt: skip
    known = _known(scene, plea)
    open_ = _within_reach(scene, plea, known)
    will = _will(npc, scene, plea, known, tries, query) + weight_of(npc, scene, heard, appeal)
    will += CHANCE * (scene.dice.roll("persuade") - 0.5)
    if open_ and will >= 0.0 and appeal != "terms":
        return _yields(npc, scene, plea, appeal)
    tired = tries > _patience(npc) and will < COLD
    if tired or (appeal == "fear" and npc.big5[4] < 0.2):
        return _move(scene, "turn_cold", plea, appeal, tries, cold=True)
    if open_ and not plea["want"] and (will >= WAVERS or appeal == "terms"):
        return _wavers(npc, scene, plea, appeal, tries)
    return _move(scene, "hold_firm", plea, appeal, tries)


def _will(
    npc: Npc, scene: Scene, plea: dict[str, Any], known: Known | None, tries: int,
    query: Mapping[str, Any],
) -> float:  # fmt: skip
    stand = scene.standing
    will = WILL + LIKING * stand.affinity + TRUST * stand.trust
    will += PLEASURE * float(query["mood.pleasure"]) - NAG * (tries - 1)
    if known is not None and known.trust is not None:
        will -= max(0.0, known.trust - stand.trust)
    return will - float(TABLE["stakes"].get(plea["about"], 0.0))


def _patience(npc: Npc) -> int:
    return PATIENCE + (npc.big5[3] > 0.0)


def _known(scene: Scene, plea: dict[str, Any]) -> Known | None:
    """The fact that was kept back."""
    return scene.knowledge.fact(plea["matter"]) if plea["about"] == "secret" else None


def _within_reach(scene: Scene, plea: dict[str, Any], known: Known | None) -> bool:
    """Whether words can get it at all."""
    about, matter = plea["about"], plea["matter"]
    if about == "secret":
        return known is not None and (known.trust or 0.0) - scene.standing.trust <= LEAN
    if about == "price":
        deal = scene.talk.deal
        return deal is not None and deal["asking"] > deal["reserve"]
    if about in {"favour", "quest"}:
        near = scene.near() if scene.near is not None else None
        offers = (*scene.offers, *(near.offers if near else ()))
        quests = (*(q.id for q in scene.quests if q.open), *(near.quests if near else ()))
        return any(o.name == matter for o in offers) if about == "favour" else matter in quests
    return about in _DONE


# --- outcomes ---------------------------------------------------------------------------------


def _move(
    scene: Scene, symbol: str, plea: dict[str, Any], appeal: str, tries: int, **moved: Any
) -> Move:
    act = "stand_firm" if symbol == "turn_cold" else "refuse"
    kept = {**plea, "tries": tries, "turn": scene.talk.turns, **moved}
    return Move(act, symbol, facts=_facts(kept, appeal), talk={"plea": kept})


def _yields(npc: Npc, scene: Scene, plea: dict[str, Any], appeal: str) -> Move:
    about, (act, place) = plea["about"], _DONE[plea["about"]]
    known = _known(scene, plea)
    if not _within_reach(scene, plea, known):  # it was so when it was promised
        return _move(scene, "hold_firm", plea, appeal, plea["tries"])
    found = Found("fact", known, facts=(known,)) if known is not None else None
    action = (plea["matter"], plea["args"]) if about == "favour" else ("", {})
    return Move(
        act, "give_in", place or "alone", found, plea["matter"] if about == "quest" else "",
        facts=_facts(plea, appeal or "met"), talk={"plea": None}, action=action,
    )  # fmt: skip


def _wavers(npc: Npc, scene: Scene, plea: dict[str, Any], appeal: str, tries: int) -> Move:
    want = _want(npc, scene, plea)
    sums = TABLE["sums"]
    asked = sums[int(scene.dice.roll("sum") * len(sums))] if want == "coin" else 0
    kept = {**plea, "tries": tries, "want": want, "sum": asked, "turn": scene.talk.turns}
    slots = {"sum": money(asked, scene.coin)} if asked else {}
    return Move("ask_back", "waver", facts=_facts(kept, appeal), talk={"plea": kept}, slots=slots)


def _want(npc: Npc, scene: Scene, plea: dict[str, Any]) -> str:
    """What this one asks in return."""
    wants: dict[str, float] = dict(TABLE["wants"][plea["about"]])
    if scene.standing.name:
        wants.pop("name", None)
    names = list(wants)
    odds = [max(0.05, w + _leaning(npc, want)) for want, w in wants.items()]
    return names[scene.dice.index("want", odds)]


def _leaning(npc: Npc, want: str) -> float:
    return sum(a * b for a, b in zip(_WANT_LEANS.get(want, ()), npc.big5, strict=False))


def _met(scene: Scene, heard: Heard, appeal: str, plea: dict[str, Any]) -> bool:
    """Whether what was asked in return is given with this line, or was since."""
    want, meets = plea["want"], _MEETS[plea["want"]]
    if want == "name":
        return bool(heard.name)
    if want == "coin":
        enough = heard.amount is None or heard.amount >= plea["sum"]
        return (heard.intent in meets["intents"] and enough) or _paid(scene)
    if appeal in meets["appeals"]:
        return True
    wordy = want != "reason" or (len(heard.stems) >= SOME_WORDS and not appeal)
    return heard.intent in meets["intents"] and wordy


def _paid(scene: Scene) -> bool:
    """Whether the game says that something was given since this talk began."""
    return any(_gave(scene, m) for m in scene.past.fresh(4))


def _gave(scene: Scene, memory: Memory) -> bool:
    mine = memory.actor == scene.listener.id and memory.kind in GIVEN
    return mine and memory.at >= scene.talk.started


def _facts(plea: dict[str, Any], appeal: str) -> dict[str, Any]:
    return {"plea": plea["about"], "plea.appeal": appeal, "plea.tries": plea["tries"],
            "plea.want": plea["want"]}  # fmt: skip


# --- what was asked for -----------------------------------------------------------------------


def asked_for(npc: str, scene: Scene, heard: Heard) -> tuple[str, str, dict[str, Any]] | None:
    """(about, matter, arguments) of what a line asks for that words might yet get."""
    if heard.intent not in _WANTING:
        return None
    near = scene.near() if scene.near is not None else None
    if near is not None and near.offers:
        leant = scene._replace(offers=near.offers)
        name = service(npc, leant, heard)
        if name:
            return "favour", name, wanted(npc, leant, heard, name)
    if near is not None and heard.intent in _OF_WORK and near.quests:
        return "quest", near.quests[0], {}
    return None


_WANTING: Final = frozenset({"request", "ask_help", "quest_ask", "ask_yesno", "offer", "persuade"})
_OF_WORK: Final = frozenset({"quest_ask", "ask_help"})
