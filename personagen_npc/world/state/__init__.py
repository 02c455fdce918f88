"""State: a world as plain values and back, checked, migrated, and with a player taken out."""
