"""The pages of a statement, the same for lender, agency and platform finance."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import audit, settlement
from marketplace.accounts import Kind, Permission
from marketplace.core.db import transaction
from marketplace.core.exports import Cell, csv_file
from marketplace.core.money import MINOR_DIGITS, in_decimal, in_units
from marketplace.web import inputs
from marketplace.web.downloads import CSV, PDF, XLSX, download
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

LINES = 100
"""Lines on a page of a statement: two kilobytes each, with all that they say of themselves."""


def statement_pages() -> Blueprint:
    """A blueprint for one door: list, page, confirmation, PDF and workbook."""
    pages = Blueprint("statements", __name__, url_prefix="/statements")
    pages.add_url_rule("/", "index", _index)
    pages.add_url_rule("/<code>", "show", _show)
    pages.add_url_rule("/<code>.pdf", "paper", _paper)
    pages.add_url_rule("/<code>.xlsx", "workbook", _workbook)
    pages.add_url_rule("/<code>.csv", "table", _table)
    pages.add_url_rule("/exports/list.csv", "listed", _listed)
    pages.add_url_rule("/exports/tax", "taxes", _taxes)
    pages.add_url_rule("/<code>/confirm", "confirm", _confirm, methods=["POST"])
    return pages


@requires(Permission.STATEMENT_VIEW)
def _index() -> ResponseReturnValue:
    page, status = inputs.page_number(), _status_asked()
    rows, total = settlement.statement_rows(organisation_id=_side(), status=status, page=page)
    return render_template(
        "shared/statements/index.html",
        rows=rows,
        total=total,
        page=page,
        size=settlement.STATEMENTS,
        status=status,
        statuses=settlement.StatementStatus,
    )


@requires(Permission.STATEMENT_VIEW)
def _listed() -> ResponseReturnValue:
    """The list as it is filtered, all of its pages."""
    rows, _total = settlement.statement_rows(
        organisation_id=_side(), status=_status_asked(), size=None
    )
    headers = [
        _("Statement"), _("Version"), _("State"), _("Lender"), _("Agency"), _("Currency"),
        _("Period starts"), _("Period ends"), _("Payments"), _("Recovered"), _("Commission"),
        _("Lender pays agency"), _("Lender pays platform"),
    ]  # fmt: skip
    return download(csv_file(headers, [_cells(row) for row in rows]), "statements.csv", CSV)


def _cells(row: settlement.StatementRow) -> list[Cell]:
    s = row.statement
    sums = (s.gross_minor, s.commission_minor, s.due_minor, s.fee_due_minor)
    return [
        s.code, s.edition, word(s.status), str(row.lender), str(row.agency), s.currency,
        s.period_start.isoformat(), s.period_end.isoformat(), s.payments,
        *(in_decimal(minor, s.currency) for minor in sums),
    ]  # fmt: skip


def _side() -> int | None:
    """Whose statements are shown; the platform sees all."""
    platform = current_user.organisation.kind is Kind.PLATFORM
    return None if platform else current_user.organisation_id


def _status_asked() -> settlement.StatementStatus | None:
    asked = request.args.get("status", "")
    return next((one for one in settlement.StatementStatus if one.value == asked), None)


@requires(Permission.STATEMENT_VIEW)
def _show(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    lines = settlement.line_rows(statement)
    sought = request.args.get("payment", "")
    page = _page_of(sought, lines)
    shown = lines[(page - 1) * LINES : page * LINES]
    return render_template(
        "shared/statements/show.html",
        statement=statement,
        parties=settlement.parties_of(statement),
        amounts=settlement.amounts_of(statement),
        score=settlement.score_of(statement),
        lines=shown,
        anchors={line.payment: n for n, line in reversed([*enumerate(shown)])},
        total=len(lines),
        page=page,
        pages=_pages(lines),
        size=LINES,
        sought=sought,
        facts=settlement.statement_facts(statement),
        sums=settlement.sums_by_kind(statement, lines),
        kind_headers=settlement.kind_headers(),
        rates=settlement.rate_rows(statement),
        explained=settlement.explained,
        formula=settlement.formula,
        bridge=_bridge(statement, lines),
        why_line=settlement.why_line,
        events=audit.timeline("statements", statement.id),
        my_turn=_is_my_turn(statement),
        can_dispute=current_user.may(Permission.LINE_DISPUTE)
        and settlement.may_dispute(statement, by=current_user),
        next_version=settlement.next_version(statement),
        invoices=settlement.invoices_of(statement),
        invoice_problems=settlement.invoice_problems(statement),
        remittances=settlement.remittances_of(statement),
        to_pay=_to_pay(statement),
        debts=_debts(statement),
        taken_over_by=settlement.taken_over_by(statement),
        my_part=settlement.part_of(current_user),
    )


def _pages(lines: Sequence[settlement.LineRow]) -> int:
    return max(-(-len(lines) // LINES), 1)


def _page_of(payment: str, lines: Sequence[settlement.LineRow]) -> int:
    """The page that is asked for: by the payment of a line that is on it, or by its number."""
    asked = inputs.page_number()
    if "page" not in request.args:
        places = (n for n, line in enumerate(lines) if line.payment == payment)
        asked = next(places, 0) // LINES + 1
    return min(asked, _pages(lines))


@requires(Permission.STATEMENT_CONFIRM)
def _confirm(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.confirm(statement.id, by=current_user, now=clock())
    flash(_("Confirmed."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@requires(Permission.STATEMENT_VIEW)
def _paper(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    content = settlement.statement_pdf(statement, now=clock(), audit_head=_audit_head())
    return _issued(statement, content, f"{code}.pdf", PDF)


@requires(Permission.STATEMENT_VIEW)
def _workbook(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    content = settlement.statement_workbook(statement, now=clock(), audit_head=_audit_head())
    return _issued(statement, content, f"{code}.xlsx", XLSX)


@requires(Permission.STATEMENT_VIEW)
def _table(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    content = settlement.statement_csv(statement, now=clock(), audit_head=_audit_head())
    return _issued(statement, content, f"{code}.csv", CSV)


def _issued(
    statement: settlement.Statement, content: bytes, name: str, kind: str
) -> ResponseReturnValue:
    with transaction():
        settlement.record_issue(statement, name, content, by=current_user, now=clock())
    return download(content, name, kind)


@requires(Permission.STATEMENT_VIEW)
def _taxes() -> ResponseReturnValue:
    """What the tax system is to be told of the statements whose period ends in `month`."""
    first, last = inputs.month_asked()
    content = settlement.tax_export(organisation_id=_side(), first=first, last=last)
    return download(content, "tax.csv", CSV)


def _bridge(
    statement: settlement.Statement, lines: Sequence[settlement.LineRow]
) -> dict[str, Any]:
    """The waterfall from collections to what the lender keeps."""
    currency = statement.currency
    return {
        "unit": "",
        "digits": MINOR_DIGITS[currency],
        "steps": [
            {
                "name": str(step.name),
                "value": in_units(step.amount_minor, currency),
                "total": step.is_total,
            }
            for step in settlement.bridge_of(statement, lines)
        ],
    }


def _is_my_turn(statement: settlement.Statement) -> bool:
    turn = {
        Kind.AGENCY: settlement.StatementStatus.DRAFT,
        Kind.LENDER: settlement.StatementStatus.AGENCY_CONFIRMED,
    }.get(current_user.organisation.kind)
    return statement.status is turn and current_user.may(Permission.STATEMENT_CONFIRM)


def _to_pay(statement: settlement.Statement) -> int:
    """What the reader is asked to record as paid; 0 if it is nothing, or not theirs."""
    part = settlement.part_of(current_user)
    if current_user.organisation.kind is Kind.AGENCY or not (
        current_user.may(Permission.REMITTANCE_RECORD) and settlement.is_to_pay(statement, part)
    ):
        return 0
    return settlement.owed_minor(statement, part)


def _debts(statement: settlement.Statement) -> list[settlement.DebtRow]:
    """Whoever is no party to a fee does not see what became of it."""
    agency = current_user.organisation.kind is Kind.AGENCY
    fee = settlement.RemittancePart.FEE
    return [row for row in settlement.debts_of(statement) if not (agency and row.part is fee)]


def _audit_head() -> str:
    """The reader's own chain so far, signed: what the paper can be checked against later."""
    key = audit.load_signing_key(current_app.config["SETTINGS"].keys)
    head = audit.signed_head(current_user.organisation_id, key, now=clock())
    return " ".join(f"{name}={value}" for name, value in head.items())
