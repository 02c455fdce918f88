"""Deeds: what the game reports, and who sees or hears of it."""
