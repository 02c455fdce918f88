"""Everything interactive that is a client like any other: the demo, chat, plans, personas on show.

Nothing here starts a server or knows how one is built; each thing gets a connected client.
"""
