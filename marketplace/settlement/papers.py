"""A statement on paper and as a workbook: the same figures, down to each payment."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from marketplace import audit, ledger
from marketplace.accounts import User
from marketplace.core.exports import Cell, Sheet, csv_file, workbook
from marketplace.core.money import in_decimal, in_figures, in_units
from marketplace.core.words import Code, Words, _
from marketplace.settlement.line_columns import (
    Context,
    Fact,
    Money,
    Share,
    line_facts,
    line_headers,
)
from marketplace.settlement.lines import line_rows
from marketplace.settlement.models import Statement
from marketplace.settlement.paper import Head, paper_of
from marketplace.settlement.queries import amounts_of, carried_from, parties_of, score_of
from marketplace.settlement.reasons import appeal_of, percent, written
from marketplace.settlement.snapshots import fingerprint
from marketplace.settlement.summaries import (
    kind_headers,
    rate_headers,
    rate_rows,
    sums_by_kind,
)

Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]


def statement_facts(statement: Statement) -> list[tuple[str, str]]:
    """What the head of a statement says."""
    parties = parties_of(statement)
    period = f"{statement.period_start.isoformat()} – {statement.period_end.isoformat()}"
    one_currency = _("no exchange: everything here was paid and is due in one currency")
    named = (
        (_("Statement"), statement.code),
        (_("Version"), str(statement.edition)),
        (_("State"), str(Code(statement.status))),
        (_("Lender"), f"{parties.lender} {parties.lender_uscc}".strip()),
        (_("Agency"), f"{parties.agency} {parties.agency_uscc}".strip()),
        (_("Period (end excluded)"), period),
        (_("Currency"), statement.currency),
        (_("Exchange rate"), str(one_currency)),
        (_("Payments"), str(statement.payments)),
        *_rates(statement),
        *_carried(statement),
        *_people(statement),
        (_("Lines can be disputed until"), _moment(statement.disputes_end_at)),
    )
    return [(str(name), value) for name, value in named]


def statement_pdf(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as both sides sign it, in the reader's language."""
    facts = _facts(statement, now, audit_head)
    return paper_of(statement, Head(facts, _totals(statement)), line_rows(statement))


def statement_workbook(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as XLSX: facts, totals, sums by kind, rates, and one row per line."""

    def cell(fact: Fact) -> Cell:
        if isinstance(fact, Money):
            return in_units(fact.minor, statement.currency)
        return float(fact.percent.scaleb(-2)) if isinstance(fact, Share) else fact

    totals = [
        (str(name), in_units(minor, statement.currency)) for name, minor in _totals(statement)
    ]
    by_kind, rates, lines = _tables(statement, cell)
    return workbook(
        _facts(statement, now, audit_head),
        [
            Sheet(
                str(_("Totals")), (str(_("Item")), statement.currency), totals, widths=(36, 18)
            ),
            Sheet(str(_("By kind of line")), *by_kind, widths=(32,)),
            Sheet(str(_("Rates")), *rates, widths=(60, 12, 60)),
            Sheet(str(_("Lines")), *lines),
        ],
    )


def statement_csv(statement: Statement, *, now: datetime, audit_head: str) -> bytes:
    """The statement as CSV: facts and totals, then a table each of sums, rates and lines."""

    def cell(fact: Fact) -> Cell:
        if isinstance(fact, Money):
            return in_decimal(fact.minor, statement.currency)
        return written(fact.percent) if isinstance(fact, Share) else fact

    (name, code), *facts = _facts(statement, now, audit_head)
    rows: list[Sequence[Cell]] = list(facts)
    rows += [(str(name), cell(Money(minor))) for name, minor in _totals(statement)]
    for headers, table in _tables(statement, cell):
        rows += [(), headers, *table]
    return csv_file((name, code), rows)


def _tables(statement: Statement, cell: Callable[[Fact], Cell]) -> list[Table]:
    """Sums by kind, rates and lines, with their headers."""
    lines = line_rows(statement)
    context = Context(statement, score_of(statement))
    kinds = [
        (str(one.name), one.lines, *(cell(Money(minor)) for minor in one.amounts))
        for one in sums_by_kind(statement, lines)
    ]
    rates = [
        (
            str(one.source),
            one.since,
            str(one.cases),
            str(one.cash),
            percent(one.rate_bps),
            str(one.tax),
        )
        for one in rate_rows(statement)
    ]
    return [
        (kind_headers(), kinds),
        (rate_headers(), rates),
        (line_headers(), [[cell(fact) for fact in line_facts(r, context)] for r in lines]),
    ]


def record_issue(
    statement: Statement, file_name: str, content: bytes, *, by: User, now: datetime
) -> None:
    """Keep in the reader's audit chain which file was handed out, so that changes show."""
    audit.record(
        "statement.issued", by.organisation, by=by, now=now, code=statement.code,
        file=file_name, sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def _facts(statement: Statement, now: datetime, audit_head: str) -> list[tuple[str, str]]:
    printed = ((_("Printed at"), _moment(now)), (_("Audit head"), audit_head))
    return statement_facts(statement) + [(str(name), value) for name, value in printed]


def _rates(statement: Statement) -> Iterable[tuple[Words, str]]:
    """The awards, the fingerprint of the rate tables, and the score of conduct."""
    awards = [f"{one['award']} ({one['placement']})" for one in statement.rates["awards"]]
    versions = [str(one["version"]) for one in statement.rates["terms"]]
    score = score_of(statement)
    yield _("Awards (placements)"), ", ".join(awards)
    yield _("Rate tables, fingerprint"), fingerprint(statement.rates)
    yield _("Versions of the terms"), ", ".join(versions) or str(_("none: the rates bid"))
    if score is None:
        yield _("Score of conduct"), str(_("none: the whole commission is paid"))
        return
    yield _("Score of conduct"), str(
        _("%(score)s of %(month)s, scored on %(day)s; source: %(source)s",
          score=percent(score.score_bps), month=f"{score.month_start:%Y-%m}",
          day=score.scored_at.date(), source=score.source)
    )  # fmt: skip
    yield _("Appeal"), str(appeal_of(score))


def _carried(statement: Statement) -> Iterable[tuple[Words, str]]:
    """What is taken over from the last statement and left to the next, of either bill."""
    before = carried_from(statement)

    def amount(minor: int, origin: str | None = None) -> str:
        figures = in_figures(minor, statement.currency)
        return f"{figures} ({origin})" if origin and minor else figures

    yield _("Opening carry-forward"), amount(statement.carried_in_minor, before)
    yield _("Closing carry-forward"), amount(statement.carried_out_minor)
    if statement.fee_carried_in_minor or statement.fee_carried_out_minor:
        fee_in, fee_out = statement.fee_carried_in_minor, statement.fee_carried_out_minor
        yield _("Opening carry-forward of fees"), amount(fee_in, before)
        yield _("Closing carry-forward of fees"), amount(fee_out)


def _people(statement: Statement) -> Iterable[tuple[Words, str]]:
    named = (
        (_("Prepared by"), statement.made_by_id),
        (_("Confirmed for the agency by"), statement.agency_confirmed_by_id),
        (_("Confirmed for the lender by"), statement.lender_confirmed_by_id),
        (_("Approved by"), statement.approved_by_id),
    )
    codes = ledger.user_codes([who for _name, who in named if who])
    return [(name, codes.get(who or 0, "–")) for name, who in named]


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _totals(statement: Statement) -> list[tuple[Words, int]]:
    return [(_("Recovered by the debtors"), statement.gross_minor), *amounts_of(statement)]
