"""The job that turns the valid rows of a tape into a portfolio, debtors and cases."""

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import select, text

from marketplace import audit
from marketplace.accounts import LegalEntity
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.installation import files, vault
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.portfolios.balances import KEEP_BALANCES, OLDER, take_turn
from marketplace.portfolios.checking import failing, locked, read_and_validate, terms_of
from marketplace.portfolios.fixing import forget_fixes
from marketplace.portfolios.models import (
    Creditor,
    Portfolio,
    PortfolioStatus,
    Tape,
    TapeStatus,
)
from marketplace.portfolios.sealing import PEOPLE, person_indexes, sealed_people
from marketplace.portfolios.staging import staged
from marketplace.portfolios.validating import Checked

DELETE_FILE = "delete file"

_TIME_ZONES = {"CN": "Asia/Shanghai", "US": "America/New_York", "EU": "Europe/Berlin"}
_CASE = (
    "case_no", "contract_no", "product", "region", "currency", "loan_minor", "principal_minor",
    "interest_minor", "fees_minor", "balance_minor", "balance_as_of", "opened_on", "overdue_on",
    "dpd", "score", "last_payment_on", "limitation_on", "consented", "placement_round",
    "security", "litigation", "hold_flags", "features", "sheet", "row",
)  # fmt: skip
_CASE_TYPES = (
    "text", "text", "text", "text", "text", "bigint", "bigint", "bigint", "bigint", "bigint",
    "date", "date", "date", "bigint", "bigint", "date", "date", "boolean", "bigint", "text",
    "text", "text[]", "jsonb", "text", "bigint",
)  # fmt: skip

_UPSERT_DEBTORS = """
INSERT INTO debtors (lender_id, person_index, personal_key, personal, name_masked, id_masked,
                     phone_masked, phone_index, time_zone)
SELECT :lender, person_index, personal_key, personal, name_masked, id_masked, phone_masked,
       phone_index, :zone FROM tape_people ORDER BY person_index
ON CONFLICT (lender_id, person_index) DO UPDATE
   SET personal_key = excluded.personal_key, personal = excluded.personal,
       name_masked = excluded.name_masked, id_masked = excluded.id_masked,
       phone_masked = excluded.phone_masked, phone_index = excluded.phone_index
 WHERE debtors.forgotten_at IS NULL"""
"""Who was forgotten stays forgotten, whatever a later tape brings."""

_UPSERT_CASES = """
INSERT INTO cases (lender_id, entity_id, portfolio_id, debtor_id, lender_case_no, contract_no,
  product, region, currency, loan_minor, principal_minor, interest_minor, fees_minor,
  balance_minor, balance_as_of, opened_on, overdue_on, dpd, score, last_payment_on,
  limitation_on, consented, placement_round, security, litigation, hold_flags, features,
  tape_id, tape_sheet, tape_row)
SELECT :lender, :entity, :portfolio, d.id, r.case_no, r.contract_no, r.product, r.region,
  r.currency, r.loan_minor, r.principal_minor, r.interest_minor, r.fees_minor,
  r.balance_minor, r.balance_as_of, r.opened_on, r.overdue_on, r.dpd, r.score,
  r.last_payment_on, r.limitation_on, r.consented, r.placement_round, r.security, r.litigation,
  r.hold_flags, r.features, :tape, r.sheet, r.row
  FROM tape_cases r
  JOIN debtors d ON d.lender_id = :lender AND d.person_index = r.person_index
 ORDER BY r.case_no
ON CONFLICT (lender_id, lender_case_no) DO UPDATE
   SET principal_minor = excluded.principal_minor, interest_minor = excluded.interest_minor,
       fees_minor = excluded.fees_minor, balance_minor = excluded.balance_minor,
       balance_as_of = excluded.balance_as_of, dpd = excluded.dpd,
       last_payment_on = excluded.last_payment_on,
       limitation_on = coalesce(excluded.limitation_on, cases.limitation_on),
       consented = coalesce(excluded.consented, cases.consented),
       litigation = excluded.litigation,
       hold_flags = ARRAY(SELECT DISTINCT f FROM unnest(cases.hold_flags
                          || excluded.hold_flags) f ORDER BY f),
       tape_id = excluded.tape_id, tape_sheet = excluded.tape_sheet,
       tape_row = excluded.tape_row
 WHERE cases.balance_as_of <= excluded.balance_as_of"""
"""A known case gets its newer balance and keeps its portfolio, its placement and its holds."""

_KNOWN = """
SELECT c.portfolio_id, count(*), count(*) FILTER (WHERE c.currency <> r.currency)
  FROM tape_cases r JOIN cases c ON c.lender_id = :lender AND c.lender_case_no = r.case_no
 GROUP BY 1 ORDER BY 1"""

RETOTAL = """
UPDATE portfolios p SET cases = t.n, balance_minor = t.balance, principal_minor = t.principal,
       balance_as_of = greatest(p.balance_as_of, t.as_of)
  FROM (SELECT portfolio_id, count(*) n, sum(balance_minor)::bigint balance,
               sum(principal_minor)::bigint principal, max(balance_as_of) as_of
          FROM cases WHERE lender_id = :lender AND portfolio_id = ANY(:ids) GROUP BY 1) t
 WHERE p.id = t.portfolio_id AND p.lender_id = :lender"""


def commit_tape(tape_id: int, *, now: datetime) -> None:
    """Write everything or nothing. Does nothing unless the tape waits for it."""
    commit_checked(tape_id, None, now=now)


