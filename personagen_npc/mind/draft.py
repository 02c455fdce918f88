"""Draft: what an engine made of a turn, and the gate that it has to pass in this mind's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.guard.drafts import Gate, Told

if TYPE_CHECKING:
    from personagen_npc.guard.outgoing import Checks
    from personagen_npc.mind.brief import Brief
    from personagen_npc.mind.npc import Npc


class Draft(NamedTuple):
    """A line of an engine, read and passed.

    Attributes:
        text: its sentences.
        engine: who wrote it.
        truncated: whether it was meant to go on.
    """

    text: str
    engine: str
    truncated: bool = False


class Sent(NamedTuple):
    """A prompt as it was sent: all of it, its instructions, and its canary."""

    text: str
    rules: str
    canary: str


def gate_for(npc: Npc, brief: Brief, sent: Sent, checks: Checks) -> Gate:
    """The gate for one turn's draft."""
    facts = "\n".join(f.text for f in (*brief.own, *brief.facts))
    open_ = "\n".join((facts, *brief.memories, brief.background, brief.line))
    told = Told(
        sent.text, sent.rules, sent.canary, open_, brief.heard, npc.profile.name, brief.kept
    )
    return Gate(told, checks, tuple(npc.spoken), brief.most)
