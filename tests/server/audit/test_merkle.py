"""The tree: known roots, and every proof of every size holds and no other does."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st
from refcheck_server.audit import merkle

KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first 0 to 8 leaves, as logs of Certificate Transparency test them."""
MOST = 70


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(f"event {number}".encode()) for number in range(count)]


def other(one: bytes) -> bytes:
    return hashlib.sha256(one).digest()


def test_the_roots_are_those_of_certificate_transparency():
    hashes = [merkle.leaf_hash(bytes.fromhex(text)) for text in KNOWN_LEAVES]
    roots = [merkle.root_of(hashes[:size]).hex() for size in range(9)]
    assert roots == KNOWN_ROOTS


def test_a_growing_tree_has_the_root_of_the_whole_at_each_size():
    frontier = merkle.Frontier()
    for size in range(MOST):
        assert frontier.root == merkle.root_of(leaves(size))
        frontier = merkle.Frontier(frontier.size, frontier.peaks)  # as it is kept and read again
        frontier.add(leaves(size + 1)[-1])


def test_every_leaf_of_every_tree_is_proven_to_be_in_it_and_nowhere_else():
    for size in range(1, MOST + 1):
        all_leaves, root = leaves(size), merkle.root_of(leaves(size))
        for index, leaf in enumerate(all_leaves):
            path = merkle.inclusion_path(index, all_leaves)
            assert merkle.is_included(index, size, leaf, path, root)
            assert not merkle.is_included(index, size, other(leaf), path, root)
            assert not merkle.is_included((index + 1) % size, size, leaf, path, root) or size == 1
            assert not merkle.is_included(index + size, size, leaf, path, root)
            assert not merkle.is_included(index, 2 * size, leaf, path, root)


def test_every_tree_is_proven_to_begin_with_every_smaller_one():
    for new in range(MOST + 1):
        grown, root = leaves(new), merkle.root_of(leaves(new))
        for old in range(new + 1):
            old_root, path = merkle.root_of(grown[:old]), merkle.consistency_path(old, grown)
            assert merkle.is_consistent(old, old_root, new, root, path)
            assert not merkle.is_consistent(old, other(old_root), new, root, path)
            assert not merkle.is_consistent(old, old_root, new, other(root), path) or old == 0
            assert not merkle.is_consistent(old, old_root, new, root, [*path, root])
            assert not merkle.is_consistent(old, old_root, 2 * new, root, path) or old == 0


@given(st.data(), st.integers(1, MOST))
def test_a_changed_path_proves_nothing(data, size):
    all_leaves, root = leaves(size), merkle.root_of(leaves(size))
    index = data.draw(st.integers(0, size - 1))
    path = list(merkle.inclusion_path(index, all_leaves))
    broken = data.draw(changed(path, root))
    assert broken == path or not merkle.is_included(index, size, all_leaves[index], broken, root)
    old = data.draw(st.integers(0, size))
    shown = list(merkle.consistency_path(old, all_leaves))
    broken = data.draw(changed(shown, root))
    old_root = merkle.root_of(all_leaves[:old])
    assert broken == shown or not merkle.is_consistent(old, old_root, size, root, broken)


@given(st.data(), st.integers(2, MOST))
def test_no_path_joins_a_rewritten_log_to_the_old_root(data, size):
    old = data.draw(st.integers(1, size))
    rewritten = leaves(size)
    index = data.draw(st.integers(0, old - 1))
    rewritten[index] = other(rewritten[index])
    path, root = merkle.consistency_path(old, rewritten), merkle.root_of(rewritten)
    assert not merkle.is_consistent(old, merkle.root_of(leaves(old)), size, root, path)


def changed(path: list[bytes], root: bytes) -> st.SearchStrategy[list[bytes]]:
    """The path with a hash more, one less, two exchanged, or one that is another."""
    places = st.integers(0, max(0, len(path) - 1))
    return st.one_of(
        places.map(lambda at: [*path[:at], root, *path[at:]]),
        places.map(lambda at: [*path[:at], *path[at + 1 :]]),
        places.map(lambda at: [*path[at:], *path[:at]]),
        places.map(lambda at: [other(one) if at == n else one for n, one in enumerate(path)]),
    )
