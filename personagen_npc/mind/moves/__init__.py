"""Moves: what an NPC does of its own in a talk of several turns, beyond answering the last line."""