def commit_checked(tape_id: int, checked: Checked | None, *, now: datetime) -> None:
    """As `commit_tape`, with what the check found, where it was just made of the same file."""
    tape = locked(tape_id, TapeStatus.COMMITTING)
    if tape is None:
        return
    with failing(tape):
        cases = (checked or read_and_validate(tape)).cases
        if cases.height != tape.counts["rows_valid"]:
            raise Refusal(
                _("The file is judged otherwise now than when it was checked."),
                next_step=_("Confirm the mapping once more."),
            )
        done = _write(tape, cases, now)
        tape.status, tape.progress, tape.committed_at = TapeStatus.COMMITTED, 100, now
        tape.counts = tape.counts | done
        # The file names people whom somebody may want forgotten: only its hash stays.
        jobs.enqueue(DELETE_FILE, key=tape.file_key)
        tape.file_key = ""
        forget_fixes(tape)
        audit.record(
            "tape.committed", tape, by=None, now=now, parties=[tape.lender_id],
            portfolio_id=tape.portfolio_id, balance_minor=tape.counts["balance_minor"], **done,
        )  # fmt: skip


def delete_file(key: str, *, now: datetime) -> None:
    """A job: take a stored file away. Safe to repeat."""
    files().delete(key)


def _write(tape: Tape, cases: pl.DataFrame, now: datetime) -> dict[str, int]:
    _refuse_currencies(cases)
    take_turn(tape.lender_id)
    indexes = person_indexes(cases["person"], tape.lender_id, vault())
    columns = ", ".join(f"{n} {t}" for n, t in zip(_CASE, _CASE_TYPES, strict=True))
    values: dict[str, Any] = {
        "lender": tape.lender_id,
        "entity": tape.entity_id,
        "tape": tape.id,
        "zone": _TIME_ZONES[terms_of(tape).market],
        "sha256": bytes.fromhex(tape.sha256),
        "now": now,
    }
    with (
        staged("tape_people", PEOPLE, sealed_people(cases, indexes, tape.lender_id, vault())),
        staged("tape_cases", f"{columns}, person_index bytea", _case_rows(cases, indexes)),
    ):
        known = db.session.execute(text(_KNOWN), values).all()
        _refuse_other_currency(sum(row[2] for row in known))
        updated = sum(row[1] for row in known)
        portfolio_id = _portfolio(tape, cases, cases.height - updated, now)
        tape.portfolio_id = portfolio_id or known[0][0]
        values["portfolio"] = tape.portfolio_id
        db.session.execute(text(_UPSERT_DEBTORS), values)
        db.session.execute(text(_UPSERT_CASES), values)
        db.session.execute(text(KEEP_BALANCES), values)
        older = db.session.execute(text(OLDER), values).scalar_one() if updated else 0
    touched = sorted({tape.portfolio_id, *(row[0] for row in known)})
    db.session.execute(text(RETOTAL), {"lender": tape.lender_id, "ids": touched})
    new = cases.height - updated
    return {"cases_new": new, "cases_updated": updated - older, "cases_older": older}


def _refuse_currencies(cases: pl.DataFrame) -> None:
    """A portfolio is bid for and settled in one currency, which the books must know."""
    found = sorted(cases["currency"].unique().to_list())
    if len(found) > 1:
        raise Refusal(
            _("The tape holds cases in several currencies: %(names)s.", names=", ".join(found)),
            next_step=_("Split the list by currency and import each part on its own."),
        )
    if found[0] not in MINOR_DIGITS:
        raise Refusal(
            _("Cases in %(name)s cannot be kept yet.", name=found[0]),
            next_step=_("Ask us which currencies are supported."),
        )


def _refuse_other_currency(cases: int) -> None:
    if cases:
        raise Refusal(
            _("%(count)s known cases would change their currency.", count=cases),
            next_step=_("Check the currency of the tape."),
        )


def _portfolio(tape: Tape, cases: pl.DataFrame, new: int, now: datetime) -> int | None:
    """The portfolio that new cases go into; none if every case is already known."""
    portfolio = db.session.scalar(
        select(Portfolio)
        .where(Portfolio.lender_id == tape.lender_id, Portfolio.name == tape.portfolio_name)
        .with_for_update()
    )
    if portfolio is None and new == 0:
        return None
    if portfolio is None:
        return _new_portfolio(tape, cases, now)
    if new and portfolio.status is not PortfolioStatus.READY:
        raise Refusal(
            _("The portfolio %(name)s is already offered; it takes no new cases.",
              name=portfolio.name),
            next_step=_("Import the %(count)s new cases under another name.", count=new),
        )  # fmt: skip
    if new and portfolio.currency != cases["currency"][0]:
        raise Refusal(
            _("The portfolio %(name)s is in another currency.", name=portfolio.name),
            next_step=_("Import these cases under another name."),
        )
    return portfolio.id


def _new_portfolio(tape: Tape, cases: pl.DataFrame, now: datetime) -> int:
    as_of: Any = cases["balance_as_of"].max()
    portfolio = Portfolio(
        lender_id=tape.lender_id,
        entity_id=tape.entity_id,
        name=tape.portfolio_name,
        currency=cases["currency"][0],
        balance_as_of=as_of,
        created_at=now,
    )
    db.session.add(portfolio)
    db.session.flush()
    entity = db.session.get_one(LegalEntity, tape.entity_id)
    db.session.add(
        Creditor(
            lender_id=tape.lender_id,
            portfolio_id=portfolio.id,
            entity_id=entity.id,
            name=entity.name,
            share_bps=10_000,
            valid_from=as_of,
            recorded_at=now,
        )
    )
    db.session.flush()
    return portfolio.id


def _case_rows(cases: pl.DataFrame, indexes: pl.Series) -> pl.DataFrame:
    return cases.select(_CASE).with_columns(indexes.alias("person_index"))
