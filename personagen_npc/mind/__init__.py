"""One NPC's mind: its living state and the two atomic halves of its turn.

It knows what its scene holds and nothing else; it cannot import the world.
"""
