"""Who an NPC is: the authored profile and its temper."""
