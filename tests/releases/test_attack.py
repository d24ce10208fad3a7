"""An attacker who keeps everything ever told, and adds and subtracts it as he likes.

What he knows is linear in unknown contributions: one for each debtor and each value that it
ever had. He isolates somebody if some combination is about fewer than *k* debtors, that is, if
the rows lose rank when the unknowns of all others are what he must get rid of.
"""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from marketplace.releases.classes import PARTS
from marketplace.releases.versions import plan

FIGURES = ("cases", "balance_minor")


class World:
    """A small portfolio whose debtors come, pay and go, told anew again and again."""

    def __init__(self, seed: int, least: int) -> None:
        self.g, self.least = np.random.default_rng(seed), least
        self.words: dict[int, tuple[str, ...]] = {}
        self.balance: dict[int, int] = {}
        self.told = pl.DataFrame(schema=dict.fromkeys(("debtor", "number", *FIGURES), pl.Int64))
        self.sets: list[frozenset[tuple[int, int]]] = []
        self.arrive(int(self.g.integers(0, 13)))

    def arrive(self, n: int) -> None:
        for debtor in range(len(self.words), len(self.words) + n):
            self.words[debtor] = tuple(f"{part}{self.g.integers(2)}" for part in PARTS)
            self.balance[debtor] = int(self.g.integers(1, 10**6))

    def change(self) -> None:
        for debtor in list(self.balance):
            luck = self.g.random()
            if luck < 0.25:
                del self.balance[debtor]
            elif luck < 0.6:
                self.balance[debtor] = int(self.g.integers(1, 10**6))

    def tell(self) -> None:
        rows = [(d, *self.words[d], 1, owed) for d, owed in self.balance.items()]
        people = pl.DataFrame(rows, schema=["debtor", *PARTS, *FIGURES], orient="row")
        people = people.with_columns(pl.col("debtor", *FIGURES).cast(pl.Int64))
        made = plan(self.told, people, FIGURES, self.least)
        self.told = made.members.select("debtor", "number", *FIGURES)
        for part in self.told.partition_by("number"):
            self.sets.append(frozenset(part.select("debtor", "balance_minor").rows()))

    def isolated(self) -> list[tuple[int, ...]]:
        """Sets of fewer than `least` debtors about whom something can be computed."""
        rows, owner = self._rows()
        if not rows.size:
            return []
        rank, debtors = np.linalg.matrix_rank(rows), sorted(set(owner.tolist()))
        suspects = combinations(debtors, min(self.least - 1, len(debtors)))
        return [
            few
            for few in suspects
            if np.linalg.matrix_rank(rows[:, ~np.isin(owner, few)]) < rank
        ]

    def _rows(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        unknown = sorted(set().union(*self.sets)) if self.sets else []
        place = {one: i for i, one in enumerate(unknown)}
        rows = np.zeros((len(self.sets), len(unknown)))
        for row, members in zip(rows, self.sets, strict=True):
            row[[place[one] for one in members]] = 1
        return rows, np.array([debtor for debtor, _ in unknown])


@pytest.mark.parametrize("block", range(6))
def test_no_combination_of_releases_is_about_too_few(block: int) -> None:
    told = 0
    for seed in range(block * 40, block * 40 + 40):
        world = World(seed, least=2 + seed % 2)
        for _ in range(4):
            world.tell()
            world.change()
            world.arrive(int(world.g.integers(0, 4)))
        assert world.isolated() == [], seed
        told += len(world.sets)
    assert told > 80


def test_the_attacker_finds_what_careless_releases_give_away() -> None:
    world = World(1, least=3)
    world.arrive(9)
    rows = [(d, 0, 1, owed) for d, owed in world.balance.items()]
    for kept in (rows, rows[1:]):
        world.sets.append(frozenset((debtor, owed) for debtor, _n, _c, owed in kept))
    assert (0, 1) in world.isolated()
