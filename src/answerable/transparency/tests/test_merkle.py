"""RFC 9162 section 2.1: what must be refused comes first."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.transparency.errors import ProofInvalid
from answerable.transparency.merkle import (
    EMPTY_ROOT,
    _in_memory,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
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
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MANY = [leaf_hash(bytes([n])) for n in range(70)]
OTHER = hashlib.sha256(b"other").digest()


def included(index, size, leaves=MANY):
    return (leaves[index], index, size, root_of(leaves[:size]), inclusion_proof(index, size, _in_memory(leaves)))


def consistent(old, new, leaves=MANY):
    return (old, root_of(leaves[:old]), new, root_of(leaves[:new]), consistency_proof(old, new, _in_memory(leaves)))


def test_nothing_is_in_an_empty_tree():
    for index in (-1, 0, 1):
        with pytest.raises(ProofInvalid):
            verify_inclusion(LEAVES[0], index, 0, EMPTY_ROOT, [])
        with pytest.raises(ProofInvalid):
            inclusion_proof(index, 0, _in_memory([]))


@pytest.mark.parametrize("proof", [[], [OTHER]])
@pytest.mark.parametrize("new", [0, 1, 8])
def test_nothing_is_proven_from_size_zero(new, proof):
    with pytest.raises(ProofInvalid):
        verify_consistency(0, EMPTY_ROOT, new, root_of(MANY[:new]), proof)
    with pytest.raises(ProofInvalid):
        consistency_proof(0, new, _in_memory(MANY))


def test_newer_tree_is_not_smaller():
    old, old_root, new, new_root, proof = consistent(5, 9)
    with pytest.raises(ProofInvalid):
        verify_consistency(new, new_root, old, old_root, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (3, 7), (6, 7), (69, 70), (64, 65)])
def test_inclusion_with_a_hash_too_many_too_few_or_another_is_refused(index, size):
    leaf, _, _, root, proof = included(index, size)
    verify_inclusion(leaf, index, size, root, proof)
    changed = [[*proof, OTHER], [OTHER, *proof]]
    if proof:
        changed += [proof[:-1], proof[1:], [*proof[:-1], OTHER], [proof[0][:31], *proof[1:]]]
    for one in changed:
        with pytest.raises(ProofInvalid):
            verify_inclusion(leaf, index, size, root, one)
    for what in (
        (OTHER, index, size, root),
        (leaf, index, size, OTHER),
        (leaf, size, size, root),
        (leaf, -1, size, root),
    ):
        with pytest.raises(ProofInvalid):
            verify_inclusion(*what, proof)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 4), (3, 7), (4, 7), (6, 8), (64, 70), (63, 64)])
def test_consistency_with_a_hash_too_many_too_few_or_another_is_refused(old, new):
    _, old_root, _, new_root, proof = consistent(old, new)
    verify_consistency(old, old_root, new, new_root, proof)
    for one in (
        [*proof, OTHER],
        [OTHER, *proof],
        proof[:-1],
        proof[1:],
        [],
        [*proof[:-1], OTHER],
        [proof[0] + b"x", *proof[1:]],
    ):
        with pytest.raises(ProofInvalid):
            verify_consistency(old, old_root, new, new_root, one)
    for roots in ((OTHER, new_root), (old_root, OTHER), (new_root, old_root)):
        with pytest.raises(ProofInvalid):
            verify_consistency(old, roots[0], new, roots[1], proof)


def test_trees_of_one_size_have_one_root_and_need_no_proof():
    root = root_of(MANY[:5])
    verify_consistency(5, root, 5, root, [])
    for old, new, proof in ((root, OTHER, []), (root, root, [OTHER])):
        with pytest.raises(ProofInvalid):
            verify_consistency(5, old, 5, new, proof)


def test_leaf_is_no_node():
    """A node's two halves as an entry would be a second preimage but for the byte in front (section 2.1.1)."""
    assert leaf_hash(MANY[0] + MANY[1]) != node_hash(MANY[0], MANY[1])


def test_roots_of_the_rfcs_eight_entries():
    assert [root_of(LEAVES[:size]).hex() for size in range(9)] == ROOTS


def test_every_proof_of_every_small_tree_holds():
    for size in range(1, 40):
        for index in range(size):
            verify_inclusion(*included(index, size))
        for old in range(1, size + 1):
            verify_consistency(*consistent(old, size))


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 69))
def test_tree_with_one_leaf_changed_is_another(old, new, changed):
    old, new = sorted((old, new))
    forged = [*MANY[:changed], OTHER, *MANY[changed + 1 :]]
    size, old_root, _, _, _ = consistent(old, new)
    proof, root = consistency_proof(old, new, _in_memory(forged)), root_of(forged[:new])
    if changed >= old:
        verify_consistency(size, old_root, new, root, proof)
    else:
        with pytest.raises(ProofInvalid):
            verify_consistency(size, old_root, new, root, proof)


def test_proof_has_no_more_hashes_than_the_tree_is_high():
    for size in range(2, 70):
        assert len(inclusion_proof(0, size, _in_memory(MANY))) == (size - 1).bit_length()
    assert all(
        a <= b for a, b in pairwise(len(inclusion_proof(n - 1, n, _in_memory(MANY))) for n in (1, 2, 4, 8, 16, 32, 64))
    )
