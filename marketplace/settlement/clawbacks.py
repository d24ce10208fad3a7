"""Claw-backs: what became of a line after its payment was reversed or its rate changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from marketplace.accounts import organisation_codes
from marketplace.core.db import db
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import in_decimal
from marketplace.core.words import Code, _
from marketplace.settlement.reasons import percent

CHAINS = 25
"""On a page."""

# A chain is of one payment: its lines, those of its reversal, and true-ups of either. A
# verified reversal that no statement has yet is its open end; a dispute may keep it out.
_CHAINS = """
WITH waiting AS (
  SELECT r.id, r.reversal_of_id AS root, EXISTS (
           SELECT 1 FROM line_disputes d WHERE d.payment_id IN (r.id, r.reversal_of_id)
              AND d.decision IS DISTINCT FROM 'back') AS disputed
    FROM payments r
   WHERE r.reversal_of_id IS NOT NULL AND r.verified_by_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM statement_lines l WHERE l.payment_id = r.id
           AND l.statement_id NOT IN (SELECT id FROM statements WHERE undone_at IS NOT NULL))
     AND EXISTS (SELECT 1 FROM statement_lines l WHERE l.payment_id = r.reversal_of_id)),
corrected AS (
  SELECT coalesce(p.reversal_of_id, p.id) AS root, max(l.id) AS newest
    FROM statement_lines l JOIN payments p ON p.id = l.payment_id
   WHERE l.kind IN ('reversal', 'true_up') GROUP BY 1),
roots AS (
  SELECT coalesce(w.root, c.root) AS id, c.newest, w.id AS waiting_id, w.disputed
    FROM corrected c FULL JOIN waiting w ON w.root = c.root)
SELECT r.id, r.waiting_id, r.disputed, p.code, p.lender_id, p.agency_id, p.currency,
       p.amount_minor, p.value_on, app.public_code('CS', p.case_id, 7) AS case_code,
       v.code AS reversal, v.amount_minor AS reversal_minor, v.value_on AS reversed_on,
       count(*) OVER () AS total
  FROM roots r JOIN payments p ON p.id = r.id
  LEFT JOIN payments v ON v.id = r.waiting_id
 WHERE CAST(:organisation AS bigint) IS NULL OR :organisation IN (p.lender_id, p.agency_id)
 ORDER BY r.waiting_id IS NULL, r.newest DESC NULLS LAST, r.id DESC
 LIMIT CAST(:limit AS bigint) OFFSET :offset
"""

_LINKS = """
SELECT coalesce(p.reversal_of_id, p.id) AS root, l.kind, p.code, l.value_on, l.gross_minor,
       l.rate_bps, l.commission_minor, l.reason, s.code AS statement, s.status,
       s.undone_at
  FROM payments p JOIN statement_lines l ON l.payment_id = p.id
  JOIN statements s ON s.id = l.statement_id
 WHERE p.id = ANY(:roots) OR p.reversal_of_id = ANY(:roots)
 ORDER BY l.id
"""


@dataclass(frozen=True)
class Chain:
    """A corrected payment, and the lines that say so in their order."""

    root: Any
    links: Sequence[Any]

    @property
    def commission_minor(self) -> int:
        """What is left of the commission."""
        return sum(link.commission_minor for link in self.links if link.undone_at is None)


def clawback_chains(*, organisation_id: int | None, page: int = 1) -> tuple[list[Chain], int]:
    """A page of the chains of one side, or of all for the platform, and how many there are.

    Those whose reversal waits for a statement first, then the newest correction.
    """
    return _chains(organisation_id, CHAINS, (page - 1) * CHAINS)


def clawback_csv(*, organisation_id: int | None) -> bytes:
    """All chains as one table: a row for each line, and for each reversal that still waits."""
    chains, _total = _chains(organisation_id, None, 0)
    parties = {i for one in chains for i in (one.root.lender_id, one.root.agency_id) if i}
    codes = organisation_codes(sorted(parties))
    named = (
        _("Corrected payment"), _("Case"), _("Lender"), _("Agency"), _("Currency"),
        _("Kind of line"), _("Why"), _("Payment"), _("Statement"), _("State"), _("Value date"),
        _("Amount"), _("Rate"), _("Commission"), _("Commission that is left"),
    )  # fmt: skip
    rows = [row for chain in chains for row in _csv_rows(chain, codes)]
    return csv_file([str(name) for name in named], rows)


def _csv_rows(chain: Chain, codes: dict[int, str]) -> Iterator[tuple[Cell, ...]]:
    root, left = chain.root, chain.commission_minor
    same = (root.code, root.case_code, codes.get(root.lender_id, ""),
            codes.get(root.agency_id, ""), root.currency)  # fmt: skip

    def amount(minor: int) -> Cell:
        return in_decimal(minor, root.currency)

    for link in chain.links:
        why = f"true_up_{link.reason}" if link.kind == "true_up" else link.reason
        state = Code("statement.undone" if link.undone_at else link.status)
        yield (
            *same, str(Code(f"line_{link.kind}")), str(Code(why)) if why else "", link.code,
            link.statement, str(state), link.value_on.isoformat(), amount(link.gross_minor),
            percent(link.rate_bps), amount(link.commission_minor), amount(left),
        )  # fmt: skip
    if root.reversal:
        waits = (
            _("Left out: its line is disputed") if root.disputed else _("In the next statement")
        )
        yield (
            *same, str(Code("line_reversal")), "", root.reversal, "", str(waits),
            root.reversed_on.isoformat(), amount(root.reversal_minor), "", "", amount(left),
        )  # fmt: skip


def _chains(
    organisation_id: int | None, limit: int | None, offset: int
) -> tuple[list[Chain], int]:
    roots = db.session.execute(
        text(_CHAINS), {"organisation": organisation_id, "limit": limit, "offset": offset}
    ).all()
    found: dict[int, list[Any]] = {row.id: [] for row in roots}
    for link in db.session.execute(text(_LINKS), {"roots": list(found)}):
        found[link.root].append(link)
    return [Chain(row, found[row.id]) for row in roots], roots[0].total if roots else 0
