"""Next: which move of its own a line calls for, the most pressing first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.moves.beside import beside
from personagen_npc.mind.moves.bid import held
from personagen_npc.mind.moves.byplay import byplay
from personagen_npc.mind.moves.counsel import counselled
from personagen_npc.mind.moves.courtesy import courteous
from personagen_npc.mind.moves.further import furthered
from personagen_npc.mind.moves.grief import grieved
from personagen_npc.mind.moves.initiative import after_greeting, answered, raised
from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.moves.parting import parted
from personagen_npc.mind.moves.persuasion import dropped, persuaded, urged
from personagen_npc.mind.moves.sore import turned_away
from personagen_npc.mind.moves.tastes import praise, tasted
from personagen_npc.mind.moves.told import lost, told_of
from personagen_npc.mind.moves.unknown import unknown
from personagen_npc.mind.moves.views import viewed
from personagen_npc.mind.moves.work import worked
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.statements.claims import Stance
    from personagen_npc.mind.telling.deal import Deal

_OF_HIMSELF: Final = frozenset({"tell", "confess"})  # brushes a secret, and does not ask for it


def next_move(
    npc: Npc, scene: Scene, heard: Heard, found: Found, stance: Stance, deal: Deal,
    query: Mapping[str, Any],
) -> Move:  # fmt: skip
    """The NPC's own move on this line; none where the menu of acts has the answer."""
    if scene.listener.kind != "player":
        return NO_MOVE
    said = tokens(heard.text)
    asks_again = urged(scene, heard, said)
    move = NO_MOVE if asks_again else lost(scene, heard, said)
    move = move or grieved(scene, heard, said, asks_again, query)
    if not asks_again and stance.kind in {"", "news"}:
        move = move or byplay(npc, scene, heard, said, found, query)
    return move or _of_the_talk(npc, scene, heard, found, stance, deal, said, query)


def _of_the_talk(
    npc: Npc, scene: Scene, heard: Heard, found: Found, stance: Stance, deal: Deal,
    said: Sequence[str], query: Mapping[str, Any],
) -> Move:  # fmt: skip
    """The move on a line that has to do with what stands between the two."""
    if heard.intent == "greet":
        return courteous(scene, heard, said) or after_greeting(npc, scene, query)
    move = parted(scene, heard, said, query)
    if move.act or heard.intent == "part":
        return move
    move = held(npc, scene, heard, said, deal) or dropped(scene, heard, said)
    move = move or worked(npc, scene, heard, said) or courteous(scene, heard, said)
    move = move or persuaded(npc, scene, heard, said, deal, query)
    if move.act or (stance.kind and stance.kind != "news") or deal.state in {"met", "low"}:
        return move
    if found.kind == "secret":
        own = heard.intent in _OF_HIMSELF
        return (own and told_of(scene, heard, said, found)) or turned_away(npc, scene, found)
    return _first(npc, scene, heard, found, said, query)


def _first(
    npc: Npc, scene: Scene, heard: Heard, found: Found, said: Sequence[str],
    query: Mapping[str, Any],
) -> Move:  # fmt: skip
    """The first that fits of what is no answer to anything that was kept back."""
    return (
        viewed(npc, scene, heard, said)
        or counselled(npc, scene, heard, said, found)
        or beside(npc, scene, heard, said, found, query)
        or furthered(npc, scene, heard, said)
        or tasted(npc, scene, heard, said, found)
        or praise(heard, said)
        or answered(scene, heard, said)
        or told_of(scene, heard, said, found, query["quest.state"])
        or raised(npc, scene, heard, said, query)
        or unknown(npc, scene, heard, found, bool(query["of_self"]))
    )
