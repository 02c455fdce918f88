"""Telling: what an answer is made of: wares, ways, sources, the gist of a memory."""
