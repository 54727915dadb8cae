"""Merkle trees as RFC 9162 section 2.1 has them (the same as RFC 6962): SHA-256, no padding.

A tree is named by its size and its root. Two proofs can be given about it, both of a few hashes: a
path from one leaf to the root, and what shows that a later tree begins with an earlier one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256().digest()
Hashes = Sequence[bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf; its prefix keeps it apart from any node's."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that adding a leaf and knowing the root need.

    Args:
        size: leaves so far.
        peaks: roots of the complete subtrees that these make, largest first.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        complete = self.size
        while complete & 1:  # each 1 at the end is a subtree that this leaf doubles
            leaf = node_hash(self.peaks.pop(), leaf)
            complete >>= 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Hashes) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root


def inclusion_path(index: int, leaves: Hashes) -> tuple[bytes, ...]:
    """What leads from the leaf at `index` (from 0) to the root over all `leaves`."""
    if len(leaves) == 1:
        return ()
    middle = _split(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if index < middle:
        return (*inclusion_path(index, left), root_of(right))
    return (*inclusion_path(index - middle, right), root_of(left))


def consistency_path(old_size: int, leaves: Hashes) -> tuple[bytes, ...]:
    """What shows that the tree over `leaves` begins with that over the first `old_size` of them."""
    if old_size in {0, len(leaves)}:
        return ()
    return _consistency(old_size, leaves, known=True)


def _consistency(old_size: int, leaves: Hashes, *, known: bool) -> tuple[bytes, ...]:
    """`known`: the root over just these old leaves is the old root itself, which needs no proof."""
    if old_size == len(leaves):
        return () if known else (root_of(leaves),)
    middle = _split(len(leaves))
    left, right = leaves[:middle], leaves[middle:]
    if old_size <= middle:
        return (*_consistency(old_size, left, known=known), root_of(right))
    return (*_consistency(old_size - middle, right, known=False), root_of(left))


def _split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def is_included(index: int, size: int, leaf: bytes, path: Hashes, root: bytes) -> bool:
    """Whether the path leads from this leaf to the root of that size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = node_hash(sibling, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Hashes) -> bool:
    """Whether the newer tree is shown to begin with the older one (RFC 9162, 2.1.4.2)."""
    if old == 0:
        return old <= new and not path and old_root == EMPTY_ROOT
    if not old < new:
        return old == new and not path and old_root == new_root
    rest = list(path) if old & old - 1 else [old_root, *path]
    if not rest:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    made_old = made_new = rest.pop(0)
    for one in rest:
        if last == 0:
            return False
        if here & 1 or here == last:
            made_old, made_new = node_hash(one, made_old), node_hash(one, made_new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            made_new = node_hash(made_new, one)
        here, last = here >> 1, last >> 1
    return last == 0 and made_old == old_root and made_new == new_root
