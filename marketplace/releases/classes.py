"""Classes of at least so many debtors, each under the narrowest words that fit them all."""

import polars as pl

CELL = ("region", "age", "score")
"""What bidders bid by; given up from the last where too few debtors share it."""

FINER = ("product", "band")
"""What cells are split by as far as every part is large enough."""

PARTS = (*CELL, *FINER)

MIXED = {part: f"any_{part}" for part in PARTS}
"""What a class is called whose debtors differ in a part."""

MOST_CELLS = 60
"""Cells that a bidder can still price one by one."""


def classify(people: pl.DataFrame, least: int) -> pl.DataFrame:
    """Sort debtors into classes.

    Parameters
    ----------
    people : DataFrame
        A row for each debtor, with the columns `PARTS`.
    least : int
        Debtors that every class must have; there are at least so many.

    Returns
    -------
    DataFrame
        The same rows in some order, `PARTS` as wide as need be, and the column `number` of
        the class, from 0. It depends on nothing but the rows.
    """
    found = _in_cells(people, least)
    if found.select(CELL).n_unique() > MOST_CELLS:
        found = _in_cells(people.with_columns(score=pl.lit(MIXED["score"])), least)
    parents = list(CELL)
    for part in FINER:
        found = _split(found, parents, part, least)
        parents.append(part)
    order = found.select(PARTS).unique().sort(PARTS).with_row_index("number")
    return found.join(order, on=PARTS, maintain_order="left")


def _in_cells(people: pl.DataFrame, least: int) -> pl.DataFrame:
    """Debtors by cell; who is too rare for one goes to a wider one."""
    placed, rest = [], people
    for kept in range(len(CELL), -1, -1):
        rest = rest.with_columns(pl.lit(MIXED[part]).alias(part) for part in CELL[kept:])
        enough = pl.len().over(CELL) >= least
        placed.append(rest.filter(enough))
        rest = rest.filter(~enough)
    found = pl.concat(placed)
    if rest.is_empty():
        return found
    # The few that are left hide among the smallest cell, which becomes as wide as they are.
    smallest = found.group_by(CELL).len().sort("len", *CELL).head(1)
    widened = found.join(smallest, on=CELL, how="semi").with_columns(
        pl.lit(MIXED[part]).alias(part) for part in CELL
    )
    return pl.concat([found.join(smallest, on=CELL, how="anti"), widened, rest])


def _split(found: pl.DataFrame, parents: list[str], part: str, least: int) -> pl.DataFrame:
    """Split classes by one more part; too small parts become a mixed one, large enough."""
    groups = found.group_by(*parents, part).len()
    groups = groups.with_columns(mixed=pl.col("len") < least)
    short = pl.col("len").filter(pl.col("mixed")).sum().over(parents)
    # A mixed part that is too small itself takes the smallest of the others in.
    size = pl.when(~pl.col("mixed")).then(pl.col("len"))
    rank = pl.struct(size, part).rank("ordinal").over(parents)
    nearest = rank == rank.filter(~pl.col("mixed")).min().over(parents)
    groups = groups.with_columns(
        mixed=pl.col("mixed") | ((short > 0) & (short < least) & nearest & ~pl.col("mixed"))
    )
    named = pl.when(pl.col("mixed")).then(pl.lit(MIXED[part])).otherwise(pl.col(part))
    groups = groups.select(*parents, part, named.alias("named"))
    joined = found.join(groups, on=[*parents, part], maintain_order="left")
    return joined.with_columns(pl.col("named").alias(part)).drop("named")
