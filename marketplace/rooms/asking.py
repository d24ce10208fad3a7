"""Questions and answers: asked without a name, answered to all."""

from datetime import datetime

from sqlalchemy import select

from marketplace import audit, releases
from marketplace.accounts import User
from marketplace.auctions import Auction
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.rooms.models import Question, QuestionAsker

LONGEST = 2_000


def ask(auction: Auction, body: str, *, by: User, now: datetime) -> Question:
    """Put a question to the lender, who does not learn from whom it comes."""
    releases.require_nda(auction.lender_id, by=by)
    if not auction.is_open(now):
        raise Refusal(
            _("Questions can be asked while bidding is open."),
            next_step=_("Read the answers that have been given."),
        )
    question = Question(
        auction_id=auction.id, lender_id=auction.lender_id, body=_text(body), asked_at=now
    )
    db.session.add(question)
    db.session.flush()
    asker = QuestionAsker(question_id=question.id, agency_id=by.organisation_id, user_id=by.id)
    db.session.add(asker)
    db.session.flush()
    return question


def answer(question_id: int, body: str, *, by: User, now: datetime) -> Question:
    """Answer to everybody at once. An answer given stands: bids may rest on it."""
    question = db.session.get(
        Question, question_id, with_for_update=True, populate_existing=True
    )
    if question is None or question.lender_id != by.organisation_id:
        raise NotFound
    if question.answer is not None:
        raise Refusal(
            _("This question has been answered, and bids may rest on the answer."),
            next_step=_("Withdraw the listing if the answer was wrong."),
        )
    question.answer = _text(body)
    question.answered_by_id, question.answered_at = by.id, now
    audit.record("question.answered", question, by=by, now=now, auction_id=question.auction_id)
    return question


def questions_of(auction_id: int) -> list[Question]:
    return list(
        db.session.scalars(
            select(Question).where(Question.auction_id == auction_id).order_by(Question.id)
        )
    )


def own_question_ids(auction_id: int) -> set[int]:
    """Which of the questions are the acting agency's own."""
    return set(
        db.session.scalars(
            select(QuestionAsker.question_id)
            .join(Question, Question.id == QuestionAsker.question_id)
            .where(Question.auction_id == auction_id)
        )
    )


def _text(body: str) -> str:
    text = body.strip()
    if not 3 <= len(text) <= LONGEST:
        raise Refusal(
            _("Write between 3 and %(n)s characters.", n=LONGEST),
            next_step=_("Shorten it, or ask in several parts."),
        )
    return text
