"""What a save holds, for designers: to read, to compare, to change, to merge and to share."""
