"""Merkle tree of RFC 9162 section 2.1 over SHA-256: roots, inclusion proofs, consistency proofs.

A leaf is hashed with prefix 0x00, an inner node with prefix 0x01, so that neither can be passed off as the other.
Hashes are 32 bytes. Leaves are numbered from 0.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return _sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """An append-only tree kept as flat level arrays.

    Level 0 holds the leaf hashes; level k holds the roots of the complete subtrees of 2^k leaves. Appending costs one
    hash on average; a root or proof costs O(log n) hashes. No node is ever changed, so any earlier size can be proved.
    """

    __slots__ = ("_levels",)

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[leaf_hash(entry) for entry in entries]]
        self._fill()

    @classmethod
    def of_leaf_hashes(cls, hashes: Iterable[bytes]) -> MerkleTree:
        """A tree over leaves that are hashed already (32 bytes each; ValueError otherwise)."""
        tree = cls()
        leaves = list(hashes)
        if any(len(leaf) != 32 for leaf in leaves):
            raise ValueError("a leaf hash has 32 bytes")
        tree._levels = [leaves]
        tree._fill()
        return tree

    def __len__(self) -> int:
        return len(self._levels[0])

    def _fill(self) -> None:
        """Complete every level from the one below it."""
        level = 0
        while len(self._levels[level]) > 1:
            below = self._levels[level]
            if len(self._levels) == level + 1:
                self._levels.append([])
            above = self._levels[level + 1]
            for start in range(2 * len(above), len(below) - 1, 2):
                above.append(_sha256(b"\x01" + below[start] + below[start + 1]).digest())
            level += 1

    def append(self, entry: bytes) -> int:
        """Add an entry; its leaf number."""
        self._levels[0].append(leaf_hash(entry))
        level = 0
        while len(self._levels[level]) % 2 == 0:
            below = self._levels[level]
            if len(self._levels) == level + 1:
                self._levels.append([])
            self._levels[level + 1].append(node_hash(below[-2], below[-1]))
            level += 1
        return len(self._levels[0]) - 1

    def extend(self, entries: Iterable[bytes]) -> None:
        """Add many entries."""
        self._levels[0].extend(leaf_hash(entry) for entry in entries)
        self._fill()

    def leaf(self, number: int) -> bytes:
        """Hash of a leaf."""
        return self._levels[0][number]

    def _hash_of(self, start: int, end: int) -> bytes:
        """MTH of leaves ``start`` up to ``end`` (exclusive); ``start`` is a multiple of the span rounded up to 2^k."""
        size = end - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self._levels[level][start >> level]
        half = 1 << (size.bit_length() - 1)
        return node_hash(self._hash_of(start, start + half), self._hash_of(start + half, end))

    def root(self, size: int | None = None) -> bytes:
        """Root of the first ``size`` leaves (all by default)."""
        size = self._size(size)
        return self._hash_of(0, size) if size else EMPTY_ROOT

    def _size(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return size

    def inclusion_proof(self, number: int, size: int | None = None) -> list[bytes]:
        """Sibling hashes from leaf ``number`` up to the root of the first ``size`` leaves (RFC 9162 2.1.3.1)."""
        size = self._size(size)
        if not 0 <= number < size:
            raise ValueError(f"no leaf {number} among {size}")
        proof: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            half = 1 << ((end - start - 1).bit_length() - 1)
            middle = start + half
            if number < middle:
                proof.append(self._hash_of(middle, end))
                end = middle
            else:
                proof.append(self._hash_of(start, middle))
                start = middle
        proof.reverse()
        return proof

    def consistency_proof(self, first: int, second: int | None = None) -> list[bytes]:
        """Hashes that show the tree of ``first`` leaves is a beginning of that of ``second`` (RFC 9162 2.1.4.1)."""
        second = self._size(second)
        if not 0 < first <= second:
            raise ValueError(f"no consistency proof from {first} to {second}")
        proof: list[bytes] = []
        start, end, whole = 0, second, True
        while first != end:
            half = 1 << ((end - start - 1).bit_length() - 1)
            middle = start + half
            if first <= middle:
                proof.append(self._hash_of(middle, end))
                end = middle
            else:
                proof.append(self._hash_of(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._hash_of(start, end))
        proof.reverse()
        return proof


def root_of(entries: Iterable[bytes]) -> bytes:
    """Root over the entries, without keeping the tree: memory grows with log n only."""
    stack: list[tuple[int, bytes]] = []
    for entry in entries:
        height, top = 0, _sha256(b"\x00" + entry).digest()
        while stack and stack[-1][0] == height:
            top = _sha256(b"\x01" + stack.pop()[1] + top).digest()
            height += 1
        stack.append((height, top))
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()[1]
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root


def root_from_inclusion(leaf: bytes, number: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root an inclusion proof leads to (RFC 9162 2.1.3.2); None when the proof cannot fit number and size."""
    if not 0 <= number < size or any(len(part) != 32 for part in proof):
        return None
    at, last, found = number, size - 1, leaf
    for part in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(part, found)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, part)
        at >>= 1
        last >>= 1
    return found if last == 0 else None


def verify_inclusion(leaf: bytes, number: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that the leaf hash stands at ``number`` in the tree of ``size`` leaves with this root."""
    found = root_from_inclusion(leaf, number, size, proof)
    return found is not None and hmac.compare_digest(found, root)


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the second tree begins with the first (RFC 9162 2.1.4.2)."""
    if not 0 < first <= second or any(len(part) != 32 for part in proof):
        return False
    if first == second:
        return not proof and hmac.compare_digest(first_root, second_root)
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old = new = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(part, old), node_hash(part, new)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            new = node_hash(new, part)
        at >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(old, first_root) and hmac.compare_digest(new, second_root)
