"""Merkle trees over SHA-256 (RFC 9162 section 2.1): hashes, inclusion and consistency proofs, and their verification.

Verification refuses what a careless one accepts: an inclusion in an empty tree, a consistency proof from size 0 (even an
empty one), a proof with a hash too many or too few. Sizes and indices are numbers of leaves, counted from 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from answerable.transparency.errors import ProofInvalid

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
Subtree = Callable[[int, int], bytes]
"""Return the hash of the leaves from `start` up to `end`, exclusive; only whole subtrees of 2**k leaves are asked for."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees together."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, all in memory: for small trees and tests."""
    return root_hash(len(leaves), _in_memory(leaves))


def root_hash(size: int, subtree: Subtree) -> bytes:
    """Return the root of a tree from the hashes of its whole subtrees."""
    return _range_hash(0, size, subtree) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Prove that a leaf is in a tree of `size` (section 2.1.3.1); the leaf's sibling comes first."""
    if not 0 <= index < size:
        raise ProofInvalid(f"There is no leaf {index} in a tree of {size}.")
    return _inclusion(index, 0, size, subtree)


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Prove that a tree of `new` leaves begins with the tree of `old` (section 2.1.4.1). Empty for equal sizes."""
    if not 0 < old <= new:
        raise ProofInvalid(f"Nothing can be proven from size {old} to size {new}.")
    return [] if old == new else _consistency(old, 0, new, subtree, is_whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofInvalid unless `leaf` is number `index` of the tree (section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofInvalid(f"There is no leaf {index} in a tree of {size}.")
    _require_hashes(proof, leaf, root)
    first, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("The proof has a hash too many.")
        if first & 1 or first == last:
            current = node_hash(sibling, current)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise ProofInvalid("The proof has a hash too few.")
    if current != root:
        raise ProofInvalid("The leaf is not in that tree.")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofInvalid unless the tree of `new` leaves begins with that of `old` (section 2.1.4.2).

    Everything begins with the empty tree, so that nothing is proven by it: size 0 is refused.
    """
    if not 0 < old <= new:
        raise ProofInvalid(f"Nothing can be proven from size {old} to size {new}.")
    _require_hashes(proof, old_root, new_root)
    if old == new:
        if proof or old_root != new_root:
            raise ProofInvalid("Trees of one size have one root, and need no proof.")
        return
    if not proof:
        raise ProofInvalid("The proof has a hash too few.")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    seen_old = seen_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofInvalid("The proof has a hash too many.")
        if first & 1 or first == last:
            seen_old, seen_new = node_hash(sibling, seen_old), node_hash(sibling, seen_new)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            seen_new = node_hash(seen_new, sibling)
        first, last = first >> 1, last >> 1
    if last != 0:
        raise ProofInvalid("The proof has a hash too few.")
    if seen_old != old_root or seen_new != new_root:
        raise ProofInvalid("The newer tree does not begin with the older one.")


class Frontier:
    """The right edge of a growing tree: enough to append to it and to know its root. It holds a hash per bit of the size."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self._edge.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right, left = self._edge.pop(), self._edge.pop()
            self._edge.append(node_hash(left, right))

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def _require_hashes(proof: Iterable[bytes], *more: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in (*proof, *more)):
        raise ProofInvalid("Each hash has 32 bytes.")


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        return subtree(start, end)
    middle = start + _split(size)
    return node_hash(subtree(start, middle), _range_hash(middle, end, subtree))


def _inclusion(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_inclusion(index, start, middle, subtree), _range_hash(middle, end, subtree)]
    return [*_inclusion(index, middle, end, subtree), _range_hash(start, middle, subtree)]


def _consistency(old: int, start: int, end: int, subtree: Subtree, *, is_whole: bool) -> list[bytes]:
    """Follow SUBPROOF(m, D[n], b): `is_whole` is b, the old tree is the subtree's own beginning from `start`."""
    if start + old == end:
        return [] if is_whole else [_range_hash(start, end, subtree)]
    half = _split(end - start)
    middle = start + half
    if old <= half:
        return [*_consistency(old, start, middle, subtree, is_whole=is_whole), _range_hash(middle, end, subtree)]
    return [*_consistency(old - half, middle, end, subtree, is_whole=False), _range_hash(start, middle, subtree)]


def _in_memory(leaves: Sequence[bytes]) -> Subtree:
    def subtree(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = (start + end) // 2
        return node_hash(subtree(start, middle), subtree(middle, end))

    return subtree
