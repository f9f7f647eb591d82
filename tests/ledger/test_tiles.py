"""Tiles and bundles, checked against the specification's own definition and examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ledger import rules, tiles
from governance.ledger.tiles import ENTRIES, Tile

SIZES = (0, 1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 70_000)


def entry(number: int) -> bytes:
    return f"entry {number}".encode()


def written(size: int) -> tuple[tiles.Writer, dict[Tile, bytes]]:
    """Write a log of *size* entries."""
    writer, files = tiles.Writer(), {}
    for number in range(size):
        files.update(writer.add(entry(number)))
    files.update(writer.rest())
    return writer, files


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067"), (10**6, "x001/x000/000")],
)
def test_numbers_are_written_in_groups_of_three(number: int, path: str) -> None:
    assert Tile(0, number).path == f"tile/0/{path}"
    assert Tile(ENTRIES, number, 7).path == f"tile/entries/{path}.p/7"
    assert tiles.read_path(f"tile/0/{path}") == Tile(0, number)


@given(st.integers(-1, 63), st.integers(0, 2**63), st.integers(1, 256))
def test_every_path_is_read_back(level: int, number: int, width: int) -> None:
    assert tiles.read_path(Tile(level, number, width).path) == Tile(level, number, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/000",
        "tile/0/001/000", "tile/0/x001/x000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
        "tile/0/000.p/999", "tile/0/000/", "tile/0/٠٠٠", "tile/entries/../000", "tile/0/000\n", "tile/x/000",
        "tile/0/" + "x999/" * 40 + "999",
    ],
)  # fmt: skip
def test_no_other_spelling_is_a_path(path: str) -> None:
    assert tiles.read_path(path) is None


@given(st.text())
def test_any_text_is_a_path_or_none(path: str) -> None:
    found = tiles.read_path(path)
    assert found is None or found.path == path


def test_the_specifications_own_examples() -> None:
    sizes = [(t.level, t.full, t.width) for t in tiles.of_size(70_000)]
    assert sizes.count((0, True, 256)) == 273
    assert [each for each in sizes if each[0] >= 0 and not each[1]] == [
        (0, False, 112), (1, False, 17), (2, False, 1),
    ]  # fmt: skip
    assert sizes.count((1, True, 256)) == 1
    assert [t.path for t in tiles.of_size(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize("size", SIZES)
def test_each_tile_holds_the_tree_hashes_of_the_specification(size: int) -> None:
    writer, files = written(size)
    leaves = [rules.leaf_hash(entry(number)) for number in range(size)]
    assert set(files) == set(tiles.of_size(size))
    assert (writer.size, writer.root()) == (size, rules.root_of(leaves))
    for tile, content in files.items():
        if tile.level == ENTRIES:
            assert tiles.read_bundle(content) == [entry(tile.start + at) for at in range(tile.width)]
            continue
        span = 256**tile.level
        spans = [(tile.start + at) * span for at in range(tile.width)]
        assert tiles.read_hashes(content) == [rules.root_of(leaves[at : at + span]) for at in spans]
        assert tiles.is_within(tile, size)
        assert not tiles.is_within(Tile(tile.level, tile.number, tile.width), size=(tile.start + tile.width) * span - 1)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_what_is_written_later_joins_what_was_there(one: int, other: int) -> None:
    before, after = sorted((one, other))
    new = list(tiles.of_size(after, before))
    assert set(new) | set(tiles.of_size(before)) >= set(tiles.of_size(after))
    assert len(new) == len(set(new))
    assert not set(new) & {tile for tile in tiles.of_size(before) if tile.full}


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_a_bundle_gives_its_entries_back_and_a_short_one_is_refused(entries: list[bytes]) -> None:
    content = tiles.bundle(entries)
    assert tiles.read_bundle(content) == entries
    if content:
        with pytest.raises(ValueError, match="cut short"):
            tiles.read_bundle(content[:-1])


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33, b"x" * 32 * 257])
def test_a_tile_of_another_length_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="whole hashes"):
        tiles.read_hashes(content)


def test_the_root_over_any_span_of_a_proof_is_the_one_of_the_entries() -> None:
    """Over one tile, over several, and over what lies a level up."""
    size = 600
    _, files = written(size)
    leaves = [rules.leaf_hash(entry(number)) for number in range(size)]

    def content(asked: Tile) -> bytes:
        return next(files[tile] for tile in files if (tile.level, tile.number) == (asked.level, asked.number))

    for span in [(0, 1), (0, 256), (0, 512), (256, 384), (512, 600), (599, 600), (512, 576)]:
        edge = rules.Edge()
        for leaf in leaves[slice(*span)]:
            edge.add(leaf)
        assert tiles.root_of_span(content, span) == edge.root(), span


def test_a_log_has_the_tiles_it_ever_had_and_no_wider_ones() -> None:
    within = [
        (Tile(0, 0, 44), 44),
        (Tile(0, 0, 44), 300),
        (Tile(0, 0, 45), 44),
        (Tile(1, 0, 2), 511),
        (Tile(1, 0, 2), 512),
    ]
    assert [tiles.is_within(tile, size) for tile, size in within] == [True, True, False, False, True]


def test_the_largest_log_that_tiles_can_hold_has_one_on_every_level() -> None:
    size = 1 << 8 * (tiles.MOST_LEVELS - 1)
    found = list(tiles.of_size(size, after=size - 1))
    assert [tile.level for tile in found] == [ENTRIES, *range(tiles.MOST_LEVELS)]
    assert found[-1] == Tile(tiles.MOST_LEVELS - 1, 0, 1)
