"""Terms of a contract, proposed and agreed; scores of conduct, given, appealed and decided."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.placements import FrameworkContract, currencies_under
from marketplace.settlement.earning import TierMode
from marketplace.settlement.models import Statement
from marketplace.settlement.paid_for import HOLDS, METHODS, USUAL
from marketplace.settlement.scales import Scale, as_stored, read_scale
from marketplace.settlement.terms import CommissionTerms, QualityScore, RateBasis

MOST_HOLDBACK_BPS = 3_000


def propose_terms(
    contract_id: int,
    *,
    valid_from: date,
    basis: RateBasis,
    scale: Sequence[Mapping[str, Any]] = (),
    currency: str | None = None,
    rates_include_tax: bool = False,
    tier_mode: TierMode = TierMode.MARGINAL,
    paid_for: Mapping[str, Sequence[str]] | None = None,
    from_first_activity: bool = False,
    holdback_bps: int = 0,
    holdback_days: int = 0,
    by: User,
    now: datetime,
) -> CommissionTerms:
    """Put a version of the terms before the agency. Once agreed it counts from its day.

    An empty `scale` pays the rate that was bid. What was stated before is never edited: a
    version that reaches back leads to lines that make up the difference. Tiers by cash are of
    one `currency`: that of the placements under the contract, where it is not given.
    """
    contract = db.session.get(FrameworkContract, contract_id)
    if contract is None or contract.lender_id != by.organisation_id:
        raise NotFound
    table = USUAL if paid_for is None else paid_for
    _check(table, holdback_bps, holdback_days)
    read = read_scale(scale) if scale else None
    queue_up("terms", contract.id)
    latest = db.session.scalar(
        select(func.max(CommissionTerms.version)).where(
            CommissionTerms.contract_id == contract.id
        )
    )
    terms = CommissionTerms(
        lender_id=contract.lender_id,
        agency_id=contract.agency_id,
        contract_id=contract.id,
        version=1 + (latest or 0),
        valid_from=valid_from,
        basis=basis,
        scale=as_stored(read) if read else [],
        currency=_currency_of(read, contract.id, currency) if read else None,
        rates_include_tax=rates_include_tax,
        tier_mode=tier_mode,
        paid_for={method: list(table.get(method, ())) for method in METHODS},
        from_first_activity=from_first_activity,
        holdback_bps=holdback_bps,
        holdback_days=holdback_days,
        proposed_by_id=by.id,
        proposed_at=now,
    )
    db.session.add(terms)
    audit.record(
        "terms.proposed", terms, by=by, now=now,
        parties=[contract.lender_id, contract.agency_id], contract=contract.number,
        version=terms.version,
    )  # fmt: skip
    return terms


def agree_to_terms(terms_id: int, *, by: User, now: datetime) -> CommissionTerms:
    """The agency agrees; from then on the version stands."""
    terms = db.session.get(
        CommissionTerms, terms_id, with_for_update=True, populate_existing=True
    )
    if terms is None or terms.agency_id != by.organisation_id:
        raise NotFound
    if terms.agreed_at is not None:
        return terms
    newer = db.session.scalar(
        select(CommissionTerms.id).where(
            CommissionTerms.contract_id == terms.contract_id,
            CommissionTerms.version > terms.version,
        )
    )
    if newer is not None:
        raise Refusal(
            _("The lender has proposed newer terms."),
            next_step=_("Look at the newest version and agree to that."),
        )
    terms.agreed_by_id, terms.agreed_at = by.id, now
    audit.record(
        "terms.agreed", terms, by=by, now=now, parties=[terms.lender_id, terms.agency_id],
        version=terms.version,
    )  # fmt: skip
    return terms


def terms_of(contract_id: int) -> list[CommissionTerms]:
    """All versions of a contract's terms, the newest first."""
    return list(
        db.session.scalars(
            select(CommissionTerms)
            .where(CommissionTerms.contract_id == contract_id)
            .order_by(CommissionTerms.version.desc())
        )
    )


def terms_with(agency_id: int) -> list[CommissionTerms]:
    """All versions that lenders have put before an agency, the newest first."""
    return list(
        db.session.scalars(
            select(CommissionTerms)
            .where(CommissionTerms.agency_id == agency_id)
            .order_by(CommissionTerms.lender_id, CommissionTerms.version.desc())
        )
    )


def scores_with(agency_id: int) -> list[QualityScore]:
    """All scores of an agency, by whichever lender, the newest first."""
    return list(
        db.session.scalars(
            select(QualityScore)
            .where(QualityScore.agency_id == agency_id)
            .order_by(QualityScore.month_start.desc(), QualityScore.id.desc())
            .limit(200)
        )
    )


