"""What outlives a process: the journal of a world, its saves, and the lock on their folder.

One SQLite file a world holds every numbered step (``journal``), written by one thread in groups
(``writer``); ``rows`` says how a row lies on the disk and how a damaged one is found out. ``saves``
keeps named slots in a folder, ``container`` is the format of one save, ``lock`` admits one process
to a store. The rows' bytes mean nothing here: the host packs and unpacks them.
"""

from personagen_npc.store.container import pack_save, read_save, write_save
from personagen_npc.store.journal import Journal
from personagen_npc.store.lock import StoreLock
from personagen_npc.store.rows import Row, digest_of
from personagen_npc.store.saves import SaveInfo, Saves

__all__ = [
    "Journal",
    "Row",
    "SaveInfo",
    "Saves",
    "StoreLock",
    "digest_of",
    "pack_save",
    "read_save",
    "write_save",
]
