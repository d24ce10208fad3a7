"""The trial balance of a day, the journals, and what one journal consists of."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace import ledger, rails, settlement
from marketplace.accounts import Permission, organisation_names
from marketplace.web import inputs
from marketplace.web.downloads import BEANCOUNT, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires

pages = Blueprint("ledger", __name__, url_prefix="/ledger")

PAGE = 50


@pages.get("/")
@requires(Permission.LEDGER_VIEW)
def index() -> ResponseReturnValue:
    wrong, as_of = _asked_day()
    balances = ledger.balances(as_of=as_of)
    ids = [row.organisation_id for row in balances if row.organisation_id is not None]
    totals: dict[str, int] = {}
    for row in balances:
        totals[row.currency] = totals.get(row.currency, 0) + row.net_minor
    return render_template(
        "finance/ledger/index.html",
        balances=balances,
        names=organisation_names(ids, locale=language()),
        as_of=as_of,
        wrong=wrong,
        balanced=not any(totals.values()),
    )


@pages.get("/journals/")
@requires(Permission.LEDGER_VIEW)
def journals() -> ResponseReturnValue:
    page, account_id = inputs.page_number(), inputs.number_asked("account")
    total = ledger.count_journals(account_id=account_id)
    return render_template(
        "finance/ledger/journals.html",
        journals=ledger.journals(limit=PAGE, page=page, account_id=account_id),
        account=ledger.account(account_id) if account_id is not None else None,
        page=page,
        pages=max(-(-total // PAGE), 1),
        size=PAGE,
        total=total,
    )


@pages.get("/journals/<int:journal_id>")
@requires(Permission.LEDGER_VIEW)
def journal(journal_id: int) -> ResponseReturnValue:
    sheet = ledger.journal_sheet(journal_id)
    ids = [row.organisation_id for row in sheet.lines if row.organisation_id is not None]
    return render_template(
        "finance/ledger/journal.html",
        sheet=sheet,
        source=settlement.source_of_journal(journal_id),
        rail=rails.source_of_journal(sheet.journal),
        proposal=ledger.proposal_of_journal(journal_id),
        today=clock().date(),
        names=organisation_names(ids, locale=language()),
    )


@pages.get("/journals/<int:journal_id>.beancount")
@requires(Permission.LEDGER_VIEW)
def journal_file(journal_id: int) -> ResponseReturnValue:
    """The journal for another program, which checks it again."""
    ledger.journal_sheet(journal_id)  # refused if there is none
    content = "\n".join(ledger.beancount(journal_id)) + "\n"
    return download(content.encode(), f"journal-{journal_id}.beancount", BEANCOUNT)


def _asked_day() -> tuple[str, date | None]:
    """What was typed that is no day, and the day that was asked for."""
    typed = request.args.get("as_of", "").strip()
    if not typed:
        return "", None
    try:
        return "", date.fromisoformat(typed)
    except ValueError:
        return typed, None
