"""The data room of an auction: its access log, its questions, and who asked them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Model, public_code
from marketplace.core.tenancy import ORG, Audience, Policy
from marketplace.releases import SIGNED

_LENDERS = f"lender_id = {ORG}"
_ON_THE_MARKET = (
    "EXISTS (SELECT 1 FROM auctions a WHERE a.id = auction_id AND a.status <> 'draft')"
)


class Looked(StrEnum):
    """What of a room was opened."""

    HEADLINE = "headline"
    ROOM = "room"
    TAPE = "tape"


class RoomView(Model):
    """Somebody of an agency opened something. Its code is the watermark of what they got."""

    __tablename__ = "room_views"
    __table_args__ = (Index(None, "auction_id", "at"),)
    policies: ClassVar = (
        Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, insert"),
        Policy(Audience.LENDER, _LENDERS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("VW", 7)
    auction_id: Mapped[int] = mapped_column(ForeignKey("auctions.id"))
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    what: Mapped[Looked]


class Question(Model):
    """A question about an auction. The lender does not learn whose, and all read the answer."""

    __tablename__ = "questions"
    __table_args__ = (
        Index(None, "auction_id"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", "answered_at_some_time"),
    )
    policies: ClassVar = (
        Policy(Audience.LENDER, _LENDERS, "select, update"),
        Policy(
            Audience.AGENCY,
            f"{_ON_THE_MARKET} AND {SIGNED.format(table='questions')}",
            "select, insert",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("auctions.id"))
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    body: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]


class QuestionAsker(Model):
    """Whose question it is: known to the asking agency alone."""

    __tablename__ = "question_askers"
    policies: ClassVar = (Policy(Audience.AGENCY, f"agency_id = {ORG}", "select, insert"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
