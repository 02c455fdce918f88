"""The torch door: what is learned in batches, in a process of its own, off the way to a reply."""
