"""Remembering: what an NPC holds, as its mind may read it, and what a night does to it."""
