"""Statements reckoned again from payments, awarded rates and agreed tables.

It shares no arithmetic with `settlement`: what that package stated is only read. Which cash
earns nothing is taken as stated, for the holds of that day may have been lifted since. What
was undone must be right in itself, but gives nothing to any other statement.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import text

from marketplace.checks.differences import Difference, amounts, rounded
from marketplace.checks.shares import Past, ends, share_differences
from marketplace.core.db import db

CONTRACTS = """
SELECT DISTINCT contract_id, currency FROM statements WHERE status <> 'cancelled' ORDER BY 1, 2
"""

LINES = """
SELECT l.id, l.statement_id, l.payment_id, l.placement_id, l.kind, l.gross_minor, l.rate_bps,
       l.unrounded, l.commission_minor, l.terms_id, l.value_on, p.amount_minor, p.posted_on,
       p.reversal_of_id, p.verified_by_id IS NOT NULL AS verified, pl.starts_on, s.undone_at,
       l.quality_minor, l.holdback_minor, l.tax_minor, l.fee_minor, l.fee_tax_minor,
       l.weight_bps, l.score_bps, l.tax_bps, l.tax_included, l.reason,
       CASE WHEN jsonb_array_length(t.scale) > 0 THEN t.rates_include_tax
            ELSE pl.rates_include_tax END AS says_included,
       pl.rates_include_tax AS bids_include_tax, pc.rate_bps AS awarded_bps, pc.round,
       pc.dpd, pc.product, pc.secured, pc.litigated
  FROM statement_lines l
  JOIN statements s ON s.id = l.statement_id
  JOIN payments p ON p.id = l.payment_id
  JOIN placements pl ON pl.id = l.placement_id
  LEFT JOIN commission_terms t ON t.id = l.terms_id
  JOIN placement_cases pc ON pc.placement_id = l.placement_id AND pc.case_id = l.case_id
 WHERE s.contract_id = :contract AND s.currency = :currency AND s.status <> 'cancelled'
 ORDER BY l.statement_id, l.id
"""

STATEMENTS = """
SELECT s.*, ARRAY(SELECT c.part FROM debt_clearances c WHERE c.statement_id = s.id
                     AND c.confirmed_at IS NOT NULL) AS cleared
  FROM statements s
 WHERE contract_id = :contract AND currency = :currency AND status <> 'cancelled' ORDER BY id
"""

RELEASES = """
SELECT r.released_by_id, r.held_by_id FROM holdback_releases r
  JOIN statements s ON s.id = r.released_by_id
 WHERE s.contract_id = :contract AND s.currency = :currency
"""

TERMS = """
SELECT id, version, valid_from, basis, scale, tier_mode, rates_include_tax FROM commission_terms
 WHERE contract_id = :contract AND agreed_at <= :made_at ORDER BY version DESC
