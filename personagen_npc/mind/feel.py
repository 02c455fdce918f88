"""Feel: appraise what was done against liking and temper, name the emotions, move the mood.

OCC appraisal as GAMYGDALA (Popescu, Broekens, van Someren 2014) computes it, with
FAtiMA's thresholds for relief and disappointment (the published GAMYGDALA code cannot reach them).
What a deed is worth to one NPC, its culture and standing reckoned in, is
``mind/feeling/appraise.py``'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.changes import Felt, GoalMoved
from personagen_npc.mind.feeling.mood import (
    DROP_BELOW,
    KEPT,
    Emotion,
    push,
    settle,
    still_felt,
    strongest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.traits import Mood

PROUD = 0.3  # how far a commanding temper turns ill into anger, a yielding one into distress, [D]
MILD = 0.2  # how far agreeableness takes the edge off anger, [D]
TOUCHY = 0.4  # how far neuroticism raises fear, [D]
ON_BEHALF = 0.7  # anger or gratitude for what is done to somebody liked, against oneself, [D]
IN_ANGER = 0.5  # reproach left over beside anger, which in OCC is made of it and distress, [D]
GRUDGING = 0.6  # how far dislike of the doer spoils a kindness, [D]
SULK = 0.9  # how far anger still felt spoils a kindness for the disagreeable; tuned on Emberfall on
# an apology that brings its miller halfway back where its innkeeper laughs again
SORE = frozenset({"anger", "resentment", "reproach"})
WARMTH = 0.15  # affinity moved by gratitude 1 (mind-and-voice: relationships)
SCAR = 1.5  # anger weighs this much more than gratitude
STEP = 0.5  # share of congruence that moves a goal: from an undecided 0.5 this is GAMYGDALA's own
# L' = (congruence * likelihood + 1) / 2; from elsewhere that formula would lower the hope of
# somebody already hopeful at good news, so it is taken step by step
SETTLED = 0.999  # a certain event of full congruence decides the goal, wherever it stood


class Deed(NamedTuple):
    """Something done, as it bears on one NPC. Ranges as in ``data/appraisal.yaml``.

    ``by_me``: the NPC did it. ``to_me``: it was done to the NPC. ``liking``: affinity towards the
    one it was done to. ``goals``: goal id -> congruence. ``doer``: affinity towards the doer.
    ``caused``: somebody did it; bad luck angers nobody. ``likelihood``: how sure it is, in [0, 1].
    ``custom``: what of the NPC's culture it touched; ``culture``: the one that had a say in it.
    """

    cause: str
    benefit: float = 0.0
    praise: float = 0.0
    threat: float = 0.0
    by_me: bool = False
    to_me: bool = True
    liking: float = 0.0
    goals: Mapping[str, float] = {}
    doer: float = 0.0
    caused: bool = True
    likelihood: float = 1.0
    custom: str = ""
    culture: str = ""


class Feeling(NamedTuple):
    """What rose, the mood after it, how the doer is liked more or less for it, and the cause."""

    emotions: tuple[tuple[str, float], ...]
    mood: Mood
    affinity: float
    trust: float
    fear: float
    changes: tuple[Change, ...]
    deed: Deed


def mood_now(npc: Npc, now: float, scale: float) -> Mood:
    """The NPC's mood at game second ``now``; an idle NPC costs nothing until it is asked."""
    return settle(npc.mood, npc.rest, (now - npc.mood_at) / scale, npc.pace.mood_s)


