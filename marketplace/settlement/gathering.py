"""What a statement is reckoned from: a contract's cash, its terms, and what was stated."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text

from marketplace.core.days import day_of
from marketplace.core.db import db
from marketplace.core.installation import installed
from marketplace.settlement.reckoning import Paid, Stated
from marketplace.settlement.scales import Kind
from marketplace.settlement.terms import CommissionTerms


@dataclass(frozen=True)
class Due:
    """A lender, an agency and a contract with cash that no statement covers yet."""

    lender_id: int
    agency_id: int
    contract_id: int
    currency: str
    payments: int
    amount_minor: int


@dataclass(frozen=True)
class ContractCash:
    payments: list[Paid]
    stated: dict[int, Stated]
    terms: list[CommissionTerms]
    weights: dict[int, int]
    """Of each placement, the share of its commission that results alone earn."""


# A contract without terms of its own pays by what was bid: then only new cash matters, and
# what new reversals take back. What a later statement has stated counts in one that is drafted
# late for an earlier period, too. What is disputed, or was decided to stay out, is in no
# statement, nor is what reverses it; nor is a reversal whose payment comes later. A statement
# that was undone has stated nothing: those few are told apart from the rest, so that lines are
# always looked up by their payment.
_PAYMENTS = f"""
WITH undone AS MATERIALIZED (SELECT id FROM statements WHERE undone_at IS NOT NULL)
SELECT p.id, p.placement_id, p.case_id, p.amount_minor, p.method, p.value_on, p.posted_on,
       p.reversal_of_id, pc.rate_bps, pl.starts_on, pl.result_weight_bps, pl.rates_include_tax,
       pc.round, pc.dpd, pc.product, pc.secured, pc.litigated, pc.segment,
       ARRAY(SELECT DISTINCT h.reason FROM holds h
              WHERE h.debtor_id = pc.debtor_id AND h.lender_id = p.lender_id
                AND {day_of("h.starts_at")} <= p.value_on
                AND (h.ends_at IS NULL OR {day_of("h.ends_at")} > p.value_on)
              ORDER BY 1) AS holds,
       CASE WHEN :activity THEN app.first_activity(p.placement_id, p.case_id) END AS active_on
  FROM payments p
  JOIN placements pl ON pl.id = p.placement_id
  JOIN placement_cases pc ON pc.placement_id = p.placement_id AND pc.case_id = p.case_id
 WHERE pl.lender_id = :lender AND pl.agency_id = :agency AND pl.contract_id = :contract
   AND p.currency = :currency AND p.verified_by_id IS NOT NULL
   AND (p.value_on < :period_end OR EXISTS (
          SELECT 1 FROM statement_lines l
           WHERE l.payment_id = p.id AND l.statement_id NOT IN (SELECT id FROM undone)))
   AND NOT EXISTS (
          SELECT 1 FROM payments o WHERE o.id = p.reversal_of_id AND (
             o.verified_by_id IS NULL OR o.value_on >= :period_end AND NOT EXISTS (
               SELECT 1 FROM statement_lines l
                WHERE l.payment_id = o.id AND l.statement_id NOT IN (SELECT id FROM undone))))
   AND NOT EXISTS (SELECT 1 FROM line_disputes d WHERE d.payment_id IN (p.id, p.reversal_of_id)
                      AND d.decision IS DISTINCT FROM 'back')
   AND (:all OR NOT EXISTS (
          SELECT 1 FROM statement_lines l
           WHERE l.payment_id = p.id AND l.statement_id NOT IN (SELECT id FROM undone))
        OR EXISTS (SELECT 1 FROM payments r WHERE r.reversal_of_id = p.id AND NOT EXISTS (
          SELECT 1 FROM statement_lines l
           WHERE l.payment_id = r.id AND l.statement_id NOT IN (SELECT id FROM undone))))
 ORDER BY p.id
"""  # noqa: S608 -- composed of this project's own constants

_STATED = """
SELECT l.payment_id, sum(l.unrounded)::bigint AS unrounded,
       sum(l.commission_minor)::bigint AS commission,
       sum(l.quality_minor)::bigint AS quality,
       (array_agg(l.rate_bps ORDER BY l.id DESC))[1] AS rate,
       (array_agg(l.terms_id ORDER BY l.id DESC))[1] AS terms,
       (array_agg(l.score_bps ORDER BY l.id))[1] AS score,
       (array_agg(l.tax_bps ORDER BY l.id))[1] AS tax,
       (array_agg(l.tax_included ORDER BY l.id))[1] AS included,
       coalesce(sum(l.gross_minor) FILTER (WHERE l.kind <> 'excluded'), 0) = 0 AS out,
       coalesce((array_agg(l.reason ORDER BY l.id DESC) FILTER (
         WHERE 'excluded' IN (l.kind, l.reason)))[1], '') AS why
  FROM statement_lines l JOIN placements pl ON pl.id = l.placement_id
 WHERE pl.contract_id = :contract AND l.payment_id = ANY(:ids)
   AND l.statement_id NOT IN (SELECT id FROM statements WHERE undone_at IS NOT NULL)
 GROUP BY 1
"""


def contract_payments(due: Due, period_end: date) -> ContractCash:
    """The verified cash of a contract before a day, and what is known of it."""
    terms = agreed_terms(due.contract_id)
    rows = db.session.execute(
        text(_PAYMENTS),
        {
            "lender": due.lender_id,
            "agency": due.agency_id,
            "contract": due.contract_id,
            "currency": due.currency,
            "period_end": period_end,
            "zone": installed().time_zone,
            "all": bool(terms),
            "activity": any(one.from_first_activity for one in terms),
        },
    ).all()
    payments = [
        Paid(
            id=row.id,
            placement_id=row.placement_id,
            case_id=row.case_id,
            amount_minor=row.amount_minor,
            method=row.method,
            value_on=row.value_on,
            posted_on=row.posted_on,
            reversal_of_id=row.reversal_of_id,
            awarded_bps=row.rate_bps,
            awarded_with_tax=row.rates_include_tax,
            starts_on=row.starts_on,
            kind=Kind(row.round, row.dpd, row.product, row.secured, row.litigated),
            holds=tuple(row.holds),
            active_on=row.active_on,
            cell=row.segment,
        )
        for row in rows
    ]
    found = db.session.execute(
        text(_STATED), {"contract": due.contract_id, "ids": [one.id for one in payments]}
    )
    stated = {
        row.payment_id: Stated(
            row.unrounded, row.commission, row.quality, row.rate, row.terms, row.score, row.tax,
            row.included, row.out, row.why,
        )
        for row in found
    }  # fmt: skip
    weights = {row.placement_id: row.result_weight_bps for row in rows}
    return ContractCash(payments, stated, terms, weights)


def agreed_terms(contract_id: int) -> list[CommissionTerms]:
    """The versions that both sides have agreed to, the oldest first."""
    return list(
        db.session.scalars(
            select(CommissionTerms)
            .where(
                CommissionTerms.contract_id == contract_id,
                CommissionTerms.agreed_at.is_not(None),
            )
            .order_by(CommissionTerms.version)
        )
    )
