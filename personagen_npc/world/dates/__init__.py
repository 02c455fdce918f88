"""Dates: the game's calendar, and the times that people name on it."""
