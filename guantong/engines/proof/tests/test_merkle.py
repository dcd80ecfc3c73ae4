"""The tree against the recursive definition of RFC 9162 and published vectors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engines.proof.merkle import (
    EMPTY_ROOT,
    MerkleTree,
    leaf_hash,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mth(entries: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if not entries:
        return _sha(b"")
    if len(entries) == 1:
        return _sha(b"\x00" + entries[0])
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return _sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 9162 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """RFC 9162 2.1.4.1."""
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


ENTRIES = [f"entry {i}".encode() for i in range(200)]

# The eight leaves and roots of the certificate-transparency reference test data (RFC 6962 tree, same definition).
REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_it_gives_the_published_roots() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for count, expected in enumerate(REFERENCE_ROOTS, start=1):
        assert MerkleTree(REFERENCE_LEAVES[:count]).root().hex() == expected
        assert root_of(REFERENCE_LEAVES[:count]).hex() == expected


@pytest.mark.parametrize("size", range(1, 201))
def test_it_agrees_with_the_recursive_definition(size: int) -> None:
    entries = ENTRIES[:size]
    tree = MerkleTree(entries)
    root = mth(entries)
    assert tree.root() == root == root_of(entries)
    for number in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        proof = tree.inclusion_proof(number)
        assert proof == path(number, entries)
        assert verify_inclusion(leaf_hash(entries[number]), number, size, proof, root)
    for first in {1, 2, 3, size // 3, size // 2, size - 1, size} & set(range(1, size + 1)):
        proof = tree.consistency_proof(first)
        assert proof == subproof(first, entries, True)
        assert verify_consistency(first, size, mth(entries[:first]), root, proof)


def test_appending_and_extending_give_the_same_tree() -> None:
    one_by_one, in_bulk = MerkleTree(), MerkleTree()
    for start in range(0, 200, 7):
        in_bulk.extend(ENTRIES[start : start + 7])
        for entry in ENTRIES[start : start + 7]:
            one_by_one.append(entry)
        assert one_by_one.root() == in_bulk.root() == mth(ENTRIES[: start + 7])
    assert one_by_one.root(113) == mth(ENTRIES[:113])
    hashed = MerkleTree.of_leaf_hashes(leaf_hash(e) for e in ENTRIES)
    assert hashed.root() == one_by_one.root()


@given(size=st.integers(1, 90), data=st.data())
def test_a_changed_proof_leaf_number_or_root_is_noticed(size: int, data: st.DataObject) -> None:
    entries = ENTRIES[:size]
    tree = MerkleTree(entries)
    number = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion_proof(number), tree.root()
    leaf = leaf_hash(entries[number])
    assert root_from_inclusion(leaf, number, size, proof) == root
    assert not verify_inclusion(leaf_hash(b"other"), number, size, proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != number)) if size > 1 else size
    assert not verify_inclusion(leaf, other, size, proof, root)
    assert not verify_inclusion(leaf, number, size, [*proof, b"\x00" * 32], root)
    if proof:
        assert not verify_inclusion(leaf, number, size, proof[:-1], root)
        at = data.draw(st.integers(0, len(proof) - 1))
        broken = list(proof)
        broken[at] = bytes([broken[at][0] ^ 1]) + broken[at][1:]
        assert not verify_inclusion(leaf, number, size, broken, root)


@given(first=st.integers(1, 80), more=st.integers(1, 60), data=st.data())
def test_a_log_that_rewrote_its_past_is_noticed(first: int, more: int, data: st.DataObject) -> None:
    second = first + more
    changed = data.draw(st.integers(0, first - 1))
    honest = MerkleTree(ENTRIES[:first])
    rewritten = [b"forged" if i == changed else e for i, e in enumerate(ENTRIES[:second])]
    tree = MerkleTree(rewritten)
    proof = tree.consistency_proof(first)
    assert not verify_consistency(first, second, honest.root(), tree.root(), proof)
    assert verify_consistency(first, second, tree.root(first), tree.root(), proof)
    assert not verify_consistency(first, second, tree.root(first), tree.root(), [*proof, b"\x00" * 32])


def test_a_leaf_cannot_pass_as_a_node() -> None:
    tree = MerkleTree(ENTRIES[:2])
    forged = leaf_hash(ENTRIES[0]) + leaf_hash(ENTRIES[1])
    assert MerkleTree([forged]).root() != tree.root()


@pytest.mark.parametrize("number,size", [(5, 5), (-1, 3), (0, 0), (0, 6)])
def test_it_refuses_what_is_not_in_the_tree(number: int, size: int) -> None:
    with pytest.raises(ValueError):
        MerkleTree(ENTRIES[:5]).inclusion_proof(number, size)
    with pytest.raises(ValueError):
        MerkleTree(ENTRIES[:5]).consistency_proof(0)
    with pytest.raises(ValueError):
        MerkleTree.of_leaf_hashes([b"short"])
