"""Feel: appraise what was done against liking and temper, name the emotions, move the mood.

OCC appraisal as GAMYGDALA (Popescu, Broekens, van Someren 2014) computes it, with
FAtiMA's thresholds for relief and disappointment (the published GAMYGDALA code cannot reach them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.changes import Felt, GoalMoved
from personagen_npc.mind.mood import (
    DROP_BELOW,
    KEPT,
    MOOD_HALF_LIFE_S,
    Emotion,
    push,
    settle,
    strongest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.traits import Mood

TEMPER = 0.4  # how far neuroticism and disagreeableness raise anger, and calm lowers it, [D]
WARMTH = 0.15  # affinity moved by gratitude 1 (mind-and-voice: relationships)
SCAR = 1.5  # anger weighs this much more than gratitude


class Deed(NamedTuple):
    """Something done, as it bears on one NPC. Ranges as in ``data/appraisal.yaml``.

    ``by_me``: the NPC did it. ``to_me``: it was done to the NPC. ``liking``: affinity towards the
    one it was done to. ``goals``: goal id -> congruence.
    """

    cause: str
    benefit: float = 0.0
    praise: float = 0.0
    threat: float = 0.0
    by_me: bool = False
    to_me: bool = True
    liking: float = 0.0
    goals: Mapping[str, float] = {}


class Feeling(NamedTuple):
    """What rose, the mood after it, and how the doer is liked more or less for it."""

    emotions: tuple[tuple[str, float], ...]
    mood: Mood
    affinity: float
    trust: float
    fear: float
    changes: tuple[Change, ...]


def mood_now(npc: Npc, now: float, scale: float) -> Mood:
    """The NPC's mood at game second ``now``; an idle NPC costs nothing until it is asked."""
    steadiness = 1.0 - 0.4 * npc.big5[4]  # the unsteady swing back sooner and further, [D]
    return settle(npc.mood, npc.rest, (now - npc.mood_at) / scale, MOOD_HALF_LIFE_S * steadiness)


def feel(npc: Npc, deed: Deed, now: float, scale: float) -> Feeling:
    """Appraise one deed."""
    risen: dict[str, float] = {}
    changes: list[Change] = []
    for label, intensity in _appraised(npc, deed):
        risen[label] = max(risen.get(label, 0.0), min(1.0, intensity))
    for goal, before, after, utility in _goal_moves(npc, deed):
        changes.append(GoalMoved(npc.id, goal, after))
        label, intensity = _prospect(before, after, utility)
        risen[label] = max(risen.get(label, 0.0), intensity)
    mood = mood_now(npc, now, scale)
    emotions = tuple((e, i) for e, i in risen.items() if i >= DROP_BELOW)
    for rank, (label, intensity) in enumerate(sorted(emotions, key=lambda e: -e[1])):
        mood = push(mood, label, intensity / (1 + rank))  # the strongest colours the mood
        changes.append(Felt(npc.id, label, intensity, deed.cause, now, *mood))
    if deed.by_me:
        return Feeling(emotions, mood, 0.0, 0.0, 0.0, tuple(changes))
    warm = risen.get("gratitude", 0.0) + 0.5 * risen.get("admiration", 0.0)
    sore = risen.get("anger", 0.0)
    if not deed.to_me:  # done to another: what counts is what one thinks of it
        sore += 0.5 * risen.get("reproach", 0.0)
    return Feeling(
        emotions,
        mood,
        WARMTH * (warm - SCAR * sore),
        0.1 * deed.praise,
        0.4 * risen.get("fear", 0.0),
        tuple(changes),
    )


def liked(affinity: float, moved: float) -> float:
    """Affinity after a move: ``a + d * (1 - |a|)``, so that extremes are hard to reach."""
    room = 1.0 - abs(affinity) if affinity * moved > 0 else 1.0
    return max(-1.0, min(1.0, affinity + moved * room))


def felt(npc: Npc, label: str, intensity: float, cause: str, at: float, mood: Mood) -> None:
    """Apply ``Felt``: keep the emotion among the latest few, set the mood."""
    npc.emotions = [*npc.emotions[-(KEPT - 1) :], Emotion(label, intensity, cause, at)]
    npc.mood, npc.mood_at = mood, at


def feeling_now(npc: Npc, now: float, scale: float) -> tuple[str, float]:
    """Label and intensity of the strongest emotion that the NPC still feels."""
    return strongest(npc.emotions, now, scale)


def _appraised(npc: Npc, deed: Deed) -> Iterator[tuple[str, float]]:
    b, praise = deed.benefit, deed.praise
    if deed.by_me:
        yield ("gratification" if b > 0 else "remorse"), abs(b) * max(0.0, deed.liking)
        yield ("pride" if praise > 0 else "shame"), abs(praise)
        return
    if deed.to_me:
        _, _, _, agreeable, neurotic = npc.big5
        heat = 1.0 + TEMPER * 0.5 * (neurotic - agreeable)
        yield ("gratitude", b) if b > 0 else ("anger", -b * heat)
        yield "joy", 0.6 * b
        yield "distress", -0.5 * b * heat
    elif deed.liking >= 0:
        yield ("happy_for" if b > 0 else "pity"), abs(b * deed.liking)
    else:
        yield ("resentment" if b > 0 else "gloating"), abs(b * deed.liking)
    yield ("admiration" if praise > 0 else "reproach"), abs(praise)
    yield "fear", deed.threat * (1.0 + 0.4 * npc.big5[4])


def _goal_moves(npc: Npc, deed: Deed) -> Iterator[tuple[str, float, float, float]]:
    for goal in npc.profile.goals:
        congruence = deed.goals.get(goal.id, 0.0)
        if congruence:
            before = npc.goals.get(goal.id, goal.likelihood)
            after = max(0.0, min(1.0, before + 0.5 * congruence))
            yield goal.id, before, after, goal.utility


def _prospect(before: float, after: float, utility: float) -> tuple[str, float]:
    """Emotion and intensity of a goal's new likelihood; a goal of negative utility is dreaded."""
    intensity = abs(utility * (after - before))
    good = utility > 0
    if after >= 1.0:
        return (_reached(before, good)), max(intensity, 0.5 * abs(utility))
    if after <= 0.0:
        return (_lost(before, good)), max(intensity, 0.5 * abs(utility))
    rising = after > before
    return ("hope" if rising == good else "fear"), intensity


def _reached(before: float, good: bool) -> str:
    if good:
        return "relief" if before <= 0.5 else "satisfaction"
    return "distress" if before <= 0.5 else "fears_confirmed"


def _lost(before: float, good: bool) -> str:
    if good:
        return "disappointment" if before >= 0.5 else "distress"
    return "relief" if before >= 0.5 else "joy"
