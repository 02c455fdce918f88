"""Guard: what may come in and what may go out, as plain text checks.

Incoming text is cleaned, bounded and flagged; outgoing lines are read once more before they leave.
Nothing here knows NPCs or worlds; word lists and patterns stand in ``data/``.
"""
