"""Memory: what happened, who holds it and how strongly, finding it again, and what is believed.

A happening is stored once per world; a memory is an NPC's hold on it. Indexes are derived, built
on first recall and never saved. Nothing here knows of moods, voices or worlds.
"""