def feel(npc: Npc, deed: Deed, now: float, scale: float) -> Feeling:
    """Appraise one deed."""
    if not (deed.benefit or deed.praise or deed.threat or deed.goals):  # most lines
        return Feeling((), mood_now(npc, now, scale), 0.0, 0.0, 0.0, (), deed)
    risen: dict[str, float] = {}
    changes: list[Change] = []
    gain = npc.pace.intensity
    for label, intensity in _appraised(npc, deed, _spoilt(npc, deed, now, scale)):
        risen[label] = max(risen.get(label, 0.0), min(1.0, gain * intensity))
    for goal, before, after, utility in _goal_moves(npc, deed):
        changes.append(GoalMoved(npc.id, goal, after))
        label, intensity = _prospect(before, after, utility)
        risen[label] = max(risen.get(label, 0.0), min(1.0, gain * intensity))
    mood = mood_now(npc, now, scale)
    emotions = tuple((e, i) for e, i in risen.items() if i >= DROP_BELOW)
    for rank, (label, intensity) in enumerate(sorted(emotions, key=lambda e: -e[1])):
        mood = push(mood, label, intensity / (1 + rank))  # the strongest colours the mood
        changes.append(Felt(npc.id, label, intensity, deed.cause, now, *mood))
    if deed.by_me:
        return Feeling(emotions, mood, 0.0, 0.0, 0.0, tuple(changes), deed)
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
        deed,
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
    return strongest(npc.emotions, now, scale, npc.pace.emotion_s)


def showing(npc: Npc, feeling: Feeling, now: float, scale: float) -> tuple[str, float]:
    """Label and intensity of the strongest emotion once ``feeling`` has risen."""
    fresh = max(feeling.emotions, key=lambda e: e[1], default=("", 0.0))
    return max(fresh, feeling_now(npc, now, scale), key=lambda e: e[1])


def feelings_now(npc: Npc, now: float, scale: float) -> list[tuple[str, float, str]]:
    """(label, intensity left, cause) of everything that the NPC still feels, strongest first."""
    felt_ = still_felt(npc.emotions, now, scale, npc.pace.emotion_s)
    return sorted(felt_, key=lambda f: -f[1])


def _spoilt(npc: Npc, deed: Deed, now: float, scale: float) -> float:
    """Share of a kindness that reaches one who dislikes the doer or is still angry, in [0, 1]."""
    if deed.benefit <= 0.0 or not deed.to_me or deed.by_me:
        return 1.0
    left = 1.0 + GRUDGING * min(0.0, deed.doer)
    sour = 0.5 * (1.0 - npc.big5[3])
    for label, still, _ in still_felt(npc.emotions, now, scale, npc.pace.emotion_s):
        if label in SORE:
            left = min(left, 1.0 - SULK * sour * still)
    return left


def _appraised(npc: Npc, deed: Deed, reached: float) -> Iterator[tuple[str, float]]:
    b, praise = deed.benefit, deed.praise
    if deed.by_me:
        yield ("gratification" if b > 0 else "remorse"), abs(b) * max(0.0, deed.liking)
        yield ("pride" if praise > 0 else "shame"), abs(praise)
        return
    if deed.to_me:
        yield from _for_me(npc, deed, reached)
    elif deed.liking >= 0:
        yield ("happy_for" if b > 0 else "pity"), abs(b * deed.liking)
        if deed.caused:
            yield ("gratitude" if b > 0 else "anger"), ON_BEHALF * abs(b * deed.liking)
    else:
        yield ("resentment" if b > 0 else "gloating"), abs(b * deed.liking)
    if deed.caused:
        blame = IN_ANGER if deed.to_me and b < 0 else 1.0
        yield ("admiration", praise * reached) if praise > 0 else ("reproach", -praise * blame)
    yield "fear", deed.threat * (1.0 + TOUCHY * npc.big5[4])


def _for_me(npc: Npc, deed: Deed, reached: float) -> Iterator[tuple[str, float]]:
    """Good or ill done to oneself: the proud are angered where the meek are hurt."""
    b = deed.benefit
    if not deed.caused:
        yield ("joy" if b > 0 else "distress"), abs(b)
    elif b > 0:
        yield "gratitude", b * reached
        yield "joy", 0.6 * b * reached
    else:
        command = npc.rest.dominance
        yield "anger", -b * (1.0 + PROUD * command - MILD * npc.big5[3])
        yield "distress", -0.5 * b * (1.0 - 2.0 * PROUD * command)


def _goal_moves(npc: Npc, deed: Deed) -> Iterator[tuple[str, float, float, float]]:
    for goal in npc.profile.goals if deed.goals else ():
        weight = deed.goals.get(goal.id, 0.0) * deed.likelihood
        if weight:
            before = npc.goals.get(goal.id, goal.likelihood)
            moved = weight if abs(weight) >= SETTLED else STEP * weight
            after = max(0.0, min(1.0, before + moved))
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
