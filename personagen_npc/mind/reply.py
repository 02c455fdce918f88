"""Reply: what an NPC says and shows, in plain values, and the turn laid open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.feel import feeling_now
from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.reading.naming import plain
from personagen_npc.voice.delivery import DeliveryTable, parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.mind.act import Asked
    from personagen_npc.mind.choose import Chosen
    from personagen_npc.mind.feel import Feeling
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Scene, Standing
    from personagen_npc.mind.speak import Line
    from personagen_npc.persona.traits import Mood


class Reply(NamedTuple):
    """What the NPC says and shows, in plain values."""

    turn: str
    conversation: str
    npc: str
    player: str
    text: str
    parts: tuple[dict[str, Any], ...]
    act: str
    pattern: int
    emotion: dict[str, Any]
    mood: str
    actions: tuple[Asked, ...]
    delivery: dict[str, Any]
    source: str
    told: tuple[str, ...]
    why: dict[str, Any]
    truncated: bool = False


def parts_of(text: str, key: str, args: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """A line by sentences, as plain values."""
    return tuple([
        {"text": p.text, "key": p.key, "args": p.args, "ms": p.ms} for p in parts(text, key, args)
    ])  # fmt: skip


def delivery_of(
    npc: Npc, mood: Mood, act: str, emotion: Mapping[str, Any], standing: Standing
) -> dict[str, Any]:
    """Hints for voice and body, as plain values; ``emotion`` as ``emotion_of`` gives it."""
    feeling = {
        "mood.pleasure": mood.pleasure, "mood.arousal": mood.arousal,
        "mood.dominance": mood.dominance, "emotion": emotion["label"],
        "emotion.intensity": emotion["intensity"], "rel.band": band(standing.affinity),
        "rel.familiarity": standing.familiarity, **npc.base,
    }  # fmt: skip
    voice = npc.profile.voice
    table = DeliveryTable.load()
    return table.hints(act, npc.big5, feeling, pace=voice.pace, pitch=voice.pitch)._asdict()


def emotion_of(npc: Npc, mood: Mood, now: float, scale: float) -> dict[str, Any]:
    """What an NPC feels now: the strongest emotion, or calm, over its mood."""
    emotion, intensity = feeling_now(npc, now, scale)
    return {
        "label": emotion or "calm",
        "intensity": round(intensity, 3),
        "pleasure": round(mood.pleasure, 3),
        "arousal": round(mood.arousal, 3),
        "dominance": round(mood.dominance, 3),
    }


def laid_open(
    scene: Scene, heard: Heard, found: Found, felt: Feeling, chosen: Chosen, line: Line,
    findings: tuple[str, ...], before: Mood,
) -> dict[str, Any]:  # fmt: skip
    """The turn laid open: what a designer asks when a line surprises."""
    used = plain(scene, found.memory) if found.memory else ""
    return {
        "perceived": {
            "intent": heard.intent, "second": heard.second,
            "confidence": round(heard.confidence, 3),
            "topic": heard.topic, "entities": heard.entities, "focus": heard.focus,
            "amount": heard.amount, "item": heard.item,
        },
        "recalled": {
            "kind": found.kind,
            "used": found.fact.id if found.fact else used,
            "facts": tuple((f.id, round(f.score, 3)) for f in found.facts),
            "memories": tuple((plain(scene, m), round(m.score, 3)) for m in found.memories),
        },
        "felt": {
            "cause": felt.deed.cause, "custom": felt.deed.custom, "culture": felt.deed.culture,
            "benefit": round(felt.deed.benefit, 3), "praise": round(felt.deed.praise, 3),
            "threat": round(felt.deed.threat, 3),
            "emotions": tuple((e, round(i, 3)) for e, i in felt.emotions),
            "mood_before": tuple(round(x, 3) for x in before),
            "mood_after": tuple(round(x, 3) for x in felt.mood),
            "affinity_moved": round(felt.affinity, 4),
        },
        "chosen": {
            "act": chosen.act, "pattern": chosen.pattern,
            "propensity": round(chosen.propensity, 4), "candidates": chosen.candidates,
            "learner": scene.learned.by, "shares": chosen.shares, "roll": chosen.roll,
        },
        "spoken": {"act": line.act, "line": line.key, "markers": line.markers},
        "checks": findings,
    }  # fmt: skip
