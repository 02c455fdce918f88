"""Rumours: what is told on, to whom, how it changes on the way, and who told it."""
