"""The second person: agrees to a proposal or refuses it, once and for good."""

from datetime import datetime

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, locked, queue_up
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.words import _
from marketplace.intake.bringing import require_open
from marketplace.intake.carrying import carry_out, drop
from marketplace.intake.models import Decision, DecisionKind
from marketplace.intake.running import latest_run_id


def check(
    code: str, *, agree: bool, note: str = "", by: User, now: datetime
) -> tuple[Decision, int]:
    """Agree or refuse; say how many payments were verified, or taken back, by that."""
    queue_up("intake", by.organisation_id)
    decision = locked(
        select(Decision).where(Decision.code == code, Decision.lender_id == by.organisation_id)
    )
    if decision is None:
        raise NotFound
    _require_checkable(decision, agree, note, by)
    decision.agreed, decision.check_note = agree, note.strip()[:500]
    decision.checked_by_id, decision.checked_at = by.id, now
    db.session.flush()
    payments = carry_out(decision, by=by, now=now) if agree else 0
    if not agree:
        drop(decision, by=by, now=now)
    audit.record(
        "decision.checked", decision, by=by, now=now, kind=decision.kind.value, agreed=agree,
        payments=payments,
    )  # fmt: skip
    return decision, payments


def _require_checkable(decision: Decision, agree: bool, note: str, by: User) -> None:
    require_open(decision.month_start)
    if decision.checked_at is not None:
        raise StaleForm(
            _("%(code)s has been checked already.", code=decision.code),
            next_step=_("Go back and look at what became of it."),
        )
    if decision.made_by_id == by.id:
        raise Refusal(
            _("You proposed this, so somebody else must check it."),
            next_step=_("Ask a colleague who may verify payments."),
        )
    if not agree and not note.strip():
        raise Refusal(
            _("Say why you refuse."), next_step=_("Write it for the person who proposed it.")
        )
    if decision.kind is DecisionKind.AUTOMATIC:
        newest = latest_run_id(decision.lender_id, decision.month_start)
        if decision.run_id != newest:
            raise StaleForm(
                _("Newer files came in: these matches were made anew."),
                next_step=_("Go back and approve the newest ones."),
            )
