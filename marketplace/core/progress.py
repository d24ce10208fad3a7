"""How far a long job is, said while it works.

A job is one transaction, and what it writes shows only at its end. Its progress is told on a
connection of its own, so that whoever waits can see it.
"""

from datetime import datetime
from typing import ClassVar, Protocol

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.core import tenancy
from marketplace.core.db import Model, db
from marketplace.core.tenancy import ORG, Acting, Audience, Policy


class Job(Protocol):
    """A record that a job works on, of one lender."""

    __tablename__: str

    @property
    def id(self) -> int: ...

    @property
    def lender_id(self) -> int: ...


class JobProgress(Model):
    """The steps done so far for one record."""

    __tablename__ = "job_progress"
    policies: ClassVar = (Policy(Audience.LENDER, f"lender_id = {ORG}"),)

    subject_table: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int]
    done: Mapped[int]
    total: Mapped[int]
    at: Mapped[datetime]


def say(subject: Job, done: int, total: int, *, now: datetime) -> None:
    """Tell that `done` of `total` steps are through: seen at once, kept if the job fails."""
    values = {
        "subject_table": subject.__tablename__,
        "subject_id": subject.id,
        "lender_id": subject.lender_id,
        "done": done,
        "total": total,
        "at": now,
    }
    statement = insert(JobProgress).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=["subject_table", "subject_id"],
        set_={name: statement.excluded[name] for name in ("done", "total", "at")},
    )
    with tenancy.acting(Acting(Audience.SYSTEM)), Session(db.engine) as own:
        own.execute(statement)
        own.commit()


def told(subject: Job) -> tuple[int, int]:
    """Steps done and their number; (0, 0) while nothing was told."""
    found = db.session.execute(
        select(JobProgress.done, JobProgress.total).where(
            JobProgress.subject_table == subject.__tablename__,
            JobProgress.subject_id == subject.id,
        )
    ).first()
    return (found[0], found[1]) if found else (0, 0)
