"""The Python client: typed calls, answers matched by id, reconnecting without loss or doubling.

``client`` the whole of it | ``talk``, ``world`` its calls | ``session`` ids, resume, what is open |
``answers`` waiting for them | ``pushes`` what comes by itself | ``transport`` WebSocket and
in-process pipe | ``faults`` the server's errors as exceptions.
"""
