"""Measurements: one file a topic, each a ratio to a limit measured in the same run."""
