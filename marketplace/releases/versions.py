"""What may be told anew of classes that were told before.

Let a debtor's contribution to his class be his figures, or nothing once he has left. Classes
never gain a debtor, and a class is told anew only if at least *k* contributions have changed
since it was last told and none or at least *k* debtors remain. Then every linear combination
of all that was ever told is about at least *k* debtors, or about nobody: take the first version
of a class up to which its coefficients do not add up to zero. All whose contribution ended with
that version keep a coefficient, and these are at least *k*; if it is the last version, all who
remain keep one. Debtors of different classes are different unknowns.
"""

from dataclasses import dataclass

import polars as pl

from marketplace.releases.classes import PARTS, classify


@dataclass(frozen=True)
class Told:
    """What is told from now on: a row for each debtor, `number` being the class."""

    members: pl.DataFrame
    fresh: frozenset[int]
    """Classes that are told for the first time or anew."""

    held_back: int
    """Debtors of whom nothing is told: they are too few to be a class of their own."""


def plan(
    told: pl.DataFrame, people: pl.DataFrame, figures: tuple[str, ...], least: int
) -> Told:
    """Decide what is told of these people, after what was told before.

    Parameters
    ----------
    told : DataFrame
        Columns debtor, number and `figures`: what each class was last told from.
    people : DataFrame
        Columns debtor, `PARTS` and `figures`: how things stand.
    figures : tuple of str
        Columns that are summed.
    least : int
        Debtors that anything told must be about.
    """
    members, fresh = _stood(told, people, figures, least)
    newcomers = people.join(told, on="debtor", how="anti")
    if newcomers.height < least:
        return Told(members, fresh, newcomers.height)
    first = told.select(pl.max("number").fill_null(-1)).item() + 1
    classes = classify(newcomers, least)
    classes = classes.with_columns(pl.col("number").cast(pl.Int64) + first)
    columns = ["debtor", "number", *PARTS, *figures]
    added = frozenset(classes["number"].unique().to_list())
    both = pl.concat([members, classes.select(columns)], how="diagonal")
    return Told(both.select(columns), fresh | added, 0)


def _stood(
    told: pl.DataFrame, people: pl.DataFrame, figures: tuple[str, ...], least: int
) -> tuple[pl.DataFrame, frozenset[int]]:
    """Classes told before, as they may be told now; and which of them anew."""
    now = people.select("debtor", *(pl.col(f).alias(f"{f}_now") for f in figures))
    both = told.join(now, on="debtor", how="left", maintain_order="left")
    here = pl.col(f"{figures[0]}_now").is_not_null()
    changed = ~here | pl.any_horizontal(pl.col(f) != pl.col(f"{f}_now") for f in figures)
    both = both.with_columns(here=here, changed=changed)
    sums = both.group_by("number").agg(pl.sum("here", "changed"))
    enough = (pl.col("here") == 0) | (pl.col("here") >= least)
    anew = sums.filter((pl.col("changed") >= least) & enough)["number"]
    fresh = pl.col("number").is_in(anew.implode())
    kept = both.filter(~fresh | pl.col("here"))
    kept = kept.with_columns(
        pl.when(fresh).then(pl.col(f"{f}_now")).otherwise(pl.col(f)).alias(f) for f in figures
    )
    members = kept.select("debtor", "number", *figures)
    left = set(members["number"].unique().to_list())
    return members, frozenset(anew.to_list()) & left
