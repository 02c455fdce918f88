"""Bytes to messages and back, and the rules of a session. Nothing here opens a socket.

``fields`` what a value may be | ``requests``, ``talk``, ``events`` every message | ``messages`` the
tables over them | ``plain`` bytes to a plain map, limits | ``faults`` what is wrong with it |
``frame`` bytes to message and back | ``session`` order, ids, handshake | ``describe`` the docs.
"""
