"""The version of this release, for whoever states it: the wire, the command line, a cache."""

__version__ = "0.1.0"
