"""Reading: what a line is read with: words, names, kinds of line, times, who is meant."""
