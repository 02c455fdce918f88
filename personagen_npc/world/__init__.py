"""One world: who is where, who knows whom and what, and what happens as time passes."""
