"""What the rows of a sheet say about one another.

How a sheet writes its amounts and rates shows in all its rows together; whether a row was there
before, in all before it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from marketplace.portfolios import cleaning
from marketplace.portfolios.assembling import Sheet
from marketplace.portfolios.vocabulary import AMOUNTS, CODED


@dataclass
class Habits:
    """The columns written 1.234,56, and the highest rate (see `rate_hundredths`)."""

    votes: dict[str, int] = field(default_factory=dict)
    highest_rate: int | None = None

    @property
    def commas(self) -> frozenset[str]:
        """A column that never says so follows its sheet."""
        whole = sum(self.votes.values())
        return frozenset(key for key, votes in self.votes.items() if (votes or whole) > 0)


def habits_of(sheets: Iterable[Sheet]) -> dict[str, Habits]:
    """The habits of every sheet, from all its pieces."""
    found: dict[str, Habits] = defaultdict(Habits)
    for sheet in sheets:
        _learn(found[sheet.name], sheet)
    return found


def _learn(habits: Habits, sheet: Sheet) -> None:
    for name in AMOUNTS:
        for key in sheet.keys(name):
            text = cleaning.cleaned(sheet.frame[key], as_code=is_coded(key))
            habits.votes[key] = habits.votes.get(key, 0) + cleaning.comma_votes(text)
    rate = sheet.key("rate_annual")
    if rate:
        text = cleaning.cleaned(sheet.frame[rate], as_code=is_coded(rate))
        rates = text.str.replace("%$", "").to_frame("rate")
        highest = rates.select(cleaning.rate_hundredths(pl.col("rate")).max()).item()
        known = (one for one in (habits.highest_rate, highest) if one is not None)
        habits.highest_rate = max(known, default=None)


def is_coded(key: str) -> bool:
    """Whether the cells of a column are identifiers, phones, amounts or dates."""
    return key.rpartition("#")[0] in CODED


class Seen:
    """Rows, case numbers and debtors of the pieces before.

    Each is kept as 128 bits: a million different ones hold two equal ones once in 10^26 lists.
    """

    def __init__(self) -> None:
        self._prints: dict[tuple[str, ...], pl.DataFrame] = {}

    def rows_again(self, cells: pl.DataFrame) -> pl.Series:
        """Which rows are the same as one before, cell by cell."""
        return self._again(cells)

    def numbers_again(self, numbers: pl.Series) -> pl.Series:
        """Which case numbers were there before; a missing one never was."""
        return self._again(numbers.to_frame("number")) & numbers.is_not_null()

    def new_debtors(self, debtors: pl.Series) -> int:
        """How many of these people no piece before had."""
        return int((~self._again(debtors.unique().to_frame("debtor"))).sum())

    def _again(self, cells: pl.DataFrame) -> pl.Series:
        whole = pl.struct(pl.all())
        prints = cells.select(a=whole.hash(1), b=whole.hash(2))
        before = self._prints.get(tuple(cells.columns), prints.clear())
        again = prints.select(
            twice=pl.struct("a", "b").is_first_distinct().not_(),
            # Half of a print tells nearly all; the few that share it are looked at whole.
            maybe=pl.col("a").is_in(before["a"].implode()),
        )
        if again["maybe"].any():
            known = prints.join(before, on=["a", "b"], how="semi").unique()
            both = pl.struct("a", "b").is_in(
                known.select(pl.struct("a", "b")).to_series().implode()
            )
            again = again.with_columns(maybe=prints.select(both).to_series())
        found = again.select(pl.col("twice") | pl.col("maybe")).to_series()
        self._prints[tuple(cells.columns)] = pl.concat([before, prints.filter(~found)])
        return found
