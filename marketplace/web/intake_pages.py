"""What the pages of a reconciled month share: filters, charts, exports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from marketplace import accounts, intake
from marketplace.accounts import Organisation, organisation_names
from marketplace.core.calendars import FIRST_DAY, LAST_DAY
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.exports import Cell, Sheet, csv_file, workbook
from marketplace.core.money import MINOR_DIGITS, in_figures, in_units
from marketplace.intake import Filter, Total
from marketplace.web import inputs
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.language import language
from marketplace.web.vocabulary import word

PARTNERS = 8
"""Likely partners of a group on its page."""


def month_of(name: str) -> date:
    """The month of an address such as 2026-03."""
    try:
        month = date.fromisoformat(f"{name}-01")
    except ValueError as error:
        raise NotFound from error
    if not FIRST_DAY <= month <= LAST_DAY:
        raise NotFound
    return month


def typed_month(written: str) -> date:
    """A month as it was typed, such as 2026-03."""
    try:
        return month_of(written)
    except NotFound as error:
        raise Refusal(
            _("%(value)s is not a month such as 2026-03.", value=f"“{written}”"),
            next_step=_("Correct the month."),
        ) from error


def shown() -> Filter:
    """The groups the address asks for; those to be decided unless it says otherwise."""
    state = request.args.get("state", "open")
    return Filter(state if state in intake.STATES else "", request.args.get("kind", ""))


def month_context(lender: Organisation, month: date) -> dict[str, Any]:
    """Everything the page of a month shows."""
    state = intake.month_state(lender.id, month)
    found = intake.totals(lender.id, month) if state.run else []
    currency = state.run.currency if state.run else "CNY"
    which = shown()
    names = accounts.user_names({file.brought_by_id for file in state.files})
    return {
        "lender": lender,
        "month": month,
        "name": f"{month:%Y-%m}",
        "held": state,
        "people": names,
        "currency": currency,
        "totals": found,
        "counts": {
            one: sum(total.groups for total in found if total.state == one)
            for one in intake.STATES
        },
        "kinds": sorted({total.kind for total in found}),
        "shown": which,
        "queue": intake.queue(lender.id, month, which, page=inputs.page_number()),
        "page": inputs.page_number(),
        "size": intake.PAGE,
        "waterfall": waterfall(found, currency),
        "rates": match_rates(found),
    }


def waterfall(found: Sequence[Total], currency: str) -> dict[str, Any]:
    """From what the ledger posted to what the bank shows, by class of difference."""
    gaps: dict[str, int] = {}
    for total in found:
        gap = total.bank_minor - total.ledger_minor
        gaps[total.kind] = gaps.get(total.kind, 0) + gap
    posted = in_units(sum(t.ledger_minor for t in found), currency)
    steps = [{"name": _("Posted"), "value": posted, "total": True}]
    steps += [
        {"name": word(f"class_{kind}"), "value": in_units(gap, currency)}
        for kind, gap in sorted(gaps.items(), key=lambda pair: -abs(pair[1]))
        if gap
    ]
    shows = in_units(sum(t.bank_minor for t in found), currency)
    steps.append({"name": _("At the bank"), "value": shows, "total": True})
    return {"unit": "", "digits": MINOR_DIGITS[currency], "steps": steps}


def match_rates(found: Sequence[Total]) -> dict[str, Any]:
    """Groups of each class by what became of them."""
    kinds = sorted({total.kind for total in found})
    return {
        "x": [word(f"class_{kind}") for kind in kinds],
        "unit": "",
        "digits": 0,
        "horizontal": True,
        "stacked": True,
        "series": [
            {
                "name": word(f"state_{state}"),
                "values": [
                    sum(t.groups for t in found if (t.kind, t.state) == (kind, state))
                    for kind in kinds
                ],
            }
            for state in reversed(intake.STATES)
        ],
    }


def rate_bps(counts: dict[str, int]) -> int:
    """The share of groups that need nobody's decision any more, or never did."""
    total = sum(counts.values())
    return (counts["automatic"] + counts["settled"]) * 10_000 // total if total else 0


def export(lender: Organisation, month: date, extension: str) -> Response:
    """The groups that the page's filter shows, all of them, as a file."""
    if extension not in {"csv", "xlsx"}:
        raise NotFound
    which = shown()
    rows = intake.queue(lender.id, month, which, size=None, partners=False).rows
    headers = [
        _("Group"), _("Kind of group"), _("State"), _("Why it stopped"), _("Currency"),
        _("Posted"), _("At the bank"), _("Claims"), _("Ledger day"), _("Bank day"),
        _("Claim day"), _("Cases"), _("Lines"),
    ]  # fmt: skip
    cells = [_cells(row) for row in rows]
    name = f"reconciliation-{lender.short_code}-{month:%Y-%m}"
    if extension == "csv":
        return download(csv_file(headers, cells), f"{name}.csv", CSV)
    facts = [
        (_("Lender"), lender.called.zh if language() == "zh" else lender.called.en),
        (_("Month of payments"), f"{month:%Y-%m}"),
        (_("State"), word(f"state_{which.state}") if which.state else _("all")),
        (_("Kind of group"), word(f"class_{which.kind}") if which.kind else _("all")),
        (_("Rows"), str(len(cells))),
    ]
    content = workbook(facts, [Sheet(_("Groups"), headers, cells)])
    return download(content, f"{name}.xlsx", XLSX)


def _cells(row: Any) -> list[Cell]:
    sums = [
        in_figures(amount, row.currency) if has else ""
        for amount, has in (
            (row.ledger_minor, row.has_ledger),
            (row.bank_minor, row.has_bank),
            (row.claim_minor, row.has_claim),
        )
    ]
    days = [str(day) if day else "" for day in (row.ledger_on, row.bank_on, row.claim_on)]
    return [
        row.code, word(f"class_{row.kind}"), word(f"state_{row.state}"),
        " ".join(word(f"why_{reason}") for reason in row.reasons), row.currency, *sums, *days,
        " ".join(row.cases), " ".join(row.places),
    ]  # fmt: skip


def group_context(lender: Organisation, code: str) -> dict[str, Any]:
    """One group of a lender's lines: side by side, its likely partners, what was decided."""
    group, month = intake.month_of_group(code, lender.id)
    now = intake.group_now(group, month)
    lines = intake.lines_of(group.id)
    rows = intake.decisions(lender.id, month, group.id)
    is_open = now is not None and now.state == "open"
    partners = (
        intake.partners_of(lender.id, month, [group.id], most=PARTNERS).get(group.id, [])
        if is_open
        else []
    )
    return {
        "lender": lender,
        "group": group,
        "name": f"{month:%Y-%m}",
        "now": now,
        "is_open": is_open,
        "currency": lines[0].currency,
        "lines": lines,
        "partners": partners,
        "decisions": rows,
        "in_force": next(
            (row for row in rows if now and now.state == "settled" and row.agreed
             and row.kind != "reverse" and not row.reversed), None
        ),
        "agencies": organisation_names(
            {line.agency_id for line in lines if line.agency_id}, locale=language()
        ),
        "people": accounts.user_names(
            {one for row in rows for one in (row.made_by_id, row.checked_by_id) if one}
        ),
    }  # fmt: skip
