"""Writing the valid rows of a tape as debtors and cases, while the next ones are judged.

What a piece brings is sealed here and written by a thread of its own, on the caller's
connection and in the caller's transaction: the database works while the next piece is read.
Only one of the two uses the connection at a time.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self, cast

import polars as pl
from sqlalchemy import select, text

from marketplace.accounts import LegalEntity
from marketplace.core.bulk import planned_once
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.installation import vault
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import _
from marketplace.portfolios.balances import KEEP_BALANCES, OLDER, take_turn
from marketplace.portfolios.checking import terms_of
from marketplace.portfolios.models import Creditor, Portfolio, PortfolioStatus, Tape
from marketplace.portfolios.sealing import PEOPLE, person_indexes, sealed_people
from marketplace.portfolios.staging import as_csv, fill, make_staging
from marketplace.portfolios.validating import Judged

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
       phone_index, :zone FROM tape_people
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
  CROSS JOIN LATERAL (SELECT id FROM debtors
                       WHERE lender_id = :lender AND person_index = r.person_index LIMIT 1) d
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
"""A known case gets its newer balance and keeps its portfolio, its placement and its holds.

LATERAL ... LIMIT 1 has each row look its partner up by the key. A plain join would read all of
the lender's debtors, or cases, for every piece, as nothing is known yet of tables just filled.
"""

_KNOWN = """
SELECT c.portfolio_id, count(*), count(*) FILTER (WHERE c.currency <> r.currency)
  FROM tape_cases r
  CROSS JOIN LATERAL (SELECT portfolio_id, currency FROM cases
                       WHERE lender_id = :lender AND lender_case_no = r.case_no LIMIT 1) c
 GROUP BY 1 ORDER BY 1"""

RETOTAL = """
UPDATE portfolios p SET cases = t.n, balance_minor = t.balance, principal_minor = t.principal,
       balance_as_of = greatest(p.balance_as_of, t.as_of)
  FROM (SELECT portfolio_id, count(*) n, sum(balance_minor)::bigint balance,
               sum(principal_minor)::bigint principal, max(balance_as_of) as_of
          FROM cases WHERE lender_id = :lender AND portfolio_id = ANY(:ids) GROUP BY 1) t
 WHERE p.id = t.portfolio_id AND p.lender_id = :lender"""


@dataclass(frozen=True)
class _Ready:
    """A piece as the database takes it."""

    people: list[str]
    cases: list[str]
    count: int
    as_of: date


class Loader:
    """Writes a tape's cases piece by piece: `take` each, then `finish`."""

    def __init__(self, tape: Tape, now: datetime) -> None:
        self.taken = 0
        self._tape, self._now = tape, now
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None
        self._connection = db.session.connection()
        self._keys = vault()
        self._currency = ""
        self._latest = date.min
        self._portfolio: Portfolio | None = None
        self._touched: set[int] = set()
        self._counts = {"cases_new": 0, "cases_updated": 0, "cases_older": 0}
        self._values: dict[str, Any] = {
            "lender": tape.lender_id, "entity": tape.entity_id, "tape": tape.id,
            "zone": _TIME_ZONES[terms_of(tape).market],
            "sha256": bytes.fromhex(tape.sha256), "now": now,
        }  # fmt: skip

    def __enter__(self) -> Self:
        take_turn(self._tape.lender_id)
        columns = ", ".join(f"{n} {t}" for n, t in zip(_CASE, _CASE_TYPES, strict=True))
        make_staging("tape_people", PEOPLE)
        make_staging("tape_cases", f"{columns}, person_index bytea")
        tape = self._tape
        self._portfolio = db.session.scalar(
            select(Portfolio)
            .where(Portfolio.lender_id == tape.lender_id, Portfolio.name == tape.portfolio_name)
            .with_for_update()
        )
        self._is_new = self._portfolio is None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        # Nobody may roll back while the thread still writes.
        self._pool.shutdown()

    def taking(self, pieces: Iterable[Judged]) -> Iterator[Judged]:
        """The same pieces, each taken on its way."""
        for piece in pieces:
            self.take(piece.cases)
            yield piece
        self._wait()

    def take(self, cases: pl.DataFrame) -> None:
        """Seal these rows, and have them written while the caller goes on."""
        if not cases.height:
            return
        self._require_one_currency(cases)
        ready = self._sealed(cases)
        self._wait()
        self.taken += ready.count
        self._latest = max(self._latest, ready.as_of)
        if self._portfolio is None:
            # A portfolio may have to be made first: that is done here, not by the thread.
            self._write(ready)
        else:
            self._writing = self._pool.submit(self._write, ready)

    def finish(self) -> dict[str, int]:
        """Wait for the last piece, sum up the portfolios; how many cases were new and known."""
        self._wait()
        if self._portfolio is not None and self._is_new:
            _record_creditor(self._tape, self._portfolio, self._latest, self._now)
        self._touched |= {self._portfolio.id} if self._portfolio else set()
        if self._touched:
            self._tape.portfolio_id = (
                self._portfolio.id if self._portfolio else min(self._touched)
            )
        ids = {"lender": self._tape.lender_id, "ids": sorted(self._touched)}
        db.session.execute(text(RETOTAL), ids)
        return self._counts

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _sealed(self, cases: pl.DataFrame) -> _Ready:
        lender = self._tape.lender_id
        indexes = person_indexes(cases["person"], lender, self._keys)
        people = sealed_people(cases, indexes, lender, self._keys)
        rows = cases.select(_CASE).with_columns(indexes.alias("person_index"))
        as_of = cast("date", cases["balance_as_of"].max())
        return _Ready(as_csv(people), as_csv(rows), cases.height, as_of)

    def _write(self, ready: _Ready) -> None:
        run = self._connection.execute
        fill(self._connection, "tape_people", ready.people)
        fill(self._connection, "tape_cases", ready.cases)
        known = run(text(_KNOWN), self._values).all()
        _refuse_other_currency(sum(row[2] for row in known))
        self._touched |= {row[0] for row in known}
        updated = sum(row[1] for row in known)
        if ready.count > updated:
            self._admit_new(ready)
        values = self._values | {
            "portfolio": self._portfolio.id if self._portfolio else known[0][0]
        }
        with planned_once(self._connection):
            for statement in (_UPSERT_DEBTORS, _UPSERT_CASES, KEEP_BALANCES):
                run(text(statement), values)
        older = run(text(OLDER), values).scalar_one() if updated else 0
        self._counts["cases_new"] += ready.count - updated
        self._counts["cases_updated"] += updated - older
        self._counts["cases_older"] += older

    def _admit_new(self, ready: _Ready) -> None:
        if self._portfolio is None:
            self._portfolio = _new_portfolio(self._tape, self._currency, ready.as_of, self._now)
        if self._portfolio.status is not PortfolioStatus.READY:
            raise Refusal(
                _("The portfolio %(name)s is already offered; it takes no new cases.",
                  name=self._portfolio.name),
                next_step=_("Import these cases under another name."),
            )  # fmt: skip
        if self._portfolio.currency != self._currency:
            raise Refusal(
                _("The portfolio %(name)s is in another currency.", name=self._portfolio.name),
                next_step=_("Import these cases under another name."),
            )

    def _require_one_currency(self, cases: pl.DataFrame) -> None:
        """A portfolio is bid for and settled in one currency, which the books must know."""
        found = sorted({*cases["currency"].unique(), self._currency} - {""})
        if len(found) > 1:
            raise Refusal(
                _("The tape holds cases in several currencies: %(names)s.",
                  names=", ".join(found)),
                next_step=_("Split the list by currency and import each part on its own."),
            )  # fmt: skip
        if found[0] not in MINOR_DIGITS:
            raise Refusal(
                _("Cases in %(name)s cannot be kept yet.", name=found[0]),
                next_step=_("Ask us which currencies are supported."),
            )
        self._currency = found[0]


def _refuse_other_currency(cases: int) -> None:
    if cases:
        raise Refusal(
            _("%(count)s known cases would change their currency.", count=cases),
            next_step=_("Check the currency of the tape."),
        )


def _new_portfolio(tape: Tape, currency: str, as_of: date, now: datetime) -> Portfolio:
    portfolio = Portfolio(
        lender_id=tape.lender_id,
        entity_id=tape.entity_id,
        name=tape.portfolio_name,
        currency=currency,
        balance_as_of=as_of,
        status=PortfolioStatus.READY,
        created_at=now,
    )
    db.session.add(portfolio)
    db.session.flush()
    return portfolio


def _record_creditor(tape: Tape, portfolio: Portfolio, as_of: date, now: datetime) -> None:
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
