"""Small sounds, each worked out once: to do it takes two hundred times as long as to see that it was done.

They lie in the memory of a process alone, by what they are made of. So one that a site took away is on no disk, and is
given to nobody: whoever asks for a line gets the sound that it has now. What was not asked for the longest goes first.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from governance.places.aloud import sound

# Bytes in each process: the pages of four languages as most sites have them, of two as long as a tablet keeps any.
MOST = 8 * 1024 * 1024


class SmallSounds:
    """What `sound.small` made last, within a number of bytes. *made*: how many had to be worked out."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.size, self.made = most, 0, 0
        self._found: OrderedDict[bytes, bytes] = OrderedDict()
        self._one_at_a_time = Lock()

    def small(self, file: bytes) -> bytes:
        """Return *file*, a sound as it is kept, in a quarter of its room."""
        name = hashlib.sha256(file).digest()
        with self._one_at_a_time:
            found = self._found.get(name)
            if found is not None:
                self._found.move_to_end(name)
                return found
        made = sound.small(file)  # Meanwhile others are answered; two at the same moment do the same work.
        with self._one_at_a_time:
            self._keep(name, made)
        return made

    def _keep(self, name: bytes, made: bytes) -> None:
        self.made += 1
        self.size += len(made) - len(self._found.pop(name, b""))
        self._found[name] = made
        while self.size > self.most:
            self.size -= len(self._found.popitem(last=False)[1])


small_sounds = SmallSounds()
