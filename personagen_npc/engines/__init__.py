"""Engines: what thinks in vectors and words outside of the minds' own rules. All of it optional."""
