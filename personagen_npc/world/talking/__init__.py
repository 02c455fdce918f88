"""Talking: lines to one or several, between NPCs, and what those near take from them."""
