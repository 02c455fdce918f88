"""Remembering: questions of when and of what somebody did."""
