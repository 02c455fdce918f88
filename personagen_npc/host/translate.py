"""Where wire and mind meet: a world's outcomes as messages, in the protocol's canonical order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from personagen_npc.errors import PersonagenError
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.outcome import Noted, Outcome, Said

Plain = dict[str, Any]


def answers(outcome: Outcome, re: int, seq: int, *, stream: bool, why: bool) -> list[Plain]:
    """What the caller gets: deltas and replies, or one ``ok``."""
    out: list[Plain] = []
    for k, reply in enumerate(outcome.replies):
        if stream:
            out += _deltas(reply, re, seq)
        out.append(_reply(reply, re, seq, last=k == len(outcome.replies) - 1, why=why))
    if not outcome.replies:
        out.append(ok(re, seq, outcome.data or {}))
    return out


def ok(re: int, seq: int, data: Plain) -> Plain:
    """The plain answer to a request."""
    return {"type": "ok", "re": re, "seq": seq, "data": data}


def error(re: int, fault: PersonagenError) -> Plain:
    """A fault as a message; nothing was changed."""
    return {"type": "error", "re": re, "seq": 0, **fault.as_fields()}


def resync(seq: int, reason: str) -> Plain:
    """Ask again for what you show: what was sent before ``seq`` may hold no longer."""
    return {"type": "resync", "seq": seq, "reason": reason}


def spoke(said: Said, seq: int) -> Plain:
    """A line that an NPC says on its own or that others overhear."""
    return {
        "type": "spoke", "seq": seq, "turn": said.turn, "npc": said.npc, "to": said.to or None,
        "place": said.place or None, "text": said.text, "parts": list(said.parts),
        "act": said.act, "emotion": said.emotion, "delivery": said.delivery,
        "heard_by": list(said.heard_by),
    }  # fmt: skip


def changed(noted: Noted, seq: int) -> Plain:
    """Something that can be watched has changed."""
    return {
        "type": "changed", "seq": seq, "what": noted.what, "id": noted.id, "fields": noted.fields,
    }  # fmt: skip


def _deltas(reply: Reply, re: int, seq: int) -> list[Plain]:
    texts = [p["text"] for p in reply.parts]
    return [
        {
            "type": "delta", "re": re, "seq": seq, "turn": reply.turn, "npc": reply.npc,
            "index": k, "text": text if k == 0 else f" {text}",
        }
        for k, text in enumerate(texts)
    ]  # fmt: skip


def _reply(reply: Reply, re: int, seq: int, *, last: bool, why: bool) -> Plain:
    return {
        "type": "reply", "re": re, "seq": seq, "turn": reply.turn,
        "conversation": reply.conversation, "npc": reply.npc, "player": reply.player,
        "text": reply.text, "parts": list(reply.parts), "act": reply.act,
        "pattern": reply.pattern, "emotion": reply.emotion, "mood": reply.mood,
        "actions": [a._asdict() for a in reply.actions], "delivery": reply.delivery,
        "source": reply.source, "late": False, "truncated": reply.truncated, "last": last,
        "why": reply.why if why else None,
    }  # fmt: skip
