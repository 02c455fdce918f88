"""The listener: who may come in, one connection at a time, and the process around it.

``connection`` one client over any duplex | ``admit`` token, role, Origin, Host, rate | ``serve``
the WebSocket listener | ``process`` priority, owner, signals | ``ready`` the line that tells of us.
"""
