"""People: how they stand to each other, what they are to each other, how they take it."""
