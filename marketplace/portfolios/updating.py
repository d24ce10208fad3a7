"""Bringing known cases up to date from a file of balances, and what of it is not believed.

Nothing is taken over that would need an explanation: it is told as an issue, and a person may
bring it in with a list. A debt paid keeps its last balance, with the flag `paid`, which stops
all contact and keeps the case off the market.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.compliance import HoldReason
from marketplace.core.bulk import read_rows
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import _
from marketplace.portfolios.balances import take_turn
from marketplace.portfolios.feeding import BALANCE, Balances
from marketplace.portfolios.loading import RETOTAL
from marketplace.portfolios.models import Case
from marketplace.portfolios.staging import staged

PAID = HoldReason.PAID.value
_TYPES = (
    "text", "text", "bigint", "text", "bigint", "bigint", "bigint", "bigint", "date", "bigint",
    "date", "text[]",
)  # fmt: skip

_JUDGE = """
CREATE TEMP TABLE feed_judged ON COMMIT DROP AS
SELECT r.*, c.id AS case_id, c.portfolio_id, c.balance_minor AS known_minor, CASE
    WHEN c.id IS NULL THEN 'unknown_case'
    WHEN r.currency <> c.currency THEN 'currency_changed'
    WHEN r.balance_as_of > :today THEN 'future_balance'
    WHEN r.balance_as_of < c.balance_as_of THEN 'older'
    WHEN r.balance_minor = 0 THEN 'paid'
    WHEN 'paid' = ANY(c.hold_flags) THEN 'paid_owes_again'
    WHEN r.principal_minor > c.principal_minor THEN 'principal_rose'
    WHEN r.balance_minor - c.balance_minor > greatest(
      r.interest_minor + r.fees_minor - c.interest_minor - c.fees_minor, 0) THEN 'balance_rose'
    ELSE 'taken' END AS verdict
  FROM feed_rows r
  LEFT JOIN cases c ON c.lender_id = :lender AND c.lender_case_no = r.case_no
   AND (CAST(:portfolio AS bigint) IS NULL OR c.portfolio_id = :portfolio)"""
"""Interest and fees grow by themselves; a principal does not."""

_TAKE = """
UPDATE cases c SET principal_minor = j.principal_minor, interest_minor = j.interest_minor,
       fees_minor = j.fees_minor, balance_minor = j.balance_minor,
       balance_as_of = j.balance_as_of, dpd = j.dpd,
       last_payment_on = greatest(j.last_payment_on, c.last_payment_on),
       hold_flags = ARRAY(SELECT DISTINCT f FROM unnest(c.hold_flags || j.hold_flags) f
                          ORDER BY f)
  FROM feed_judged j WHERE c.id = j.case_id AND j.verdict = 'taken'"""

_PAY_OFF = """
UPDATE cases c SET balance_as_of = j.balance_as_of,
       last_payment_on = greatest(j.last_payment_on, c.last_payment_on),
       hold_flags = ARRAY(SELECT DISTINCT f FROM unnest(c.hold_flags || ARRAY['paid']) f
                          ORDER BY f)
  FROM feed_judged j WHERE c.id = j.case_id AND j.verdict = 'paid'"""

_KEEP = """
INSERT INTO case_balances (lender_id, case_id, as_of, principal_minor, interest_minor,
  fees_minor, balance_minor, dpd, applied, delivery_id, file_sha256, sheet, row, recorded_at)
SELECT :lender, case_id, balance_as_of, principal_minor, interest_minor, fees_minor,
  balance_minor, dpd, verdict <> 'older', :delivery, :sha256, sheet, row, :now
  FROM feed_judged WHERE verdict IN ('taken', 'paid', 'older') ORDER BY case_id
ON CONFLICT DO NOTHING"""

_DOUBTED = """
SELECT sheet, row, verdict, coalesce(known_minor::text || ' → ' || balance_minor::text, '')
  FROM feed_judged WHERE verdict NOT IN ('taken', 'paid', 'older') ORDER BY sheet, row"""


@dataclass(frozen=True, eq=False)
class Updated:
    """How many rows met which end, and those that a person should look at."""

    counts: dict[str, int]
    doubted: pl.DataFrame
    """sheet, row, kind, and the known and the new balance in minor units."""


def update_balances(
    balances: Balances,
    *,
    lender_id: int,
    portfolio_id: int | None,
    delivery_id: int,
    sha256: str,
    today: date,
    now: datetime,
) -> Updated:
    """Take what can be believed into the known cases, in the caller's transaction."""
    columns = ", ".join(f"{n} {t}" for n, t in zip(BALANCE, _TYPES, strict=True))
    values: dict[str, Any] = {
        "lender": lender_id,
        "portfolio": portfolio_id,
        "delivery": delivery_id,
        "sha256": bytes.fromhex(sha256),
        "today": today,
        "now": now,
    }
    take_turn(lender_id)
    with staged("feed_rows", columns, balances.rows):
        db.session.execute(text("DROP TABLE IF EXISTS pg_temp.feed_judged"))
        db.session.execute(text(_JUDGE), values)
        for statement in (_TAKE, _PAY_OFF, _KEEP):
            db.session.execute(text(statement), values)
        return _counted(values)


def _counted(values: dict[str, Any]) -> Updated:
    counted = db.session.execute(
        text("SELECT verdict, count(*) FROM feed_judged GROUP BY 1 ORDER BY 1")
    )
    counts = {verdict: int(n) for verdict, n in counted}
    touched = text("SELECT DISTINCT portfolio_id FROM feed_judged WHERE verdict = 'taken'")
    ids = sorted(db.session.scalars(touched))
    db.session.execute(text(RETOTAL), {"lender": values["lender"], "ids": ids})
    doubted = read_rows(
        _DOUBTED, {},
        {"sheet": pl.String, "row": pl.Int64, "kind": pl.String, "value": pl.String},
    )  # fmt: skip
    return Updated(counts, doubted)


def reopen_case(case_id: int, *, reason: str, by: User, now: datetime) -> Case:
    """The lender says that a debt taken for paid is owed after all."""
    case = locked(select(Case).where(Case.id == case_id, Case.lender_id == by.organisation_id))
    if case is None:
        raise NotFound
    if PAID not in case.hold_flags:
        raise Refusal(_("This debt is not marked as paid."))
    if not reason.strip():
        raise Refusal(
            _("Say why the debt is owed after all."),
            next_step=_("For example: the payment was returned by the bank."),
        )
    case.hold_flags = [flag for flag in case.hold_flags if flag != PAID]
    audit.record("case.reopened", case, by=by, now=now, reason=reason.strip())
    return case
