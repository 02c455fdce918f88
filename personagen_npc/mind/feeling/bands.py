"""Bands: what a liking is called, from hate to friend."""

from __future__ import annotations

# From the lowest up. Talktown's own (hate at -0.20, friend at 0.15) assume its small steps; with
# ours one insult would make an enemy for life, so the bands are spread out, [D].
BANDS = ((-0.6, "hate"), (-0.35, "enemy"), (-0.12, "dislike"), (0.12, "neutral"), (0.3, "like"))


def band(affinity: float) -> str:
    """Band of an affinity in [-1, 1]: hate, enemy, dislike, neutral, like, friend."""
    for limit, name in BANDS:
        if affinity <= limit if limit < 0 else affinity < limit:
            return name
    return "friend"
