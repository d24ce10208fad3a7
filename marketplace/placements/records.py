"""Track records: what each agency brought in on what it was given, by kind of case.

They are kept for the whole platform, in sums only, so that a new lender starts with evidence
without seeing anybody's cases.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, db
from marketplace.core.tenancy import ORG, Audience, Policy


class TrackRecord(Model):
    __tablename__ = "track_records"
    __table_args__ = (UniqueConstraint("agency_id", "region_group", "product", "age_band"),)
    policies: ClassVar = (
        Policy(Audience.LENDER, "true"),
        Policy(Audience.AGENCY, f"agency_id = {ORG}"),
        Policy(Audience.STAFF, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    region_group: Mapped[str]
    product: Mapped[str]
    age_band: Mapped[str]
    cases: Mapped[int]
    exposure_minor: Mapped[int]
    recovered_minor: Mapped[int]
    as_of: Mapped[datetime]


@dataclass(frozen=True)
class AgencyRecord:
    agency_id: int
    region_group: str
    product: str
    age_band: str
    cases: int
    exposure_minor: int
    recovered_minor: int


def track_records(agency_ids: list[int]) -> list[AgencyRecord]:
    rows = db.session.execute(
        select(
            TrackRecord.agency_id,
            TrackRecord.region_group,
            TrackRecord.product,
            TrackRecord.age_band,
            TrackRecord.cases,
            TrackRecord.exposure_minor,
            TrackRecord.recovered_minor,
        )
        .where(TrackRecord.agency_id.in_(agency_ids))
        .order_by(TrackRecord.id)
    )
    return [AgencyRecord(*row) for row in rows]


def replace_track_records(sums: str, *, now: datetime) -> None:
    """Rebuild the records from a query that yields one row per agency and kind of case."""
    db.session.execute(text("DELETE FROM track_records"))
    db.session.execute(
        text(
            "INSERT INTO track_records (agency_id, region_group, product, age_band, cases,"  # noqa: S608
            f" exposure_minor, recovered_minor, as_of) SELECT s.*, :now FROM ({sums}) s"
        ),
        {"now": now},
    )
