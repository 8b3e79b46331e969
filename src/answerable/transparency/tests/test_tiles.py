"""C2SP tlog-tiles: names, widths, bundles, and a tree read back from its files alone."""

import pytest

from answerable.transparency.errors import EntryTooLarge, MalformedTile
from answerable.transparency.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from answerable.transparency.store import FileStore, grow
from answerable.transparency.tiles import (
    ENTRIES,
    ENTRY_AT_MOST,
    WIDTH,
    Tile,
    TileReader,
    bundle,
    hashes_in,
    tile_at,
    unbundle,
)


def entry(n):
    return f"entry {n}".encode()


def files_of(size):
    """Write a tree's files the slow way: straight from the definition."""
    leaves = [leaf_hash(entry(n)) for n in range(size)]
    files, hashes, level = {}, leaves, 0
    for index in range(0, size, WIDTH):
        found = [entry(n) for n in range(index, min(index + WIDTH, size))]
        files[Tile(ENTRIES, index // WIDTH, len(found)).path] = bundle(found)
    while hashes:
        for index in range(0, len(hashes), WIDTH):
            part = hashes[index : index + WIDTH]
            files[Tile(level, index // WIDTH, len(part)).path] = b"".join(part)
        whole = [hashes[i : i + WIDTH] for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        hashes, level = [root_of(part) for part in whole], level + 1
    return files, leaves


@pytest.mark.parametrize(
    ("index", "path"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")]
)
def test_index_is_written_in_threes(index, path):
    assert Tile(0, index).path == f"tile/0/{path}"
    assert Tile(ENTRIES, index, 7).path == f"tile/entries/{path}.p/7"


@pytest.mark.parametrize("steps", [[1], [255, 1], [256], [257], [100, 156, 1, 443], [700], [512, 1]])
def test_growing_tree_has_the_files_of_the_definition_after_each_step(tmp_path, steps):
    """A tree of 256 has a full tile and one hash above; a partial tile is never hashed upwards."""
    store, size = FileStore(tmp_path), 0
    for step in steps:
        size = grow(store, size, [entry(n) for n in range(size, size + step)])
        wanted, _ = files_of(size)
        assert {path: store.read(path) for path in wanted} == wanted
    assert not store.has(tile_at(0, 0, size).path.replace("/0/", "/2/"))


def test_tree_has_no_tile_beyond_its_size():
    for level, index, size in ((0, 0, 0), (0, 1, 256), (1, 0, 255), (2, 0, 65_535)):
        with pytest.raises(MalformedTile):
            tile_at(level, index, size)


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 33, b"x" * 64])
def test_tile_of_another_size_is_refused(raw):
    with pytest.raises(MalformedTile):
        hashes_in(raw, Tile(0, 0, 1))


@pytest.mark.parametrize("raw", [b"\x00", b"\x00\x05four", bundle([b"a"]) + b"\x00", bundle([b"a", b"b"]), b""])
def test_bundle_that_is_cut_or_has_another_count_is_refused(raw):
    with pytest.raises(MalformedTile):
        unbundle(raw, width=1)


def test_longest_entry_fits_and_one_byte_more_does_not():
    entries = [b"", b"x" * ENTRY_AT_MOST]
    assert unbundle(bundle(entries), width=2) == entries
    with pytest.raises(EntryTooLarge):
        bundle([b"x" * (ENTRY_AT_MOST + 1)])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_tree_is_read_back_from_its_files(size):
    files, leaves = files_of(size)
    reader = TileReader(files.__getitem__, size)
    root = root_hash(size, reader.subtree)
    assert root == root_of(leaves)
    for index in {0, size // 2, size - 1}:
        verify_inclusion(leaves[index], index, size, root, inclusion_proof(index, size, reader.subtree))
        old = index + 1
        verify_consistency(old, root_of(leaves[:old]), size, root, consistency_proof(old, size, reader.subtree))
    assert [e for n in range(-(-size // WIDTH)) for e in reader.entries(n)] == [entry(n) for n in range(size)]


def test_subtree_above_a_full_tile_is_read_from_the_level_above():
    files, leaves = files_of(700)
    reader = TileReader({path: raw for path, raw in files.items() if "/1/" in path}.__getitem__, 700)
    assert reader.subtree(0, 512) == node_hash(root_of(leaves[:256]), root_of(leaves[256:512]))


def test_entry_that_is_not_what_its_hash_says_is_refused():
    files, _ = files_of(3)
    files["tile/entries/000.p/3"] = bundle([entry(0), b"forged", entry(2)])
    with pytest.raises(MalformedTile):
        TileReader(files.__getitem__, 3).entries(0)
