"""Words: what a text is made of. Tokens, stems and a vocabulary that gives stems small numbers.

Knows nothing of NPCs or worlds; the lists it needs are data files beside it.
"""
