"""What comes to Glance is mostly empty: volumes of a GiB with nothing in them.

So many empty pieces at the beginning are hashed once in the life of the process, and an empty piece
leaves a hole in the file. Digests and content are what they would be; a GiB takes seconds else.
"""

import hashlib
from typing import Any

PIECE = 1 << 20
"""Bytes: clients send, and the store reads, pieces of this size."""
_NOTHING = bytes(PIECE)
_after: dict[tuple[str, int], Any] = {}
"""Algorithm and number of empty pieces → the state of the hash after them."""


def has_content(piece: bytes) -> bool:
    """Whether there is anything but zeros in a piece."""
    return piece != _NOTHING[: len(piece)]


class Hasher:
    """As much of `hashlib`'s objects as the store needs.

    Args:
        algorithm: by hashlib's name.
    """

    def __init__(self, algorithm: str) -> None:
        self._algorithm = algorithm
        self._empty = 0
        self._begun: Any = None

    def update(self, piece: bytes) -> None:
        """Take in what comes next."""
        if self._begun is None and piece == _NOTHING:
            self._empty += 1
            return
        if self._begun is None:
            self._begun = self._after_empty(self._empty).copy()
        self._begun.update(piece)

    def hexdigest(self) -> str:
        """The digest of all that was taken in."""
        return str((self._begun or self._after_empty(self._empty)).hexdigest())

    def _after_empty(self, count: int) -> Any:
        known = (self._algorithm, count)
        if known not in _after:
            state = hashlib.new(self._algorithm, usedforsecurity=False)
            for _ in range(count):
                state.update(_NOTHING)
            _after[known] = state
        return _after[known]
