"""Telling outsiders of a portfolio: the classes of its free debtors, version by version."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

import polars as pl
from sqlalchemy import select

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.portfolios import Portfolio
from marketplace.releases.classes import PARTS
from marketplace.releases.models import Release, ReleaseClass, ReleaseMembers
from marketplace.releases.versions import Told, plan

FIGURES = ("cases", "balance_minor", "principal_minor", "weighted_days")
"""What is summed over a class."""

BAND_EDGES = (1_000, 5_000, 20_000, 50_000, 200_000)
"""Where bands of a debtor's balance begin, in major units."""


class TooFewDebtors(Refusal):
    """Nothing can be told without telling somebody apart."""


def release(
    portfolio: Portfolio,
    cases: pl.DataFrame,
    *,
    least: int,
    left_out: Mapping[str, list[int]],
    by: User,
    now: datetime,
) -> Release:
    """Make the next release of a portfolio, from those of its cases that may be listed.

    `cases` has the columns debtor, region, age, score, product, balance, principal, dpd;
    `left_out` says how many cases, of what balance, may not be, by reason.
    """
    before = _latest(portfolio)
    if before is not None and before.least != least:
        raise Refusal(
            _("This portfolio was listed before in groups of at least %(n)s debtors.",
              n=before.least),
            next_step=_("Keep that number: what was told cannot be taken back."),
        )  # fmt: skip
    told = _members(portfolio)
    made = plan(told, _people(cases, portfolio.currency), FIGURES, least)
    if made.members.is_empty():
        raise TooFewDebtors(
            _("Only %(n)s debtors could be listed, and each must hide among %(least)s.",
              n=made.held_back, least=least),
            next_step=_("List them together with others, in a larger portfolio."),
        )  # fmt: skip
    new = Release(
        lender_id=portfolio.lender_id,
        portfolio_id=portfolio.id,
        number=before.number + 1 if before else 1,
        least=least,
        made_at=now,
        made_by_id=by.id,
        held_back=made.held_back,
        left_out=dict(left_out),
    )
    db.session.add(new)
    db.session.flush()
    _keep(new, made, classes_of(before.id) if before else [], now.date())
    return new


def release_of(release_id: int | None) -> Release | None:
    return db.session.get(Release, release_id) if release_id else None


def classes_of(release_id: int | None) -> list[ReleaseClass]:
    return list(
        db.session.scalars(
            select(ReleaseClass)
            .where(ReleaseClass.release_id == release_id)
            .order_by(*(getattr(ReleaseClass, part) for part in PARTS), ReleaseClass.number)
        )
    )


def members_sql() -> str:
    """Debtor and cell of everybody a release tells of; over the parameter `release`."""
    return (
        "(SELECT unnest(m.debtor_ids) AS debtor_id,"
        " k.region || '|' || k.age || '|' || k.score AS cell"
        " FROM release_classes k JOIN releases r ON r.id = k.release_id"
        " JOIN release_members m ON m.portfolio_id = r.portfolio_id AND m.number = k.number"
        " WHERE r.id = %(release)s)"
    )


def _latest(portfolio: Portfolio) -> Release | None:
    return db.session.scalar(
        select(Release)
        .where(Release.portfolio_id == portfolio.id)
        .order_by(Release.number.desc())
        .limit(1)
    )


def _people(cases: pl.DataFrame, currency: str) -> pl.DataFrame:
    """A row for each debtor: the words of his largest case, the sums of all."""
    largest = cases.sort("balance", "dpd", "product", "region", descending=True)
    people = largest.group_by("debtor", maintain_order=True).agg(
        pl.first("region", "age", "score", "product"),
        cases=pl.len().cast(pl.Int64),
        balance_minor=pl.sum("balance"),
        principal_minor=pl.sum("principal"),
        weighted_days=(pl.col("balance") * pl.col("dpd")).sum(),
    )
    unit, band = 10 ** MINOR_DIGITS[currency], pl.lit(f"{BAND_EDGES[-1]}+")
    for low, high in reversed([*pairwise((0, *BAND_EDGES))]):
        below = pl.col("balance_minor") < high * unit
        band = pl.when(below).then(pl.lit(f"{low}-{high}")).otherwise(band)
    return people.with_columns(band=band).sort("debtor")


def _members(portfolio: Portfolio) -> pl.DataFrame:
    rows = db.session.scalars(
        select(ReleaseMembers).where(ReleaseMembers.portfolio_id == portfolio.id)
    ).all()
    schema = dict.fromkeys(("debtor", "number", *FIGURES), pl.Int64)
    parts = [
        pl.DataFrame(
            {"debtor": row.debtor_ids, **{name: getattr(row, name) for name in FIGURES}},
            schema={name: kind for name, kind in schema.items() if name != "number"},
        ).with_columns(number=pl.lit(row.number, dtype=pl.Int64))
        for row in rows
    ]
    return pl.concat(parts).select(list(schema)) if parts else pl.DataFrame(schema=schema)


def _keep(new: Release, made: Told, before: list[ReleaseClass], today: date) -> None:
    """Write down what is told, and from whom."""
    known = {row.number: row for row in before}
    members = made.members.with_columns(
        pl.lit(None, dtype=pl.String).alias(part)
        for part in PARTS
        if part not in made.members.columns
    )
    sums = members.group_by("number").agg(
        pl.len().alias("debtors"), pl.sum(*FIGURES), pl.first(*PARTS)
    )
    for row in sums.sort("number").iter_rows(named=True):
        old = known.get(row["number"])
        fresh = old is None or row["number"] in made.fresh
        told = {part: row[part] if old is None else getattr(old, part) for part in PARTS}
        db.session.add(
            ReleaseClass(
                lender_id=new.lender_id,
                release_id=new.id,
                number=row["number"],
                debtors=row["debtors"],
                as_of=today if old is None or fresh else old.as_of,
                **told,
                **{name: row[name] for name in FIGURES},
            )
        )
    _keep_members(new, made)
    db.session.flush()


def _keep_members(new: Release, made: Told) -> None:
    rows = db.session.scalars(
        select(ReleaseMembers).where(ReleaseMembers.portfolio_id == new.portfolio_id)
    )
    kept = {row.number: row for row in rows}
    parts = made.members.partition_by("number", as_dict=True)
    told = {int(number): part for (number,), part in parts.items()}
    for number in sorted(made.fresh | (kept.keys() - told.keys())):
        row = kept.get(number) or ReleaseMembers(
            lender_id=new.lender_id, portfolio_id=new.portfolio_id, number=number
        )
        part = told.get(number, made.members.clear())
        row.debtor_ids = part["debtor"].to_list()
        for name in FIGURES:
            setattr(row, name, part[name].to_list())
        db.session.add(row)
