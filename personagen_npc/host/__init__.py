"""Worlds at work: one order per world, one journal row per step, answers after the commit.

``Host`` takes whole messages and gives whole messages; it knows no socket.
"""
