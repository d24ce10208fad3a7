"""Classes are large enough, and their words fit everybody in them."""

import numpy as np
import polars as pl
import pytest

from marketplace.releases.classes import CELL, MIXED, MOST_CELLS, PARTS, classify


def crowd(seed: int, most: int = 400) -> pl.DataFrame:
    """Debtors whose words are as uneven as in real books."""
    g = np.random.default_rng(seed)
    n = int(g.integers(1, most))
    words = {
        part: g.choice(
            [f"{part}{i}" for i in range(size)],
            n,
            p=g.dirichlet(np.full(size, g.choice([0.2, 2]))),
        )
        for part, size in zip(PARTS, (7, 5, 3, 4, 6), strict=True)
    }
    return pl.DataFrame({"debtor": np.arange(n), **words})


@pytest.mark.parametrize("block", range(4))
def test_every_class_is_large_enough_and_well_named(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        people, least = crowd(seed), 1 + seed % 12
        if people.height < least:
            continue
        found = classify(people, least)
        assert found["debtor"].sort().to_list() == people["debtor"].to_list()
        assert found.group_by("number").len()["len"].min() >= least, seed
        assert found.select("number", *PARTS).n_unique() == found["number"].n_unique()
        assert found.select(CELL).n_unique() <= MOST_CELLS
        both = found.join(people, on="debtor", suffix="_own")
        for part in PARTS:
            fits = (pl.col(part) == pl.col(f"{part}_own")) | (pl.col(part) == MIXED[part])
            assert both.filter(~fits).is_empty(), (seed, part)


def test_the_order_of_the_rows_does_not_matter() -> None:
    for seed in range(30):
        people = crowd(seed)
        if people.height >= 5:
            mixed = people.sample(fraction=1, shuffle=True, seed=seed)
            one, two = (classify(rows, 5).sort("debtor") for rows in (people, mixed))
            assert one.equals(two)


def test_common_words_are_kept_and_the_rare_hide_among_wider_ones() -> None:
    rows = [("north", "young", "low")] * 12 + [("north", "young", "high")] * 3
    rows += [("north", "old", "low")] * 9 + [("south", "old", "low")] * 2
    people = pl.DataFrame(
        [(n, *row, "card", "0-1") for n, row in enumerate(rows)],
        schema=["debtor", *PARTS],
        orient="row",
    )
    found = classify(people, 10)
    cells = dict(
        found.group_by(CELL).len().select(pl.concat_str(CELL, separator="|"), "len").rows()
    )
    # The nine old and the three high go together; the two of the south join the smallest cell.
    assert cells == {"north|young|low": 12, "any_region|any_age|any_score": 14}


def test_parts_that_are_too_small_are_told_together() -> None:
    bands = ["0-1"] * 10 + ["1-5"] * 6 + ["5+"] * 6 + ["9+"] * 11
    people = pl.DataFrame(
        [(n, "north", "old", "low", "card", band) for n, band in enumerate(bands)],
        schema=["debtor", *PARTS],
        orient="row",
    )
    found = classify(people, 10)
    assert dict(found.group_by("band").len().rows()) == {"0-1": 10, "any_band": 12, "9+": 11}
