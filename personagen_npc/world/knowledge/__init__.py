"""Knowledge: which facts an NPC may reach, what follows from them, what stands against them."""
