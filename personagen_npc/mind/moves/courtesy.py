"""Courtesy: the small replies that want no news: "you're welcome", "I mean it", "are you sure?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_TABLE: Final = table("mind/data/moves.yaml")
_SMALL: Final = tuple((name, Runs(runs)) for name, runs in _TABLE["courtesy"].items())
_JOKING: Final = Runs(_TABLE["joking"])
_AMENDS: Final = Runs(_TABLE["amends"])
_VOICE: Final = Runs(_TABLE["own_voice"])
_ASKING: Final = frozenset({"ask_why", "ask_how", "ask_where", "ask_what", "ask_yesno"})
_YOU: Final = frozenset({"you", "your"})
_SURE: Final = frozenset({"sure", "certain"})
_WHY_NOT: Final = (["why", "not"], ["y", "not"], ["and", "why", "not"], ["but", "why", "not"])
SHORT: Final[int] = _TABLE["courtesy_words"]
_CERTAIN: Final = 0.7  # strength of a belief that one stands by without a word of doubt, [D]


def courteous(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """A word back to a courtesy; why one will not; how sure one is of what one just said."""
    if _AMENDS.within(said):
        return Move("accept", "amends")
    if heard.intent in _ASKING and _VOICE.within(said) and _YOU & {*said}:
        return Move("deflect", "own_voice")
    if not 0 < len(said) <= SHORT or scene.talk.turns == 0:
        return NO_MOVE
    if list(said) in _WHY_NOT and scene.talk.act in _UNWILLING:
        return Move("deflect", "why_not")
    if heard.intent in _ASKING and _JOKING.within(said):
        return Move("deflect", "was_joke")
    if heard.intent in {"ask_source", "ask_yesno"}:
        return _how_sure(scene, said)
    if heard.intent in _PLAIN:
        name = next((n for n, runs in _SMALL if runs.within(said)), "")
        return Move("hear_out", name) if name else NO_MOVE
    return NO_MOVE


_PLAIN: Final = frozenset(
    {"tell", "greet", "thank", "compliment", "agree", "persuade", "introduce"}
)
_UNWILLING: Final = frozenset({"prompt", "stand_firm", "deflect", "rebuff", "insult_back", "object",
                               "work"})  # fmt: skip


def _how_sure(scene: Scene, said: Sequence[str]) -> Move:
    """Are you sure? By what is held, and where from; an authored source speaks for itself."""
    if _SURE.isdisjoint(said) or not scene.talk.last_told:
        return NO_MOVE
    fact = scene.knowledge.fact(scene.talk.last_told[-1])
    if fact is None or fact.origin:
        return NO_MOVE
    if fact.teller:
        sure = "sure_told" if fact.strength >= _CERTAIN else "unsure_told"
        return Move("tell_source", sure, slots={"teller": scene.name_of(fact.teller) or "somebody"})
    return Move("tell_source", "sure_own" if fact.own else "sure_known")
