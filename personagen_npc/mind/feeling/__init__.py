"""Feeling: what a deed does to a temper, and how a mood is called."""
