"""Statements: what is stated as triples, who is believed, and what was said before."""
