"""Releases of a portfolio, the classes they tell of, and who is in which class."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy

_OWN = f"lender_id = {ORG}"

SIGNED = (
    "NOT EXISTS (SELECT 1 FROM ndas n WHERE n.lender_id = {table}.lender_id AND n.current"
    " AND NOT EXISTS (SELECT 1 FROM nda_signatures s WHERE s.nda_id = n.id))"
)
"""That the acting agency, which sees its own signatures only, has signed the lender's text."""


class Nda(Model):
    """A version of what agencies sign before a lender tells them more than a headline."""

    __tablename__ = "ndas"
    __table_args__ = (
        UniqueConstraint("lender_id", "version"),
        Index("uq_ndas_one_current", "lender_id", unique=True, postgresql_where="current"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN, WRITABLE),
        Policy(Audience.AGENCY, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    version: Mapped[int]
    body: Mapped[str]
    sha256: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    current: Mapped[bool] = mapped_column(default=True)


class NdaSignature(Model):
    """An agency's signature under one version."""

    __tablename__ = "nda_signatures"
    __table_args__ = (UniqueConstraint("nda_id", "agency_id"),)
    policies: ClassVar = (
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, insert"),
        Policy(Audience.LENDER, _OWN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    nda_id: Mapped[int] = mapped_column(ForeignKey("ndas.id"))
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_as: Mapped[str]
    """The name typed in, as a signature."""

    signed_at: Mapped[datetime]


class Release(Model):
    """One version of what outsiders are told of a portfolio."""

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        UniqueConstraint("lender_id", "id"),
        ForeignKeyConstraint(
            ["lender_id", "portfolio_id"], ["portfolios.lender_id", "portfolios.id"]
        ),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, "select, insert"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    portfolio_id: Mapped[int]
    number: Mapped[int]
    least: Mapped[int]
    """Debtors that anything told must be about; the same for all releases of a portfolio."""

    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    held_back: Mapped[int]
    """Debtors of whom nothing is told yet."""

    left_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What must not be listed: cases and balance by reason. The lender's own to know."""

    @property
    def left_out_rows(self) -> list[tuple[str, int, int]]:
        """Reason, cases and balance of what was left out."""
        return [(reason, *figures) for reason, figures in self.left_out.items()]


class ReleaseClass(Model):
    """What a release tells of one class."""

    __tablename__ = "release_classes"
    __table_args__ = (
        UniqueConstraint("release_id", "number"),
        ForeignKeyConstraint(
            ["lender_id", "release_id"], ["releases.lender_id", "releases.id"]
        ),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, _OWN, "select, insert"),
        # Outsiders see it as far as an auction shows it to them.
        Policy(
            Audience.AGENCY,
            "EXISTS (SELECT 1 FROM auctions a WHERE a.release_id = release_classes.release_id"
            f" AND a.status <> 'draft') AND {SIGNED.format(table='release_classes')}",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    release_id: Mapped[int]
    number: Mapped[int]
    region: Mapped[str]
    age: Mapped[str]
    score: Mapped[str]
    product: Mapped[str]
    band: Mapped[str]
    debtors: Mapped[int]
    cases: Mapped[int]
    balance_minor: Mapped[int]
    principal_minor: Mapped[int]
    weighted_days: Mapped[int]
    """Sum of balance times days past due."""

    as_of: Mapped[date]
    """When these figures were first told."""

    @property
    def cell(self) -> str:
        return f"{self.region}|{self.age}|{self.score}"

    @property
    def days(self) -> int:
        """Days past due, weighted by balance."""
        return self.weighted_days // self.balance_minor if self.balance_minor else 0


class ReleaseMembers(Model):
    """Who is in a class, and the figures that were last told of each."""

    __tablename__ = "release_members"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "number"),
        ForeignKeyConstraint(
            ["lender_id", "portfolio_id"], ["portfolios.lender_id", "portfolios.id"]
        ),
    )
    policies: ClassVar = (Policy(Audience.LENDER, _OWN, WRITABLE),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    portfolio_id: Mapped[int]
    number: Mapped[int]
    debtor_ids: Mapped[list[int]]
    cases: Mapped[list[int]]
    balance_minor: Mapped[list[int]]
    principal_minor: Mapped[list[int]]
    weighted_days: Mapped[list[int]]