def score_quality(
    agency_id: int, month: date, score_bps: int, *, source: str, by: User, now: datetime
) -> QualityScore:
    """Score an agency's conduct in a month; 0 is a veto on all that is not for results."""
    if not 0 <= score_bps <= 10_000:
        raise Refusal(
            _("A score lies between 0 and 100 percent."), next_step=_("Correct the score.")
        )
    if not source.strip():
        raise Refusal(
            _("A score needs its source."),
            next_step=_("Name the review, the sample and who made it."),
        )
    score = QualityScore(
        lender_id=by.organisation_id,
        agency_id=agency_id,
        month_start=month.replace(day=1),
        score_bps=score_bps,
        source=source.strip(),
        scored_by_id=by.id,
        scored_at=now,
    )
    db.session.add(score)
    audit.record(
        "quality.scored", score, by=by, now=now, parties=[by.organisation_id, agency_id],
        month=score.month_start, score_bps=score_bps,
    )  # fmt: skip
    return score


def appeal_score(score_id: int, words: str, *, by: User, now: datetime) -> QualityScore:
    """The agency objects, once: until it is decided the score does not count.

    A statement that was approved with it has both sides' word: from then on it stands.
    """
    score = _score(score_id)
    if score.agency_id != by.organisation_id:
        raise NotFound
    if score.appealed_at is not None:
        raise Refusal(_("This score has been appealed already."))
    if carried := _approved_with(score):
        raise Refusal(
            _("%(code)s was approved with this score.", code=carried),
            next_step=_("Ask the lender to score a later month anew."),
        )
    if not words.strip():
        raise Refusal(_("An appeal needs a reason."), next_step=_("Say what is wrong with it."))
    score.appeal, score.appealed_at = words.strip(), now
    _record("quality.appealed", score, by, now)
    return score


def _approved_with(score: QualityScore) -> str | None:
    return db.session.scalar(
        select(Statement.code).where(
            Statement.quality_score_id == score.id,
            Statement.approved_at.is_not(None),
            Statement.undone_at.is_(None),
        )
    )


def decide_appeal(score_id: int, words: str, *, by: User, now: datetime) -> QualityScore:
    """The lender decides; another score for the month replaces this one if it gives in."""
    score = _score(score_id)
    if score.lender_id != by.organisation_id:
        raise NotFound
    if score.appealed_at is None or score.decided_at is not None:
        raise Refusal(_("There is no appeal to decide."))
    if score.scored_by_id == by.id:
        raise Refusal(
            _("You gave this score, so somebody else must decide the appeal."),
            next_step=_("Ask a colleague."),
        )
    if not words.strip():
        raise Refusal(_("A decision needs a reason."), next_step=_("The agency will read it."))
    score.decision, score.decided_at = words.strip(), now
    _record("quality.decided", score, by, now)
    return score


def scores_of(lender_id: int, agency_id: int) -> list[QualityScore]:
    return list(
        db.session.scalars(
            select(QualityScore)
            .where(QualityScore.lender_id == lender_id, QualityScore.agency_id == agency_id)
            .order_by(QualityScore.month_start.desc(), QualityScore.id.desc())
        )
    )


def _score(score_id: int) -> QualityScore:
    score = db.session.get(QualityScore, score_id, with_for_update=True, populate_existing=True)
    if score is None:
        raise NotFound
    return score


def _record(action: str, score: QualityScore, by: User, now: datetime) -> None:
    audit.record(
        action, score, by=by, now=now, parties=[score.lender_id, score.agency_id],
        month=score.month_start,
    )  # fmt: skip


def _currency_of(scale: Scale, contract_id: int, given: str | None) -> str | None:
    """Of which currency the ends of the tiers are: all cash they are compared with has it."""
    if all(tier.up_to_minor is None for row in scale.rows for tier in row.tiers):
        return None
    placed = currencies_under(contract_id)
    currency = given or (placed[0] if len(placed) == 1 else "")
    if currency not in MINOR_DIGITS:
        raise Refusal(
            _("Nothing says of which currency the cash of the tiers is."),
            next_step=_("Choose the currency of the tiers."),
        )
    if others := [one for one in placed if one != currency]:
        raise Refusal(
            _("Tiers by cash in %(currency)s cannot hold here: cases in %(others)s were placed"
              " under the contract too.", currency=currency, others=", ".join(others)),
            next_step=_("Use rates without tiers, or a contract for each currency."),
        )  # fmt: skip
    return currency


def _check(paid_for: Mapping[str, Sequence[str]], holdback_bps: int, days: int) -> None:
    unknown = {*paid_for} - {*METHODS} | {h for held in paid_for.values() for h in held} - {
        *HOLDS
    }
    if unknown:
        raise Refusal(
            _("Unknown in the table of what is paid for: %(words)s.",
              words=", ".join(sorted(unknown))),
            next_step=_("Use the ways of paying and the holds of the table."),
        )  # fmt: skip
    if not 0 <= holdback_bps <= MOST_HOLDBACK_BPS or not 0 <= days <= 365:
        raise Refusal(
            _("At most 30 percent can be held back, for at most 365 days."),
            next_step=_("Correct the holdback."),
        )