"""


def statement_differences() -> Iterator[Difference]:
    """Every figure of every statement that is not what payments and rates give."""
    for contract_id, currency in db.session.execute(text(CONTRACTS)).all():
        of = {"contract": contract_id, "currency": currency}
        lines = db.session.execute(text(LINES), of).all()
        statements = db.session.execute(text(STATEMENTS), of).all()
        stated: dict[int, Sequence[Any]] = defaultdict(list)
        for statement_id, group in groupby(lines, key=lambda line: line.statement_id):
            stated[statement_id] = list(group)
        releases: dict[int, list[int]] = defaultdict(list)
        for released_by, held_by in db.session.execute(text(RELEASES), of):
            releases[released_by].append(held_by)
        past = Past()
        standing = [line for line in lines if line.undone_at is None]
        for statement in statements:
            known = past if statement.undone_at is None else past.copy()
            own = stated[statement.id]
            yield from _figures(statement, own, known)
            yield from share_differences(statement, own, known, releases[statement.id])
        yield from _carried(statements)
        yield from _lines(lines, {row.id: row for row in statements})
        yield from _payments(standing, {row.id: row for row in statements})
        yield from _tables(standing, statements, of)


def _carried(statements: Sequence[Any]) -> Iterator[Difference]:
    """What one takes over is what another left: commission, and through Stripe also fees.

    What was repaid or given up is taken over by none, but for one that was undone before that.
    """
    ended = {row.id: row.cleared for row in statements}
    left: dict[int | None, tuple[int, int]] = {None: (0, 0)}
    for row in statements:
        taken = (row.carried_in_minor, row.fee_carried_in_minor)
        earned = (
            row.commission_minor + row.quality_minor - row.holdback_minor + row.released_minor
        )
        payable = earned + row.commission_tax_minor - row.included_tax_minor + taken[0]
        fees = row.fee_minor + row.fee_tax_minor + taken[1] if row.rail == "stripe" else 0
        left[row.id] = (min(payable, 0), min(fees, 0))
        debts = left.get(row.carried_from_id, (0, 0))
        over = ended.get(row.carried_from_id, ())
        expected = tuple(
            0 if part in over and (row.undone_at is None or minor == 0) else debt
            for part, debt, minor in zip(("commission", "fee"), debts, taken, strict=True)
        )
        if taken != expected:
            yield amounts(
                "statement_carried", row.code, row.currency, sum(expected), sum(taken)
            )


def _figures(statement: Any, lines: Sequence[Any], past: Past) -> Iterator[Difference]:
    """The figures at the head of one statement."""
    earned = _commission(lines, past.given)
    gross = _cash(lines, past.counted)
    fee = rounded(gross * statement.fee_bps)
    for kind, expected, found in (
        ("statement_commission", earned, statement.commission_minor),
        ("statement_cash", gross, statement.gross_minor),
        ("statement_fee", fee, statement.fee_minor),
        ("statement_fee_tax", rounded(fee * statement.fee_tax_bps), statement.fee_tax_minor),
    ):
        if expected != found:
            yield amounts(kind, statement.code, statement.currency, expected, found)


def _commission(lines: Sequence[Any], given: dict[int, int]) -> int:
    """Rounded once per rate; what ends a payment takes back all that it was ever given."""
    by_rate: dict[int, int] = defaultdict(int)
    later = taken_back = 0
    for line in lines:
        if line.kind == "payment":
            by_rate[line.rate_bps] += line.gross_minor * line.rate_bps
        elif line.kind == "true_up" and ends(line):
            taken_back += given[line.payment_id]
        elif line.kind == "true_up":
            later += line.unrounded
        if line.kind in {"payment", "true_up"}:
            given[line.payment_id] += line.commission_minor
    taken_back += sum(given[line.reversal_of_id] for line in lines if line.kind == "reversal")
    return sum(map(rounded, by_rate.values())) + rounded(later) - taken_back


def _cash(lines: Sequence[Any], counted: dict[int, int]) -> int:
    """What bears a fee: of a payment that earns, all; of what takes one back, as much."""
    total = 0
    for line in lines:
        if line.kind in {"payment", "true_up"}:
            counted[line.payment_id] += line.gross_minor
            total += line.gross_minor
    return total - sum(counted[line.reversal_of_id] for line in lines if line.reversal_of_id)


def _lines(lines: Sequence[Any], statements: dict[int, Any]) -> Iterator[Difference]:
    """Each line follows from its cash and its rate."""
    for line in lines:
        statement = statements[line.statement_id]
        exact = line.gross_minor * line.rate_bps
        if line.kind == "payment" and line.unrounded != exact:
            yield amounts(
                "line_commission", statement.code, statement.currency, rounded(exact),
                rounded(line.unrounded),
            )  # fmt: skip
        elif (line.kind in {"payment", "true_up"} and not ends(line)) and abs(
            line.commission_minor * 10_000 - line.unrounded
        ) >= 10_000:
            yield amounts(
                "line_rounding", statement.code, statement.currency, rounded(line.unrounded),
                line.commission_minor,
            )  # fmt: skip


def _payments(lines: Sequence[Any], statements: dict[int, Any]) -> Iterator[Difference]:
    """Each payment is verified, stated whole and once, and paid for whole or not at all."""
    cash: dict[int, int] = defaultdict(int)
    paid_for: dict[int, int] = defaultdict(int)
    last: dict[int, Any] = {}
    for line in lines:
        if line.kind != "true_up":
            cash[line.payment_id] += line.gross_minor
        if line.kind != "excluded":
            paid_for[line.payment_id] += line.gross_minor
        last[line.payment_id] = line
    for payment_id, total in cash.items():
        line = last[payment_id]
        statement = statements[line.statement_id]
        whole = line.amount_minor if line.verified else 0
        for found in (total, paid_for[payment_id]):
            if found != whole and (found or found is total):
                yield amounts("payment_cash", statement.code, statement.currency, whole, found)


def _tables(
    lines: Sequence[Any], statements: Sequence[Any], of: dict[str, Any]
) -> Iterator[Difference]:
    """What the contract's batches have earned so far, by the tables that were agreed.

    The last statement brought all earlier ones up to date, if none of them reached further, nor
    was undone since.
    """
    newest = statements[-1]
    if any(row.period_end > newest.period_end for row in statements) or any(
        row.undone_at is not None and row.undone_at >= newest.made_at for row in statements
    ):
        return
    terms = db.session.execute(
        text(TERMS), {"contract": of["contract"], "made_at": newest.made_at}
    ).all()
    expected, found, converted = by_the_tables(lines, terms)
    if abs(expected - found) >= 10_000 + converted:
        yield amounts(
            "contract_rates", newest.code, newest.currency, rounded(expected),
            rounded(found.numerator, 10_000 * found.denominator),
        )  # fmt: skip


def by_the_tables(lines: Sequence[Any], terms: Sequence[Any]) -> tuple[int, Fraction, int]:
    """What the tables give and what was given, in ten-thousandths of a minor unit.

    And of how many payments the tables speak otherwise of VAT than the first lines: what such a
    payment earns was rounded to whole ten-thousandths, so that it may be off by one of them.
    """
    undone = {line.reversal_of_id for line in lines}
    paid_for: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.kind in {"payment", "true_up"}:
            paid_for[line.payment_id] += line.gross_minor
    batches: dict[tuple[Any, ...], int] = defaultdict(int)
    found, converted = Fraction(0), set()
    for line in lines:
        if line.payment_id in undone or not paid_for[line.payment_id]:
            continue
        batch = _batch(line, terms)
        if line.tax_included != batch[-1]:
            converted.add(line.payment_id)
        found += _as_the_table(line, includes_tax=batch[-1])
        if line.kind != "excluded":
            batches[batch] += line.gross_minor
    expected = sum(_earned(cash, batch[1], batch[2]) for batch, cash in batches.items())
    return expected, found, len(converted)


def _batch(line: Any, terms: Sequence[Any]) -> tuple[Any, ...]:
    """The placement of a payment, how its tiers work, and the tiers."""
    for version in terms:
        day = {
            "placement": line.starts_on, "payment": line.value_on, "posting": line.posted_on,
        }[version.basis]  # fmt: skip
        if version.valid_from <= day:
            for number, row in enumerate(version.scale):
                if _covers(row, line):
                    tiers = tuple(tuple(tier) for tier in row["tiers"])
                    included = version.rates_include_tax
                    return (
                        line.placement_id,
                        version.tier_mode,
                        tiers,
                        version.id,
                        number,
                        included,
                    )
            break
    return line.placement_id, "marginal", ((None, line.awarded_bps),), line.bids_include_tax


def _as_the_table(line: Any, *, includes_tax: bool) -> Fraction:
    """With VAT or without, as the table has it that the line goes by now."""
    stated, with_tax = Fraction(line.unrounded), Fraction(10_000 + line.tax_bps, 10_000)
    if line.tax_included == includes_tax:
        return stated
    return stated * with_tax if includes_tax else stated / with_tax


def _covers(row: dict[str, Any], line: Any) -> bool:
    return (
        row["rounds"][0] <= line.round <= row["rounds"][1]
        and row["dpd"][0] <= line.dpd <= row["dpd"][1]
        and all(
            row[name] is None or row[name] == getattr(line, name)
            for name in ("product", "secured", "litigated")
        )
    )


def _earned(cash: int, mode: str, tiers: Sequence[tuple[int | None, int]]) -> int:
    """Commission of a batch's cash, in ten-thousandths of a minor unit."""
    if mode == "whole":
        rate = next(bps for end, bps in tiers if end is None or cash <= end)
        return cash * rate
    earned = begin = 0
    for end, bps in tiers:
        within = (cash if end is None else min(cash, end)) - begin
        earned += max(within, 0) * bps
        begin = end or begin
    return earned
